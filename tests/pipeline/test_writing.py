"""Documents are made of settled chat, checked claim by claim, kept in versions, and published only with a person's approval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from sediment import lock
from sediment.errors import UsageError
from sediment.models import Account, Claim, Draft, Evidence, FaqEntry, Material, Section
from sediment.pipeline import (
    Home,
    approve,
    cited,
    conversation,
    document,
    documents,
    faq_entries,
    import_chat,
    judged,
    publish,
    write,
    writing,
)
from sediment.protocols import ChatModel, Embedder
from sediment.store import faq
from tests.pipeline.exports import export, row


class Note:
    """A writer that quotes the first message, and claims what `more` says."""

    kind = "note"
    span: Literal["day", "all"] = "day"

    def __init__(self, *more: Claim) -> None:
        self.more = more
        self.read: list[Material] = []

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        self.read.append(material)
        first = material.messages[0]
        quote = Claim(f"{first.name}：{first.text}", (Evidence(first.id, first.text),))
        account = Account(len(material.messages), {}, (), dropped={"quote": 1})
        entry = FaqEntry("f1", material.group.id, "问", (), (quote, *self.more))
        return Draft("一条", (Section("mattered", "要紧的事", (quote, *self.more)),), account, "", faq=(entry,))


@pytest.fixture
def note(monkeypatch: pytest.MonkeyPatch) -> Note:
    """The only writer there is."""
    writer = Note()
    monkeypatch.setattr(writing, "WRITERS", (writer,))
    return writer


@pytest.fixture
def home(home: Home, tmp_path: Path) -> Home:
    """A group of two days."""
    rows = [
        row("鲸付个人版的手续费是多少啊", day="2026-04-08", at="09:00:00", sender="小鹿"),
        row("0.6%，没有月费", day="2026-04-08", at="09:01:00", sender="老段"),
        row("服务器今晚十点升级，先导出报表", day="2026-04-09", at="15:00:00", sender="老段"),
        row("早上好", day="2026-04-09", at="21:00:00", sender="小鹿"),
    ]
    import_chat(home, [export(tmp_path / "收款群.jsonl", rows)])
    return home


def test_the_last_day_is_written_about_unless_another_is_named(home: Home, note: Note) -> None:
    assert write(home, "note", "收款群").since == date(2026, 4, 9)
    assert write(home, "note", "收款群", since=date(2026, 4, 8), until=date(2026, 4, 8)).until == date(2026, 4, 8)
    assert [[m.text for m in material.messages] for material in note.read] == [
        ["服务器今晚十点升级，先导出报表", "早上好"],
        ["鲸付个人版的手续费是多少啊", "0.6%，没有月费"],
    ]


def test_each_length_is_a_document_of_its_own(home: Home) -> None:
    full, brief = (write(home, "digest", "收款群", length=length, model="none") for length in ("full", "brief"))
    assert [(d.id, d.version, d.draft.length) for d in (full, brief)] == [("d1", 1, "full"), ("d2", 1, "brief")]
    assert write(home, "digest", "收款群", length="brief", model="none") == brief


def test_the_material_is_settled_and_whole(home: Home, note: Note) -> None:
    write(home, "note", "收款群", since=date(2026, 4, 8))
    material = note.read[0]
    placed = [id for c in material.conversations for id in c.message_ids]
    assert sorted(placed) == sorted(m.id for m in material.messages)
    assert [material.noise[m.id].noise for m in material.messages if m.id in material.noise] == ["greeting"]
    assert (material.since, material.until, material.language) == (date(2026, 4, 8), date(2026, 4, 9), "zh")


def test_a_topic_reads_the_conversations_about_it(home: Home, note: Note) -> None:
    written = write(home, "note", "收款群", topic="手续费")
    assert "鲸付个人版的手续费是多少啊" in [m.text for m in note.read[0].messages]
    assert (written.topic, written.since) == ("手续费", date(2026, 4, 8))


def test_a_topic_also_reads_what_the_same_people_went_on_with(home: Home, note: Note, tmp_path: Path) -> None:
    rows = [
        row("真的假的", id="1", day="2026-04-10", at="08:00:00", sender="小鹿"),
        row("鲸付个人版的手续费通知", id="2", day="2026-04-10", at="09:40:00", sender="老段"),
        row("是十五号起调到千分之八", id="3", day="2026-04-10", at="09:41:00", sender="老段", reply_to="1"),
    ]
    import_chat(home, [export(tmp_path / "更多.jsonl", rows)], group="收款群")
    write(home, "note", "收款群", topic="鲸付手续费", since=date(2026, 4, 10))
    placed = {said.message.native_id: said.conversation_id for said in judged(home, "收款群")}
    assert placed["2"] != placed["3"]
    assert [m.native_id for m in note.read[0].messages] == ["1", "2", "3"]


def test_a_conversation_is_read_alone(home: Home, note: Note) -> None:
    last = list(judged(home, "收款群"))[-2]
    write(home, "note", "收款群", conversation=last.conversation_id)
    assert {m.id for m in note.read[0].messages} == set(conversation(home, last.conversation_id)[0].message_ids)


def test_what_does_not_stand_on_messages_is_dropped_and_counted(home: Home, note: Note) -> None:
    note.more = (Claim("费率是 9%", (Evidence("no such message", "9%"),)),)
    written = write(home, "note", "收款群")
    assert [claim.text for section in written.draft.sections for claim in section.claims] == [
        "老段：服务器今晚十点升级，先导出报表"
    ]
    assert written.draft.account.dropped == {"quote": 1, "unknown_id": 1}
    assert [claim.text for claim in faq_entries(home, "收款群")[0].answer] == ["老段：服务器今晚十点升级，先导出报表"]


def test_nobody_waits_for_the_lock_while_a_model_writes(
    home: Home, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    holders: list[str | None] = []
    finish = note.write

    def look(material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        holders.append(lock.holder(home.path / "sediment.lock"))
        return finish(material, embedder, model)

    monkeypatch.setattr(note, "write", look)
    write(home, "note", "收款群")
    assert holders == [None]


def test_an_entry_that_another_process_adds_meanwhile_is_not_lost(
    home: Home, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = FaqEntry("f2", "", "别的问题", (), ())
    finish = note.write

    def slowly(material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        faq.save(home.db, material.group.id, (theirs,))
        draft = finish(material, embedder, model)
        return replace(draft, faq=(*material.faq, *draft.faq))

    monkeypatch.setattr(note, "write", slowly)
    write(home, "note", "收款群")
    assert [entry.id for entry in faq_entries(home, "收款群")] == ["f2", "f1"]


def test_what_the_faq_said_stays_though_its_surroundings_are_not_read_again(
    home: Home, note: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "note", "收款群")
    (entry,) = faq_entries(home, "收款群")
    monkeypatch.setattr("sediment.evidence.unsupported", lambda *_: "name")
    monkeypatch.setattr(note, "write", lambda material, *_: Draft("空", (), Account(0, {}, ()), "", faq=material.faq))
    write(home, "note", "收款群", until=date(2026, 4, 8))
    assert faq_entries(home, "收款群") == [entry]


def test_a_draft_that_says_the_same_makes_no_new_version(home: Home, note: Note) -> None:
    first = write(home, "note", "收款群")
    assert write(home, "note", "收款群") == first
    note.more = (replace_text(first, "服务器今晚十点升级，先导出报表"),)
    second = write(home, "note", "收款群")
    assert (first.id, first.version, second.id, second.version) == ("d1", 1, "d2", 2)
    assert documents(home) == [second]
    assert document(home, "d1") == first


def replace_text(written: object, text: str) -> Claim:
    """The first claim of a document in other words."""
    claim: Claim = written.draft.sections[0].claims[0]  # type: ignore[attr-defined]
    return replace(claim, text=f"老段说{text}")


def test_the_cited_messages_come_with_the_document(home: Home, note: Note) -> None:
    written = write(home, "note", "收款群")
    assert [message.text for message in cited(home, written).values()] == ["服务器今晚十点升级，先导出报表"]


def test_only_what_was_approved_is_published_and_once(home: Home, note: Note, tmp_path: Path) -> None:
    written = write(home, "note", "收款群")
    with pytest.raises(UsageError, match="not approved"):
        publish(home, written.id, "folder", tmp_path / "out")
    assert approve(home, written.id).status == "reviewed"
    publication = publish(home, written.id, "folder", tmp_path / "out")
    assert not publication.repeated
    assert publish(home, written.id, "folder", tmp_path / "out") == replace(publication, repeated=True)
    assert home.db.execute("SELECT count(*) FROM publications").fetchone() == (1,)
    assert document(home, written.id).status == "published"
    assert "服务器今晚十点升级，先导出报表" in Path(publication.remote_id).read_text(encoding="utf-8")


def test_a_later_draft_does_not_inherit_an_approval(home: Home, note: Note, tmp_path: Path) -> None:
    first = write(home, "note", "收款群")
    approve(home, first.id)
    note.more = (replace_text(first, "服务器今晚十点升级，先导出报表"),)
    second = write(home, "note", "收款群")
    assert (document(home, first.id).status, second.status) == ("reviewed", "draft")
    with pytest.raises(UsageError, match="not approved"):
        publish(home, second.id, "folder", tmp_path / "out")


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("poem", {}, "no document of kind"),
        ("note", {"since": date(2026, 4, 9), "until": date(2026, 4, 8)}, "is after"),
        ("note", {"since": date(2027, 1, 1), "until": date(2027, 1, 1)}, "no messages to write about"),
        ("note", {"topic": "火星移民"}, "says nothing of '火星移民'"),
        ("note", {"conversation": "cxyz"}, "no conversation"),
    ],
)
def test_what_cannot_be_written_is_said(
    home: Home, note: Note, kind: str, options: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        write(home, kind, "收款群", **options)  # type: ignore[arg-type]
