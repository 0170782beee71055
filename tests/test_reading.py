"""What a model wrote passes a gate: it stands on its messages, still holds, and is no joke."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from sediment.errors import ModelFiltered, ModelRefused
from sediment.extract import talks
from sediment.models import Claim, Message, Request, Section
from sediment.reading import Gate, read, task, windows
from tests.factories import conversation, link, material, message
from tests.fakes import FakeChatModel

ASKED = message("鲸付要涨价吗", at="09:30", sender="lulu", name="小鹿")
RUMOUR = message("鲸付手续费要涨到2%了", at="09:35", sender="pi", name="皮皮虾")
NOTICE = message("公告：4月15号起手续费从0.6%调到0.8%", at="09:40", sender="duan", name="老段")
TAKEN_BACK = message("哦我说错了，看串行了", at="09:42", sender="pi", name="皮皮虾")
JOKE = message("那我把手续费贴墙上[旺柴]", at="09:43", sender="ch", name="秤砣")
DAY = material(
    ASKED, RUMOUR, NOTICE, TAKEN_BACK, JOKE,
    links=[link(RUMOUR, ASKED), link(NOTICE, RUMOUR), link(TAKEN_BACK, NOTICE)],
    conversations=[conversation(ASKED, RUMOUR, NOTICE, TAKEN_BACK, JOKE)],
)  # fmt: skip
SILENT = FakeChatModel([])
(WINDOW,) = windows(DAY, SILENT)


def gate() -> Gate:
    return Gate(talks(DAY), "zh")


def texts(claims: Iterable[Claim]) -> list[str]:
    return [claim.text for claim in claims]


def test_what_was_taken_back_does_not_stand_alone() -> None:
    held = gate()
    items = [
        {"text": "皮皮虾说鲸付手续费要涨到2%", "ids": ["m2"]},
        {"text": "皮皮虾误传手续费涨到2%，老段贴公告更正：4月15号起从0.6%调到0.8%", "ids": ["m2", "m3"]},
    ]
    assert texts(held.claims(items, WINDOW)) == [items[1]["text"]]
    assert held.dropped == {"corrected": 1}


def test_a_joke_is_no_fact() -> None:
    held = gate()
    assert held.claims([{"text": "秤砣把手续费贴墙上", "ids": ["m5"]}], WINDOW) == []
    assert held.dropped == {"joke": 1}


def test_the_messages_of_what_is_dropped_are_told() -> None:
    kept, lost = gate().parted([{"text": "老段说手续费调到9%", "ids": ["m3", "m77"]}], WINDOW)
    assert (kept, lost) == ([], [NOTICE])


def test_what_only_the_question_said_is_cited_with_the_answer() -> None:
    asked = message("英国VAT哪天截止", at="09:30", sender="liu", name="石榴")
    told = message("6月7号", at="09:31", sender="lily", name="李税")
    moved = message("标题推迟到7月1号", at="09:32", sender="all", name="阿伦")
    talk = [conversation(asked, told), conversation(moved)]
    day = material(asked, told, moved, links=[link(told, asked)], conversations=talk)
    (window,) = windows(day, SILENT)
    items = [{"text": "李税说VAT 6月7号截止", "ids": ["2"]}, {"text": "李税说VAT 6月8号截止", "ids": ["2"]}]
    items += [{"text": "标题推迟到7月1号，VAT也推迟到7月1号", "ids": ["2", "3"]}]
    held = Gate(talks(day), "zh")

    (claim,) = held.claims(items, window)

    assert [e.message_id for e in claim.evidence] == [told.id, asked.id]
    assert held.dropped == {"date": 1, "name": 1}
    assert held.heading("英国VAT截止", [claim], window) == "英国VAT截止"


def test_a_heading_that_says_too_much_gives_way_to_the_first_sentence() -> None:
    held = gate()
    claims = held.claims([{"text": "老段说手续费调到0.8%", "ids": ["m3"]}], WINDOW)
    assert held.heading("手续费调到0.8%", claims, WINDOW) == "手续费调到0.8%"
    assert held.heading("手续费涨到2%", claims, WINDOW) == "老段说手续费调到0.8%"


def test_an_audit_holds_back_what_the_model_takes_for_a_fault() -> None:
    held = gate()
    items = [{"text": "老段说手续费调到0.8%", "ids": ["m3"]}, {"text": "老段说从0.6%调起", "ids": ["m3"]}]
    told = Section("mattered", "手续费上调", tuple(held.claims(items, WINDOW)))
    wrong = [
        {"n": 3, "why": "misread"},
        {"n": 1, "why": "outdated"},
        {"n": 2, "why": "dull"},
        {"n": 9, "why": "joke"},
        {"n": "x"},
    ]
    model = FakeChatModel([json.dumps({"wrong": wrong})])
    (kept, empty) = held.audited(model, DAY, [WINDOW], [told, Section("open", "", ())])
    assert (kept.title, texts(kept.claims), empty.claims) == ("", ["老段说手续费调到0.8%"], ())
    assert held.dropped == {"misread": 1, "outdated": 1}
    assert model.requests[0].shared == WINDOW.transcript
    assert "1. 手续费上调（3）\n2. 老段说手续费调到0.8%（3）\n3. 老段说从0.6%调起（3）\n" in model.requests[0].task


def test_an_audit_that_fails_costs_nothing() -> None:
    held = gate()
    told = Section("mattered", "手续费", tuple(held.claims([{"text": "老段说手续费调到0.8%", "ids": ["m3"]}], WINDOW)))
    assert held.audited(FakeChatModel([ModelFiltered("no")]), DAY, [WINDOW], [told]) == [told]


def test_nothing_is_asked_about_nothing() -> None:
    nothing = [Section("open", "", ())]
    assert gate().audited(SILENT, DAY, [WINDOW], nothing) == nothing
    assert SILENT.requests == []


def test_a_window_that_the_provider_filters_does_not_stop_the_others() -> None:
    def answer(request: Request) -> str:
        if request.task == "a":
            raise ModelFiltered("the request was refused")
        return '{"ok": 1}'

    answers = read(FakeChatModel(answer), "topics", [WINDOW, WINDOW], ["a", "b"])
    assert [part.reply for part in answers] == [None, {"ok": 1}]


def test_without_access_nothing_is_tried_again() -> None:
    model = FakeChatModel([ModelRefused("no key")])
    with pytest.raises(ModelRefused, match="no key"):
        read(model, "topics", [WINDOW], ["a"])
    assert len(model.requests) == 1


def test_a_translation_is_asked_for_with_quotes() -> None:
    assert '"quote"' not in task("digest", DAY, topics="", until="")
    assert "逐字抄一小段原文" in task("digest", replace(DAY, language="en"), topics="", until="")
    assert "逐字抄一小段原文" not in task("topics", replace(DAY, language="en"))


def test_a_smaller_window_makes_more_calls() -> None:
    model = FakeChatModel([])
    model.window = 60
    parts: list[list[Message]] = [list(part.messages) for part in windows(DAY, model)]
    assert len(parts) > 1
    assert [m for part in parts for m in part] == list(DAY.messages)
