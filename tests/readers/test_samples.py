"""The same conversation in every exporter's own shape, from the folder beside the checkout: equal to its `expected.jsonl` but for what each
format cannot carry, spelled out here message by message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sediment.errors import ReadError, UnknownFormat
from sediment.models import BadRecord, ChatInfo, ReadMessage
from sediment.readers import reader_for
from sediment.sources import sources_in
from tests.readers.canon import ZONE

Changes = Mapping[int, Mapping[str, Any] | None]  # by number of the message; None: it is missing

_PEOPLE = {
    "U1": ("wxid_muzi0001", "木子|运营", "木子"),
    "U2": ("wxid_atai0002", "atai@example.org", "阿泰：后端", "阿泰"),
    "U3": ("wxid_xiaoman03", "【管理员】小满", "小满"),
    "U4": ("wxid_laok0004", "老K(摸鱼版)", "老K(摸鱼版)"),
}
_KEYS = {key: person for person, keys in _PEOPLE.items() for key in (*keys, f"@{keys[0]}:example.org")}
_KEYS |= {
    key.format(number): f"U{number}"
    for number in range(1, 5)
    for key in ("10000000{}", "user10000000{}", "10000000000000000{}", "U0000000{}", "ou_u{}")
}

BEFORE = datetime(2024, 3, 15, 8, 30, tzinfo=ZONE)  # when WhatsApp said that it encrypts

NOBODY: Changes = {10: {"sender": None}}
NO_REPLY: Changes = {5: {"reply_to": None}}
PLAIN_REPLY: Changes = {5: {"reply_to": None, "kind": "text"}}
NO_NOTICES: Changes = {3: None, 10: None}
NO_WORDS: Changes = {11: {"text": ""}}
AS_TEXT: Changes = {n: {"kind": "text"} for n in (9, 11, 14)}
QQ_TXT: Changes = {
    3: {"text": "老K(摸鱼版)加入本群。"},
    5: {
        "reply_to": None,
        "kind": "text",
        "text": "@阿泰：后端 用 message_id 做主键 upsert，别用自增序号",
        "mentions": ["U2"],
    },
    9: {"kind": "text", "text": "Chroma 文档\nhttps://docs.example.org/chroma?x=1&y=2"},
    10: {"sender": None, "text": "老K(摸鱼版)撤回了一条消息"},
    11: {"text": "我发了一个“口令红包”，升级手机QQ版本就可以拆啦！"},
}
QQ_COPIED: Changes = {**NO_NOTICES, **PLAIN_REPLY, **AS_TEXT, 2: {"kind": "image"}, 7: {"kind": "image"}}
ONEBOT: Changes = {3: {"text": "100000004 加入群聊"}, 10: {"text": "撤回了一条消息"}, **NO_WORDS}
ONEBOT_HISTORY: Changes = {**NO_NOTICES, **NO_WORDS}
WEST: Changes = {10: None, 11: {"kind": "text"}}
TELEGRAM: Changes = {
    **WEST,
    3: {"text": "阿泰 invite_members 老K(摸鱼版)"},
    8: {"text": "木子 收到，那撤回的消息怎么处理？"},
}
PLAIN_LINK: Changes = {9: {"kind": "text"}}
ANDROID: Changes = {
    **WEST,
    **PLAIN_REPLY,
    9: {"kind": "text", "text": "https://docs.example.org/chroma?x=1&y=2"},
    **{n: {"kind": "other", "text": ""} for n in (2, 6, 7, 14)},
}
MAIL: Changes = {**NO_NOTICES, **PLAIN_REPLY, **NO_WORDS}

FILES: dict[str, tuple[str, Changes]] = {
    "chatlog/chatlog.json": ("chatlog-json", {**NOBODY, **NO_REPLY, **NO_WORDS}),
    "chatlog/chatlog.csv": ("chatlog-csv", {**NOBODY, **NO_REPLY, **NO_WORDS}),
    "wechatmsg/沉淀测试群_utf8.csv": (
        "wechatmsg-csv",
        {**NOBODY, 5: {"reply_to": None, "text": ""}, 9: {"text": ""}, 11: {"text": ""}, 14: {"text": ""}},
    ),
    "wechatmsg/沉淀测试群.txt": ("wechatmsg-txt", {**NOBODY, **NO_REPLY, 11: None, 14: {"text": ""}}),
    "pywxdump/20000000001@chatroom_0_17.csv": ("pywxdump-csv", {**NOBODY, **NO_REPLY, 11: {"kind": "other"}}),
    "pywxdump/20000000001@chatroom_0_17.json": ("pywxdump-json", {**NOBODY, **NO_REPLY, 11: {"kind": "other"}}),
    "weflow/weflow_v2026-02_full_no_ids.json": ("weflow-json", {**NOBODY, **NO_REPLY, **NO_WORDS}),
    "weflow/weflow_v2026-06_full.json": ("weflow-json", {**NOBODY, **NO_WORDS}),
    "weflow/weflow.txt": ("weflow-txt", {**NOBODY, **NO_REPLY, **NO_WORDS}),
    "weflow/weclone.csv": ("weclone-csv", {**NO_REPLY, **NO_WORDS}),
    "echotrace/echotrace.json": ("echotrace-json", {**NOBODY, **NO_REPLY, **NO_WORDS}),
    "qq_mht/group.mht": (
        "qq-mht",
        {
            **QQ_TXT,
            2: {"kind": "image"},
            5: {"reply_to": None, "kind": "text"},
            7: {"kind": "other"},
            9: {"kind": "text"},
            11: {"kind": "text"},
            14: {"kind": "text"},
        },
    ),
    "qce/group_700000001_v4.json": ("qce-json", {9: {"kind": "share", "text": ""}}),
    "qce/group_700000001_v5.json": ("qce-json", {}),
    "qce/group.txt": (
        "qce-txt",
        {**NO_REPLY, 2: {"kind": "text", "text": "[早安]"}, 9: {"kind": "share", "text": ""}},
    ),
    "onebot/events.jsonl": ("onebot-events", ONEBOT),
    "onebot/get_group_msg_history.json": ("onebot-history", ONEBOT_HISTORY),
    "telegram/single/result.json": ("telegram-json", TELEGRAM),
    "telegram/full/result.json": ("telegram-json", TELEGRAM),
    "telegram/single_invalid_x_escape/result.json": ("telegram-json", {**TELEGRAM, 1: {"text": "大家早上好\x0b"}}),
    "discord/sediment.json": ("discord-json", {**WEST, 3: {"text": "老K(摸鱼版) Joined the server."}}),
    "whatsapp/与沉淀测试群的 WhatsApp 聊天.txt": ("whatsapp-txt", {**ANDROID, 3: {"text": "阿泰添加了老K(摸鱼版)"}}),
    "whatsapp/WhatsApp Chat with 沉淀测试群.txt": ("whatsapp-txt", {**ANDROID, 3: {"text": "阿泰 added 老K(摸鱼版)"}}),
    "whatsapp/WhatsApp Chat mit 沉淀测试群.txt": (
        "whatsapp-txt",
        {**ANDROID, 3: {"text": "阿泰 hat 老K(摸鱼版) hinzugefügt."}},
    ),
    "whatsapp/ios/_chat.txt": (
        "whatsapp-txt",
        {**WEST, **PLAIN_REPLY, 3: {"text": "阿泰 added 老K(摸鱼版)"}, 9: ANDROID[9]},
    ),
    "line/[LINE] 沉淀测试群.txt": (
        "line-txt",
        {**WEST, **PLAIN_REPLY, **PLAIN_LINK, 3: {"text": "老K(摸鱼版)已加入群組"}, 14: {"text": ""}},
    ),
    "kakaotalk/KakaoTalk_group.txt": ("kakaotalk-txt", {**WEST, **PLAIN_REPLY, **PLAIN_LINK, 3: None}),
    "matrix_element/export.json": (
        "element-json",
        {**PLAIN_LINK, 3: {"text": "老K(摸鱼版) 加入了房间"}, 10: {"text": ""}, 11: {"kind": "text"}},
    ),
    "zulip_archive/100001-general/增量更新.json": (
        "zulip-json",
        {**PLAIN_REPLY, **dict.fromkeys((2, 3, 6, 7, 9, 10, 11, 14))},
    ),
    "chatlab/chatlab.json": ("chatlab-json", {**NOBODY, **NO_WORDS}),
    "chatlab/chatlab.jsonl": ("chatlab-jsonl", {**NOBODY, **NO_WORDS}),
    "qq_native/group_12h.txt": ("qq-txt", QQ_TXT),
    "qq_native/group_gb18030.txt": ("qq-txt", QQ_TXT),
    "qq_native/group_utf16le_bom.txt": ("qq-txt", QQ_TXT),
    "qq_native/group_utf8bom_crlf.txt": ("qq-txt", QQ_TXT),
    "qq_native/copied_dash_dates.txt": ("qq-copied", QQ_COPIED),
    "qq_native/copied_name_first_12h.txt": ("qq-copied", QQ_COPIED),
    "wechat_text/email_group.txt": ("wechat-text", MAIL),
    "wechat_text/email_group_dear.txt": ("wechat-text", MAIL),
    "wechat_text/email_private_slash_dates.txt": ("wechat-text", MAIL),
    "wechat_text/sender_first_datetime.txt": ("wechat-text", {**NO_NOTICES, **PLAIN_REPLY, **AS_TEXT}),
}


@pytest.mark.parametrize("file", FILES)
def test_sample_equals_the_expected_answer(file: str, shared: Path) -> None:
    name, changes = FILES[file]
    (source,) = sources_in(shared / "samples" / file, ZONE)
    reader = reader_for(source)
    messages = [item for item in reader.read(source) if isinstance(item, ReadMessage) and item.sent_at > BEFORE]

    assert reader.name == name
    assert _told(messages) == _expected(shared, changes, any(message.precision == 60 for message in messages))


@pytest.mark.parametrize(("file", "until"), [("chatlog_multi_day.txt", 16), ("chatlog_single_day.txt", 12)])
def test_chatlog_text_takes_the_day_from_the_name(file: str, until: int, shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "20000000001@chatroom_2024-03-15_2024-03-16.txt"
    path.write_bytes((shared / "samples/chatlog" / file).read_bytes())
    (source,) = sources_in(path, ZONE)
    messages = [item for item in reader_for(source).read(source) if isinstance(item, ReadMessage)]

    assert _told(messages) == _expected(shared, {**NOBODY, **NO_REPLY, **NO_WORDS}, False)[:until]


def test_chatlog_text_without_a_day_is_refused(shared: Path) -> None:
    (source,) = sources_in(shared / "samples/chatlog/chatlog_single_day.txt", ZONE)

    with pytest.raises(ReadError, match="no day"):
        list(reader_for(source).read(source))


def test_chunks_of_qce_are_one_export(shared: Path) -> None:
    sources = list(sources_in(shared / "samples/qce/chunked_jsonl", ZONE))
    items = [item for source in sources for item in reader_for(source).read(source)]

    assert {item.name for item in items if isinstance(item, ChatInfo)} == {"沉淀测试群"}
    assert _told([item for item in items if isinstance(item, ReadMessage)]) == _expected(shared, {}, False)
    assert not [item for item in items if isinstance(item, BadRecord)]


def test_slack_days_are_one_export_as_folder_and_as_zip(shared: Path) -> None:
    changes = {
        **WEST, 2: {"kind": "text", "text": ":wave:"}, 3: {"text": "@老K(摸鱼版) has joined the channel"}, 7: {"kind": "image"},
    }  # fmt: skip
    for path in (shared / "samples/slack/export", shared / "samples/slack/export.zip"):
        items = [item for source in sources_in(path, ZONE) for item in reader_for(source).read(source)]

        assert {item for item in items if isinstance(item, ChatInfo)} == {ChatInfo("general", "slack", "C00000001")}
        assert _told([item for item in items if isinstance(item, ReadMessage)]) == _expected(shared, changes, False)


def test_feishu_pages_are_one_export(shared: Path) -> None:
    items = [item for source in sources_in(shared / "samples/feishu", ZONE) for item in reader_for(source).read(source)]
    changes = {
        3: {"text": "阿泰 invited 老K(摸鱼版) to this chat."}, 8: {"text": "@木子 收到，那撤回的消息怎么处理？"}, 10: {"text": ""},
        11: {"kind": "text"},
    }  # fmt: skip

    assert _told([item for item in items if isinstance(item, ReadMessage)]) == _expected(shared, changes, False)


def test_broken_line_is_kept(shared: Path) -> None:
    (source,) = sources_in(shared / "samples/chatlab/chatlab.jsonl", ZONE)

    bad = [item for item in reader_for(source).read(source) if isinstance(item, BadRecord)]

    assert bad == [BadRecord(23, "Input data was truncated", '{"_type":"message","sender":"broken')]


def test_copied_text_without_times_is_refused(shared: Path) -> None:
    (source,) = sources_in(shared / "samples/wechat_text/pc_multiselect_copy_no_time.txt", ZONE)

    with pytest.raises(UnknownFormat, match="cannot be dated"):
        reader_for(source)


def _told(messages: list[ReadMessage]) -> list[dict[str, Any]]:
    by_id = {m.native_id: number for number, m in enumerate(messages) if m.native_id}
    return [
        {
            "time": int(m.sent_at.timestamp()),
            "sender": _KEYS.get(m.sender or "", m.sender),
            "kind": m.kind,
            "text": m.text,
            "reply_to": by_id.get(m.reply_to) if m.reply_to else None,
            "mentions": [_KEYS.get(key, key) for key in m.mentions],
        }
        for m in messages
    ]


def _expected(shared: Path, changes: Changes, only_minutes: bool) -> list[dict[str, Any]]:
    said = [json.loads(line) for line in (shared / "samples/expected.jsonl").read_text(encoding="utf-8").splitlines()]
    kept = [message for message in said if changes.get(message["n"], {}) is not None]
    position = {message["n"]: number for number, message in enumerate(kept)}
    wanted = []
    for message in kept:
        number = message.pop("n")
        message["reply_to"] = position.get(message["reply_to"])
        message["time"] -= message["time"] % 60 if only_minutes else 0
        wanted.append({**message, **(changes.get(number) or {})})
    return wanted
