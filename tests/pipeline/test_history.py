"""The same chat from several exporters becomes one history, whichever comes first, and ids that were given stay valid."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sediment.errors import ReadError
from sediment.models import Message
from sediment.pipeline import Home, groups, import_chat, importing, judged, message, open_home, search, settle
from tests.fakes import FakeEmbedder, FakeVectors
from tests.pipeline.exports import export, row
from tests.readers.canon import CANON, GROUP, sample

SENDERS = [said.sender for said in CANON]
QQ = {"wxid_zhou": "300000001", "wxid_may": "300000002", "wxid_nine": "300000003"}


def import_samples(home: Home, folder: Path, names: Iterable[str]) -> int:
    """How many messages the last one added; files are called after the chat, where they do not name it themselves."""
    imported = 0
    for name in names:
        source = sample(name).path
        copy = folder / f"{GROUP}{source.suffix}"
        shutil.copy(source, copy)
        imported = import_chat(home, [copy]).imported
    return imported


def stored(home: Home) -> list[Message]:
    (summary,) = groups(home)
    settle(home)
    return [one.message for one in judged(home, summary.group.id)]


WECHAT = ("chatlog-json", "weflow-json", "wechatmsg-csv")
MIXED = ("weflow-txt", "wechat-text", "chatlab-jsonl")


@pytest.mark.parametrize("order", [*permutations(WECHAT), *permutations(MIXED), ("weclone-csv", "chatlog-csv")])
def test_exports_of_one_wechat_chat_are_one_history(home: Home, tmp_path: Path, order: Sequence[str]) -> None:
    import_samples(home, tmp_path, order)
    said = stored(home)
    assert [(m.sent_at.timestamp(), m.sender, m.kind) for m in said] == [
        (c.sent_at.timestamp(), c.sender, c.kind) for c in CANON
    ]
    assert [m.text for m in said if m.kind in ("text", "reply")] == [
        c.text for c in CANON if c.kind in ("text", "reply")
    ]
    assert [import_samples(home, tmp_path, [name]) for name in order] == [0] * len(order)


@pytest.mark.parametrize("order", [*permutations(("qce-json", "qq-txt", "onebot-history"))])
def test_exports_of_one_qq_chat_are_one_history(home: Home, tmp_path: Path, order: Sequence[str]) -> None:
    import_samples(home, tmp_path, order)
    said = [m for m in stored(home) if m.kind not in ("system", "recall")]
    assert [m.sender for m in said] == [QQ[sender] for sender in SENDERS if sender]
    assert said[1].reply_to == said[0].id


def test_the_ids_of_every_exporter_lead_to_the_message_that_was_first(home: Home, tmp_path: Path) -> None:
    import_samples(home, tmp_path, ["wechatmsg-csv"])
    first = stored(home)
    import_samples(home, tmp_path, ["weflow-json", "wechat-text"])
    assert [m.id for m in stored(home)] == [m.id for m in first]
    assert message(home, "7400000000000000001").id == first[0].id
    aliases = home.db.execute("SELECT id FROM aliases WHERE message_pk = 1").fetchall()
    assert {message(home, id).id for (id,) in aliases} == {first[0].id}
    assert len(aliases) == 2


def test_a_quote_by_an_id_that_became_an_alias_leads_to_the_message(home: Home, tmp_path: Path) -> None:
    asked, said = row("端口是多少"), row("8080", at="08:01:00", id="b", reply_to="a")
    import_chat(home, [export(tmp_path / "1.jsonl", [said])], group="群")
    import_chat(home, [export(tmp_path / "2.jsonl", [asked])], group="群")
    import_chat(
        home,
        [export(tmp_path / "3.jsonl", [{**asked, "id": "a"}, row("谢谢", at="08:02:00", reply_to="a")])],
        group="群",
    )
    question, answer, thanks = stored(home)
    assert (answer.reply_to, thanks.reply_to) == (question.id, question.id)
    assert [link.why for one in judged(home, "群") for link in one.answers if link.message_id == answer.id] == ["quote"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_recall_reaches_a_message_that_has_its_id_from_elsewhere(
    home: Home, tmp_path: Path, order: Sequence[int]
) -> None:
    exports = [
        [row("说错了")],
        [row("说错了", id="1"), row("撤回", at="08:00:09", id="2", kind="recall", reply_to="1")],
    ]
    for number in order:
        import_chat(home, [export(tmp_path / f"{number}.jsonl", exports[number])], group="群")
    assert [m.recalled for m in stored(home)] == [True, False]


def test_what_only_one_export_knows_is_added_and_found(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "1.jsonl", [row("", kind="file", sender="小周")])], group="群")
    settle(home)
    known = row("周报.pdf", kind="file", sender="u1", id="7") | {"name": "小周"}
    assert import_chat(home, [export(tmp_path / "2.jsonl", [known])], group="群").duplicates == 1
    (said,) = stored(home)
    assert (said.sender, said.name, said.text, said.native_id) == ("u1", "小周", "周报.pdf", "7")
    assert [found.message.id for found in search(home, "周报")] == [said.id]


def test_equal_messages_of_one_second_stay_as_many_as_they_are(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "1.jsonl", [row("收到"), row("收到", sender="u2"), row("收到")])], group="群")
    three = [row("收到 ", id="7"), row("收到", id="8", sender="u2"), row("收到", id="9"), row("收到", id="10")]
    assert import_chat(home, [export(tmp_path / "2.jsonl", three)], group="群").imported == 1
    assert [m.native_id for m in stored(home)] == ["7", "8", "9", "10"]


def test_a_label_that_stands_alone_is_what_it_stands_for(home: Home, tmp_path: Path) -> None:
    for number, said in enumerate((row("[图片]"), row("", kind="image"), row("[旺柴]", id="7"), row("[旺柴]"))):
        import_chat(home, [export(tmp_path / f"{number}.jsonl", [said])], group="群")
    assert [(m.kind, m.text) for m in stored(home)] == [("image", "[图片]"), ("text", "[旺柴]")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_one_export_has_in_words_and_another_by_its_kind_alone_is_one_message(
    home: Home, tmp_path: Path, order: Sequence[int]
) -> None:
    copied = "".join(f"u1 2026-04-08 08:00\n{text}\n\n" for text in ("恭喜发财", "好", "周报.pdf", "说明书"))
    (tmp_path / "copied.txt").write_text(copied, encoding="utf-8")
    kinds = [row("", kind="red_packet"), row("好"), row("", kind="file"), row("", kind="link")]
    for number in order:
        path = [tmp_path / "copied.txt", export(tmp_path / "kinds.jsonl", kinds)][number]
        import_chat(home, [path], group="群")
    assert sorted((m.kind, m.text) for m in stored(home)) == [
        ("file", "周报.pdf"),
        ("link", "说明书"),
        ("red_packet", "恭喜发财"),
        ("text", "好"),
    ]


def test_a_voice_may_be_labelled_as_a_picture_in_the_same_second_only(home: Home, tmp_path: Path) -> None:
    voices = [row("", kind="voice"), row("", kind="voice", at="08:00:05")]
    labels = [row("", kind="image", at=f"08:00:0{second}") for second in (0, 6)]
    labels.append(row("", kind="image", sender="u2"))
    for number, said in enumerate((voices, labels)):
        import_chat(home, [export(tmp_path / f"{number}.jsonl", said)], group="群")
    assert sorted((m.sent_at.second, m.sender, m.kind) for m in stored(home)) == [
        (0, "u1", "voice"),
        (0, "u2", "image"),
        (5, "u1", "voice"),
        (6, "u1", "image"),
    ]


def test_different_ids_of_one_exporter_are_different_messages(home: Home, tmp_path: Path) -> None:
    for id in ("100000000000000001", "100000000000000002", "52001"):
        import_chat(home, [export(tmp_path / f"{id}.jsonl", [row("收到", id=id)])], group="群")
    assert [m.native_id for m in stored(home)] == ["100000000000000001", "100000000000000002"]


def test_minutes_are_aligned_by_their_order_and_take_the_seconds_of_the_other(home: Home, tmp_path: Path) -> None:
    mailed = "—————  2026-04-08  —————\n\n甲  08:00\n\n好\n\n乙  08:00\n\n嗯\n\n甲  08:00\n\n好\n\n丙  08:00\n\n行\n"
    exact = [row("嗯", at="08:00:20", sender="乙"), row("好", at="08:00:30", sender="甲")]
    (tmp_path / "mail.txt").write_text(mailed, encoding="utf-8")
    for order in ((0, 1), (1, 0)):
        with open_home(tmp_path / str(order), embedder=FakeEmbedder(), vectors=FakeVectors()) as fresh:
            for number in order:
                path = [tmp_path / "mail.txt", export(tmp_path / "e.jsonl", exact)][number]
                import_chat(fresh, [path], group="群")
            said = [(m.name, m.text, m.sent_at.second) for m in stored(fresh)]
            assert said == [("甲", "好", 0), ("乙", "嗯", 20), ("甲", "好", 30), ("丙", "行", 30)]


# ---- any two exports ------------------------------------------------------------------------------------------------

told = st.lists(
    st.tuples(
        st.integers(0, 130),
        st.sampled_from(["甲", "乙"]),
        st.sampled_from(["好", "好 ", "嗯", "[图片]", ""]),
        st.booleans(),
    ),
    max_size=14,
)


def write(path: Path, kind: str, said: Sequence[tuple[int, str, str, bool]]) -> Path:
    """What a member's export of these holds: (second, name, text, whether it is in this export at all)."""
    own = sorted((one for one in said if one[3]), key=lambda one: one[0])
    path = path.with_suffix(".txt" if kind == "minutes" else ".jsonl")
    if kind == "minutes":
        blocks = [f"{name}  08:{second // 60:02}\n\n{text}\n\n" for second, name, text, _ in own]
        path.write_text("—————  2026-04-08  —————\n\n" + "".join(blocks), encoding="utf-8")
        return path
    ids = {"long": 10**17, "short": 1}
    rows: list[dict[str, Any]] = [
        row(text, at=f"08:{second // 60:02}:{second % 60:02}", sender=f"id-{name}" if kind == "long" else name)
        | {"name": name, "id": ids[kind] + number if kind in ids else None}
        for number, (second, name, text, _) in enumerate(own)
    ]
    return export(path, rows)


def history(folder: Path, paths: Sequence[Path]) -> Counter[tuple[object, ...]]:
    with open_home(folder, embedder=FakeEmbedder(), vectors=FakeVectors()) as home:
        for path in paths:
            import_chat(home, [path], group="群")
        before = list(home.db.execute("SELECT * FROM messages"))
        for path in paths:
            assert import_chat(home, [path], group="群").imported == 0
        assert list(home.db.execute("SELECT * FROM messages")) == before
        rows = "SELECT sent_at, precision, coalesce(person, m.sender), m.name, trim(text) FROM messages m LEFT JOIN people p ON p.sender = m.sender"
        return Counter(home.db.execute(rows))


@settings(max_examples=60, deadline=None)
@given(told, told, st.permutations(["long", "short", "bare", "minutes"]))
def test_the_history_does_not_depend_on_which_export_came_first(
    one: list[tuple[int, str, str, bool]], more: list[tuple[int, str, str, bool]], kinds: list[str]
) -> None:
    other = [(second, name, text, not kept) for second, name, text, kept in one[::2]] + one[1::2] + more
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = (0, "甲", "开头", True)
        a, b = (write(folder / kind, kind, [start, *said]) for kind, said in zip(kinds, (one, other), strict=False))
        assert history(folder / "ab", [a, b]) == history(folder / "ba", [b, a])


# ---- which chat it is -----------------------------------------------------------------------------------------------


def chatlab(path: Path, name: str, platform: str, number: str | None, *texts: str, at: int = 1710464401) -> Path:
    meta = {"name": name, "platform": platform, **({"groupId": number} if number else {})}
    said = [
        {"_type": "message", "sender": "u1", "accountName": "甲", "timestamp": at + i, "type": 0, "content": text}
        for i, text in enumerate(texts)
    ]
    return export(path, [{"_type": "header", "chatlab": {"version": "0.0.2"}, "meta": meta}, *said])


def told_groups(home: Home) -> list[tuple[str, str, int]]:
    return [(s.group.name, s.group.platform, s.messages) for s in groups(home)]


def test_equal_names_on_different_platforms_are_different_chats(home: Home, tmp_path: Path) -> None:
    for platform in ("qq", "wechat"):
        import_chat(home, [chatlab(tmp_path / "a.jsonl", "吃饭", platform, None, "早")])
    assert told_groups(home) == [("吃饭", "qq", 1), ("吃饭", "wechat", 1)]


@pytest.mark.parametrize("numbers", [("5", None), (None, "5"), ("5@chatroom", "5")])
def test_a_chat_without_an_id_is_the_only_one_of_its_name(
    home: Home, tmp_path: Path, numbers: tuple[str | None, str | None]
) -> None:
    for number, text in zip(numbers, ("早", "到"), strict=True):
        import_chat(home, [chatlab(tmp_path / "a.jsonl", "吃饭", "wechat", number, text)])
    assert told_groups(home) == [("吃饭", "wechat", 2)]


def test_two_chats_of_one_name_stay_apart_and_so_does_what_could_be_either(home: Home, tmp_path: Path) -> None:
    for number, text in (("5", "早"), ("6", "到"), (None, "嗯")):
        import_chat(home, [chatlab(tmp_path / "a.jsonl", "吃饭", "wechat", number, text)])
    assert told_groups(home) == [("吃饭", "wechat", 1)] * 3


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_renamed_group_has_its_last_name(home: Home, tmp_path: Path, order: Sequence[int]) -> None:
    for number in order:
        name, at = (("吃饭", 1710464401), ("干饭", 1710564401))[number]
        import_chat(home, [chatlab(tmp_path / "a.jsonl", name, "wechat", "5", f"第{number}条", at=at)])
    assert told_groups(home) == [("干饭", "wechat", 2)]


def test_an_export_without_messages_leaves_no_group(home: Home, tmp_path: Path) -> None:
    import_chat(home, [chatlab(tmp_path / "a.jsonl", "吃饭", "wechat", "5")])
    assert groups(home) == []


def test_a_whatsapp_chat_is_called_as_its_file_says(home: Home, tmp_path: Path) -> None:
    for name in ("WhatsApp Chat with 吃饭.txt", "与吃饭的 WhatsApp 聊天.txt"):
        (tmp_path / name).write_text("31/01/2025, 23:58 - 甲: 早\n", encoding="utf-8")
        import_chat(home, [tmp_path / name])
    assert told_groups(home) == [("吃饭", "whatsapp", 1)]


def test_of_several_chats_nothing_is_kept_under_one_name(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 2)
    lines = chatlab(tmp_path / "1.jsonl", "甲", "qq", "1", *"早上好啊").read_text(encoding="utf-8")
    lines += chatlab(tmp_path / "2.jsonl", "乙", "qq", "2", "嗯", at=1710564401).read_text(encoding="utf-8")
    (tmp_path / "two.jsonl").write_text(lines, encoding="utf-8")
    before = list(home.db.iterdump())
    with pytest.raises(ReadError, match="several chats"):
        import_chat(home, [tmp_path / "two.jsonl"], group="群")
    assert list(home.db.iterdump()) == before


def test_wechatmsg_names_its_table_after_the_chat(home: Home, tmp_path: Path) -> None:
    (tmp_path / "群_utf8.csv").write_bytes(sample("wechatmsg-csv").path.read_bytes())
    import_chat(home, [tmp_path / "群_utf8.csv"])
    assert [summary.group.name for summary in groups(home)] == ["群"]
