"""Quotations are exact, and only of those who agreed to be quoted."""

import json
from dataclasses import replace

import pytest

from sediment.writers.article import Article
from sediment.writers.article.quoting import may_stand, quoted
from tests.factories import claim, message
from tests.fakes import FakeChatModel, FakeEmbedder
from tests.writers.materials import fee_day

SAID = message("报价比别家低三成，只收个人卡，开始我也嘀咕，他说走对公要加6个点", sender="han", name="老韩")


@pytest.mark.parametrize(
    ("text", "agreed", "fault"),
    [
        ("老韩说对方报价低三成，不走对公", (), None),
        ("老韩说「开始我也嘀咕，他说走对公要加6个点」", ("han",), None),
        ("老韩说「开始我也嘀咕，他说走对公要加6个点」", (), "consent"),
        ("老韩说「这家公司就是骗子」", ("han",), "quote"),
        ("老韩提到「个人卡」", (), None),
        ("老韩说报价比别家低三成，只收个人卡，开始我也嘀咕，他说走对公要加6个点", (), "consent"),
    ],
)
def test_what_a_model_may_quote(text: str, agreed: tuple[str, ...], fault: str | None) -> None:
    assert may_stand(claim(text, SAID, origin="model"), {SAID.id: SAID}, agreed) == fault


def test_an_extracted_sentence_shows_whose_words_it_is() -> None:
    assert quoted(claim("老韩：报价比别家低三成", SAID), {SAID.id: SAID}) == {"han"}
    card = message("费率通知 https://pay.example.com/n/1", sender="han", name="老韩", kind="link")
    assert quoted(claim("老韩：费率通知", card), {card.id: card}) == set()


def test_terms_and_numbers_are_nobodys_words() -> None:
    said = message("3.2.0 过滤收据的时候把 familyShared 当无效丢了", sender="yuan", name="林间")
    assert quoted(claim(f"林间复现了，是 {said.text}", said, origin="model"), {said.id: said}) == set()


def test_quotations_without_consent_are_left_out_and_counted() -> None:
    said = {"text": "老段说「2%是跨境收款，个人版是0.6%」", "ids": ["m3"]}
    told = {"text": "老段说个人版是0.6%", "ids": ["m3"]}
    reply = json.dumps({"sections": [{"title": "费率", "claims": [said, told]}]}, ensure_ascii=False)
    model = FakeChatModel(lambda request: reply if request.name == "article" else "{}")
    draft = Article().write(fee_day(), FakeEmbedder(), model)
    assert [c.text for s in draft.sections for c in s.claims] == ["老段说个人版是0.6%"]
    assert draft.account.dropped == {"consent": 1}
    assert "没有人" in model.requests[0].task
    agreed = Article().write(replace(fee_day(), may_quote=frozenset({"duan"})), FakeEmbedder(), model)
    assert len([c for s in agreed.sections for c in s.claims]) == 2
