"""WeChat's own numbers of message types, as its database and most exporters have them (chatlog model/message.go, pywxdump common_utils)."""

from __future__ import annotations

from sediment.models import Kind

_TYPES: dict[int, Kind] = {
    1: "text", 3: "image", 34: "voice", 37: "system", 42: "contact", 43: "video", 47: "sticker", 48: "location",
    50: "call", 62: "video", 64: "system", 66: "contact", 9999: "system", 10000: "system", 10002: "system",
}  # fmt: skip
_SHARED, _PAT = 49, (10000, 4)
_SUB_TYPES: dict[int, Kind] = {
    0: "other", 1: "text", 3: "share", 4: "link", 5: "link", 6: "file", 8: "sticker", 17: "location", 19: "forward", 24: "share",
    33: "share", 36: "share", 40: "forward", 50: "contact", 51: "share", 53: "text", 57: "reply", 62: "poke", 63: "share",
    74: "file", 87: "text", 88: "share", 92: "share", 2000: "transfer", 2001: "red_packet", 2003: "red_packet",
}  # fmt: skip
"""Of type 49; others, new ones too, are things shared. 53 is a list that people join (接龙), 87 an announcement to the group: both are words
that somebody wrote."""


def wechat_kind(number: int, sub: int = 0) -> Kind:
    """WeChat 4 keeps both numbers in one: sub << 32 | type."""
    sub, number = number >> 32 or sub, number & 0xFFFFFFFF
    if (number, sub) == _PAT:
        return "poke"
    return _SUB_TYPES.get(sub, "share") if number == _SHARED else _TYPES.get(number, "other")
