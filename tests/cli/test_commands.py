"""What each command hands to the pipeline and what it prints of the result; the pipeline's functions are stood in for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sediment import pipeline
from sediment.errors import Locked
from sediment.models import (
    Account,
    Accounted,
    Answer,
    Check,
    Evidence,
    Found,
    GroupSummary,
    Judged,
    NoiseMark,
    Publication,
    Settled,
)
from tests.cli.running import Ran, Runner
from tests.factories import GROUP, claim, conversation, document, link, message, section

ASKED = message("端口是多少\n谁知道", at="09:00", sender="u2", name="小鹿", native_id="m1")
SAID = message("\x1b[31m8080", at="09:05", sender="u1", name="老周", native_id="m2", reply_to=ASKED)
NOISE = message("早", at="09:06", sender="u3", name="阿may")
TALK = conversation(ASKED, SAID, keywords=["端口"])
JUDGED = [
    Judged(ASKED, TALK.id),
    Judged(SAID, TALK.id, (link(SAID, ASKED, 0.93, "quote"),)),
    Judged(NOISE, "cx", (), NoiseMark(NOISE.id, "greeting", "greeting")),
]
WRITTEN = document(
    section(claim("老周：8080", SAID, quote="8080"), part="decisions"),
    account=Account(3, {"greeting": 1}, (Accounted(TALK.id, "端口", 2, True, "有结论"),)),
)

Stand = Callable[[str, Any], list[tuple[tuple[Any, ...], dict[str, Any]]]]


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Put a value in place of a pipeline function; gives the list of its calls."""

    def put(name: str, result: Any) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

        def instead(_home: object, *arguments: Any, **options: Any) -> Any:
            options.pop("progress", None)
            calls.append((arguments, options))
            return result

        monkeypatch.setattr(pipeline, name, instead)
        return calls

    put("groups", [GroupSummary(GROUP, 3, ASKED.sent_at, NOISE.sent_at, 0)])
    return put


def test_settle_and_rebuild_say_what_they_did(run: Runner, stand: Stand) -> None:
    done = Settled(groups=1, messages=3, conversations=2, passages=2, embedded=0, waiting=0)
    calls = stand("settle", done)
    stand("rebuild", done)
    assert run("settle", "-g", "测试").out == "整理了 1 个群：3 条消息，2 段对话，2 个片段，新算向量 0 个\n"
    assert calls == [((), {"group": "测试", "all_vectors": False})]
    assert run("rebuild", "--json").json == {
        "groups": 1, "messages": 3, "conversations": 2, "passages": 2, "embedded": 0, "waiting": 0,
    }  # fmt: skip


def test_groups_are_listed(run: Runner, stand: Stand) -> None:
    assert run("groups").out == "g1  测试群  3  2026-04-08 09:00 – 2026-04-08 09:06\n"
    assert run("groups", "--json").json == [
        {
            "id": "g1",
            "name": "测试群",
            "platform": "wechat",
            "messages": 3,
            "first": "2026-04-08T09:00:00+08:00",
            "last": "2026-04-08T09:06:00+08:00",
            "unsettled": 0,
        }
    ]


@pytest.mark.parametrize("command", ["conversations", "noise"])
def test_what_was_made_out_is_listed_per_message(run: Runner, stand: Stand, command: str) -> None:
    stand("settle", None)
    stand("judged", iter(JUDGED))
    ran = run(command, "--group", "测试群", "--json")
    none: dict[str, object] = {"answers": [], "links": [], "noise": None, "reason": None}
    assert ran.json == [
        {"id": ASKED.id, "native_id": "m1", "conversation": TALK.id, **none},
        {
            **none,
            "id": SAID.id,
            "native_id": "m2",
            "conversation": TALK.id,
            "answers": ["m1"],
            "links": [{"id": ASKED.id, "score": 0.93, "why": "quote"}],
        },
        {**none, "id": NOISE.id, "native_id": None, "conversation": "cx", "noise": "greeting", "reason": "greeting"},
    ]
    assert ran.err == ""


def test_a_group_without_messages_is_an_empty_array(run: Runner, stand: Stand) -> None:
    stand("settle", None)
    stand("judged", iter([]))
    assert run("noise", "--group", "测试群", "--json").json == []


def test_conversations_are_listed_for_people(run: Runner, stand: Stand) -> None:
    stand("settle", None)
    stand("judged", iter(JUDGED))
    assert run("conversations", "--group", "测试群").out == (
        f"{TALK.id}  2026-04-08 09:00 – 09:05     2 / 2    端口是多少 谁知道\n"
        "cx  2026-04-08 09:06 – 09:06     1 / 1  ~ 早\n"
    )


def test_noise_is_told_by_class_with_samples(run: Runner, stand: Stand) -> None:
    stand("settle", None)
    stand("judged", iter(JUDGED))
    assert run("noise", "--group", "测试群").out == (
        f"3 条消息，其中噪音 1 条\n\n寒暄 (greeting)  1\n  {NOISE.id}  2026-04-08 09:06 阿may：早  ← 只有问候\n"
    )


@pytest.mark.parametrize(
    ("arguments", "kind", "options"),
    [
        (
            ["digest", "--day", "2026-04-08"],
            "digest",
            {
                "since": date(2026, 4, 8),
                "until": date(2026, 4, 8),
                "week": False,
                "length": "full",
                "model": None,
                "language": None,
            },
        ),
        (
            ["digest", "--since", "2026-04-08", "--model", "none", "--language", "en", "--length", "brief"],
            "digest",
            {
                "since": date(2026, 4, 8),
                "until": None,
                "week": False,
                "length": "brief",
                "model": "none",
                "language": "en",
            },
        ),
        (["faq"], "faq", {"since": None, "until": None, "model": None, "language": None}),
        (
            ["article", "--topic", "端口"],
            "article",
            {
                "since": None,
                "until": None,
                "model": None,
                "language": None,
                "topic": "端口",
                "conversation": None,
                "lecture": False,
                "week": False,
                "notes": None,
            },
        ),
    ],
)
def test_writing_hands_over_what_was_asked_and_prints_the_page(
    run: Runner, stand: Stand, arguments: list[str], kind: str, options: dict[str, object]
) -> None:
    calls = stand("write", WRITTEN)
    stand("presentable", (WRITTEN, {SAID.id: SAID}))
    ran = run(*arguments, "--group", "测试群")
    assert calls == [((kind, "测试群"), options)]
    assert ran.out.startswith(
        "# 测试群摘要\n\n测试群 · 2026-04-08 周三 · 未用模型，摘自原话\n\n## 定下和变动\n\n- **老周**：8080[^1]\n"
    )
    assert ran.err == "已存为 d1（草稿，第 1 版）。读过之后：sediment approve d1\n"


@pytest.mark.parametrize(("named", "groups"), [(["-g", "甲", "-g", "乙"], ("甲", "乙")), (["--all"], ())])
@pytest.mark.parametrize("kind", ["digest", "faq"])
def test_several_groups_make_one_document(
    run: Runner, stand: Stand, named: list[str], groups: tuple[str, ...], kind: str
) -> None:
    together = replace(WRITTEN, group_id="")
    calls = stand("write_together", together)
    stand("presentable", (together, {SAID.id: SAID}))
    ran = run(kind, *named, "--since", "2026-04-08")
    assert [(given, options["since"]) for given, options in calls] == [((kind, groups), date(2026, 4, 8))]
    assert ran.out.startswith("# 测试群摘要\n\n多个群 · 2026-04-08 周三")


def test_only_on_a_terminal_a_page_has_no_escapes(run: Runner, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = replace(WRITTEN, title="1 [图] 与 a*b")
    stand("document", listed)
    stand("presentable", (listed, {SAID.id: SAID}))
    assert run("show", "d1").out.startswith("# 1 \\[图\\] 与 a\\*b\n")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("show", "d1").out.startswith("# 1 [图] 与 a*b\n")


def test_the_language_before_the_command_is_that_of_the_document(run: Runner, stand: Stand) -> None:
    calls = stand("write", WRITTEN)
    stand("presentable", (WRITTEN, {SAID.id: SAID}))
    run("--language", "en", "faq", "--group", "测试群")
    assert calls[0][1]["language"] == "en"


def test_a_document_as_json_names_each_source(run: Runner, stand: Stand) -> None:
    stand("document", WRITTEN)
    stand("presentable", (WRITTEN, {SAID.id: SAID}))
    assert run("show", "d1", "--json").json == {
        "id": "d1",
        "kind": "digest",
        "title": "测试群摘要",
        "group": "g1",
        "since": "2026-04-08",
        "until": "2026-04-08",
        "topic": "",
        "length": "full",
        "language": "zh",
        "status": "draft",
        "version": 1,
        "created_at": "2026-04-08T22:00:00+08:00",
        "made_by": "",
        "titles": [],
        "summary": "",
        "lead": [],
        "sections": [
            {
                "part": "decisions",
                "title": "",
                "conversations": [],
                "claims": [
                    {
                        "text": "老周：8080",
                        "origin": "extract",
                        "evidence": [
                            {
                                "message": SAID.id,
                                "native_id": "m2",
                                "group": "g1",
                                "name": "老周",
                                "sent_at": "2026-04-08T09:05:00+08:00",
                                "quote": "8080",
                            }
                        ],
                    }
                ],
            }
        ],
        "faq": [],
        "account": {
            "messages": 3,
            "people": 0,
            "noise": {"greeting": 1},
            "by_hour": [],
            "conversations": [
                {"conversation_id": TALK.id, "title": "端口", "messages": 2, "included": True, "reason": "有结论"}
            ],
            "dropped": {},
        },
    }


def test_show_says_which_conversations_a_document_holds(run: Runner, stand: Stand) -> None:
    stand("document", WRITTEN)
    stand("presentable", (WRITTEN, {SAID.id: SAID}))
    assert run("show", "d1", "--why").out.splitlines()[-1] == f"+ {TALK.id}  端口 (2)  有结论"


def test_show_prints_a_conversation_and_why(run: Runner, stand: Stand) -> None:
    calls = stand("conversation", (TALK, JUDGED))
    assert run("show", TALK.id[:6], "--why").out == (
        f"{TALK.id}  端口\n"
        f"  {ASKED.id}  2026-04-08 09:00 小鹿：端口是多少 谁知道\n"
        f"  {SAID.id}  2026-04-08 09:05 老周：[31m8080\n"
        f"    → {ASKED.id}  0.93  引用\n"
        f"~ {NOISE.id}  2026-04-08 09:06 阿may：早\n"
        "    ~ 寒暄: 只有问候\n"
    )
    assert calls == [((TALK.id[:6],), {})]


def test_show_prints_a_message(run: Runner, stand: Stand) -> None:
    calls = stand("message", ASKED)
    stand("judge", [JUDGED[0]])
    assert run("show", "m1").out == f"{ASKED.id}  2026-04-08 09:00  小鹿  m1\n端口是多少\n谁知道\n{TALK.id}\n"
    assert calls == [(("m1",), {})]
    assert run("show", "m1", "--json").json["conversation"] == TALK.id


def test_a_message_whose_id_looks_like_a_conversation_is_a_message(run: Runner, stand: Stand) -> None:
    calls = stand("message", replace(ASKED, id="c" * 16))
    stand("judge", [])
    assert run("show", "c" * 16, "--json").json["text"] == ASKED.text
    assert calls == [(("c" * 16,), {})]


def test_an_answer_shows_who_said_it_when_and_where(run: Runner, stand: Stand) -> None:
    calls = stand("ask", Answer("端口？", (claim("老周：8080", SAID, quote="8080"),), messages=(SAID,)))
    ran = run("ask", "端口？", "--model", "none")
    assert ran.out == f"老周：8080 [1]\n\n[1] 老周  2026-04-08 09:05  测试群  {SAID.id}\n    8080\n"
    assert (ran.code, ran.err) == (0, "未用模型，摘自原话\n")
    assert calls == [(("端口？",), {"group": None, "model": "none", "language": None})]


def test_what_was_not_discussed_ends_with_1(run: Runner, stand: Stand) -> None:
    stand("ask", Answer("股价？", ()))
    assert run("ask", "股价？") == Ran(1, "群里没有谈到。\n", "看看最接近的话：sediment search 词语\n")
    assert run("ask", "股价？", "--json").json == {
        "question": "股价？", "status": "not_discussed", "made_by": "", "claims": [],
    }  # fmt: skip


def test_search_lists_messages_without_what_a_terminal_obeys(run: Runner, stand: Stand) -> None:
    calls = stand("search", [Found(SAID, 1.0, 0.5, 1.0)])
    ran = run("search", "端口", "-n", "3", "-g", "测试群")
    assert (ran.code, ran.out) == (0, f"{SAID.id}  测试群  2026-04-08 09:05 老周：[31m8080\n")
    assert calls == [(("端口",), {"group": "测试群", "count": 20})]
    assert run("search", "端口", "--json").json[0]["text"] == "\x1b[31m8080"


def test_a_search_that_finds_nothing_ends_with_1(run: Runner, stand: Stand) -> None:
    stand("search", [])
    ran = run("search", "股价")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("没有找到：没有说到“股价”的消息，也没有意思相近的。")


def test_what_nobody_said_and_nothing_comes_near_is_not_found(run: Runner, stand: Stand) -> None:
    said = replace(SAID, text="麻辣烫")
    stand("search", [Found(said, 1.0, 0.83, 0.0)])
    assert (run("search", "zzzz").code, run("search", "zzzz", "--json").json) == (1, [])
    ran = run("search", "price increase")
    assert (ran.code, ran.out.count("\n"), ran.err) == (
        0,
        1,
        "没有说到“price increase”的消息（噪音不算），以上是意思最近的。\n",
    )
    assert run("search", "麻辣烫").err == ""


def test_where_nothing_is_imported_a_search_says_so(run: Runner, stand: Stand) -> None:
    stand("groups", [])
    stand("search", [])
    stand("ask", Answer("股价？", ()))
    for command in ("search", "ask"):
        ran = run(command, "股价？")
        assert (ran.code, ran.err) == (1, "还没有群。先读入聊天记录：sediment import 文件\n")


def test_settle_says_that_passages_wait_and_how_to_go_on(run: Runner, stand: Stand) -> None:
    calls = stand("settle", Settled(1, 3, 2, 2, 1, 1))
    assert "sediment settle --all-vectors" in run("settle").err
    run("settle", "--all-vectors")
    assert [options["all_vectors"] for _, options in calls] == [False, True]


def test_what_was_imported_since_is_settled_before_it_is_looked_for(run: Runner, stand: Stand) -> None:
    stand("groups", [GroupSummary(GROUP, 3, ASKED.sent_at, NOISE.sent_at, 3)])
    stand("search", [Found(SAID, 1.0, 0.5, 1.0)])
    calls = stand("settle", Settled(1, 3, 2, 2, 2, 0))
    assert run("search", "端口").code == 0
    assert calls == [((), {"group": None})]


def test_a_search_does_not_wait_for_another_process(run: Runner, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise Locked("Another process writes.")

    stand("groups", [GroupSummary(GROUP, 3, ASKED.sent_at, NOISE.sent_at, 3)])
    stand("search", [Found(SAID, 1.0, 0.5, 1.0)])
    monkeypatch.setattr(pipeline, "settle", locked)
    ran = run("search", "端口")
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    assert ran.err == "另一个 sediment 正在整理新消息，这里只查整理好的。\n"


def test_documents_are_listed(run: Runner, stand: Stand) -> None:
    calls = stand("documents", [WRITTEN, document(id="d2", status="reviewed", days=("2026-04-08", "2026-04-09"))])
    assert run("list", "--kind", "digest").out == (
        "d1  digest  草稿  v1  2026-04-08  测试群摘要\nd2  digest  已审定  v1  2026-04-08 – 2026-04-09  测试群摘要\n"
    )
    assert calls == [((), {"group": None, "kind": "digest"})]
    assert [one["id"] for one in run("list", "--json").json] == ["d1", "d2"]


def test_approval_and_publication_say_what_comes_next(run: Runner, stand: Stand, tmp_path: Path) -> None:
    stand("approve", document(status="reviewed"))
    approved = run("approve", "d1")
    assert approved.out == "d1  digest  已审定  v1  2026-04-08  测试群摘要\n"
    assert approved.err == "可以发布了：sediment publish d1 --to folder\n"
    calls = stand("publish", Publication("d1", 1, "folder", "/out/a.md", "ab", datetime(2026, 4, 9, tzinfo=UTC)))
    assert run("publish", "d1", "--to", "folder").out == "/out/a.md\n"
    assert run("publish", "d1", "--path", str(tmp_path), "--json").json["published_at"] == "2026-04-09T00:00:00+00:00"
    home = tmp_path / "home"
    assert [call[0] for call in calls] == [("d1", "folder", home / "published"), ("d1", "folder", tmp_path)]


def test_the_doctor_ends_with_1_when_something_is_wrong(run: Runner, stand: Stand) -> None:
    stand(
        "doctor",
        [
            Check("database", True, "sound"),
            Check("chat model", None, "none"),
            Check("vectors", False, "gone", "rebuild"),
        ],
    )
    ran = run("doctor")
    assert (ran.code, ran.out) == (1, "✓ database: sound\n– chat model: none\n✗ vectors: gone\n    rebuild\n")
    stand("doctor", [Check("database", True, "sound")])
    assert run("doctor", "--json").json == [{"name": "database", "ok": True, "detail": "sound", "hint": ""}]


def test_a_claim_on_two_spans_has_two_numbers(run: Runner, stand: Stand) -> None:
    both = replace(claim("端口 8080", SAID, ASKED), evidence=(Evidence(SAID.id, "8080"), Evidence(ASKED.id, "端口")))
    stand("ask", Answer("端口？", (both, claim("是的", ASKED, quote="端口")), made_by="m", messages=(SAID, ASKED)))
    ran = run("ask", "端口？")
    assert ran.out.splitlines()[:2] == ["端口 8080 [1][2]", "是的 [2]"]
    assert ran.err == "由模型 m 起草，每句都经核对\n"
    assert json.loads(run("ask", "端口？", "--json").out)["claims"][0]["evidence"][1]["quote"] == "端口"
