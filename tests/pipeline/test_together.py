"""Several groups make one digest beside their own, kept and published like any other."""

from datetime import date
from pathlib import Path

import pytest

from sediment.errors import UsageError
from sediment.pipeline import Home, approve, documents, faq, import_chat, publish, write, write_together
from tests.pipeline.exports import export, row


@pytest.fixture
def home(home: Home, tmp_path: Path) -> Home:
    """Two groups that speak on one day, and one that spoke the day before."""
    fee = [
        row("鲸付个人版的手续费是多少啊", day="2026-04-09", at="09:00:00", sender="小鹿"),
        row("0.6%，没有月费，提现再收2块", day="2026-04-09", at="09:01:00", sender="老段"),
    ]
    party = [row("聚会改到4月19日下午两点，地点换成河畔302", day="2026-04-09", at="10:00:00", sender="阿岩")]
    old = [row("服务器今晚十点升级，先导出报表", day="2026-04-08", at="15:00:00", sender="老周")]
    for name, rows in (("收款群", fee), ("聚会群", party), ("运维群", old)):
        import_chat(home, [export(tmp_path / f"{name}.jsonl", rows)])
    return home


def test_all_groups_that_spoke_make_one_digest_beside_their_own(home: Home) -> None:
    together = write_together(home, model="none")
    assert (together.title, together.group_id, together.since) == ("2 个群 2026-04-09 合并摘要", "", date(2026, 4, 9))
    assert {s.part for s in together.draft.sections} >= {"group 收款群", "group 聚会群"}
    assert [(d.group_id == "", d.kind) for d in documents(home)] == [
        (True, "digest"),
        (False, "digest"),
        (False, "digest"),
    ]
    assert write_together(home, model="none") == together


def test_groups_and_days_can_be_named(home: Home) -> None:
    week = write_together(home, "digest", ["收款群", "运维群"], week=True, length="brief", model="none")
    assert (week.since, week.until) == (date(2026, 4, 6), date(2026, 4, 12))
    assert (week.title, week.draft.sections) == ("2 个群 2026-04-06 至 2026-04-12 合并摘要", ())


def test_what_several_groups_were_asked_is_one_entry_of_their_faq(home: Home, tmp_path: Path) -> None:
    again = [
        row("鲸付个人版的手续费是多少", day="2026-04-10", at="09:00:00", sender="小雨"),
        row("鲸付个人版手续费 0.8%，15 号起", day="2026-04-10", at="09:01:00", sender="老林"),
    ]
    import_chat(home, [export(tmp_path / "商户群.jsonl", again)])
    together = write_together(home, "faq", model="none")
    assert (together.title, together.group_id) == ("4 个群的常见问题", "")
    (entry,) = together.draft.faq
    assert [wording.quote for wording in entry.wordings] == ["鲸付个人版的手续费是多少啊", "鲸付个人版的手续费是多少"]
    assert [change.at.day for change in entry.history] == [9, 10]
    assert together.draft.account.messages == 6
    assert write_together(home, "faq", model="none") == together
    assert [len(faq(home, name)) for name in ("收款群", "商户群", "聚会群")] == [1, 1, 0]


@pytest.mark.parametrize("kind", ["digest", "faq"])
def test_one_group_that_spoke_has_its_own_document(home: Home, kind: str) -> None:
    day = date(2026, 4, 8)
    alone = write_together(home, kind, since=day, until=day, model="none")
    assert alone == write(home, kind, "运维群", since=day, until=day, model="none")
    assert [document.id for document in documents(home)] == [alone.id]


def test_it_is_published_with_the_groups_named(home: Home, tmp_path: Path) -> None:
    together = write_together(home, model="none")
    approve(home, together.id)
    page = Path(publish(home, together.id, "folder", tmp_path / "out").remote_id)
    assert page.relative_to(tmp_path / "out").as_posix() == "多个群-x/digest-2026-04-09.md"
    assert "（收款群）" in page.read_text(encoding="utf-8")


def test_silence_is_said(home: Home) -> None:
    with pytest.raises(UsageError, match="Nobody wrote from 2026-05-01 to 2026-05-02"):
        write_together(home, since=date(2026, 5, 1), until=date(2026, 5, 2))
