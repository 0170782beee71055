"""The exports of Messenger and Instagram, one trap each."""

from __future__ import annotations

import json
from typing import Any

from sediment.models import ChatInfo, IgnoredRecord
from tests.readers.altering import read, said


def export(*messages: dict[str, Any], **chat: Any) -> str:
    rows = [{"sender_name": "Jia", "timestamp_ms": 1710464401000, **message} for message in messages]
    return json.dumps(
        {"participants": [{"name": "Jia"}], "messages": rows, "title": "Jia", "thread_path": "inbox/jia_1"} | chat
    )


def as_bytes(text: str) -> str:
    return text.encode().decode("latin-1")


def test_text_is_written_byte_by_byte() -> None:
    content = export({"sender_name": as_bytes("木子"), "content": as_bytes("早 👍")}, title=as_bytes("群"))
    (message,) = said(content)

    assert read(content)[0] == ChatInfo("群", "meta", "inbox/jia_1")
    assert (message.name, message.text) == ("木子", "早 👍")


def test_text_as_it_is_stays_so() -> None:
    assert [m.text for m in said(export({"content": "早"}, {"content": "é"}, {"content": "plain"}))] == [
        "早",
        "é",
        "plain",
    ]


def test_kinds() -> None:
    told = said(
        "\ufeff"
        + export(
            {"photos": [{"uri": "photos/1.jpg"}], "content": "Jia sent a photo."},
            {"audio_files": [{"uri": "audio/1.mp4"}]},
            {"files": [{"uri": f"files/{as_bytes('周报')}_1.pdf"}]},
            {"sticker": {"uri": "1.png"}},
            {"share": {"link": "https://example.org"}, "content": "https://example.org"},
            {"share": {"link": "https://example.org"}, "content": "看 https://example.org"},
            {"call_duration": 60, "content": "The video chat ended."},
            {"content": "Jia added Yi to the group."},
            {"is_unsent": True},
        )
    )

    assert [(m.kind, m.text, m.url) for m in told] == [
        ("image", "", ""),
        ("voice", "", ""),
        ("file", "周报_1.pdf", ""),
        ("sticker", "", ""),
        ("link", "https://example.org", "https://example.org"),
        ("text", "看 https://example.org", ""),
        ("call", "The video chat ended.", ""),
        ("system", "Jia added Yi to the group.", ""),
        ("recall", "", ""),
    ]


def test_reactions_are_no_messages() -> None:
    items = read(export({"content": as_bytes("Reacted 👍 to your message ")}, {"content": "Liked a message"}))

    assert items[1:] == [IgnoredRecord(place, "a reaction to another message") for place in (1, 2)]


def test_chats_that_are_encrypted_end_to_end() -> None:
    row = {
        "senderName": "木子",
        "timestamp": 1710464401000,
        "isUnsent": False,
        "media": [],
        "reactions": [],
        "text": "早",
        "type": "text",
    }
    rows = [row, {**row, "text": "看", "media": [{"uri": "./media/a.jpeg"}]}, {**row, "text": "", "isUnsent": True}]
    content = json.dumps({"participants": ["木子", "Yi"], "threadName": "木子_1", "messages": rows})

    assert read(content)[0] == ChatInfo("木子_1", "meta")
    assert [(m.kind, m.name, m.text) for m in said(content)] == [
        ("text", "木子", "早"),
        ("image", "木子", "看"),
        ("recall", "木子", ""),
    ]
