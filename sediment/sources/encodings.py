"""Which encoding a text is in, told from its first bytes. QQ and WeChat tools on Chinese Windows write GB18030 and UTF-16 as well as UTF-8."""

from __future__ import annotations

import codecs

MARKED = "sediment-marked"
"""Error handler for decoding: a byte that cannot be decoded becomes a lone surrogate, so that its record can be told and kept apart."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CANDIDATES = ("utf-8", "gb18030", "big5", "cp949")


def encoding_of(head: bytes) -> str | None:
    """A codec name, or None for binary content."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if head.count(0) > len(head) // 20:
        return _utf16_order(head)
    if is_binary(head):
        return None
    return next((encoding for encoding in _CANDIDATES if _decodes(head, encoding)), "utf-8")


def is_binary(head: bytes) -> bool:
    """Whether control characters say that no person wrote this."""
    control = sum(head.count(code) for code in range(32) if code not in b"\t\n\v\f\r\x1b")
    return control > len(head) // 50


def _utf16_order(head: bytes) -> str | None:
    low, high = head[0::2].count(0), head[1::2].count(0)
    encoding = "utf-16-le" if high > low else "utf-16-be"
    return encoding if min(low, high) * 8 < max(low, high) and _decodes(head, encoding) else None


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        # Not final: the head may end in the middle of a character.
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(MARKED, _mark)
