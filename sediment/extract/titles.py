"""A short, readable title of a conversation: its opening question or its most telling clause, never a string of key words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from sediment import words
from sediment.extract.cues import acknowledges, bare, cleaned, cues
from sediment.extract.talk import Talk
from sediment.models import Message
from sediment.wording import say

LIMIT = 20
_TOGETHER = 3  # clauses
_IN_WORDS = frozenset({"text", "reply"})  # kinds of messages
_COMMA = r"[，,（）()]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])"
_CLAUSE = re.compile(rf"[。！!？?；;\n]+|(?<!\d)[:：]|[:：](?!\d)|{_COMMA}")
_LEAD_IN = re.compile(
    r"^(?:(?:各位群友好|早(?:呀|啊|上好)?|大家好|各位好|hello|hi|请教(?:一?下|个事)?|请问(?:一?下)?|问(?:一?下|个事|个小白问题)|想问(?:一?下)?|求助|求教|再问(?:个|下)?|我问下?|各位|大家|大佬们?|兄弟们|兄弟|救命|有没有人知道|有人知道|有谁知道|谁知道|[这那]个|那么|那(?![张条款种])|所以|但是|不过|还有|然后|就是|我看|我说下|说下"
    r"|帮看看|顺便|另外|而且|更新一下哈?|跟(?:各位|大家)说(?:一?声|一下)|宣布个事|(?:大家)?注意(?:了|注意)?|@\S+)[\s，,：:]*)+"
)


def title(talk: Talk) -> str:
    """At most as wide as 20 Chinese characters. Empty when no message may be quoted."""
    weights = Counter(word for m in talk.quotable for word in set(words.content_words(m.text)))
    asked = _main_question(talk)
    candidates = [
        (_telling(clause, m, place, weights, talk) + 0.8 * (m is asked), clause)
        for place, m in enumerate(talk.quotable)
        for clause in _clauses(m)
    ]
    return shortened(max(candidates, key=lambda found: found[0], default=(0.0, ""))[1])


def label(talk: Talk, language: str) -> str:
    """What the account calls a conversation: its title, or else its first words, or what it holds in their place: `图片、语音`. Empty where words were said
    that may not be quoted."""
    if found := title(talk):
        return found
    if talk.quotable:
        return shortened(cleaned(talk.quotable[0].text))
    kinds = dict.fromkeys(message.kind for message in talk.messages)
    return (
        "" if kinds.keys() & _IN_WORDS else say("comma", language).join(say(f"kind-{kind}", language) for kind in kinds)
    )


def without_lead_in(text: str) -> str:
    """A question without greetings and `请教下`, on one line."""
    return _LEAD_IN.sub("", cleaned(text)).strip()


def shortened(text: str, limit: int = LIMIT) -> str:
    """`text` cut at a word to `limit` Chinese characters, with … where something is missing."""
    if width(text) <= limit:
        return text
    kept = ""
    for piece in re.findall(r"[A-Za-z0-9.+_/'-]+|.", text):
        if width(kept) + width(piece) > limit - 1:
            break
        kept += piece
    return kept.rstrip(" ，,、的") + "…"


def width(text: str) -> float:
    """In Chinese characters, of which a letter takes half."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _clauses(message: Message) -> Iterator[str]:
    """Each clause, and neighbours that fit together: the second half of a question does not say what it is about."""
    text = re.sub(r"https?://\S+", " ", cleaned(message.text))
    whole = _LEAD_IN.sub("", text)
    if len(whole) >= 6 and width(whole) <= LIMIT and not acknowledges(whole):
        yield whole.rstrip("。，,；;~")
    ends = [*_CLAUSE.finditer(text)]
    starts = [0, *(match.end() for match in ends)]
    for first, start in enumerate(starts):
        for last in range(first, min(first + _TOGETHER, len(starts))):
            if last > first and not re.fullmatch(_COMMA, ends[last - 1][0]) and not ends[last - 1][0].isspace():
                break
            end = ends[last].start() if last < len(ends) else len(text)
            clause = _LEAD_IN.sub("", text[start:end].strip())
            if last > first and width(clause) > LIMIT:
                break
            if len(bare(clause)) >= 4 and not acknowledges(clause) and _is_balanced(clause):
                yield clause


def _is_balanced(text: str) -> bool:
    return all(text.count(left) == text.count(right) for left, right in ("（）", "()", "「」", "《》", "【】", "“”"))


def _telling(clause: str, message: Message, place: int, weights: Counter[str], talk: Talk) -> float:
    """Questions and announcements at the start, with the words that come back in the conversation, of a length that reads well."""
    own = set(words.content_words(clause))
    score = math.sqrt(sum(min(3, weights[word]) for word in own if not word.isdigit()))
    score += 1.2 if place == 0 else 0.6 if place <= 2 else 0.0
    score += 0.1 * max(0.0, talk.weights[message.id])
    marks = cues(clause)
    score += 0.5 if "question" in marks and len(own) > 1 else 0.0
    score -= 1.5 if "joke" in marks or message.id in talk.corrected else 0.0
    score -= 0.1 * max(0.0, width(clause) - LIMIT) + 0.3 * max(0, 7 - len(clause))
    score -= 1.0 if re.match(r"[我你他她它那]|不是|是的|对|[？?]", clause) else 0.3 if clause.startswith("这") else 0.0
    score -= (2.0, 0.3)[len(own)] if len(own) < 2 else 0.0
    return score


def _main_question(talk: Talk) -> Message | None:
    """The first question that tells what it is about."""
    telling = (m for m in talk.questions if len(words.content_words(without_lead_in(m.text))) > 1)
    return next(telling, None)
