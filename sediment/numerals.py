"""Chinese numerals as digits: `百分之零点八` -> `0.8%`, `三月底` -> `3月底`, `一万二` -> `12000`, `下午两点半` -> `下午2点半`."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
# After 点 come the digits of a fraction, unless it is a time: `九点一刻`, `三点二十`.
_RUN = re.compile(rf"(?<![周期拜])[{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+(?![刻分{_NUMERAL}]))?")
_SHARE = re.compile(rf"(百|千)分之([{_NUMERAL}]+(?:点[零〇一二三四五六七八九]+)?|\d+(?:\.\d+)?)")
# What follows a numeral that counts. Before anything else a lone numeral may be part of a word (三方, 统一, 四川).
_MEASURE = re.compile(
    r"\s*(?:[个块元毛分天周月年日号点次倍成折人位名台张份件本页篇章节楼层期轮批届家户单套款项遍小秒公千斤克米吨万亿%]|百分点|小时|分钟)"
)
_WORDS = ("一", "百", "千", "万", "亿", "一点", "一一", "万一", "千万", "万千", "一二")  # seldom said to count
_ROUGH = re.compile("一二|[一二两]三|三四|四五|五六|六七|七八|八九|三五")  # `两三天`: about two, about three


def value(numeral: str) -> Decimal | None:
    """The number that a run of numerals writes, such as `二百五` (250), `二〇二六` (2026), `零点八` (0.8); None when it writes none."""
    whole, _, fraction = numeral.partition("点")
    if not whole or (fraction and not all(c in _DIGITS for c in fraction)):
        return None
    number = _whole(whole)
    return (
        number
        if number is None or not fraction
        else number + Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))
    )


def arabic(text: str, *, every: bool = False) -> str:
    """`text` with its Chinese numbers in digits: those that surely count something, or `every` one."""
    text = _SHARE.sub(_share, text)
    return _RUN.sub(lambda match: _digits(match, every), text)


def _share(match: re.Match[str]) -> str:
    amount = value(match[2]) if match[2][0] in _NUMERAL else Decimal(match[2])
    if amount is None:
        return match[0]
    return f"{_plain(amount if match[1] == '百' else amount / 10)}%"


def _digits(match: re.Match[str], every: bool) -> str:
    run, before, after = match[0], match.string[: match.start()][-1:], match.string[match.end() :][:1]
    if before.isascii() and before.isdigit():
        return run  # `3万二`: the digits rule
    if _ROUGH.fullmatch(run):
        return " ".join(str(_DIGITS[c]) for c in run) if every else run
    if not every and not _surely_counts(run, after, match):
        return run
    number = value(run)
    return run if number is None else _plain(number)


def _surely_counts(run: str, after: str, match: re.Match[str]) -> bool:
    if run in _WORDS or run + after in ("十分", "两个", "两人", "两家", "两项"):
        return False
    return len(run) > 1 or bool(_MEASURE.match(match.string, match.end()))


def _whole(run: str) -> Decimal | None:
    if all(c in _DIGITS for c in run):
        return Decimal("".join(str(_DIGITS[c]) for c in run))
    total = section = digit = 0
    last = 1
    for character in run:
        if character in _DIGITS:
            digit = _DIGITS[character]
            last = last if character not in "零〇" else 10
        elif character in _UNITS:
            last = _UNITS[character]
            section, digit = section + (digit or 1) * last, 0
        else:
            last = _LARGE[character]
            total, section, digit = (
                (total + (section + digit or 1)) * last if not total else total + (section + digit) * last,
                0,
                0,
            )
    # `一万二` says 12000: a last digit counts tenths of the unit before it.
    return Decimal(total + section + digit * max(last // 10, 1))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
