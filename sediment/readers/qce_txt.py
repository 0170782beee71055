"""Exports of qq-chat-exporter (github.com/shuakami/qq-chat-exporter) as text.

木子|运营:
时间: 2024-03-15 09:00:01
内容: 大家早上好

A number in a line above, a title before the name, the type below the time, files, mentions and the quoted message below the text may be there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from sediment.models import ChatInfo, ReadItem, ReadMessage
from sediment.sources import Format, Frame, Source, is_recall, labelled, mentioned, moment, notice_kind, records
from sediment.sources.texts import Line, line_blocks

_MARK = "[QQChatExporter"
_RULE = "=" * 47
_TIME = "时间: "
_HEADER = re.compile(
    r"(?:\[\d+\] )?(?:\[[^\]\n]{1,20}\] )?(?P<name>.*):\n时间: (?P<time>\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d\d:\d\d)\s*",
    re.ASCII,
)
_NUMBER = re.compile(r"\[\d+\]", re.ASCII)
_FRAME = re.compile(
    r"\[(?:QQChatExporter|本软件).*|\s+(?:QQ聊天记录导出文件|导出完成)|总计导出 \d+ 条消息"
    r"|聊天名称: (?P<chat>.*)|(?:聊天类型|参与人数|导出时间|消息总数|时间范围): .*"
)
_TYPE = re.compile(r"类型: \S*\n")
_DETAILS = re.compile(
    r"\n(?:资源: \d+ 个文件(?:\n  - .*)*|提及: .*|回复: (?:.* )?- .*)(?:\n(?:提及: |回复: ).*)*\s*\Z|\n回复: \d\d-\d\d \d\d:\d\d .* - [\s\S]*"
)
_QUOTE = re.compile(r"\n回复: (?:\d\d-\d\d \d\d:\d\d )?(?P<who>[^\n]*?) - (?P<words>[\s\S]*)")
_REPLY_MARK, _NOBODY = "[回复消息]", ("0", "系统消息")


def _recognises(source: Source) -> bool:
    return source.head.startswith(_MARK)


def _read(source: Source) -> Iterator[ReadItem]:
    def message(place: int, block: tuple[re.Match[str], str]) -> ReadMessage:
        said, body = block
        content = _TYPE.sub("", _DETAILS.sub("", body), count=1).removeprefix("内容: ").rstrip("\n")
        name = "" if said["name"] in _NOBODY else said["name"]
        kind, text, url = labelled(content)
        quote = _QUOTE.search(body) if content.startswith(_REPLY_MARK) else None
        if content.startswith(_REPLY_MARK):
            kind, text = "reply", content.removeprefix(_REPLY_MARK)
        elif not name or is_recall(content):
            kind = notice_kind(content)
        sent_at = moment(said["time"], source.zone)
        quotes = f"{quote['who']}：{quote['words']}" if quote else ""
        return ReadMessage(
            place, sent_at, name or None, name, kind, text, mentions=mentioned(text), url=url, quotes=quotes
        )

    chat = next(
        (found["chat"] for line in source.head_lines[:12] if (found := _FRAME.fullmatch(line)) and found["chat"]), ""
    )
    yield from records(line_blocks(_with_names(source.lines()), _starts()), message, ChatInfo(chat, "qq"))


def _with_names(lines: Iterable[Line]) -> Iterator[Line]:
    """A name and the time below it as one line: together they are a header."""
    held: Line | None = None
    for line in lines:
        if _NUMBER.fullmatch(line[1]) and held is not None and not held[1].strip():
            continue
        if held is not None and held[1].endswith(":") and line[1].startswith(_TIME):
            held = (held[0], f"{held[1]}\n{line[1]}")
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _starts() -> Callable[[str, str], re.Match[str] | Frame | None]:
    framed = True

    def starts(line: str, before: str) -> re.Match[str] | Frame | None:
        nonlocal framed
        header = _HEADER.fullmatch(line)
        framed = header is None and (framed or line == _RULE)
        is_frame = framed and (line == _RULE or _FRAME.fullmatch(line) is not None)
        return header or (Frame.LINE if is_frame else None)

    return starts


TXT = Format(
    name="qce-txt",
    exporter="qq-chat-exporter (TXT)",
    losses=("native_id", "sender_id", "zone", "reply_to", "mentions", "kinds", "captions"),
    recognises=_recognises,
    read=_read,
)
