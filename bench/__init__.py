"""Measures of quality and speed on labelled sets and synthetic load: `python -m bench NAME …`."""
