"""Which messages ask something, and which messages answer them. Shared by noise, threads and writers.

`怎么导出聊天记录` asks; `你猜怎么着` does not ask anybody anything, and no rule of form can tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from sediment.models import Link, Message

_ZH = re.compile(
    r"[吗嘛么][呀啊]?\s*[~～。.！!…)）\]]*$"
    r"|怎么(?:办|样|弄|搞|做|设|装|改|写|用|发|选|算|申请|处理|解决|回事)|如何|为什么|为啥|为何|凭什么|咋|啥意思"
    r"|(?:是|有|能|会|要|可|行|好|对|用|该|想|去|来)不(?:是|能|会|要|可以|行|好|对|用|该|想|去|来)|是否|有没有|能否|可否|可不可以"
    r"|多少|多久|几[个点号天月年次块元岁种条家位时]|哪[个些里儿家种款天位边]|什么(?:时候|意思|情况|原因|价|地方|东西|样|区别)|谁(?:有|知道|能|会|懂|在|家|用|做)|求(?:助|推荐|指教|解|问)"
    r"|请(?:教|问)|有(?:人|谁|大佬|没人|推荐)(?:知道|能|用过|遇到|会|有|在|做)|(?:呢|不|没|没有)\s*[?？]*$",
)
_EN = re.compile(
    r"^\W*(?:(?:hi|hey|hello|so|ok|and|but|also|guys|all)\b[,.! ]*)*(?:\S+[:,] +)?"
    r"(?:how|what|where|which|who|why|when|does|do|did|is|are|am|can|could|would|should|any ?one|anybody|has|have|will|whats|hows|any idea)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r"[?？]")
_NOT_ASKED = re.compile(r"^[?？\s]+$|https?://\S*[?]\S*$")


def is_question(text: str) -> bool:
    """Whether `text` asks for something, by its form alone: a question mark, a question word or a tag such as 吗, or an English inversion."""
    bare = re.sub(r"https?://\S+", " ", text).strip()
    if not bare or _NOT_ASKED.match(bare):
        return False
    return bool(_MARK.search(bare) or _ZH.search(bare) or _EN.search(bare))


def answers(messages: Sequence[Message], links: Sequence[Link]) -> dict[str, list[str]]:
    """Question id → ids of the messages by others that answer it, in order of time. A question without an answer is left out.

    A message answers the question that it links to; what its writer adds to it (linked to it) answers too."""
    by_id = {message.id: message for message in messages}
    best: dict[str, list[str]] = defaultdict(list)
    for link in links:
        best[link.message_id].append(link.answers)
    asked: dict[str, frozenset[str]] = {}
    found: dict[str, list[str]] = defaultdict(list)
    for message in messages:
        answered = _answered(message, best[message.id], by_id, asked)
        asked[message.id] = answered
        for question in sorted(answered):
            found[question].append(message.id)
    return dict(found)


def _answered(
    message: Message, parents: Collection[str], by_id: dict[str, Message], asked: dict[str, frozenset[str]]
) -> frozenset[str]:
    """The questions that `message` answers: those it links to, and those of its writer's own earlier part."""
    questions: set[str] = set()
    for parent in (by_id[i] for i in parents if i in by_id):
        if parent.sender == message.sender:
            questions |= asked.get(parent.id, frozenset())
        elif is_question(parent.text) and message.kind not in ("sticker", "system", "recall"):
            questions.add(parent.id)
    return frozenset(questions)
