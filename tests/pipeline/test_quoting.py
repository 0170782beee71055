"""A quote without an id finds the message that it can only mean."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sediment.models import Message, ReadMessage
from sediment.pipeline import Home, import_chat
from sediment.pipeline.quoting import Quotes
from tests.factories import message
from tests.readers.canon import CANON, DATA

QUOTING = (
    "chatlog-json.json", "chatlog-csv.csv", "chatlog-txt.txt", "wechatmsg-txt.txt", "wechatmsg-html.html", "pywxdump-js.js", "weflow-txt.txt",
    "weclone-csv.csv", "echotrace-json.json", "qce-txt.txt",
)  # fmt: skip


@pytest.mark.parametrize("sample", QUOTING)
def test_the_reply_in_a_sample_points_at_what_it_quotes(home: Home, sample: str) -> None:
    import_chat(home, [DATA / sample])

    replies = "SELECT r.text, q.text FROM messages r JOIN messages q ON q.id = r.reply_to"
    assert list(home.db.execute(replies)) == [(CANON[1].text, CANON[0].text)]


SAID = (
    message("早", at="08:00", sender="u1", name="木子"),
    message("好", at="08:01", sender="u1", name="木子"),
    message("好", at="08:02", sender="u1", name="木子"),
    message("用 message_id 做主键\nupsert，别用自增序号", at="08:03", sender="u1", name="木子"),
    message("好的", at="08:04", sender="u2", name="阿泰：后端"),
    message("", at="08:05", sender="u2", name="阿泰：后端", kind="image"),
)


@pytest.mark.parametrize(
    ("quotes", "found"),
    [
        ("木子：早", 0),
        ("u1：早", 0),
        ("木子: 早", 0),
        ("木子：好", None),
        ("木子：用 message_id 做主键 upsert", 3),
        ("木子：用…", 3),
        ("木子：用", None),
        ("阿泰：后端：好的", 4),
        ("阿泰：后端：[图片]", 5),
        ("小满：早", None),
        ("早", None),
    ],
)
def test_quotes(quotes: str, found: int | None) -> None:
    assert _find(quotes) == (None if found is None else SAID[found].id)


def test_the_time_tells_equal_messages_apart() -> None:
    assert _find("木子：好", at=SAID[2]) == SAID[2].id
    assert _find("木子：好", at=SAID[0]) is None


def _find(quotes: str, at: Message | None = None) -> str | None:
    memory = Quotes()
    for said in SAID:
        memory.remember(said)
    sent_at = SAID[-1].sent_at + timedelta(minutes=1)
    reply = ReadMessage(1, sent_at, "u3", "", "reply", "是", quotes=quotes, quotes_at=at.sent_at if at else None)
    return memory.find(SAID[0].group_id, reply)
