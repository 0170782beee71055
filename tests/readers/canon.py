"""The conversation that every sample in tests/data tells, and what is left of it in a format that cannot carry everything.

It holds what breaks readers: lines that look like a header, an empty line in a message, names with brackets, colons and times, two equal
messages in one second, a reply, a recall, JSON and HTML in a text, file names with brackets, an emoji code, midnight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from sediment.models import Kind, ReadMessage
from sediment.sources import Source

ZONE = ZoneInfo("Asia/Shanghai")
DATA = Path(__file__).parent.parent / "data"
GROUP = "早起（测试）群"
_NAMES = {"wxid_zhou": "小周(深圳)", "wxid_may": "阿May：产品", "wxid_nine": "09:30起床的人"}
_SLACK_ID = re.compile(r"\d{10}\.(\d{6})")  # a time; the samples number the messages in the microseconds
_MEDIA = ("image", "sticker", "other")
_NUMBERS = {"300000001": "wxid_zhou", "300000002": "wxid_may", "300000003": "wxid_nine"}
_NUMBERS |= {f"user{number}": key for number, key in _NUMBERS.items()} | {
    f"@{key}:example.org": key for key in _NUMBERS.values()
}


def _said(number: int, at: str, sender: str | None, kind: Kind, text: str) -> ReadMessage:
    sent_at = datetime.fromisoformat(f"2025-{at}").replace(tzinfo=ZONE)
    return ReadMessage(
        number, sent_at, sender, _NAMES.get(sender or "", ""), kind, text, native_id=str(74 * 10**17 + number)
    )


CANON = (
    _said(1, "01-31 23:58:07", "wxid_zhou", "text", "明天 10:00 开会吗？"),
    replace(
        _said(2, "01-31 23:58:40", "wxid_may", "reply", "开，\n\n2025-01-30 22:00:00 这是贴的日志\n张三  09:15"),
        reply_to="7400000000000000001",
    ),
    _said(3, "01-31 23:59:59", "wxid_nine", "sticker", ""),
    _said(4, "02-01 00:00:00", "wxid_nine", "text", "好"),
    _said(5, "02-01 00:00:00", "wxid_nine", "text", "好"),
    _said(6, "02-01 00:00:31", None, "recall", '"小周(深圳)" 撤回了一条消息'),
    replace(
        _said(7, "02-01 08:00:00", "wxid_zhou", "text", '@阿May：产品 看 {"k": [1, "}, {"]} \\n <b>&amp;</b>, "引号"'),
        mentions=("wxid_may",),
    ),
    _said(8, "02-01 08:01:00", "wxid_may", "image", ""),
    replace(_said(9, "02-01 08:02:00", "wxid_zhou", "link", "会议纪要, 第 2 版"), url="https://example.org/a?x=1&y=2"),
    _said(10, "02-01 08:03:00", "wxid_nine", "file", "报表[终].xlsx"),
    _said(11, "02-01 12:00:00", "wxid_may", "red_packet", "新年快乐"),
    _said(12, "02-01 12:00:10", None, "system", '"C|D"加入了群聊'),
    _said(13, "02-01 12:00:30", "wxid_zhou", "text", "[旺柴]"),
)


def expected(losses: Sequence[str]) -> list[ReadMessage]:
    """CANON as a format with these losses can tell it at best."""
    return [_comparable(_without(message, losses), losses) for message in CANON if not _is_lost(message, losses)]


def comparable(messages: Sequence[ReadMessage], losses: Sequence[str]) -> list[ReadMessage]:
    """What was read, without the places, accounts and words of notices as in CANON, and without what the losses leave open."""
    return [
        _comparable(
            replace(
                message,
                line=0,
                sender=_NUMBERS.get(message.sender or "", message.sender),
                mentions=tuple(_NUMBERS.get(key, key) for key in message.mentions),
                native_id=_SLACK_ID.sub(r"7400000000000\1", message.native_id) if message.native_id else None,
                reply_to=_SLACK_ID.sub(r"7400000000000\1", message.reply_to) if message.reply_to else None,
                quotes="",
                quotes_at=None,
                account_name="",
                sent_at=message.sent_at.astimezone(ZONE).replace(microsecond=0),
            ),
            losses,
        )
        for message in map(_in_our_words, messages)
        if not ("media" in losses and message.kind in _MEDIA)
    ]


def sample(name: str) -> Source:
    (path,) = DATA.glob(f"{name}.*")
    return Source(path, ZONE)


def _in_our_words(message: ReadMessage) -> ReadMessage:
    """A platform says in its own language who joined, and some show a recalled message in the place of a notice."""
    if message.kind == "recall" and message.sender and not message.text.startswith('"'):
        return replace(
            message,
            sender=None,
            name="",
            text=f'"{_NAMES.get(_NUMBERS.get(message.sender, ""), message.name)}" 撤回了一条消息',
        )
    return replace(message, text='"C|D"加入了群聊') if message.kind == "system" and "C|D" in message.text else message


def _is_lost(message: ReadMessage, losses: Sequence[str]) -> bool:
    lost = {"gifts": ("red_packet",), "recalls": ("recall",), "notices": ("system", "recall"), "media": _MEDIA}
    return any(loss in losses and message.kind in kinds for loss, kinds in lost.items())


def _without(message: ReadMessage, losses: Sequence[str]) -> ReadMessage:
    said = replace(message, line=0)
    if "native_id" in losses:
        said = replace(said, native_id=None)
    if "reply_to" in losses:
        said = replace(said, reply_to=None)
    if "mentions" in losses:
        said = replace(said, mentions=tuple(_NAMES[sender] for sender in said.mentions))
    if "sender_id" in losses:
        said = replace(said, sender=said.name or None)
    if "seconds" in losses:
        said = replace(said, precision=60, sent_at=said.sent_at.replace(second=0))
    return said


def _comparable(message: ReadMessage, losses: Sequence[str]) -> ReadMessage:
    if "kinds" in losses and message.kind not in ("image", "sticker", "system", "recall"):
        message = replace(message, kind="text", text=message.text.split("\nhttps://")[0], url="")
    if "notice_text" in losses and message.kind in ("system", "recall"):
        message = replace(message, text="", sender=None, name="", native_id=None)
    if "names" in losses:
        message = replace(message, name="")
    if "captions" in losses and (message.text in _CAPTIONS or message.kind in ("red_packet", "link", "file")):
        message = replace(message, text="", url="")
    return message


_CAPTIONS = [message.text for message in CANON if message.kind in ("red_packet", "link", "file")]
