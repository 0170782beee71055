"""Made-up exports of several formats, with the same messages, as their exporters write them: indented where they indent, with the fields that are not read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bench.speed import rows

SEED, PER_DAY = 1, 10_000


def write(folder: Path, count: int, names: tuple[str, ...]) -> dict[str, Path]:
    """Format → its file, with `count` messages."""
    paths = {name: folder / f"{name}.{'txt' if name.endswith('txt') else 'json'}" for name in names}
    files = {name: path.open("w", encoding="utf-8") for name, path in paths.items()}
    for name, file in files.items():
        file.write(enclosed(name)[0])
    for number, row in enumerate(rows(count, SEED, PER_DAY)):
        for name, file in files.items():
            file.write((",\n" if number and name in _TAILS else "") + FORMATS[name](number, row))
    for name, file in files.items():
        file.write(enclosed(name)[1])
        file.close()
    return paths


def enclosed(name: str) -> tuple[str, str]:
    """What stands before and behind the messages of a format."""
    return _HEADS.get(name, ""), _TAILS.get(name, "")


def _chatlab(number: int, row: dict[str, Any]) -> str:
    said = {
        "platformMessageId": str(10**17 + number),
        "sender": row["sender"],
        "accountName": row["name"],
        "timestamp": _seconds(row),
        "type": 25 if row["reply_to"] else 0,
        "content": row["text"],
    }
    return _json(said | ({"replyToMessageId": str(10**17 + _quoted(row))} if row["reply_to"] else {}))


def _telegram(number: int, row: dict[str, Any]) -> str:
    said = {
        "id": number + 1,
        "type": "message",
        "date": row["time"][:19],
        "date_unixtime": str(_seconds(row)),
        "from": row["name"],
        "from_id": f"user{row['sender'][1:]}",
        **({"reply_to_message_id": _quoted(row) + 1} if row["reply_to"] else {}),
        "text": row["text"],
        "text_entities": [{"type": "plain", "text": row["text"]}],
    }
    return _json(said, indent=1, level=2)


def _qce(number: int, row: dict[str, Any]) -> str:
    """About 1 KB."""
    uid, uin, at = f"u_{row['sender']:0>22}", f"1000{row['sender'][1:]:0>6}", datetime.fromisoformat(row["time"])
    elements: list[dict[str, Any]] = [{"type": "text", "data": {"text": row["text"]}}]
    if row["reply_to"]:
        quoted = str(10**18 + _quoted(row))
        about = {"messageId": quoted, "referencedMessageId": quoted, "senderUin": uin, "senderName": row["name"]}
        elements.insert(0, {"type": "reply", "data": {**about, "content": "[原消息]", "timestamp": 0}})
    said = {
        "id": str(10**18 + number),
        "seq": str(number + 1),
        "timestamp": _seconds(row) * 1000,
        "time": at.strftime("%Y-%m-%d %H:%M:%S"),
        "sender": {"uid": uid, "uin": uin, "name": row["name"], "nickname": row["name"], "groupCard": row["name"]},
        "type": "reply" if row["reply_to"] else "text",
        "content": {
            "text": row["text"],
            "html": f'<span class="text-content">{row["text"]}</span>',
            "elements": elements,
            "resources": [],
            "mentions": [],
        },
        "recalled": False,
        "system": False,
    }
    return _json(said, indent=2, level=2)


def _jsonl(number: int, row: dict[str, Any]) -> str:
    return _json(row) + "\n"


def _qq_txt(number: int, row: dict[str, Any]) -> str:
    at = datetime.fromisoformat(row["time"])
    who = f"{row['name']}(1000{row['sender'][1:]:0>6})"
    return f"{at:%Y-%m-%d} {at.hour}:{at:%M:%S} {who}\n{row['text']}\n\n"


def _whatsapp_txt(number: int, row: dict[str, Any]) -> str:
    at = datetime.fromisoformat(row["time"])
    return f"[{at:%d/%m/%Y, %H:%M:%S}] {row['name']}: {row['text']}\n"


FORMATS: dict[str, Callable[[int, dict[str, Any]], str]] = {
    "chatlab-json": _chatlab,
    "telegram-json": _telegram,
    "qce-json": _qce,
    "jsonl": _jsonl,
    "qq-txt": _qq_txt,
    "whatsapp-txt": _whatsapp_txt,
}
_RULE = "=" * 64
_HEADS = {
    "chatlab-json": '{"chatlab":{"version":"0.0.2"},"meta":{"name":"速度","platform":"qq","type":"group"},"messages":[',
    "telegram-json": '{\n "name": "速度",\n "type": "private_supergroup",\n "id": 700,\n "messages": [\n',
    "qce-json": '{\n  "metadata": {"name": "QQChatExporter"},\n  "chatInfo": {"name": "速度", "type": "group"},\n  "messages": [\n',
    "qq-txt": f"消息记录（此消息记录为文本格式，不支持重新导入）\n\n{_RULE}\n消息分组:我的群聊\n{_RULE}\n消息对象:速度\n{_RULE}\n\n",
}
_TAILS = {"chatlab-json": "]}", "telegram-json": "\n ]\n}\n", "qce-json": "\n  ]\n}\n"}


def _seconds(row: dict[str, Any]) -> int:
    return int(datetime.fromisoformat(row["time"]).timestamp())


def _quoted(row: dict[str, Any]) -> int:
    return int(row["reply_to"][1:])


def _json(value: dict[str, Any], indent: int = 0, level: int = 0) -> str:
    if not indent:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # json.dumps takes ten times as long where it indents.
    margin, text = " " * (indent * level), msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
    return margin + text.replace("\n", f"\n{margin}")
