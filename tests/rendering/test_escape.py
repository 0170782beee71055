"""Text of a chat stays text: in Markdown, whoever renders it, and in our page."""

from urllib.parse import urlsplit

import markdown
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sediment.hidden import clean
from sediment.models import Evidence, FaqEntry, Message
from sediment.rendering import html as page
from sediment.rendering.escape import escape, heading, plain, with_links
from tests.factories import claim, document, message, section
from tests.rendering.pages import markdown as render
from tests.rendering.pages import seen

MARKUP = st.text(st.sampled_from("ab1 \n\t#>-+*_`~|[](){}<>!&;:=.\\/\"'$%@^，。张\u2028\u202e\u0002"), max_size=40)
TEXTS = st.one_of(MARKUP, st.text(max_size=60))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("snake_case 和 C# 的 a|b、-5 度、AT&T、3 > 2", "snake_case 和 C# 的 a|b、-5 度、AT&T、3 > 2"),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("![](https://e.example/x.png)", r"!\[\](https://e.example/x.png)"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)>"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("`a` *b* _c_ __init__", r"\`a\` \*b\* \_c\_ \_\_init\_\_"),
        ("~~删~~", "&#126;&#126;删&#126;&#126;"),
        ("{{% include %}} {: onclick=x }", r"\{\{% include %}} \{: onclick=x }"),
        ("# 接龙", r"\# 接龙"),
        ("1. 甲", r"1\. 甲"),
        ("1.2太高了，降到0.85", "1.2太高了，降到0.85"),
        ("3.", r"3\."),
        ("- 甲", r"\- 甲"),
        ("> 甲", r"\> 甲"),
        ("两\n行\u2028三", "两 行 三"),
        ("\u202e反\u200b向", "反向"),
    ],
)
def test_only_what_would_be_markup_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_a_heading_keeps_its_trailing_signs() -> None:
    assert heading("用 C#") == r"用 C\#"
    assert heading(" ") == "…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("见https://a.example/x_y，好", "见<https://a.example/x_y>，好"),
        ("(http://a.example/).", "(<http://a.example/>)."),
        ("HTTPS://A.EXAMPLE", "<HTTPS://A.EXAMPLE>"),
        ("https://bank.example@evil.example/", "https://bank.example@evil.example/"),
        ("javascript://a.example/%0aalert(1)", "javascript://a.example/%0aalert(1)"),
        ("https://", "https://"),
        ("http://[::1", r"http://\[::1"),
    ],
)
def test_web_addresses_become_links_that_show_where_they_go(text: str, shown: str) -> None:
    assert with_links(text) == shown


@given(TEXTS)
@example("- a\n- b")
@example("\x02klzzwxh:0\x03")
def test_any_renderer_shows_the_text_and_nothing_more(text: str) -> None:
    line = " ".join(clean(text).split())
    item = seen(markdown.markdown(f"- {escape(text)}"))
    inside = seen(markdown.markdown(f"x {escape(text)} x", extensions=["extra"]))
    assert (item.tags, item.text.strip("\n")) == (["ul", "li"], line)
    assert (inside.tags, inside.text) == (["p"], f"x {line} x")


@given(TEXTS)
@example("\\`a\\`")
def test_a_page_without_escapes_shows_the_text_itself(text: str) -> None:
    line = " ".join(clean(text).split())
    assert plain(f"- {escape(text)}[^1]") == f"- {line}[^1]"


def test_addresses_and_code_lose_nothing() -> None:
    assert plain(r"见<https://a.example/?a&amp;b> `\*` \*x\*") == r"见<https://a.example/?a&amp;b> `\*` *x*"


@given(text=TEXTS, name=TEXTS)
def test_no_text_changes_the_tags_of_a_page(text: str, name: str) -> None:
    said = message(text, name=name)
    plain = seen(_page("平常的话", "平常", message("平常的话", name="平常")))
    written = seen(_page(text, name, said))
    assert written.tags == plain.tags
    assert written.attributes == plain.attributes


@given(TEXTS)
def test_links_of_resources_lead_to_the_web_alone(text: str) -> None:
    said = message(f"https://ok.example/ {text}")
    html = page(render(document(section(claim(said.text, said), part="resources")), said), "资料", "zh")
    assert all(urlsplit(link).scheme in ("http", "https") for link in seen(html).links)


def _page(text: str, name: str, said: Message) -> str:
    written = document(
        section(claim(text, said), title=f"话题{text}"),
        section(claim(f"x{text}", said), part="open"),
        section(claim(text, said), part="answer", title=f"问{text}"),
        title=text,
        lead=[claim(text, said)],
        made_by=f"m{name}",
        faq=[FaqEntry("f1", "g1", f"问{text}", (Evidence(said.id, text),), (claim(text, said),))],
    )
    return page(render(written, said, group_name=f"g{name}"), "页", "zh")
