"""A group's whole history as files that other programs read, and that sediment reads back as it was. One module per format."""

from __future__ import annotations

from sediment.exports import chatlab, plain
from sediment.exports.export import Chat, Export, Said

__all__ = ["EXPORTS", "Chat", "Export", "Said"]

EXPORTS: tuple[Export, ...] = (chatlab.JSONL, plain.JSONL, plain.CSV)
