"""What a model wrote window by window is one article: joined by numbers, in words that were checked before."""

import json
from dataclasses import replace
from typing import Any

import pytest

from sediment.models import Draft, Request
from sediment.writers.article import Article
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import fee_day

# What is written of each of three windows, by what its messages say.
TOLD = {
    "0.6%，": ("老段说个人版是0.6%", 3),
    "4月19日": ("阿岩说聚会改到4月19日（周日）下午2点", 3),
    "包名": ("南瓜问改了包名以后评分还在吗", 2),
}
FEE, PARTY, NAME = (text for text, _ in TOLD.values())


def written(plan: dict[str, Any]) -> Draft:
    def replied(request: Request) -> str:
        text, label = next(told for said, told in TOLD.items() if said in request.shared or told[0] in request.shared)
        claims = [{"text": text, "ids": [label]}]
        article = {"titles": [text[2:]], "lead": claims, "sections": [{"title": text[-5:], "claims": claims}]}
        return json.dumps({"article": article, "join": plan}.get(request.name, {}))

    model = FakeChatModel(replied)
    model.window = 120
    return Article().write(replace(fee_day(), topic="近况"), FakeEmbedder(), model)


@pytest.mark.parametrize(
    ("plan", "title", "lead", "sections"),
    [
        (
            {"titles": [2], "lead": [2], "sections": [[2, 3], [1]], "repeats": [6], "closing": []},
            PARTY[2:],
            [PARTY],
            [[PARTY], [FEE]],
        ),
        ({"titles": [9], "sections": [[3, 1], 7, "x", [3]]}, FEE[2:], [FEE, PARTY, NAME], [[NAME, FEE], [PARTY]]),
        ({"repeats": [1, 2, 3, 4, 5, 6]}, FEE[2:], [FEE, PARTY, NAME], [[FEE], [PARTY], [NAME]]),
        ({"sections": "all", "lead": 1}, FEE[2:], [FEE, PARTY, NAME], [[FEE], [PARTY], [NAME]]),
    ],
    ids=["as planned", "wrong numbers", "all repeated", "malformed"],
)
def test_several_windows_make_one_article(
    plan: dict[str, Any], title: str, lead: list[str], sections: list[list[str]]
) -> None:
    draft = written(plan)
    assert draft.title == title
    assert [claim.text for claim in draft.lead] == lead
    assert [[claim.text for claim in section.claims] for section in draft.sections] == sections
