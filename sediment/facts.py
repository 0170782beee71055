"""What in a sentence can be checked to the letter: links, dates, times, numbers and Latin names.

`4月18日下午两点，手续费从0.6%涨到0.8%` holds a date, a time and two numbers; `百分之0.8`, `0.8%` and `千分之8` are one number, and a
message of 17 April that says 明天 holds 18 April."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from sediment.numerals import arabic

Day = tuple[int, int]  # month, day


@dataclass(slots=True)
class Facts:
    """All that some messages state, in every reading: a bare `2点` is 02:00 and 14:00."""

    text: str = ""  # folded, for literal look-ups
    links: set[str] = field(default_factory=set)
    numbers: set[Decimal] = field(default_factory=set)
    days: set[Day] = field(default_factory=set)
    weekdays: set[int] = field(default_factory=set)  # 0 is Monday
    months: set[int] = field(default_factory=set)
    years: set[int] = field(default_factory=set)
    minutes: set[int] = field(default_factory=set)  # since midnight


def stated(said: Sequence[tuple[str, datetime]], around: Sequence[str] = ()) -> Facts:
    """The facts in messages, given as text and the time of sending (in whose zone days are counted). Names may also come from the texts `around`."""
    facts = Facts(text="\n".join(_fold(text) for text in (*(text for text, _ in said), *around)))
    for text, at in said:
        _add(facts, _fold(text), at)
    return facts


def unfounded(claim: str, facts: Facts, *, english: bool = False) -> str | None:
    """What the claim states beyond `facts`: `link`, `date`, `number`, `name` (a Latin name, as in `API` or `flash-attn`), or None. Not every Latin word of an
    `english` claim is a name, whatever Chinese names it holds."""
    rest = arabic(_fold(claim))
    for kind, pattern, holds in _CHECKS:
        for match in pattern.finditer(rest):
            if not holds(match, facts):
                return kind
        rest = pattern.sub(" ", rest)
    return None if all(_is_named(_fold(name), facts) for name in _latin_names(claim, english)) else "name"


def links_in(text: str) -> set[str]:
    """The addresses in `text`, without scheme and `www.`, in lower case."""
    return {_bare_link(match[0]) for match in _LINK.finditer(_fold(text))}


def without_links(text: str) -> str:
    return _LINK.sub("…", text)


def long_links(text: str) -> Iterator[tuple[str, str]]:
    """The addresses in `text` that nobody reads to the end, as they stand there, each with its host."""
    for link in (match[0].rstrip(_END_OF_TEXT) for match in _LINK.finditer(text)):
        if len(link) > _LONG:
            yield link, _bare_link(link).partition("/")[0]


def is_chinese(text: str) -> bool:
    """Whether a text is written in Chinese, Latin names in it or not; else it is taken for English."""
    return len(re.findall(r"[㐀-䶿一-鿿]", text)) * 2 >= len(re.findall(r"[A-Za-z][A-Za-z']*", text))


def is_english(text: str) -> bool:
    """Whether a text of an English document is written in English: `阿岩 moved the meetup to 河畔创客空间` is, a Chinese quotation is not."""
    return len(re.findall(r"[A-Za-z][A-Za-z']*", text)) * 2 >= len(re.findall(r"[㐀-䶿一-鿿]", text))


def _latin_names(claim: str, english: bool) -> Iterator[str]:
    """Each Latin token in a Chinese sentence; in an English one those with capitals inside or after the first word, digits or joints."""
    plain = unicodedata.normalize("NFKC", _LINK.sub(" ", claim))
    chinese = not english and is_chinese(plain)
    for token in _LATIN.finditer(plain):
        if (
            len(token[0]) > 1
            and not _NO_TOKEN.fullmatch(token[0])
            and (chinese or _names_something(token[0], plain[: token.start()]))
        ):
            yield token[0]


# ---- reading --------------------------------------------------------------------------------------------------------

_TOPS = "com|cn|net|org|io|dev|app|ai|me|cc|top|xyz|info|biz|co|tv|gov|edu|link|site|shop|vip|club|online|fun|pro|ru|uk|jp|hk|tw|de|fr|us|eu|example|test"
_AFTER_LINK = "\\s<>\"'`|，。；、！？（）()「」“”《》【】\u4e00-\u9fff"  # what ends an address in Chinese running text
_END_OF_TEXT = ".,;:!?)]}>/"  # at the end of an address, a sign of the sentence
_LONG = 60  # characters of an address
_LINK = re.compile(
    rf"(?:https?://|www\.)[^{_AFTER_LINK}]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:{_TOPS})\b(?:/[^{_AFTER_LINK}]*)?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{0,6})\.?"
_FULL_DATE = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*[日号])?(?!\d)")
_MONTH_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?(?![\d:])")
_ENGLISH_DATE = re.compile(
    rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)|\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b"
)
_SHORT_DATE = re.compile(r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})(?![\d./%-])")
_PAIR = re.compile(r"(?<![\d./-])(\d{1,2})[/-](\d{1,2})(?![\d./%-])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_JUST_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s*月(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})[:：](\d{2})(?::\d{2})?(?!\d)\s*([ap]m\b)?")
_O_CLOCK = re.compile(
    r"(凌晨|清晨|早上|早|上午|中午|下午|傍晚|晚上|晚|夜里)?\s*(?<![\d.])(\d{1,2})\s*点(?![个名赞评击])(?:\s*(\d{1,2})\s*分?(?!\d)|(半)|(一刻))?"
)
_AM_PM = re.compile(r"(?<![\d:])(\d{1,2})\s*([ap])\.?m\b")
_WEEKDAY = re.compile(
    r"(?:周|星期|礼拜)([一二三四五六日天末])(?![条次个篇期回场封份])|\b(mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(weekend)\b"
)
_RELATIVE = {
    "大前天": -3,
    "前天": -2,
    "昨": -1,
    "今": 0,
    "明天": 1,
    "明早": 1,
    "明晚": 1,
    "明日": 1,
    "明儿": 1,
    "后天": 2,
    "大后天": 3,
    "yesterday": -1,
    "last night": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
}
_OTHER_DAY = re.compile(r"大前天|前天|昨[天晚日]|明[天早晚日儿]|大后天|后天|\b(?:yesterday|tomorrow|last night)\b")
_VERSION = re.compile(  # not \w: `从3.2.0过滤` has no blanks around it
    r"(?<![a-z0-9_.])(?:(?!\d{4}\.)v?\d+(?:\.\d+){2,}[a-z0-9_.-]*|v\d+(?:\.\d+)*(?![a-z0-9_]))"
)
_NUMBER = re.compile(
    r"(?<![\d.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(十万|百万|千万|万|亿|千|百|[kw](?![a-z]))?([一二三四五六七八九]|(?<=[万亿千百])\d(?!\d))?(成)?(?:[a-z]{1,3}(?![a-z]))?"
)
_SCALE = {
    "百": 100,
    "千": 1000,
    "k": 1000,
    "万": 10_000,
    "w": 10_000,
    "十万": 100_000,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}
_WORD_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_WORD_NUMBER = re.compile(rf"\b({'|'.join(_WORD_NUMBERS)})\b")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[._+#@/&'-][A-Za-z0-9]+)*[+#]*")


def _fold(text: str) -> str:
    # Full-width punctuation ends an address; its half-width form would not.
    return unicodedata.normalize("NFKC", text.translate(_APART)).casefold()


_APART = str.maketrans(dict.fromkeys("，；！？（）", " ¦ "))  # no blank alone: `0.3，月流水` names no month


def _add(facts: Facts, text: str, at: datetime) -> None:
    facts.links |= links_in(text)
    text = _LINK.sub(" ", text)
    for reading in (text, arabic(text), arabic(text, every=True)):
        facts.numbers |= {number for match in _NUMBER.finditer(reading) for number in _amounts(match)}
        facts.numbers |= {Decimal(_WORD_NUMBERS.index(match[1])) for match in _WORD_NUMBER.finditer(reading)}
        facts.minutes |= {minute for match in _times(reading) for minute in _minutes(match)}
        _add_days(facts, reading, at)


def _add_days(facts: Facts, text: str, at: datetime) -> None:
    for match in _FULL_DATE.finditer(text):
        facts.years.add(int(match[1]))
        facts.days.add((int(match[2]), int(match[3])))
    facts.days |= {(int(match[1]), int(match[2])) for match in _MONTH_DAY.finditer(text)}
    facts.days |= {(int(match[1]), int(match[3])) for match in _SHORT_DATE.finditer(text)}
    facts.days |= {_english_day(match) for match in _ENGLISH_DATE.finditer(text)}
    facts.years |= {int(match[1]) for match in _YEAR.finditer(text)} | {at.year}
    facts.months |= {int(match[1]) for match in _JUST_MONTH.finditer(text)}
    for today in _days_of(at):
        _add_relative(facts, text, today)
    facts.months |= {month for month, _ in facts.days}


def _add_relative(facts: Facts, text: str, today: date) -> None:
    this, after, before = today.month, today.month % 12 + 1, (today.month - 2) % 12 + 1
    shifts = {shift for word, shift in _RELATIVE.items() if word in text}
    for match in _WEEKDAY.finditer(text):
        weekdays = _weekdays(match)
        facts.weekdays |= weekdays
        shifts |= {(day - today.weekday()) % 7 + week for day in weekdays for week in (0, 7)}
    facts.days |= {(day.month, day.day) for shift in shifts for day in (today + timedelta(days=shift),)}
    # `18号` is of this month or the next.
    for match in re.finditer(r"(?<!\d)(\d{1,2})\s*[号日]", text):
        facts.days |= {(this, int(match[1])), (after, int(match[1]))}
    if re.search(r"[本这]个?月|月[底末初中]|this month", text):
        facts.months.add(this)
    if re.search(r"下个?月|next month", text):
        facts.months.add(after)
    if re.search(r"上个?月|last month", text):
        facts.months.add(before)


def _days_of(at: datetime) -> set[date]:
    """The local day of sending. UTC says nothing about the place, so there it may be any day that it is somewhere."""
    if at.utcoffset():
        return {at.date()}
    return {(at + timedelta(hours=hours)).date() for hours in (-12, 0, 14)}


def _english_day(match: re.Match[str]) -> Day:
    month, day = (match[1], match[2]) if match[1] else (match[4], match[3])
    return _MONTHS.index(month) + 1, int(day)


def _weekdays(match: re.Match[str]) -> set[int]:
    if match[1] == "末" or match[3]:
        return {5, 6}
    if match[1]:
        return {"一二三四五六日".index(match[1].replace("天", "日"))}
    return {("mon", "tues", "wednes", "thurs", "fri", "satur", "sun").index(match[2])}


def _times(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_CLOCK, _O_CLOCK, _AM_PM):
        yield from pattern.finditer(text)


def _minutes(match: re.Match[str]) -> set[int]:
    """Every minute of the day that a time may mean."""
    if match.re is _CLOCK:
        hour, minute, half = int(match[1]), int(match[2]), match[3] or ""
    elif match.re is _AM_PM:
        hour, minute, half = int(match[1]), 0, match[2]
    else:
        hour = int(match[2])
        minute = int(match[3] or 0) or (30 if match[4] else 15 if match[5] else 0)
        half = {"中": "p", "下": "p", "傍": "p", "晚": "p", "夜": "p", None: "?"}.get(
            (match[1] or " ")[0], "a" if match[1] else "?"
        )
    if hour > 12 or (match.re is _CLOCK and not half):
        return {hour % 24 * 60 + minute}
    morning = hour % 12 * 60 + minute
    return {"a": {morning}, "p": {morning + 720}}.get(half[:1], {morning, morning + 720})


def _amounts(match: re.Match[str]) -> set[Decimal]:
    scale = _SCALE.get(match[2] or "", 1)
    number = Decimal(match[1].replace(",", "")) * scale
    if match[3] and scale > 1:  # `3万二`, `3万2`
        return {number, number + ("0123456789〇一二三四五六七八九".index(match[3]) % 10) * Decimal(scale) / 10}
    return {number, number * 10} if match[4] else {number}


def _bare_link(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.rstrip(_END_OF_TEXT)).rstrip("/")


def _names_something(token: str, before: str) -> bool:
    if re.search(r"\d|[a-z][A-Z]|[A-Za-z][._+#@/][A-Za-z0-9]|^[A-Z]{2,}s?$", token):
        return True
    starts = not before.strip() or before.rstrip()[-1] in ".!?:;\"“'(—-"
    return token[0].isupper() and len(token) > 1 and not starts and not _NO_NAME.fullmatch(token)


_NO_TOKEN = re.compile(  # units and versions, which the numbers answer for
    r"(?i:v\d[\d.]*|(?:[kmgt]i?b|[kmg]?bps|k?wh?|mah|g?hz|mhz|[cmkμu]m|[mk]g|ml|m?s|min|h|px|fps|dpi|pt|rmb|usd|cny|x|w|k|qps|tok|tokens?)(?:/[a-z])?)"
)
_CHINESE = {  # names that every translator gives back in the other script
    "alipay": "支付宝", "android": "安卓", "apple": "苹果", "app": "应用", "douyin": "抖音", "google": "谷歌", "huawei": "华为", "taobao": "淘宝",
    "tencent": "腾讯", "wechat": "微信", "weibo": "微博", "xiaohongshu": "小红书", "xiaomi": "小米",
}  # fmt: skip
_NO_NAME = re.compile(rf"(?i:I'\w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|{_MONTH})")


# ---- checking -------------------------------------------------------------------------------------------------------


def _has_link(match: re.Match[str], facts: Facts) -> bool:
    link = _bare_link(match[0])
    return link in facts.links or any(known.split("/")[0] == link for known in facts.links)


def _has_full_date(match: re.Match[str], facts: Facts) -> bool:
    near = {year + more for year in facts.years for more in (0, 1)}
    return (int(match[2]), int(match[3])) in facts.days and int(match[1]) in near


def _has_day(match: re.Match[str], facts: Facts) -> bool:
    return (int(match[1]), int(match[2])) in facts.days


def _has_pair(match: re.Match[str], facts: Facts) -> bool:
    """`4/18` is a date, `3-5` may be a range."""
    return _has_day(match, facts) or {Decimal(match[1]), Decimal(match[2])} <= facts.numbers


def _has_time(match: re.Match[str], facts: Facts) -> bool:
    return bool(_minutes(match) & facts.minutes) or _folded_in(match[0], facts)


def _has_weekday(match: re.Match[str], facts: Facts) -> bool:
    falls = {
        date(year, month, day).weekday()
        for year in facts.years
        for month, day in facts.days
        if _exists(year, month, day)
    }
    return bool(_weekdays(match) & (facts.weekdays | falls))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _has_number(match: re.Match[str], facts: Facts) -> bool:
    dotted = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", match[1])  # `4.18` may be a date
    return bool(_amounts(match) & facts.numbers) or bool(dotted and _has_day(dotted, facts))


def _is_named(name: str, facts: Facts) -> bool:
    return _folded_in(name, facts) or _CHINESE.get(name, "\0") in facts.text


def _folded_in(text: str, facts: Facts) -> bool:
    """Whether letters and digits occur in the messages, whatever joins them: `FlashAttn`, `flash-attn`."""
    wanted, have = re.sub(r"[\W_]", "", text), re.sub(r"[\W_]", "", facts.text)
    return wanted in have or (wanted.endswith("s") and wanted[:-1] in have)


_CHECKS = (
    ("link", _LINK, _has_link),
    ("number", _VERSION, lambda match, facts: _folded_in(match[0].removeprefix("v"), facts)),
    ("date", _FULL_DATE, _has_full_date),
    ("date", _MONTH_DAY, _has_day),
    ("date", _ENGLISH_DATE, lambda match, facts: _english_day(match) in facts.days),
    ("number", _PAIR, _has_pair),
    ("date", _CLOCK, _has_time),
    ("date", _AM_PM, _has_time),
    ("date", _O_CLOCK, _has_time),
    ("date", _YEAR, lambda match, facts: int(match[1]) in facts.years or Decimal(match[1]) in facts.numbers),
    ("date", _JUST_MONTH, lambda match, facts: int(match[1]) in facts.months or Decimal(match[1]) in facts.numbers),
    ("date", _WEEKDAY, _has_weekday),
    ("date", _OTHER_DAY, lambda match, facts: match[0] in facts.text),
    ("number", _NUMBER, _has_number),
)  # fmt: skip
