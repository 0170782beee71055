"""Which messages ask something, and which messages answer them. Shared by noise, threads and writers.

`怎么导出聊天记录` asks; `你猜怎么着` does not ask anybody anything, and no rule of form can tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sediment.models import Link, Message

_STOP = r"(?=[\s，,。.!！~～…?？、)）\]\[/]|$)"  # where a clause ends
_ZH = re.compile(
    rf"(?<![什怎那这多要])[吗嘛么]{_STOP}"
    r"|([㐀-鿿])[不没]\1|有没有|是否|能否|可否|可不可以|要不要|难道"
    rf"|(?:[过了到]|有人|还有)没有?{_STOP}|(?:能|会|有|行|可以|知道)[^\s，,。]{{0,6}}[^\s，,。不对好要]不{_STOP}"
    r"|(?<![没不管论])(?:为什么|为啥|为何|凭什么|如何|咋|怎样|怎么(?![都也]|说呢|可能|又|还|这么|那么))"
    r"|(?<![没不])(?:什么|啥)(?!都|也|的|事都)|(?<![哪里])(?:哪(?![怕里哪])|哪里(?!哪里))|多少(?!有|会|都)|多久|多长|多大|多远|多贵"
    r"|(?<![十好第上下这那])几(?:[个点号天月年次块元岁种条家位台份时]|多|折|级|楼)|(?<![没不])谁(?!都|也)"
    r"|[^\s，,。了]{1,8}[^了\s，,]还是(?!没|不|得|要|那|老|算了|一样)[^\s，,。]{1,12}" + _STOP + "|"
    r"求(?:助|推荐|指教|解|问|一?个|一?份)|请教|请问|帮(?:忙|我)?看看?|有解|来着"
    rf"|^[^\s，,。]{{1,5}}呢{_STOP}|(?:应该|可以|没事|不用[^\s，,]{{0,3}}|没问题|对)吧{_STOP}"
)
_EN = re.compile(
    r"^\W*(?:(?:hi|hey|hello|so|ok|and|but|also|guys|all)\b[,.! ]*)*(?:\S+[:,] +)?"
    r"(?:how|what|where|which|who|why|when|does|do|did|is|are|am|can|could|would|should|any ?one|anybody|has|have|will|whats|hows|any idea)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"[?？]")
_HAN = re.compile(r"[㐀-鿿]")
_URL = re.compile(r"https?://\S+")
_LONG = 60
"Longer Chinese texts explain; they ask only at their end."
_LAST = 30


@lru_cache(maxsize=1 << 15)  # noise, links and writers ask about the same few thousand texts again and again
def is_question(text: str) -> bool:
    """Whether `text` asks for something, by its form alone: a question mark, a question word, a tag such as 吗, 变不变, 甲还是乙, or an English inversion."""
    bare = _URL.sub(" ", text).strip()
    if not any(character.isalnum() for character in bare):
        return False
    if len(bare) > _LONG and _HAN.search(bare):
        bare = bare[-_LAST:]
    return bool(_MARK.search(bare) or _ZH.search(bare) or _EN.search(bare))


_ECHO = re.compile(
    r"^\W*(?:@\S+\s*)?(?:同问|同求|蹲|插眼|mark|马克|\+1|１|1$|我也(?:想知道|想问|要|没|不|是|一样)|顶|等(?:一?个)?答案|不(?:知道|清楚|懂|会)|没(?:用过|试过|做过|注意)"
    r"|same (?:here|question|problem)|me too|no idea|dunno|i don'?t know|试试|我试|好[的嘞吧]?$|收到|明白|懂了|谢|感谢|thx|thanks)",
    re.IGNORECASE,
)
_UNSAID = ("sticker", "system", "recall", "poke", "red_packet")
_STEPS = 2  # own parts of a question that may lie between it and its answer


def answers(messages: Sequence[Message], links: Sequence[Link]) -> dict[str, list[str]]:
    """Question id → ids of the messages by others that answer it, in order of time. A question without an answer is left out.

    A message answers the question that it links to, directly or through another part of the same question; what its writer adds to it answers too.
    Echoes (同问), thanks and questions back are no answers."""
    by_id = {message.id: message for message in messages}
    parents: dict[str, list[str]] = defaultdict(list)
    for link in links:
        if link.answers in by_id:
            parents[link.message_id].append(link.answers)
    answered: dict[str, frozenset[str]] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        answered[message.id] = _answered(message, parents, by_id, answered)
        for question in sorted(answered[message.id]):
            found[question].append(message.id)
    return dict(found)


def _answered(
    message: Message,
    parents: Mapping[str, Sequence[str]],
    by_id: Mapping[str, Message],
    answered: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The questions that `message` answers."""
    if message.kind in _UNSAID or is_question(message.text) or _ECHO.search(message.text):
        return frozenset()
    questions: set[str] = set()
    for parent in (by_id[id] for id in parents.get(message.id, ())):
        if parent.sender == message.sender:
            questions |= answered.get(parent.id, frozenset())
        elif (asked := _asked(parent, parents, by_id)) is not None:
            questions.add(asked)
    return frozenset(questions)


def _asked(message: Message, parents: Mapping[str, Sequence[str]], by_id: Mapping[str, Message]) -> str | None:
    """The question that `message` is, or that it is a further part of."""
    for _ in range(_STEPS + 1):
        if is_question(message.text):
            return message.id
        own = [by_id[id] for id in parents.get(message.id, ()) if by_id[id].sender == message.sender]
        if not own:
            return None
        message = own[0]
    return None
