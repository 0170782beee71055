"""What a single message does, told by its words alone: it decides, corrects, reports a result, jokes, thanks, or asks for silence.

`那就定了：3月29日（周日）14:00` decides; `不对，旗舰版也调` corrects; `真大方，提前八分钟呢[旺柴]` jokes. The words stand in data/cues.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache

from sediment import resources
from sediment.questions import is_question

_OF_WEIGHT = [
    "decision",
    "settled",
    "change",
    "correction",
    "joke",
    "promo",
    "result",
    "reason",
    "warning",
    "event",
    "number",
    "money",
    "link",
    "code",
]
_QUOTED = re.compile(r"“[^”]{2,40}”|「[^」]{2,40}」|《[^》]{2,40}》")
_SHORT = 60  # characters
_EMOJI = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]|/(?:捂脸|流泪|斜眼笑|玫瑰|鼓掌|微笑|呲牙|doge|偷笑|惊恐|可怜)")
_MENTIONS = re.compile(r"^(?:@[^\s@，,。:：]{1,24}(?:[（(][^）)]{1,12}[）)])?[\u2005\s]*)+")
_FILLERS = re.compile(r"^(?:(?:嗯+|额+|呃+|啊+|哎+|哈+|那个|话说|顺便|emm+)[，,\s]+)+")
_LAUGHTER = re.compile(r"[\s~～]*(?:哈{2,}|嘻+|hhh+)?[\s~～]*$")
_SPACES = re.compile(r"[ \t\u2005\u3000]+")
_CLAUSE_END = re.compile(r"[，,。！!；;\n]+")
_PARTS = re.compile(r"[\s,，。.!！~～、?？…]+")
_QUESTION_MARK = re.compile(r"[?？](?!.*\d{2,}.*[?？])")
_MARK = re.compile(r"[?？]+")
_MARKED = re.compile(r"([^，,。.!！~～、?？…\n]+)[?？]")
_ECHO = 6  # characters of what is repeated in surprise
_BARE = re.compile(r"[\W_]+")


@lru_cache(maxsize=16384)
def cues(text: str) -> frozenset[str]:
    """Which of `decision settled change correction joke promo result reason warning event number money link code question ack` hold of `text`."""
    found = {name for name in _OF_WEIGHT if _pattern(name).search(text)}
    found |= {"question"} if _ends_asking(text) else set()
    found |= {"ack"} if acknowledges(text) else set()
    return frozenset(found)


def acknowledges(text: str) -> bool:
    """Whether `text` only thanks, agrees, cheers or waits."""
    return all(_pattern("ack").fullmatch(part) for part in _PARTS.split(cleaned(text)) if part)


def reports_problem(text: str) -> bool:
    """Whether someone describes trouble as one who wants help: `上服务器之后等十几秒一下子全吐出来` needs no question mark."""
    return bool(_pattern("problem").search(cleaned(text)))


def confesses(text: str) -> bool:
    """Whether the writer takes back or makes precise what he said himself. A long text tells of many things."""
    return len(text) <= _SHORT and bool(_pattern("confesses").search(text))


def rejects(text: str) -> bool:
    """Whether an asker says that an answer did not help."""
    return bool(_pattern("rejects").search(cleaned(text)))


def disagrees(text: str) -> bool:
    """Whether the writer holds another opinion."""
    return bool(_pattern("disagrees").search(text))


def agrees(text: str) -> bool:
    """Whether the writer says yes to what another said."""
    return bool(_pattern("agrees").search(cleaned(text)))


def is_rhetorical(text: str) -> bool:
    """Whether `text` has the form of a question and asks nobody: `2%我还做什么`, `看看子账号里有没有多出来的人`, `我记的还是第一版`."""
    return bool(_pattern("rhetorical").search(cleaned(text)))


def echoes(text: str) -> bool:
    """Whether `text` only repeats a few words in surprise: `3个工作日？我交第9天了`. A single short question, `免费？`, may be one."""
    text = cleaned(text)
    marked = _MARKED.findall(text)
    goes_on = len(marked) > 1 or not text.endswith(("?", "？"))
    return (
        bool(marked)
        and goes_on
        and all(1 < len(bare(part)) <= _ECHO for part in marked)
        and not is_question(_MARK.sub(" ", text))
    )


def is_unknown(text: str) -> bool:
    """Whether the writer says that the answer is not known."""
    return bool(_pattern("unknown").search(text))


def asks_silence(text: str) -> bool:
    """Whether the writer wants what he says to stay in the chat."""
    return bool(_pattern("silence").search(text))


def is_personal(text: str) -> bool:
    """Whether `text` holds a phone number, an address, a key or the like. Only to choose better sentences: `redaction` guards what is written."""
    return bool(_pattern("personal").search(text))


def cleaned(text: str) -> str:
    """`text` on one line, without mentions at its start, emoji codes and trailing laughter. May come out empty."""
    text = _FILLERS.sub("", _MENTIONS.sub("", _EMOJI.sub("", text).strip()))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    ended = [line if line[-1] in "，,。；;：:！!？?" else line + "；" for line in lines[:-1]]
    return _LAUGHTER.sub("", _SPACES.sub(" ", "".join((*ended, *lines[-1:])))).strip()


def bare(text: str) -> str:
    """Letters, digits and Chinese characters only: to tell whether two texts are the same."""
    return _BARE.sub("", text).lower()


def _ends_asking(text: str) -> bool:
    """Whether the last clause asks: `有税代的可以往后延，延多久看年份` does not."""
    text = _QUOTED.sub("", text)
    clauses = [clause for clause in _CLAUSE_END.split(cleaned(text)) if clause.strip()]
    if _QUESTION_MARK.search(text):
        return True
    if not clauses or _pattern("no_question").search(clauses[-1]):
        return False
    return is_question(clauses[-1]) or bool(_pattern("asks").search(clauses[-1]))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_patterns()[name]), re.IGNORECASE)


@cache
def _patterns() -> dict[str, list[str]]:
    tables: dict[str, list[str]] = tomllib.loads((resources.folder("data") / "cues.toml").read_text(encoding="utf-8"))
    return tables
