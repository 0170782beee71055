"""Traps of the exports of Telegram, Slack and others, one case each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sediment.errors import UnknownFormat
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


def test_telegram_forums_polls_places_and_what_is_left_out(read: Read) -> None:
    poll = {
        "question": "吃什么？",
        "closed": False,
        "total_voters": 1,
        "answers": [{"text": "面", "voters": 1, "chosen": True}],
    }
    items = read(
        telegram(
            {"type": "service", "actor": "甲", "action": "topic_created", "title": "部署", "text": ""},
            {"reply_to_message_id": 0},
            {"reply_to_message_id": 1},
            {"forwarded_from": None, "text": "转"},
            {"poll": poll, "text": ""},
            {"location_information": {"latitude": 1.0, "longitude": 2.0}, "place_name": "咖啡馆", "text": ""},
            {"contact_information": {"first_name": "乙", "last_name": "", "phone_number": "1"}, "text": ""},
            {
                "file": "(File not included. Change data exporting settings to download.)",
                "media_type": "sticker",
                "sticker_emoji": "👍",
            },
        ).replace('"messages": [', '"messages": [{"id": 99, "type": "unsupported"}, ')
    )

    assert items[1] == IgnoredRecord(1, "a message that Telegram Desktop does not export")
    assert [(m.kind, m.text, m.reply_to) for m in messages(items)] == [
        ("system", "甲 topic_created 部署", None),
        ("text", "早", None),
        ("reply", "早", "1"),
        ("forward", "转", None),
        ("share", "吃什么？\n面", None),
        ("location", "咖啡馆", None),
        ("contact", "乙", None),
        ("sticker", "早", None),
    ]


def discord(**fields: Any) -> dict[str, Any]:
    author = {"id": "1", "name": "jia", "nickname": None}
    said = {"id": "5", "type": "Default", "timestamp": "2024-03-15T09:00:01+00:00", "content": "", "author": author}
    return {**said, **fields}


def test_discord_notices_name_who_did_it_and_bots_speak_in_embeds(read: Read) -> None:
    files = [{"fileName": "a.log"}, {"fileName": "b.png"}, {"fileName": "c.log"}]
    said = [
        discord(type="ThreadCreated", content="Started a thread."),
        discord(type="8"),
        discord(type="20", embeds=[{"title": "构建", "url": "", "description": "失败"}]),
        discord(content="看", attachments=files),
        discord(
            forwardedMessage={"content": "早", "attachments": files[:1]}, reference={"messageId": "4", "channelId": "4"}
        ),
    ]
    items = read(
        json.dumps({"guild": {"id": "0", "name": "DM"}, "channel": {"id": "4", "name": "乙"}, "messages": said})
    )

    assert items[0] == ChatInfo("乙", "discord", "4")
    assert [(m.kind, m.name, m.text, m.reply_to) for m in messages(items)] == [
        ("system", "", "jia Started a thread.", None),
        ("system", "", "jia", None),
        ("text", "jia", "构建\n失败", None),
        ("file", "jia", "a.log\nc.log\n看", None),
        ("forward", "jia", "a.log\n早", None),
    ]


@pytest.fixture
def slack(tmp_path: Path) -> Callable[..., list[ReadItem]]:
    def items(*said: dict[str, Any], folder: str = "general", **tables: list[dict[str, Any]]) -> list[ReadItem]:
        (tmp_path / folder).mkdir()
        rows = [{"type": "message", "ts": f"171046440{n}.000001", **row} for n, row in enumerate(said)]
        (tmp_path / folder / "2024-03-15.json").write_text(json.dumps(rows), encoding="utf-8")
        for name, table in tables.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(table), encoding="utf-8")
        return [item for source in sources_in(tmp_path, ZONE) for item in reader_for(source).read(source)]

    return items


def test_slack_marks_of_groups_dates_and_channels(slack: Callable[..., list[ReadItem]]) -> None:
    text = "<!subteam^S1|@后端> <!here|@here> <!date^1392734382^{date}|周二> <#C1|> <mailto:a@b.c|a@b.c>"
    (message,) = messages(
        slack({"user": "U1", "text": text}, channels=[{"id": "C1", "name": "general", "created": 1, "members": []}])
    )

    assert message.text == "@后端 @here 周二 #general a@b.c"


def test_slack_apps_speak_in_blocks_and_attachments(slack: Callable[..., list[ReadItem]]) -> None:
    section = {
        "type": "rich_text_section",
        "elements": [{"type": "text", "text": "早 "}, {"type": "user", "user_id": "U2"}],
    }
    told = messages(
        slack(
            {"user": "U1", "text": "", "blocks": [{"type": "rich_text", "elements": [section]}]},
            {
                "subtype": "bot_message",
                "bot_id": "B1",
                "bot_profile": {"name": "构建"},
                "attachments": [{"title": "失败", "text": "第 3 步"}],
            },
            {"bot_id": "B1", "username": "警报", "text": "", "attachments": [{"fallback": "磁盘满"}]},
            {"user": "U1", "text": "", "files": [{"name": "a.log"}, {"mode": "tombstone"}, {"name": "b.log"}]},
            {"subtype": "huddle_thread", "user": "USLACKBOT", "text": "A huddle happened"},
        )
    )

    assert [(m.kind, m.name, m.text, m.mentions) for m in told] == [
        ("text", "U1", "早 @U2", ("U2",)),
        ("text", "构建", "失败\n第 3 步", ()),
        ("text", "警报", "磁盘满", ()),
        ("file", "U1", "a.log\nb.log", ()),
        ("call", "", "A huddle happened", ()),
    ]


def test_slack_direct_messages_are_called_by_their_members(slack: Callable[..., list[ReadItem]]) -> None:
    users = [
        {"id": "U1", "team_id": "T", "profile": {"display_name": "甲"}},
        {"id": "U2", "team_id": "T", "profile": {"real_name": "乙"}},
    ]
    dms = [{"id": "D1", "created": 1, "members": ["U1", "U2"]}]
    items = slack(
        {"user": "U1", "text": "早"},
        folder="D1",
        users=users,
        dms=dms,
        integration_logs=[{"user_id": "U1", "change_type": "added"}],
    )

    assert [item for item in items if isinstance(item, ChatInfo)] == [ChatInfo("甲, 乙", "slack", "D1")]
    assert len([item for item in items if isinstance(item, IgnoredRecord)]) == 3


def test_element_members_captions_and_polls(read: Read) -> None:
    def member(number: int, key: str, content: dict[str, str], before: dict[str, str] | None = None) -> dict[str, Any]:
        unsigned = {"prev_content": before} if before else {}
        return element(type="m.room.member", event_id=f"${number}", state_key=key, content=content, unsigned=unsigned)

    joined = {"membership": "join", "displayname": "乙"}
    question = {
        "org.matrix.msc1767.text": "吃什么？\n1. 面",
        "org.matrix.msc3381.poll.start": {"question": {"body": "吃什么？"}},
    }
    items = read(
        json.dumps(
            {
                "room_name": "群",
                "exported_by": "x",
                "messages": [
                    member(1, "@yi:example.org", {"membership": "invite", "displayname": "乙"}),
                    member(2, "@yi:example.org", joined, {"membership": "join"}),
                    element(
                        event_id="$3",
                        sender="@yi:example.org",
                        content={"msgtype": "m.image", "body": "看这里", "filename": "a.png"},
                    ),
                    element(event_id="$4", content={"msgtype": "m.file", "body": "a.pdf", "filename": "a.pdf"}),
                    element(event_id="$5", type="org.matrix.msc3381.poll.start", content=question),
                    element(event_id="$6", type="m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2"}),
                    element(event_id="$7", content={}, unsigned={"redacted_because": {"type": "m.room.redaction"}}),
                ],
            }
        )
    )

    assert [(m.kind, m.name, m.text) for m in messages(items)] == [
        ("system", "", "乙 受邀加入房间"),
        ("image", "乙", "看这里"),
        ("file", "jia", "a.pdf"),
        ("share", "jia", "吃什么？\n1. 面"),
        ("other", "jia", ""),
        ("recall", "jia", ""),
    ]


def test_zulip_quotation_is_a_reply(read: Read) -> None:
    quote = (
        '<p><span class="user-mention silent" data-user-id="1">乙</span> <a href="#narrow/stream/1-x/topic/y/near/8">said</a>:</p>\n'
        "<blockquote>\n<p>几点？</p>\n</blockquote>\n"
    )
    said = [
        {"id": 9, "sender_full_name": "甲", "timestamp": 1710464401, "content": f"{quote}<p>十点</p>", "sender_id": 7},
        {
            "id": 10,
            "sender_full_name": "甲",
            "timestamp": 1710464401,
            "content": "<blockquote>\n<p>书里的话</p>\n</blockquote>",
        },
    ]

    assert [(m.kind, m.sender, m.text, m.reply_to) for m in messages(read(json.dumps(said)))] == [
        ("reply", "7", "十点", "8"),
        ("text", "甲", "书里的话", None),
    ]


def test_slack_blocks_without_an_end_are_cut(slack: Callable[..., list[ReadItem]]) -> None:
    block: dict[str, Any] = {"type": "text", "text": "早"}
    for _ in range(300):
        block = {"type": "rich_text_section", "elements": [block]}
    (message,) = messages(slack({"user": "U1", "text": "", "blocks": [block]}))

    assert message.text == ""


def test_telegram_web_page_is_named(read: Read) -> None:
    with pytest.raises(UnknownFormat, match="a web page of Telegram Desktop"):
        read('<!DOCTYPE html>\n<html>\n <head>\n  <meta charset="utf-8"/>\n<title>Exported Data</title>\n')
