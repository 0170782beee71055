"""sediment turns ephemeral group chat into lasting knowledge. Read `pipeline` first: it names the stages in order."""

__version__ = "0.1.0"
