"""`sediment members` and what corrects it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Runner
from tests.pipeline.exports import export, row


def test_members_are_listed_merged_and_split(run: Runner, tmp_path: Path) -> None:
    rows = [
        row(sender="u1", day="2026-04-07") | {"name": "小周"},
        row(sender="u1") | {"name": "老周"},
        row(sender="u2") | {"name": "阿may"},
    ]
    run("import", str(export(tmp_path / "群.jsonl", rows)))
    zhou = "u1  老周  2  2026-04-07 08:00 – 2026-04-08 08:00\n    曾用名：小周 (2026-04-07 – 2026-04-07)\n"
    may = "u2  阿may  1  2026-04-08 08:00 – 2026-04-08 08:00\n"
    assert run("members", "群").out == zhou + may
    assert run("members", "merge", "群", "阿may", "老周").out.endswith("    并入：u1\n")
    assert run("members", "list", "群", "--json").json[0]["merged"] == ["u1"]
    assert run("members", "split", "群", "u1", "--json").json["names"][1]["name"] == "小周"
    assert run("members", "群").out == zhou + may
    assert run("members", "merge", "群", "u1", "谁").code == 2


def test_consent_is_recorded_and_an_article_says_whose_is_missing(run: Runner, tmp_path: Path) -> None:
    rows = [row("鲸付手续费是多少？", sender="小鹿"), row("鲸付手续费是0.6%，没有月费", at="08:01:00", sender="老段")]
    run("import", str(export(tmp_path / "群.jsonl", rows)))
    (tmp_path / "notes.md").write_text("## 费率\n我们问过老段，电话 13800138000。\n", encoding="utf-8")
    article = ("article", "-g", "群", "--topic", "鲸付手续费")
    written = run(*article, "--notes", str(tmp_path / "notes.md"))
    assert "\n我们问过老段，电话 13800138000。 ✎\n" in written.out
    assert "你写的段落里有名字或个人信息，会原样发出去：老段、13800138000\n" in written.err
    assert "2 人的原话还不能发布：小鹿、老段。" in written.err
    assert run("members", "consent", "群").out == "群：同意引用原话\n"
    assert run("members", "consent", "群", "老段", "--revoke").out == "老段：不同意引用原话\n"
    assert "1 人的原话还不能发布：老段。" in run(*article).err
    assert run(*article, "--json").json["titles"][0] == "鲸付手续费"
