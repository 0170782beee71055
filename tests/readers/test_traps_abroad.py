"""Traps of the exports of Telegram, WhatsApp, Slack and others, one case each."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from sediment.models import BadRecord, ChatInfo, IgnoredRecord, ReadItem, ReadMessage
from sediment.readers import reader_for
from sediment.sources import Source, sources_in
from tests.readers.canon import ZONE

Read = Callable[..., list[ReadItem]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def items(content: str, name: str | None = None) -> list[ReadItem]:
        path = tmp_path / "export"
        path.write_text(content, encoding="utf-8")
        source = Source(path, ZONE)
        return list(reader_for(source, name).read(source))

    return items


def messages(items: list[ReadItem]) -> list[ReadMessage]:
    return [item for item in items if isinstance(item, ReadMessage)]


STARTS = [
    datetime(2024, 2, 25, 8, 30, 5, tzinfo=ZONE),
    datetime(2024, 3, 4, 23, 50, 59, tzinfo=ZONE),
    datetime(2024, 11, 30, 12, 0, 1, tzinfo=ZONE),
]
LAYOUTS = [
    (date, bracket, clock)
    for date, bracket, clock in product(
        ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d.%m.%y", "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y"),
        (True, False),
        ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M\u202f%p"),
    )
]


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize(("date", "bracket", "clock"), LAYOUTS)
def test_whatsapp_layouts(read: Read, start: datetime, date: str, bracket: bool, clock: str) -> None:
    times = [start + timedelta(hours=7 * number) for number in range(12)]
    header = f"[{date}, {clock}] " if bracket else f"{date}, {clock} - "
    items = read("".join(f"{time.strftime(header)}甲: 早 {number}\n" for number, time in enumerate(times)))
    exact = times if "%S" in clock else [time.replace(second=0) for time in times]

    assert [(m.sent_at, m.name, m.text) for m in messages(items)] == [
        (time, "甲", f"早 {n}") for n, time in enumerate(exact)
    ]


def test_whatsapp_order_of_day_and_month_is_told_from_the_whole_file(read: Read) -> None:
    said = messages(read("01/02/2024, 09:00 - 甲: 早\n02/02/2024, 09:00 - 甲: 早\n31/03/2024, 09:00 - 甲: 早\n"))

    assert [f"{m.sent_at:%d.%m.}" for m in said] == ["01.02.", "02.02.", "31.03."]


def test_whatsapp_order_without_a_proof_is_the_one_in_which_time_runs_on(read: Read) -> None:
    said = messages(read("1/2/24, 09:00 - 甲: 早\n1/3/24, 09:00 - 甲: 早\n2/1/24, 09:00 - 甲: 早\n"))

    assert [f"{m.sent_at:%d.%m.}" for m in said] == ["02.01.", "03.01.", "01.02."]


def test_whatsapp_names_and_texts_with_colons(read: Read) -> None:
    said = messages(
        read("2024/3/15 09:00 - 09:30起床的人: 明天: 10:00\n2024/3/15 09:01 - 甲: \n2024/3/15 09:02 - 乙加入了\n")
    )

    assert [(m.kind, m.name, m.text) for m in said] == [
        ("text", "09:30起床的人", "明天: 10:00"),
        ("text", "甲", ""),
        ("system", "", "乙加入了"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<attached: 00000012-PHOTO-2024.jpg>", ("image", "")),
        ("<已附加: 00000013-AUDIO.opus>", ("voice", "")),
        ("周报 3.pdf (文件附件)", ("text", "周报 3.pdf (文件附件)")),
        ("report.pdf (file attached)", ("file", "report.pdf")),
        ("\u200evideo omitted", ("video", "")),
        ("\u200e图片已略去", ("image", "")),
        ("<省略多媒体文件>", ("other", "")),
        ("这条消息已删除", ("recall", "这条消息已删除")),
        ("好 <This message was edited>", ("text", "好")),
    ],
)
def test_whatsapp_words_for_media(read: Read, text: str, expected: tuple[str, str]) -> None:
    (message,) = messages(read(f"[15/03/2024, 9:00:01 AM] 甲: {text}\n"))

    assert (message.kind, message.text) == expected


def telegram(*fields: dict[str, Any], **chat: Any) -> str:
    said = [
        {"id": n, "type": "message", "date_unixtime": "1710464401", "from": "甲", "from_id": "user1", "text": "早"} | f
        for n, f in enumerate(fields)
    ]
    return json.dumps({"name": "群", "type": "private_group", "id": 7, "messages": said} | chat)


def test_telegram_reply_into_another_chat_is_no_link(read: Read) -> None:
    items = read(telegram({}, {"reply_to_message_id": 0}, {"reply_to_message_id": 0, "reply_to_peer_id": "channel9"}))

    assert [m.reply_to for m in messages(items)] == [None, "0", None]


def test_telegram_old_exports(read: Read) -> None:
    items = read(telegram({"date_unixtime": None, "date": "2024-03-15T09:00:01", "from_id": 1}, {"from": None}))

    assert [(m.sender, m.name, f"{m.sent_at:%H:%M:%S}") for m in messages(items)] == [
        ("user1", "甲", "09:00:01"),
        ("user1", "user1", "09:00:01"),
    ]


def test_telegram_account_with_chats_without_names(read: Read) -> None:
    chats: list[dict[str, Any]] = [
        {"name": "一", "type": "private_group", "id": 1},
        {"type": "saved_messages", "id": 2},
        {"name": None, "type": "replies", "id": 3},
    ]
    said = {"id": 5, "type": "message", "date_unixtime": "1710464401", "from": "甲", "from_id": "user1", "text": "早"}
    items = read(json.dumps({"about": "", "chats": {"list": [{**chat, "messages": [said]} for chat in chats]}}))

    assert [item for item in items if isinstance(item, ChatInfo)] == [
        ChatInfo("一", "telegram", "1"),
        ChatInfo("saved_messages", "telegram", "2"),
        ChatInfo("replies", "telegram", "3"),
    ]


def test_telegram_text_that_breaks_off_is_told_in_an_account(read: Read) -> None:
    items = read(json.dumps({"chats": {"list": json.loads(f"[{telegram({}, {})}]")}})[:-60])

    assert len(messages(items)) == 1
    assert isinstance(items[-1], BadRecord)


def test_discord_channel_and_forwarded_message(read: Read) -> None:
    author = {"id": "1", "name": "jia", "nickname": None}
    said = {"id": "5", "type": "Default", "timestamp": "2024-03-15T09:00:01+00:00", "content": "", "author": author}
    forwarded = {**said, "reference": {"messageId": "4", "channelId": "9"}, "forwardedMessage": {"content": "早"}}
    items = read(
        json.dumps(
            {"guild": {"id": "3", "name": "社区"}, "channel": {"id": "4", "name": "general"}, "messages": [forwarded]}
        )
    )
    (message,) = messages(items)

    assert items[0] == ChatInfo("社区 #general", "discord", "4")
    assert (message.kind, message.text, message.reply_to, message.name) == ("forward", "早", None, "jia")


def test_slack_marks_become_words(tmp_path: Path) -> None:
    said = {
        "type": "message",
        "user": "U1",
        "ts": "1710464401.000001",
        "text": "<@U2> <#C1|general> <!here> <https://example.org?a=1&amp;b=2> &lt;b&gt;",
    }
    gone = {"type": "message", "subtype": "tombstone", "ts": "1710464402.000001", "text": "This message was deleted."}
    (tmp_path / "general").mkdir()
    (tmp_path / "general" / "2024-03-15.json").write_text(json.dumps([said, gone]), encoding="utf-8")
    users = [
        {"id": "U1", "team_id": "T", "profile": {"display_name": "甲"}},
        {"id": "U2", "team_id": "T", "profile": {"real_name": "乙"}},
    ]
    (tmp_path / "users.json").write_text(json.dumps(users), encoding="utf-8")
    items = [item for source in sources_in(tmp_path, ZONE) for item in reader_for(source).read(source)]
    first, second = messages(items)

    assert (first.name, first.text, first.mentions) == (
        "甲",
        "@乙 #general @here https://example.org?a=1&b=2 <b>",
        ("U2",),
    )
    assert (second.kind, second.sender) == ("recall", None)


def element(**fields: Any) -> dict[str, Any]:
    event = {
        "type": "m.room.message",
        "sender": "@jia:example.org",
        "event_id": "$1",
        "origin_server_ts": 1710464401000,
    }
    return {**event, "content": {"msgtype": "m.text", "body": "早"}} | fields


def test_element_edit_points_at_what_it_replaces(read: Read) -> None:
    edit = {
        "msgtype": "m.text",
        "body": "* 好",
        "m.new_content": {"body": "好"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"},
    }
    named = element(type="m.room.member", event_id="$0", content={"membership": "join", "displayname": "甲"})
    topic = element(type="m.room.topic", event_id="$3", content={"topic": "x"})
    items = read(
        json.dumps(
            {
                "room_name": "群",
                "exported_by": "x",
                "messages": [named, element(), element(event_id="$2", content=edit), topic],
            }
        )
    )

    assert [(m.kind, m.name, m.text, m.reply_to) for m in messages(items)] == [
        ("system", "", "甲 加入了房间", None),
        ("text", "甲", "早", None),
        ("reply", "甲", "好", "$1"),
    ]
    assert isinstance(items[-1], IgnoredRecord)


def test_line_in_english(read: Read) -> None:
    items = read(
        "[LINE] Chat history in Group\nSaved on: 3/16/2024, 08:40\n\nFri, 3/15/2024\n09:00 AM\tJia\t[Sticker]\n12:05 PM\t\tYi joined.\n"
    )

    assert items[0] == ChatInfo("Group", "line")
    assert [(m.kind, f"{m.sent_at:%d %H:%M}", m.sender) for m in messages(items)] == [
        ("sticker", "15 09:00", "Jia"),
        ("system", "15 12:05", None),
    ]


def test_kakaotalk_of_phones_and_its_notices(read: Read) -> None:
    items = read(
        "群 님과 카카오톡 대화\n저장한 날짜 : 2024. 3. 16. 오전 8:40\n\n2024년 3월 15일 오후 1:05, 甲 : 早\n好\n乙님이 들어왔습니다.\n"
    )

    assert [(f"{m.sent_at:%d %H:%M}", m.name, m.text) for m in messages(items)] == [("15 13:05", "甲", "早\n好")]
    assert [item.line for item in items if isinstance(item, IgnoredRecord)] == [6]


def test_feishu_names_are_learnt_from_mentions(read: Read) -> None:
    def item(number: int, sender: str, **fields: Any) -> dict[str, Any]:
        said = {
            "message_id": f"om_{number}",
            "msg_type": "text",
            "create_time": "1710464401000",
            "body": {"content": '{"text": "@_user_1 早"}'},
        }
        return {**said, "chat_id": "oc_1", "sender": {"id": sender}} | fields

    mention = [{"key": "@_user_1", "id": "ou_2", "name": "乙"}]
    items = read(json.dumps({"data": {"items": [item(1, "ou_1", mentions=mention), item(2, "ou_2")]}}))

    assert [(m.name, m.text) for m in messages(items)] == [("ou_1", "@乙 早"), ("乙", "@_user_1 早")]


def test_zulip_stream_is_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "113488-general"
    folder.mkdir()
    said = {
        "id": 9,
        "sender_full_name": "甲",
        "timestamp": 1710464401,
        "content": "<p>a &lt; b<br>\n<code>x</code></p>\n<p>c</p>",
    }
    (folder / "topic.json").write_text(json.dumps([said]), encoding="utf-8")
    chat, message = (item for source in sources_in(tmp_path, ZONE) for item in reader_for(source).read(source))

    assert chat == ChatInfo("general", "zulip", "113488")
    assert isinstance(message, ReadMessage)
    assert message.text == "a < b\nx\nc"


def test_chatlog_names_stand_in_tables_beside(tmp_path: Path) -> None:
    row = {
        "seq": 0,
        "time": "2024-03-15T09:00:01+08:00",
        "talker": "1@chatroom",
        "isChatRoom": True,
        "type": 1,
        "subType": 0,
        "content": "早",
    }
    rows = [
        {**row, "sender": "wxid_a", "senderName": ""},
        {**row, "sender": "wxid_b", "senderName": ""},
        {**row, "sender": "wxid_c", "senderName": "丙"},
    ]
    room = {"name": "1@chatroom", "owner": "wxid_a", "users": [{"userName": "wxid_b", "displayName": "乙乙"}]}
    contacts = [{"userName": "wxid_a", "nickName": "甲", "remark": "私下"}, {"userName": "wxid_b", "nickName": "乙"}]
    for name, content in (
        ("chat.json", rows),
        ("contact.json", {"items": contacts}),
        ("chatroom.json", {"items": [room]}),
    ):
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    items = [item for source in sources_in(tmp_path, ZONE) for item in reader_for(source).read(source)]

    assert [m.name for m in messages(items)] == ["甲", "乙乙", "丙"]
    assert len([item for item in items if isinstance(item, IgnoredRecord)]) == 2
