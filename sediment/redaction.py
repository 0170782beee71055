"""Personal data in chat text: found by shape, check digit and the words around it, and replaced by what it was.

我手机 138-0013-8000，加v：moss_2026 -> 我手机 〔手机号〕，加v：〔微信号〕

Disguises are seen through: full-width digits, spaces and dashes, hidden characters, 一三八…. Order numbers, versions, times, amounts, public
registration numbers and group numbers stay. Formats: GB 11643 (identity numbers), ISO/IEC 7812 (cards), GA 36 (plates)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sediment import patterns

PersonalData = Literal[
    "secret", "email", "id_card", "bank_card", "phone", "landline", "qq", "wechat", "passport", "plate", "address", "name", "code"
]  # fmt: skip

LABELS: dict[PersonalData, tuple[str, str]] = {
    "secret": ("密钥", "secret"),
    "email": ("邮箱", "e-mail"),
    "id_card": ("身份证号", "identity number"),
    "bank_card": ("银行卡号", "card number"),
    "phone": ("手机号", "phone"),
    "landline": ("电话", "phone"),
    "qq": ("QQ号", "QQ number"),
    "wechat": ("微信号", "WeChat id"),
    "passport": ("证件号", "passport"),
    "plate": ("车牌号", "plate"),
    "address": ("住址", "address"),
    "name": ("姓名", "name"),
    "code": ("验证码", "code"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`text[start:end]` is personal data of this kind."""

    start: int
    end: int
    kind: PersonalData


def redact(text: str, language: str = "zh") -> str:
    """`text` with each finding replaced by its label, as 〔手机号〕."""
    parts, at = [], 0
    for finding in findings(text):
        label = LABELS[finding.kind][0 if language == "zh" else 1]
        parts += [text[at : finding.start], f"〔{label}〕"]
        at = finding.end
    return "".join((*parts, text[at:]))


def findings(text: str) -> list[Finding]:
    """The personal data in `text`, in order and without overlaps; where two kinds claim a place, the surer one has it."""
    if not _MAY_HOLD.search(text):
        return []
    plain, places = _plain(text)
    taken: list[Finding] = []
    for kind, start, end in _found(plain):
        # Hidden characters after the last one belong to it.
        finding = Finding(places[start], max(places[end - 1] + 1, (*places, len(text))[end]), kind)
        if not any(finding.start < other.end and other.start < finding.end for other in taken):
            taken.append(finding)
    return sorted(taken, key=lambda finding: finding.start)


# ---- undoing disguises ----------------------------------------------------------------------------------------------

# A digit or numeral, an at sign, a long word, or a character that announces a name: without one there is nothing to find.
_MAY_HOLD = re.compile(
    r"[\d①-⑳❶-❿@＠收叫名人]|[幺零〇一二三四五六七八九][\s\-]*[幺零〇一二三四五六七八九]|[A-Za-z_＿Ａ-ｚ-]{6}|艾特"
)
_HAN_DIGITS = str.maketrans("幺零〇一二三四五六七八九", "100123456789")
_SPELLED = re.compile(r"(?:[幺零〇一二三四五六七八九\d][ \-]?){7,}")
_SPELLED_ENOUGH = 7  # Han digits in a number that was spelled out


def _plain(text: str) -> tuple[str, list[int]]:
    """Half-width text without hidden characters, with the place in `text` of each of its characters."""
    characters, places = [], []
    for at, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Cc", "Mn", "Me") and character not in "\t\n":
            continue
        for folded in unicodedata.normalize("NFKC", character):
            characters.append(folded)
            places.append(at)
    return _SPELLED.sub(_spelled, "".join(characters)), places


def _spelled(match: re.Match[str]) -> str:
    han = sum(not character.isascii() for character in match[0])
    return match[0].translate(_HAN_DIGITS) if han >= _SPELLED_ENOUGH else match[0]


# ---- finding --------------------------------------------------------------------------------------------------------


@cache
def _shapes() -> list[tuple[PersonalData, re.Pattern[str], Callable[[str, int, int], bool]]]:
    """Kind, pattern and check of each entry of data/personal_data.toml, surest first."""
    table = patterns.table("personal_data")
    return [
        (
            entry["kind"],
            patterns.compiled(entry["patterns"], table["words"], re.IGNORECASE if entry.get("any_case") else re.NOFLAG),
            _CHECKS[entry.get("check", "")],
        )
        for entry in table["kinds"]
    ]


def _found(text: str) -> Iterator[tuple[PersonalData, int, int]]:
    for kind, shape, check in _shapes():
        for match in shape.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if check(text, start, end):
                yield kind, start, end


def _is_identity(text: str, start: int, end: int) -> bool:
    """GB 11643: the last character is a check digit over the first 17. What is called one is one all the same."""
    digits = re.sub(r"[^\dXx]", "", text[start:end]).upper()
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
    return digits[17] == "10X98765432"[total % 11] or bool(
        re.search(r"身份证|证件|实名", text[max(0, start - 12) : start])
    )


def _is_card(text: str, start: int, end: int) -> bool:
    number, before = text[start:end], text[max(0, start - 16) : start]
    digits = re.sub(r"\D", "", number)
    if not 15 <= len(digits) <= 19 or not _is_personal(text, start, end):
        return False
    if _CARD_SAID.search(before):
        return digits[0] in "34569"
    is_union = digits.startswith("62") and len(digits) >= 16
    return _luhn(digits) and (is_union or (digits[0] in "345" and " " in number))


_CARD_SAID = re.compile(r"卡号|银行卡|账号|帐号|户名|开户|转账|打款|[工建农招中]行|信用卡|储蓄卡|card", re.IGNORECASE)


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _is_personal(text: str, start: int, end: int) -> bool:
    """Not the number of an order, a meeting, a group … nor a piece of an address on the web."""
    before = text[max(0, start - 12) : start]
    return not _not_personal().search(before) and not re.search(
        r"https?://[^\s，。]*$", text[max(0, start - 200) : start]
    )


@cache
def _not_personal() -> re.Pattern[str]:
    return re.compile(patterns.table("personal_data")["words"]["NOT_PERSONAL"], re.IGNORECASE)


def _is_account(text: str, start: int, end: int) -> bool:
    """`加我 moss_2026`, `微信号：zhangsan`; but not `微信 developer tools`."""
    word, before = text[start:end], text[max(0, start - 6) : start]
    if re.search(r"[\d_-]", word):
        return not re.fullmatch(r"v\d[\d.-]*", word, re.IGNORECASE)
    return bool(re.search(r"号|id|[:：]\s*$", before, re.IGNORECASE)) and word.islower()


_CHECKS: dict[str, Callable[[str, int, int], bool]] = {
    "": lambda text, start, end: True,
    "identity": _is_identity,
    "card": _is_card,
    "phone": _is_personal,
    "account": _is_account,
}
