"""`python -m sediment` is `sediment`."""

from sediment.cli import main

main()
