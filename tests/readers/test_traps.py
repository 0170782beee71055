"""What exporters really write and what a reader easily gets wrong, one case each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sediment.errors import ReadError, UnknownFormat, UsageError
from sediment.models import BadRecord, ChatInfo, IgnoredRecord, ReadItem, ReadMessage
from sediment.readers import READERS, reader_for, slack
from sediment.sources import Source, sources_in
from tests.readers.canon import ZONE

Read = Callable[..., list[ReadItem]]
RULE = "=" * 64


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def items(content: str, name: str | None = None) -> list[ReadItem]:
        path = tmp_path / "export"
        path.write_text(content, encoding="utf-8")
        source = Source(path, ZONE)
        return list(reader_for(source, name).read(source))

    return items


def said(items: list[ReadItem]) -> list[tuple[str, str | None, str]]:
    """Time, sender and text of each message."""
    return [(f"{m.sent_at:%m-%d %H:%M:%S}", m.sender, m.text) for m in items if isinstance(m, ReadMessage)]


def qq(*blocks: str, chat: str = "群") -> str:
    return f"{RULE}\n消息分组:我的群聊\n{RULE}\n消息对象:{chat}\n{RULE}\n\n" + "\n\n".join(blocks) + "\n\n"


def test_qq_file_with_several_chats(read: Read) -> None:
    items = read(
        qq("2024-03-15 9:00:01 甲(10001)\n早", chat="一群") + qq("2024-03-14 8:00:00 乙(10002)\n好", chat="二群")
    )

    assert [item for item in items if isinstance(item, ChatInfo)] == [ChatInfo("一群", "qq"), ChatInfo("二群", "qq")]
    assert said(items) == [("03-15 09:00:01", "10001", "早"), ("03-14 08:00:00", "10002", "好")]


def test_qq_clock_with_twelve_hours(read: Read) -> None:
    times = ("12:00:03 AM", "9:00:01 AM", "12:00:05 PM", "8:43:38 PM")
    items = read(qq(*(f"2019-09-23 {time} 甲(10001)\n早" for time in times)))

    assert [time for time, _, _ in said(items)] == [
        "09-23 00:00:03",
        "09-23 09:00:01",
        "09-23 12:00:05",
        "09-23 20:43:38",
    ]


def test_qq_names_with_numbers_mails_and_brackets(read: Read) -> None:
    headers = ("老K(摸鱼版)(10001)", "阿泰<atai@example.org>", "(10003)", "10004(10004)", "a 12:00:00 b(10005)")
    items = read(qq(*(f"2024-03-15 9:00:0{number} {header}\n早" for number, header in enumerate(headers))))

    assert [(m.sender, m.name) for m in items if isinstance(m, ReadMessage)] == [
        ("10001", "老K(摸鱼版)"), ("atai@example.org", "阿泰"), ("10003", "10003"), ("10004", "10004"), ("10005", "a 12:00:00 b"),
    ]  # fmt: skip


def test_qq_discussion_group_has_names_only(read: Read) -> None:
    items = read(
        qq(
            "2024-03-15 9:00:01 甲\n2024-03-14 8:00:00 这是日志\n\n2024-03-14 8:00:00 这也是",
            "2024-03-15 9:00:02 乙 丙\n好",
        )
    )

    assert said(items) == [
        ("03-15 09:00:01", "甲", "2024-03-14 8:00:00 这是日志\n\n2024-03-14 8:00:00 这也是"),
        ("03-15 09:00:02", "乙 丙", "好"),
    ]


def test_qq_chats_with_and_without_numbers_in_one_file(read: Read) -> None:
    group = [f"2024-03-15 9:00:{i:02} 甲(10001)\n早\n\n2024-03-16 9:00:00 开会" for i in range(3)]
    discussion = [
        "2024-03-15 8:00:00 系统消息(10000)\n乙加入本群。",
        "2024-03-15 8:00:01 乙\n好",
        "2024-03-15 8:00:02 丙\n嗯",
    ]
    items = read(qq(*group) + qq(*discussion, chat="讨论组"))

    assert [sender for _, sender, _ in said(items)] == ["10001", "10001", "10001", None, "乙", "丙"]


def test_qq_impossible_time_is_a_bad_record(read: Read) -> None:
    items = read(qq("2024-02-30 9:00:01 甲(10001)\n早", "2024-03-01 25:00:01 甲(10001)\n早"))

    assert [(item.line, item.raw) for item in items if isinstance(item, BadRecord)] == [
        (7, "2024-02-30 9:00:01 甲(10001)\n早"),
        (10, "2024-03-01 25:00:01 甲(10001)\n早"),
    ]


def test_qq_text_before_the_first_header_is_kept(read: Read) -> None:
    items = read(qq("这里少了一行消息头", "2024-03-15 9:00:01 甲(10001)\n早"))

    assert [item.raw for item in items if isinstance(item, BadRecord)] == [f"{RULE}\n这里少了一行消息头"]
    assert len(said(items)) == 1


@pytest.mark.parametrize("title", ["消息记录（此消息记录为文本格式，不支持重新导入）\n消息分组:我的群\n", ""])
def test_qq_title_without_rules(read: Read, title: str) -> None:
    items = read(
        f"{title}消息对象:群\n2024-01-02 03:04:05 【管理员】甲(10001)\n一\n二\n2024-01-02 03:05:06 10001(10001)\n[图片]\n"
    )

    assert items[0] == ChatInfo("群", "qq")
    assert [(m.sender, m.kind, m.text) for m in items[1:] if isinstance(m, ReadMessage)] == [
        ("10001", "text", "一\n二"),
        ("10001", "image", ""),
    ]
    assert len(items) == 3


@pytest.mark.parametrize("clock", ["12:12:29 AM", "上午 0:12:29", "0:12:29", "00:12:29"])
def test_qq_part_without_its_title(read: Read, clock: str) -> None:
    items = read(
        f"2020-03-04 {clock} 礼(852649)\n1\n\n2020-03-04 {clock} kp(7)\n2\n\n2020-03-04 {clock} 围观<i@qq.com>\n3\n"
    )

    assert items[0] == ChatInfo("", "qq")
    assert said(items) == [
        ("03-04 00:12:29", sender, text) for sender, text in (("852649", "1"), ("7", "2"), ("i@qq.com", "3"))
    ]


def test_qq_private_part_without_its_title(read: Read) -> None:
    items = read("2017-01-19 8:20:27 PM 暗夜\naaa\n\n2017-01-19 8:22:24 PM Fish\nbbb\n")

    assert said(items) == [("01-19 20:20:27", "暗夜", "aaa"), ("01-19 20:22:24", "Fish", "bbb")]


def test_qq_copied_past_midnight_and_among_notices(read: Read) -> None:
    items = read(
        "【骰子】爬行类化石 5/8/2020 11:59:47 PM\n1\n\n爬行类邀请123加入了本群。\n\n Patrick 12:03:01 AM\n2\n\n【PL】爬行类化石 12:07:49 AM\n\n"
        "守善锤撤回了一条消息\n\n【PL】K 2020/5/9 19:02:31\n3\n"
    )

    assert said(items) == [
        ("05-08 23:59:47", "爬行类化石", "1"),
        ("05-09 00:03:01", "Patrick", "2"),
        ("05-09 00:07:49", "爬行类化石", ""),
        ("05-09 19:02:31", "K", "3"),
    ]


def test_qq_copied_from_the_message_manager(tmp_path: Path) -> None:
    path = tmp_path / "群 2020-2-27.txt"
    path.write_text(
        "【1】织练取(958884) 上午 3:13:28\n——1。\n白菜<i@qq.com> 下午 3:14:30\n我2\n门3\n", encoding="utf-8"
    )
    source = Source(path, ZONE)

    assert said(list(reader_for(source).read(source))) == [
        ("02-27 03:13:28", "958884", "——1。"),
        ("02-27 15:14:30", "i@qq.com", "我2\n门3"),
    ]


def mail(*blocks: str) -> str:
    return "群 微信群上的聊天记录如下，请查收。\n\n—————  2025-10-7  —————\n\n\n" + "\n\n".join(blocks) + "\n"


def test_wechat_name_may_hold_times(read: Read) -> None:
    items = read(mail("瀛姬喵喵11:00-20:00  17:34\n\n好", "a  b  17:35\n\n好"))

    assert [name for _, name, _ in said(items)] == ["瀛姬喵喵11:00-20:00", "a  b"]


def test_wechat_line_like_a_header_of_an_earlier_time_is_text(read: Read) -> None:
    items = read(mail("甲  17:34\n\n日程：\n\n晨会  09:30\n\n晚会  99:30", "乙  17:34\n\n好"))

    assert said(items) == [
        ("10-07 17:34:00", "甲", "日程：\n\n晨会  09:30\n\n晚会  99:30"),
        ("10-07 17:34:00", "乙", "好"),
    ]


def test_wechat_schedule_is_no_header(read: Read) -> None:
    schedule = "安排：\n\n上午  18:00\n下午  19:00\n\n会议改到 2025-10-08 10:00\n\n完"
    items = read(mail(f"甲  17:34\n\n{schedule}", "乙 2024-01-01  17:35\n\n好"))

    assert said(items) == [("10-07 17:34:00", "甲", schedule), ("10-07 17:35:00", "乙 2024-01-01", "好")]


def test_wechat_mail_inside_a_message_is_its_text(read: Read) -> None:
    pasted = "转：\n\n—————  2025-10-06  —————\n\n\n丙  08:00\n\n旧话"
    items = read(mail(f"甲  17:34\n\n{pasted}", "乙  17:35\n\n好"))

    assert said(items) == [("10-07 17:34:00", "甲", pasted), ("10-07 17:35:00", "乙", "好")]


def test_wechat_mails_one_after_the_other(read: Read) -> None:
    items = read(mail("甲  17:34\n\n早") + "\n" + mail("甲  09:00\n\n好").replace("2025-10-7", "2025-10-6"))

    assert said(items) == [("10-07 17:34:00", "甲", "早"), ("10-06 09:00:00", "甲", "好")]


def test_wechat_dates_may_stand_beside_names_below_a_title(read: Read) -> None:
    items = read("群 微信群上的聊天记录如下，请查收。\n\n甲 2025-10-07 17:34\n早\n\n乙 2025-10-07 17:35\n好\n")

    assert items[0] == ChatInfo("群", "wechat")
    assert said(items) == [("10-07 17:34:00", "甲", "早"), ("10-07 17:35:00", "乙", "好")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[图片: 8b0abeb1ccf49ed2.png.jpg(请在附件中查看)]", ("image", "")),
        ("[视频: 8b0a.mp4(请在附件中查看)]", ("video", "")),
        ("[文件: 周报(终).pdf(请在附件中查看)]", ("file", "周报(终).pdf")),
        ("「甲：明天几点」\n- - - - - - - - - - - - - - -\n九点", ("reply", "九点")),
    ],
)
def test_wechat_mail_kinds(read: Read, body: str, expected: tuple[str, str]) -> None:
    (_, message) = read(mail(f"甲  17:34\n\n{body}"))

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text) == expected


def test_wechat_mail_without_any_empty_line(read: Read) -> None:
    items = read(
        "甲 和 乙 在微信上的聊天记录如下，请查收。\n—————  2026/02/26  —————\nBL 唐  8:54\n早\n乙  08:56\n等我\n两分钟\n"
    )

    assert items[0] == ChatInfo("甲 和 乙", "wechat")
    assert said(items) == [("02-26 08:54:00", "BL 唐", "早"), ("02-26 08:56:00", "乙", "等我\n两分钟")]


def test_wechat_spaces_of_a_web_page(read: Read) -> None:
    assert said(read(mail("小 满\u00a0 17:34\u00a0\n\n早"))) == [("10-07 17:34:00", "小 满", "早")]


def test_copied_header_without_any_date_is_a_bad_record(read: Read) -> None:
    items = read("甲  17:34\n\n早\n", "wechat-text")

    assert [(item.line, item.raw) for item in items[1:] if isinstance(item, BadRecord)] == [(1, "甲  17:34\n早")]


def test_qq_rank_before_a_copied_name_is_not_its_key(read: Read) -> None:
    (message,) = (m for m in read("【潜水】小满 3/15/2024 9:00:30 AM\n早\n") if isinstance(m, ReadMessage))

    assert (message.sender, message.name) == ("小满", "小满")


def lab(generator: str, **fields: Any) -> str:
    message = {"sender": "a", "accountName": "甲", "timestamp": 1710464401, "type": 0, "content": "早"} | fields
    head = {"chatlab": {"version": "0.0.2", "generator": generator}, "meta": {"name": "群", "platform": "wechat"}}
    return json.dumps({**head, "messages": [message]})


def test_weflow_running_numbers_are_no_ids(read: Read) -> None:
    own = read(lab("WeFlow", platformMessageId="17", replyToMessageId="3"))[1]
    server = read(lab("WeFlow", platformMessageId="7300000000000000001"))[1]
    other = read(lab("ChatLab", platformMessageId=17))[1]

    assert isinstance(own, ReadMessage)
    assert (own.native_id, own.reply_to) == (None, None)
    assert isinstance(server, ReadMessage)
    assert server.native_id == "7300000000000000001"
    assert isinstance(other, ReadMessage)
    assert other.native_id == "17"


def test_chatlab_unknown_type_is_other(read: Read) -> None:
    message = read(lab("x", type=99, content="?"))[1]

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text) == ("other", "?")


def test_chatlab_numbers_may_be_text_and_names_numbers(read: Read) -> None:
    message = read(lab("x", timestamp="1710464401.0", type="0", accountName=10086, content=666, platformMessageId="0"))[
        1
    ]

    assert isinstance(message, ReadMessage)
    assert (f"{message.sent_at:%H:%M:%S}", message.kind, message.name) == ("09:00:01", "text", "10086")
    assert (message.text, message.native_id) == ("666", None)


@pytest.mark.parametrize("sender", [None, "", "SYSTEM", "1@chatroom"])
def test_chatlab_notice_is_said_by_nobody(read: Read, sender: str | None) -> None:
    head = {"chatlab": {}, "meta": {"name": "群", "groupId": "1@chatroom"}}
    notice = {"sender": sender, "accountName": "群", "timestamp": 1710464401, "type": 80, "content": "乙加入了群聊"}
    items = read(json.dumps({**head, "messages": [notice, {**notice, "type": 0, "sender": None}]}))

    assert isinstance(items[1], ReadMessage)
    assert (items[1].sender, items[1].name, items[1].kind) == (None, "", "system")
    assert isinstance(items[2], BadRecord)
    assert items[2].reason == "no sender"


def test_chatlab_lines_of_two_exports_in_one_file(read: Read) -> None:
    message = '{"_type": "message", "sender": "a", "timestamp": 1710464401, "type": 0, "content": "早"}\n'
    items = read(
        "".join(f'{{"_type": "header", "meta": {{"name": "{name}"}}}}\n{message}' for name in ("甲群", "乙群"))
    )

    assert [item.name for item in items if isinstance(item, (ChatInfo, ReadMessage))] == ["甲群", "a", "乙群", "a"]


def test_chatlab_members_are_ignored_records(read: Read) -> None:
    items = read('{"_type": "header", "chatlab": {}, "meta": {"name": "群"}}\n{"_type": "member", "platformId": "a"}\n')

    assert items == [ChatInfo("群", "unknown"), IgnoredRecord(1, "header"), IgnoredRecord(2, "member")]


def test_chatlab_header_may_hold_a_picture_larger_than_the_head(read: Read) -> None:
    meta = {"name": "群", "platform": "qq", "groupAvatar": "data:image/png;base64," + "A" * 100_000}
    head = {"chatlab": {"version": "0.0.2"}, "meta": meta}
    message = {"sender": "a", "accountName": "甲", "timestamp": 1710464401, "type": 0, "content": "早"}
    lines = (json.dumps(row) for row in ({"_type": "header", **head}, {"_type": "message", **message}))

    for content in ("\n".join(lines), json.dumps({**head, "messages": [message]})):
        assert said(read(content)) == [("03-15 09:00:01", "a", "早")]


def log(**fields: Any) -> dict[str, Any]:
    row = {
        "seq": 0,
        "time": "2024-03-15T09:00:01+08:00",
        "talker": "1@chatroom",
        "talkerName": "群",
        "isChatRoom": True,
    }
    return {**row, "sender": "wxid_a", "senderName": "甲", "type": 1, "subType": 0, "content": "早"} | fields


def test_chatlog_file_with_several_chats(read: Read) -> None:
    items = read(json.dumps([log(time="?"), log(), log(talker="wxid_b", talkerName=""), log()]))

    chats = [
        ChatInfo("群", "wechat", "1@chatroom"),
        ChatInfo("", "wechat", "wxid_b"),
        ChatInfo("群", "wechat", "1@chatroom"),
    ]
    assert [item for item in items if isinstance(item, ChatInfo)] == chats


def test_chatlog_fields_may_be_null_and_numbers_text(read: Read) -> None:
    (_, message) = read(json.dumps([log(type="49", subType="6", talkerName=None, senderName=None, content=None)]))

    assert isinstance(message, ReadMessage)
    assert (message.sender, message.name, message.kind, message.text) == ("wxid_a", "wxid_a", "file", "")


def test_chatlog_voice_has_the_only_stable_id(read: Read) -> None:
    voice = log(type=34, content="", contents={"voice": "7300000000000000007"})
    items = read(json.dumps([log(seq=1710464401000), voice, log(type=49, subType=57, contents={"refer": voice})]))

    assert [(m.native_id, m.reply_to) for m in items if isinstance(m, ReadMessage)] == [
        (None, None),
        ("7300000000000000007", None),
        (None, "7300000000000000007"),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type": 49, "subType": 1, "contents": {"title": "甲", "desc": "乙"}}, ("text", "甲\n乙")),
        ({"type": 49, "subType": 8}, ("sticker", "")),
        ({"type": 49, "subType": 19, "contents": {"title": "群聊的聊天记录", "desc": "甲: 早"}}, ("forward", "群聊的聊天记录\n甲: 早")),
        ({"type": 49, "subType": 62, "content": '"甲" 拍了拍 "乙"'}, ("poke", '"甲" 拍了拍 "乙"')),
        ({"type": 49, "subType": 87, "contents": {"title": "群公告", "desc": "明天停服"}}, ("text", "群公告\n明天停服")),
        ({"type": 49, "subType": 2000, "content": "[转账|发送 ￥1.00](饭)"}, ("transfer", "[转账|发送 ￥1.00](饭)")),
        ({"type": 49, "subType": 2001}, ("red_packet", "")),
        ({"type": 49, "subType": 4321}, ("share", "")),
        ({"type": 10000, "subType": 4, "sender": "系统消息", "content": "甲 拍了拍我"}, ("poke", "甲 拍了拍我")),
        ({"type": 21474836529, "contents": {"title": "文档", "url": "https://example.org"}}, ("link", "文档")),
    ],
)  # fmt: skip
def test_chatlog_kinds(read: Read, fields: dict[str, Any], expected: tuple[str, str]) -> None:
    (_, message) = read(json.dumps([log(content="") | fields]))

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text) == expected


def test_chatlog_webhook_and_own_messages_on_macos(read: Read) -> None:
    items = read(
        json.dumps({"talker": "1@chatroom", "length": 1, "messages": [log(sender="", senderName="", isSelf=True)]})
    )

    assert items[0] == ChatInfo("群", "wechat", "1@chatroom")
    assert said(items) == [("03-15 09:00:01", "我", "早")]


def test_chatlog_text_of_people_and_rooms_without_names(read: Read) -> None:
    heads = ("wxid_a1b2c3 [1@chatroom]", "甲(wxid_b) [群(1@chatroom)]", "我 [1@chatroom]", "系统消息 [1@chatroom]")
    items = read("".join(f"{head} 2024-12-31 23:59:5{number}\n早\n\n" for number, head in enumerate(heads)))

    assert [m.sender for m in items if isinstance(m, ReadMessage)] == ["wxid_a1b2c3", "wxid_b", "我", None]
    assert {item.native_id for item in items if isinstance(item, ChatInfo)} == {"1@chatroom"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("> [引用]\n好", ("reply", "好")),
        ("> 甲(wxid_a) 03-15 09:00:01\n> 原文\n> 第二行\n好\n\n> 这行是我写的", ("reply", "好\n\n> 这行是我写的")),
        ("> 这是一句引言\n好", ("text", "> 这是一句引言\n好")),
        ("[群公告|]\n  明天停服", ("text", "明天停服")),
        ("[视频号直播|开播]", ("share", "开播")),
        ("[红包封面]", ("red_packet", "")),
        ("Type: 66 Content: x", ("other", "x")),
    ],
)
def test_chatlog_text_kinds(read: Read, content: str, expected: tuple[str, str]) -> None:
    (_, message) = read(f"甲(wxid_a) 2024-03-15 09:00:02\n{content}\n\n")

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text) == expected


def test_pywxdump_names_stand_beside(tmp_path: Path) -> None:
    row = {
        "MsgSvrID": "73",
        "type_name": "文本",
        "talker": "wxid_a",
        "room_name": "1@chatroom",
        "msg": "早",
        "CreateTime": "2024-03-15 09:00:01",
    }
    users = {
        key: {"wxid": key, "nickname": name, "remark": "私下"} for key, name in (("wxid_a", "甲"), ("1@chatroom", "群"))
    }
    (tmp_path / "chat.json").write_text(json.dumps([row]), encoding="utf-8")
    (tmp_path / "users.json").write_text(json.dumps(users), encoding="utf-8")
    chat, message, side = (item for source in sources_in(tmp_path, ZONE) for item in reader_for(source).read(source))

    assert chat == ChatInfo("群", "wechat", "1@chatroom")
    assert isinstance(message, ReadMessage)
    assert (message.sender, message.name, message.native_id) == ("wxid_a", "甲", "73")
    assert isinstance(side, IgnoredRecord)


def wxdump(**fields: Any) -> dict[str, Any]:
    row = {"MsgSvrID": "73", "type_name": "文本", "talker": "wxid_a", "room_name": "1@chatroom", "msg": "早"}
    return {**row, "CreateTime": "2024-03-15 09:00:01"} | fields


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type_name": "引用回复", "msg": "好\n\n[引用](2024-03-15 09:00:01)乙:早"}, ("reply", "好", "")),
        (
            {"type_name": "(分享)卡片式链接", "msg": '文档\n\n\n<a href="x" target="_blank">点击查看详情</a>', "src": "https://example.org"},
            ("link", "文档", "https://example.org"),
        ),
        ({"type_name": "合并转发的聊天记录", "msg": "记录\n甲: 早", "src": {"info": {}}}, ("forward", "记录\n甲: 早", "")),
        ({"type_name": "语音", "msg": "语音时长：1.20秒\n翻译结果：明天见"}, ("voice", "明天见", "")),
        ({"type_name": "语音", "msg": "语音时长：1.20秒"}, ("voice", "", "")),
        ({"type_name": "位置", "msg": "纬度:【1】 经度:【2】\n位置：路 1 号 店\n其他信息：{\n}"}, ("location", "路 1 号 店", "")),
        ({"msg": None, "content": {"src": "", "msg": "早"}}, ("text", "早", "")),
        ({"msg": None, "content": '{"src": "", "msg": "早"}'}, ("text", "早", "")),
        ({"type_name": "sticker", "msg": "x"}, ("sticker", "", "")),
    ],
)  # fmt: skip
def test_pywxdump_kinds(read: Read, fields: dict[str, Any], expected: tuple[str, str, str]) -> None:
    (_, message) = read(json.dumps([wxdump(**fields)]))

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text, message.url) == expected


def test_pywxdump_notices_are_said_by_nobody_and_zero_is_no_id(read: Read) -> None:
    rows = (
        wxdump(type_name="系统通知", MsgSvrID="0"),
        wxdump(type_name="拍一拍", talker="系统", CreateTime=1710464401),
    )
    items = [item for item in read(json.dumps(rows)) if isinstance(item, ReadMessage)]

    assert [(m.kind, m.sender, m.native_id) for m in items] == [("system", None, None), ("poke", None, "73")]


def test_pywxdump_old_csv_has_one_column_for_what_was_said(read: Read) -> None:
    row = '1,73,文本,0,wxid_a,1@chatroom,"{""src"": """", ""msg"": ""早, 好""}",2024-03-15 09:00:01'
    items = read(f"id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime\n{row}\n")

    assert said(items) == [("03-15 09:00:01", "wxid_a", "早, 好")]


def page(*objects: str) -> str:
    return f'<html><p id="title">甲 &amp; 乙</p><script>\nconst chatMessages = [\n{"".join(objects)}\n];\nlet x = {{ type:1, text: 1}};</script>'


def thing(type: int, text: str, **fields: str | int) -> str:
    more = "".join(f"{key}:{value!r}," for key, value in fields.items())
    return f"{{ type:{type}, text: '{text}',is_send:0,timestamp:1710464401,{more}displayname:'甲'}},"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (thing(1, r"it\'s \\n &lt;b&gt;\n{ type:1, \'x\'},"), ("text", "it's \\n <b>\n{ type:1, 'x'},", "")),
        (thing(34, "./voice/a.mp3", voice_to_text="明天见"), ("voice", "明天见", "")),
        (thing(43, "./video/a.mp4"), ("video", "", "")),
        (thing(49, "./music/a.mp3", sub_type=3, title="歌"), ("share", "歌", "")),
        (thing(49, "", sub_type=5, title="文档", url="https://example.org"), ("link", "文档", "https://example.org")),
        (thing(49, "发起转账", sub_type=2000), ("transfer", "发起转账", "")),
        (thing(50, "通话时长 01:02", call_type=0), ("call", "通话时长 01:02", "")),
    ],
)  # fmt: skip
def test_wechatmsg_page_kinds(read: Read, content: str, expected: tuple[str, str, str]) -> None:
    chat, message = read(page(content))

    assert chat == ChatInfo("甲 & 乙", "wechat")
    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text, message.url) == expected


def test_wechatmsg_page_with_a_broken_object(read: Read) -> None:
    items = read(page(thing(1, "一"), "{ type:1, text: 'it's'},", thing(1, "二")))

    assert [text for _, _, text in said(items)] == ["一", "二"]
    assert [item.line for item in items if isinstance(item, BadRecord)] == [2]


def test_dingtalk_chats_mentions_and_kinds(read: Read) -> None:
    message = {
        "message_id": 73,
        "sender_id": 1,
        "sender_name": "甲",
        "content_type": 1,
        "text": "早 @2",
        "created_at": 1710464401000,
    }
    rows = [
        message,
        message | {"content_type": 2, "text": "[图片]"},
        message | {"content_type": 9999, "sender_name": None, "text": "[红包]恭喜"},
    ]
    rows[0]["at_ids"] = {"2": "乙"}
    chats = [{"conversation_id": f"{n}:1", "title": title, "messages": rows} for n, title in enumerate(("一群", ""))]
    items = read(json.dumps({"export_type": "full", "conversations": chats}))

    assert [item for item in items if isinstance(item, ChatInfo)] == [
        ChatInfo("一群", "dingtalk", "0:1"),
        ChatInfo("", "dingtalk", "1:1"),
    ]
    assert [(m.kind, m.name, m.text, m.mentions, m.native_id) for m in items[1:4] if isinstance(m, ReadMessage)] == [
        ("text", "甲", "早 @乙", ("2",), "73"), ("image", "甲", "", (), "73"), ("red_packet", "1", "恭喜", (), "73"),
    ]  # fmt: skip


def weflow(**fields: Any) -> str:
    message = {"localId": 1, "createTime": 1710464401, "localType": 1, "content": "早", "senderAvatarKey": "x"} | fields
    session = {"wxid": "1@chatroom", "nickname": "群", "displayName": "私下的备注"}
    senders = [{"senderID": 7, "wxid": "wxid_a", "displayName": "私下", "nickname": "甲", "groupNickname": "甲甲"}]
    return json.dumps(
        {"weflow": {"format": "arkme-json"}, "session": session, "senders": senders, "messages": [message]}
    )


def test_weflow_senders_by_number(read: Read) -> None:
    chat, message = read(weflow(senderID=7))

    assert chat == ChatInfo("群", "wechat", "1@chatroom")
    assert isinstance(message, ReadMessage)
    assert (message.sender, message.name, message.native_id) == ("wxid_a", "甲甲", None)


@pytest.mark.parametrize(("content", "text"), [("[语音消息 - 转文字失败]", ""), ("明天九点见", "明天九点见")])
def test_weflow_transcript_of_a_voice_message_is_kept(read: Read, content: str, text: str) -> None:
    message = read(weflow(localType=34, content=content, senderUsername="wxid_a"))[1]

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text) == ("voice", text)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"localType": 244813135921, "content": "好[引用 乙：[旺柴]]"}, ("reply", "好")),
        ({"localType": 49, "type": "文件消息", "content": "[文件] 周报.pdf"}, ("file", "周报.pdf")),
        ({"localType": 81604378673, "type": "聊天记录", "content": "[聊天记录] 甲的聊天记录"}, ("forward", "甲的聊天记录")),
        ({"localType": 373662154801, "type": "群公告", "content": "[群公告] 明天停服"}, ("text", "[群公告] 明天停服")),
        ({"localType": 8594229559345, "type": "其他消息", "content": "[红包]恭喜"}, ("red_packet", "恭喜")),
        ({"localType": 8589934592049, "content": "[转账] ￥1.00 饭"}, ("transfer", "￥1.00 饭")),
        ({"localType": 48, "content": "[位置] 路 1 号"}, ("location", "路 1 号")),
        ({"localType": 50, "content": "[语音通话] 通话时长 01:02"}, ("call", "通话时长 01:02")),
    ],
)  # fmt: skip
def test_weflow_kinds(read: Read, fields: dict[str, Any], expected: tuple[str, str]) -> None:
    message = read(weflow(senderUsername="wxid_a", **fields))[1]

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text, message.sender) == (*expected, "wxid_a")


def test_weflow_type_counts_where_there_is_no_number(read: Read) -> None:
    head = {"weflow": {"version": "1.0.0"}, "session": {"wxid": "1@chatroom", "displayName": "群"}}
    message = {"createTime": 1710464401, "senderUsername": "wxid_a", "content": "早"}
    rows = ({"type": "文本消息"}, {"type": "图片消息"}, {"type": "系统消息"}, {"senderUsername": "unknown"})
    items = read(json.dumps({**head, "messages": [{**message, **row} for row in rows]}))

    assert [(m.kind, m.sender) for m in items if isinstance(m, ReadMessage)] == [
        ("text", "wxid_a"), ("image", "wxid_a"), ("system", None), ("system", None),
    ]  # fmt: skip


def test_weclone_words_tell_what_is_called_text(read: Read) -> None:
    said = ("早", "[链接] 文档\nhttps://example.org", "好[引用 乙：早]", '"乙"加入了群聊', "[其他消息]", "[旺柴]")
    rows = "".join(
        f'{n},0,text,0,甲,"{text.replace(chr(34), chr(34) * 2)}",,2024-03-15T01:00:0{n}.000Z\n'
        for n, text in enumerate(said)
    )
    items = read(f"id,MsgSvrID,type_name,is_sender,talker,msg,src,CreateTime\n{rows}")

    assert [(m.kind, m.text, m.url, m.native_id) for m in items if isinstance(m, ReadMessage)] == [
        ("text", "早", "", None),
        ("link", "文档", "https://example.org", None),
        ("reply", "好", "", None),
        ("system", '"乙"加入了群聊', "", None),
        ("other", "", "", None),
        ("text", "[旺柴]", "", None),
    ]


def qce(**fields: Any) -> dict[str, Any]:
    message = {
        "id": "1",
        "timestamp": 1710464401000,
        "sender": {"uid": "u_a", "uin": "10001", "name": "甲"},
        "content": {"text": "早"},
    }
    return message | fields


def test_qce_chunk_that_lost_messages_says_so(tmp_path: Path) -> None:
    (tmp_path / "chunks").mkdir()
    chunk = tmp_path / "chunks" / "c000001.jsonl"
    chunk.write_text(json.dumps(qce()) + "\n", encoding="utf-8")
    manifest = {
        "metadata": {},
        "chatInfo": {"name": "群"},
        "chunked": {"chunks": [{"fileName": chunk.name, "count": 3}]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    items = [item for source in sources_in(tmp_path, ZONE) for item in reader_for(source).read(source)]

    assert [item.reason for item in items if isinstance(item, BadRecord)] == [
        "the manifest counts 3 messages, 1 are here"
    ]


def test_qce_text_that_was_taken_back_is_not_kept(read: Read) -> None:
    message = read(json.dumps({"metadata": {}, "chatInfo": {"name": "群"}, "messages": [qce(recalled=True)]}))[1]

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text, message.sender) == ("recall", "", "10001")


def qce_said(read: Read, *messages: dict[str, Any]) -> list[ReadMessage]:
    items = read(json.dumps({"metadata": {}, "chatInfo": {"name": "群"}, "messages": messages}))
    return [item for item in items if isinstance(item, ReadMessage)]


def part(type: str, **data: Any) -> dict[str, Any]:
    return {"type": type, "data": data}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "[图片:a.jpg]", "elements": [part("image", filename="a.jpg")]}, ("image", "")),
        ({"text": "[图片:a.jpg]看这里", "elements": [part("image"), part("text", text="看这里")]}, ("text", "[图片:a.jpg]看这里")),
        ({"text": "[打call]", "elements": [part("market_face", name="打call")]}, ("sticker", "")),
        ({"text": "[Giphy动图]", "elements": [part("giphy")]}, ("sticker", "")),
        ({"text": "/捂脸", "elements": [part("face", id="264", name="/捂脸")]}, ("text", "/捂脸")),
        ({"text": "戳一戳", "elements": [part("face", id="1", pokeType=1)]}, ("poke", "戳一戳")),
        ({"text": "[JSON消息]", "elements": [part("json", title="文档", url="https://example.org")]}, ("link", "文档")),
        ({"text": "[JSON消息]", "elements": [part("json", title="小程序", url=None)]}, ("share", "小程序")),
        ({"text": "[转发消息]", "elements": [part("forward", title="群聊的聊天记录", messages=[{}])]}, ("forward", "群聊的聊天记录")),
        ({"text": "红包/钱包消息", "elements": [part("wallet", summary="恭喜发财")]}, ("red_packet", "恭喜发财")),
        ({"type": "text", "text": "早"}, ("text", "早")),
        ({"text": "[视频:a.mp4]", "resources": [{"type": "video"}]}, ("video", "")),
    ],
)  # fmt: skip
def test_qce_kinds(read: Read, content: dict[str, Any], expected: tuple[str, str]) -> None:
    (message,) = qce_said(read, qce(content=content))

    assert (message.kind, message.text) == expected


def test_qce_notices_and_calls(read: Read) -> None:
    nobody = {"uid": "未知", "name": "系统消息"}
    call = {"text": "语音通话 - 已结束", "elements": [part("av_record", summary="语音通话 - 已结束")]}
    messages = qce_said(
        read,
        qce(
            system=True,
            sender=nobody,
            content={"text": "乙加入了群聊", "elements": [part("system", text="乙加入了群聊")]},
        ),
        qce(system=True, sender=nobody, content={"text": "乙撤回了一条消息"}),
        qce(system=True, content=call),
    )

    assert [(m.kind, m.sender, m.text) for m in messages] == [
        ("system", None, "乙加入了群聊"), ("recall", None, "乙撤回了一条消息"), ("call", "10001", "语音通话 - 已结束"),
    ]  # fmt: skip


def test_qce_mentions_by_number_and_times_of_all_kinds(read: Read) -> None:
    content = {
        "text": "@乙 @全体成员 早",
        "elements": [part("at", uid="u_b", uin="10002", name="乙"), part("at", uid="all", uin="0"), part("text", text=" 早")],
        "mentions": [{"uid": "u_b", "name": "乙"}, {"uid": "all", "name": "全体成员"}],
    }  # fmt: skip
    times = (1710464401, 1710464401000, "1710464401000", "2024-03-15T01:00:01.000Z")
    messages = qce_said(read, *(qce(timestamp=time, content=content) for time in times))

    assert {m.mentions for m in messages} == {("10002", "全体成员")}
    assert {m.sent_at.timestamp() for m in messages} == {1710464401}


def test_qce_text_with_all_that_its_writer_may_add(read: Read) -> None:
    head = "[QQChatExporter V5 / https://github.com/shuakami/qq-chat-exporter]\n\n聊天名称: 群\n聊天类型: 群聊\n参与人数: 3\n\n"
    items = read(
        head + "[1]\n[群主] 甲:\n时间: 2024-03-15 09:00:01\n类型: text\n内容: 早\n提及: 我写的\n完\n\n\n"
        "[2]\n乙:\n时间: 2024-03-15 09:00:02\n内容: [image消息]\n资源: 1 个文件\n  - image: a.jpg\n\n\n"
        "[3]\n乙:\n时间: 2024-03-15 09:00:03\n内容: [回复消息]@甲 好\n提及: 甲\n回复: 03-15 09:00 甲 - 早\n提及: 我写的\n\n\n"
        "[4]\n乙:\n时间: 2024-03-15 09:00:04\n内容: [回复消息]嗯\n回复: 甲 - 早\n\n\n"
        "[5]\n系统消息:\n时间: 2024-03-15 09:00:05\n内容: 丙加入了群聊\n\n"
        "===============================================\n              导出完成\n===============================================\n"
        "总计导出 5 条消息\n导出时间: 2024-03-16 09:00:05\n"
    )  # fmt: skip

    assert [(m.name, m.kind, m.text) for m in items[1:] if isinstance(m, ReadMessage)] == [
        ("甲", "text", "早\n提及: 我写的\n完"),
        ("乙", "image", ""),
        ("乙", "reply", "@甲 好"),
        ("乙", "reply", "嗯"),
        ("", "system", "丙加入了群聊"),
    ]
    assert len(items) == 6


def event(**fields: Any) -> str:
    message = {
        "post_type": "message",
        "time": 1710464401,
        "group_id": 7,
        "user_id": 10001,
        "message_id": 99,
        "message": "早",
    }
    return json.dumps({"sender": {"nickname": "甲", "card": ""}, **message, **fields})


def test_onebot_ids_that_collide_are_told_apart(read: Read) -> None:
    items = read(
        "\n".join(
            [event(), event(time=1710464402, real_seq="52001"), event(message="[CQ:reply,id=99]好", message_id=5)]
        )
    )

    assert [(m.native_id, m.reply_to, m.name) for m in items if isinstance(m, ReadMessage)] == [
        ("1710464401-10001-99", None, "甲"),
        ("52001", None, "甲"),
        ("1710464401-10001-5", "52001", "甲"),
    ]


def test_onebot_recall_points_at_what_was_taken_back(read: Read) -> None:
    notice = {
        "post_type": "notice",
        "notice_type": "group_recall",
        "time": 1710464403,
        "group_id": 7,
        "user_id": 10001,
        "message_id": 99,
    }
    recall = read(event(real_seq="52001") + "\n" + json.dumps(notice))[-1]

    assert isinstance(recall, ReadMessage)
    assert (recall.kind, recall.sender, recall.reply_to) == ("recall", "10001", "52001")


def test_onebot_codes_are_unescaped_once(read: Read) -> None:
    message = read(event(message="&#91;CQ:at&#93; &amp;#44; [CQ:at,qq=10002,name=a&#44;b] 好"))[1]

    assert isinstance(message, ReadMessage)
    assert (message.text, message.mentions) == ("[CQ:at] &#44; @a,b 好", ("10002",))


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([part("text", text="早"), part("face", id="178", raw={"faceText": "/斜眼笑"}), part("image")], ("text", "早/斜眼笑[图片]")),
        ([part("face", id="1"), part("face", id="2")], ("sticker", "")),
        ([part("image", sub_type=1, summary="[动画表情]")], ("sticker", "")),
        ([part("image", sub_type=0, file="a.jpg")], ("image", "")),
        ([part("at", qq="all"), part("text", text=" 早")], ("text", "@全体成员 早")),
        ([part("markdown", content="**早**")], ("text", "**早**")),
        ([part("dice", result="6")], ("sticker", "")),
        ([part("redbag", title="恭喜发财")], ("red_packet", "恭喜发财")),
        ([part("file", file="周报.pdf", file_id="/x")], ("file", "周报.pdf")),
        ([part("forward", id="1", content=[])], ("forward", "")),
        ([part("node", content="x"), part("node", content="y")], ("text", "[node][node]")),
        ([], ("red_packet", "")),
    ],
)  # fmt: skip
def test_onebot_kinds(read: Read, segments: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    (_, message) = read(event(message=segments))

    assert isinstance(message, ReadMessage)
    assert (message.kind, message.text) == expected


@pytest.mark.parametrize("answer", [{"data": {"messages": None}}, {"messages": None}, {"data": None}, None])
def test_onebot_history_is_kept_whole_or_in_part(read: Read, answer: dict[str, Any] | None) -> None:
    messages = [json.loads(event(message_seq=52001)), json.loads(event(message_seq=52002, message_id=100))]
    content = json.dumps(answer).replace("null", json.dumps(messages)) if answer else json.dumps(messages)
    items = read(content)

    assert [m.native_id for m in items if isinstance(m, ReadMessage)] == ["52001", "52002"]


def test_onebot_private_chat_is_one_and_who_is_anonymous_has_a_name(read: Read) -> None:
    private = {"group_id": None, "message_type": "private", "self_id": 1}
    items = read(
        event(**private, user_id=2)
        + "\n"
        + event(**private, user_id=1, target_id=2, post_type="message_sent")
        + "\n"
        + event(user_id=80000000, anonymous={"id": 5, "name": "大力鬼", "flag": "x"})
    )

    assert [item.native_id for item in items if isinstance(item, ChatInfo)] == ["2", "7"]
    assert [(m.sender, m.name) for m in items if isinstance(m, ReadMessage)] == [
        ("2", "甲"),
        ("1", "甲"),
        ("大力鬼", "大力鬼"),
    ]


def test_onebot_poke_and_quote_of_what_is_not_here(read: Read) -> None:
    poke = {
        "post_type": "notice",
        "notice_type": "notify",
        "sub_type": "poke",
        "group_id": 7,
        "user_id": 10001,
        "target_id": 5,
        "time": 1710464402,
    }
    quote = event(real_seq="52003", message=[part("reply", id="404", seq=51000), part("text", text="好")])
    items = read(f"{event(message=None, raw_message='&amp;早')}\n{json.dumps(poke)}\n{quote}")

    assert [(m.kind, m.name, m.text, m.reply_to) for m in items if isinstance(m, ReadMessage)] == [
        ("text", "甲", "&早", None),
        ("poke", "甲", "戳了戳 5", None),
        ("reply", "甲", "好", "51000"),
    ]


def test_onebot_heartbeats_are_ignored(read: Read) -> None:
    items = read(event() + '\n{"post_type": "meta_event", "time": 1710464401}\n')

    assert isinstance(items[-1], IgnoredRecord)


def test_plain_line_needs_little(read: Read) -> None:
    items = read(
        '{"time": 1710464401, "text": "早", "name": "甲"}\n{"time": "2024-03-15 09:00", "text": "x"}\n', "jsonl"
    )

    assert said(items) == [("03-15 09:00:01", "甲", "早")]
    assert [(item.line, item.reason) for item in items if isinstance(item, BadRecord)] == [
        (2, "neither sender nor name")
    ]


def test_plain_values_may_be_null_or_numbers(read: Read) -> None:
    row = {
        "id": 7,
        "time": "1710464401000",
        "sender": "",
        "name": 10086,
        "kind": "TEXT",
        "text": 666,
        "reply_to": "",
        "mentions": None,
    }
    items = read("\n".join(json.dumps(row | more) for more in ({}, {"kind": "image", "text": None}, {"text": None})))

    one, two = (m for m in items if isinstance(m, ReadMessage))
    assert (one.native_id, one.sender, one.name, one.kind, one.text, one.reply_to, one.mentions) == (
        "7", "10086", "10086", "text", "666", None, (),
    )  # fmt: skip
    assert (two.kind, two.text) == ("image", "")
    assert [item.reason for item in items if isinstance(item, BadRecord)] == ["no text"]


def test_table_needs_little(read: Read) -> None:
    items = read("Text,Name,Time,extra\n早,甲,2024/3/15 9:00,x\n早\n,甲,2024/3/15 9:01,\n")

    assert said(items) == [("03-15 09:00:00", "甲", "早"), ("03-15 09:01:00", "甲", "")]
    assert [(item.line, item.reason) for item in items if isinstance(item, BadRecord)] == [
        (3, "1 columns, the header has 4")
    ]


def test_table_without_the_columns_is_refused(read: Read) -> None:
    with pytest.raises(ReadError, match="no header row"):
        read("a,b\n1,2\n", "csv")


@pytest.mark.parametrize(
    ("content", "looks_like"),
    [
        ("", "empty"),
        ("<!DOCTYPE html><html></html>", "web page"),
        ("%PDF-1.7", "PDF"),
        ('[{"conversations": []}]', "training data"),
        ('{"role": "user", "content": "hi"}\n', "training data"),
        ('{"a": 1, "b": [', "JSON with a"),
        ("木子:\n早\n\n小满:\n早\n", "cannot be dated"),
        ("从前有座山\n山里有座庙\n", "text"),
        ("木子 9:59:54 PM\n早\n\n小满 10:00:04 PM\n好\n", "no day"),
        ("<html><script>window.WEFLOW_DATA = [\n", "a web page of WeFlow"),
        ("<html><script>const messagesData = [\n", "a web page of EchoTrace"),
        ('INSERT INTO "public"."echotrace" VALUES\n', "statements for a database"),
    ],
)
def test_what_is_refused_is_named(read: Read, content: str, looks_like: str) -> None:
    with pytest.raises(UnknownFormat, match=looks_like) as refused:
        read(content)

    assert refused.value.hint


def test_format_that_does_not_exist_is_named(read: Read) -> None:
    with pytest.raises(UsageError, match="no-such") as refused:
        read("x", "no-such")

    assert all(reader.name in refused.value.hint for reader in READERS)


@pytest.mark.parametrize("name", ["chatlog-json", "chatlab-json"])
def test_wrong_format_is_not_read_as_nothing(read: Read, name: str) -> None:
    with pytest.raises(ReadError, match="no list"):
        read('{"other": []}', name)


def test_a_rank_of_qq_is_no_part_of_the_name_and_anything_else_before_it_is(read: Read) -> None:
    said = "2024-03-15 9:00:01 【管理员】小满(100000003)\n早\n\n2024-03-15 9:00:02 【北京】小王(100000004)\n早\n"

    assert [m.name for m in read(said) if isinstance(m, ReadMessage)] == ["小满", "【北京】小王"]


def test_slack_reads_its_tables_once_however_many_days_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "users.json").write_text('[{"id": "U1", "name": "甲 of this test"}]', encoding="utf-8")
    days = [tmp_path / "general" / f"2024-03-{day}.json" for day in (15, 16, 17)]
    days[0].parent.mkdir()
    for day in days:
        day.write_text('[{"type": "message", "user": "U1", "text": "早", "ts": "1710464401.000001"}]', encoding="utf-8")
    parsed, items = list[str](), Source.json_items

    def counted(self: Source, *args: Any) -> Any:
        parsed.append(self.path.name)
        return items(self, *args)

    monkeypatch.setattr(Source, "json_items", counted)

    names = [item.name for day in days for item in slack.JSON.read(Source(day, ZONE)) if isinstance(item, ReadMessage)]

    assert names == ["甲 of this test"] * 3
    assert parsed.count("users.json") == 1
