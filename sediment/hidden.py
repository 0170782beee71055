"""Characters that a person cannot see but a model can read: found, and left out.

`退\u200b款` -> `退款`; `👩\u200d💻`, `❤\ufe0f` and `می\u200cخواهم` stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

FOLD = "¶"  # stands for the line breaks inside a message: one token everywhere


def clean(text: str) -> str:
    """The text without characters that a person cannot see: tag characters, stray variation selectors, bidi controls, zero-widths, controls,
    private use, lone surrogates. Emoji sequences and the joiners of Indic and Arabic scripts stay. Idempotent."""
    return text if not _SUSPECT.search(text) else "".join(_seen(text[at]) for at in _visible(text))


def raw_span(text: str, span: str) -> str | None:
    """The piece of `text` that `span` shows, hidden characters included; None when it does not stand there.

    White space in `span`, and the fold mark of the transcript, match any white space."""
    pieces = [re.escape(piece) for piece in re.split(rf"[\s{FOLD}]+", clean(span)) if piece]
    kept = list(_visible(text))
    match = pieces and re.search(rf"[\s{FOLD}]*".join(pieces), "".join(text[at] for at in kept))
    return text[kept[match.start()] : kept[match.end() - 1] + 1] if match else None


_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
_CONTEXTUAL = "\u200c\u200d\ufe0e\ufe0f"
_SUSPECT = re.compile(f"[{_INVISIBLE}{_CONTEXTUAL}\r\u2028\u2029]")
_NEVER = re.compile(f"[{_INVISIBLE}]")
_EMOJI = re.compile("[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_KEYCAP = re.compile("[0-9#*]")
# Scripts whose letters join: Arabic, Syriac, Indic, Sinhala, Tibetan, Myanmar, Khmer, Mongolian.
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ufb50-\ufdcf\ufe70-\ufefc]")
# The only tag sequences recommended for interchange: the flags of England, Scotland and Wales (unicode.org/Public/emoji, emoji-sequences.txt).
_FLAG = re.compile(
    "|".join(
        f"\U0001f3f4{''.join(chr(0xE0000 + ord(letter)) for letter in region)}\U000e007f"
        for region in ("gbeng", "gbsct", "gbwls")
    )
)


def _visible(text: str) -> Iterator[int]:
    """The positions that `clean` keeps."""
    flags = {at for match in _FLAG.finditer(text) for at in range(*match.span())}
    before = ""
    for at, character in enumerate(text):
        if at in flags or _stays(character, before, text[at + 1 : at + 2]):
            before = character
            yield at


def _stays(character: str, before: str, after: str) -> bool:
    if character in _CONTEXTUAL:
        return _belongs(character, before, after)
    if character == "\r":
        return after != "\n"
    return not _NEVER.match(character)


def _belongs(character: str, before: str, after: str) -> bool:
    """Whether a joiner or an emoji selector has the neighbours that it is for."""
    if character in "\ufe0e\ufe0f":
        return bool(_EMOJI.match(before) or (_KEYCAP.match(before) and after == "\u20e3"))
    if _JOINING.match(before):
        return True
    emoji_before = _EMOJI.match(before) or before == "\ufe0f" or before == "\U000e007f"
    return character == "\u200d" and bool(emoji_before and _EMOJI.match(after))


def _seen(character: str) -> str:
    return "\n" if character in "\r\u2028\u2029" else character
