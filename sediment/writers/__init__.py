"""One module per kind of document. To add a kind: write the module, add it here."""

from sediment.protocols import Writer
from sediment.writers.article import Article
from sediment.writers.digest import Digest
from sediment.writers.faq import Faq

WRITERS: tuple[Writer, ...] = (Digest(), Faq(), Article())
