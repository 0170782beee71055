"""A document as Markdown, whole pages at a time."""

from dataclasses import replace

from sediment.models import Account, Accounted, Evidence, FaqChange, FaqEntry
from tests.factories import claim, document, message, section
from tests.rendering.pages import markdown

ASKED = message("七牛的测试域名会回收吗", at="09:00", sender="u2", name="小鹿")
SAID = message("30 天回收，绑自己的域名", at="09:05", sender="u1", name="老周")
LINK = message("文档 https://dev.example/a_b?x=1&y=2，看第三节", at="09:06", sender="u1", name="老周")

ACCOUNT = Account(
    messages=9,
    noise={"greeting": 2, "ad": 1},
    conversations=(
        Accounted("c1", "测试域名", 4, True, "分量足"),
        Accounted("c2", "午饭", 1, False, "话少"),
        Accounted("c3", "键盘", 1, False, "话少"),
    ),
    people=3,
    by_hour=tuple(8 if hour == 9 else int(hour == 12) for hour in range(24)),
    dropped={"数字没有出处": 2},
)

DIGEST = """\
# 测试群摘要

测试群 · 2026-04-08 周三 · 未用模型，摘自原话

> **三十秒读完**
>
> - **老周**：30 天回收，绑自己的域名[^1]

## 要紧的事

### 测试域名

- 测试域名 30 天回收[^1][^2]

## 还没有答案的问题

- **小鹿**：七牛的测试域名会回收吗[^2]

## 资料与链接

- **老周**：文档 <https://dev.example/a_b?x=1&y=2>，看第三节[^3]

## 数字

9 条消息，3 人说话，3 段对话，写进来 1 段。

`▁▁▁▁▁▁▁▁▁█▁▁▂▁▁▁▁▁▁▁▁▁▁▁`

每格一小时，从 0 点到 23 点；9 点最忙，8 条。

## 每条消息去了哪里

- 读了 9 条 = 噪音 3 + 对话 6
- 噪音：寒暄 2、广告 1
- 写进来的对话：1 段，4 条
    - 分量足：测试域名（4）
- 没有写进来的对话：2 段，2 条
    - 话少：午饭（1）、键盘（1）
- 没有依据而删掉的句子：2 句（数字没有出处 2）

## 出处

[^1]: 老周 09:05「30 天回收，绑自己的域名」

[^2]: 小鹿 09:00「七牛的测试域名会回收吗」

[^3]: 老周 09:06「文档 https://dev.example/a_b?x=1&y=2，看第三节」
"""


def test_a_digest_reads_from_the_lead_to_the_sources() -> None:
    written = document(
        section(claim("测试域名 30 天回收", SAID, ASKED, origin="model"), title="测试域名"),
        section(claim("小鹿：七牛的测试域名会回收吗", ASKED), part="open"),
        section(claim(f"老周：{LINK.text}", LINK), part="resources", title="资料与链接"),
        lead=[claim("老周：30 天回收，绑自己的域名", SAID)],
        account=ACCOUNT,
    )
    assert markdown(written, SAID, ASKED, LINK) == DIGEST


def test_a_page_says_which_model_wrote_it_and_for_which_days() -> None:
    written = document(made_by="deepseek-chat", days=("2026-04-08", "2026-04-10"))
    assert markdown(written).splitlines()[2] == (
        "测试群 · 2026-04-08 周三 至 2026-04-10 周五 · 由模型 deepseek-chat 起草，每句都经核对"
    )


def test_a_page_is_english_when_the_document_is() -> None:
    written = document(section(claim("老周: " + SAID.text, SAID)), language="en", title="Digest")
    assert markdown(written, SAID) == (
        "# Digest\n\n测试群 · 2026-04-08 Wed · Made without a model, in the members' own words\n\n## What mattered\n\n"
        "- **老周**: 30 天回收，绑自己的域名[^1]\n\n## Sources\n\n[^1]: 老周, 09:05: “30 天回收，绑自己的域名”\n"
    )


def test_sources_of_another_day_show_that_day() -> None:
    written = document(section(claim("绑域名", SAID)), days=("2026-04-08", "2026-04-09"))
    assert "[^1]: 老周 2026-04-08 09:05「" in markdown(written, SAID)


def test_sections_of_one_part_share_its_heading() -> None:
    written = document(section(claim("甲", SAID), title="一"), section(claim("乙", SAID), title="二"))
    lines = [line for line in markdown(written, SAID).splitlines() if line.startswith(("#", "-"))]
    assert lines == ["# 测试群摘要", "## 要紧的事", "### 一", "- 甲[^1]", "### 二", "- 乙[^1]", "## 出处"]


def test_an_unknown_part_is_its_own_heading() -> None:
    assert "\n## mood\n\n- 甲[^1]\n" in markdown(document(section(claim("甲", SAID), part="mood")), SAID)


def test_an_article_flows_and_quotes() -> None:
    written = document(
        section(
            claim("测试域名会回收", SAID, origin="model"),
            claim("绑定自己的域名即可。", SAID, origin="model"),
            claim("老周：30 天回收，绑自己的域名", SAID),
            claim("小鹿：七牛的测试域名会回收吗", ASKED),
            claim("可以放心", SAID, origin="human"),
            title="怎么办",
        ),
        kind="article",
        lead=[claim("一句话说清", SAID, origin="model")],
    )
    body = markdown(written, SAID, ASKED).split("\n\n", 2)[2].partition("\n\n## 出处")[0]
    assert body == (
        "*❞ 群友原话、◇ 模型转述、✎ 人写的*\n\n一句话说清。[^1] ◇\n\n## 怎么办\n\n测试域名会回收。[^1]绑定自己的域名即可。[^1] ◇\n\n"
        "> **老周**：30 天回收，绑自己的域名[^1] ❞\n>\n> **小鹿**：七牛的测试域名会回收吗[^2] ❞\n\n可以放心。[^1] ✎"
    )


def test_a_faq_shows_how_each_answer_stands() -> None:
    first, later = claim("老周：30 天回收，绑自己的域名", SAID), claim("老周：看文档", LINK, quote="看第三节")
    entry = FaqEntry(
        "f1",
        "g1",
        ASKED.text,
        (Evidence(ASKED.id, ASKED.text), Evidence(LINK.id, "文档")),
        (later,),
        (FaqChange(SAID.sent_at, "first", (first,)), FaqChange(LINK.sent_at, "corrects", (later,))),
    )
    unanswered = FaqEntry("f2", "g1", "还有吗", (), ())
    sections = (
        section(later, part="answer", title=ASKED.text),
        section(part="answer", title="还有吗"),
        section(first, part="answer", title="别的"),
        section(claim("小鹿：七牛的测试域名会回收吗", ASKED), part="open"),
    )
    page = markdown(document(*sections, kind="faq", faq=[entry, unanswered]), ASKED, SAID, LINK)
    assert page.split("\n\n", 2)[2].partition("\n\n## 出处")[0] == (
        "## 七牛的测试域名会回收吗\n\n*已有答案，2026-04-08 更新；问过 2 次，2 人*[^1]\n\n- **老周**：看文档[^2]\n\n这样问过：「文档」[^3]\n\n"
        "答案的经过：\n\n- 2026-04-08 初次回答：**老周**：30 天回收，绑自己的域名[^4]\n\n"
        "## 还有吗\n\n*还没有答案*\n\n"
        "## 别的\n\n- **老周**：30 天回收，绑自己的域名[^4]\n\n## 还没有答案的问题\n\n- **小鹿**：七牛的测试域名会回收吗[^1]"
    )


def test_a_history_that_only_repeats_the_answer_is_not_shown() -> None:
    first, more = claim("老周：30 天回收，绑自己的域名", SAID), claim("老周：看文档", LINK, quote="看第三节")
    steps = (FaqChange(SAID.sent_at, "first", (first,)), FaqChange(LINK.sent_at, "extends", (more,)))
    entry = FaqEntry("f1", "g1", ASKED.text, (Evidence(ASKED.id, ASKED.text),), (first, more), steps)
    page = markdown(document(section(first, more, part="answer", title=ASKED.text), faq=[entry]), ASKED, SAID, LINK)
    assert "答案的经过" not in page


def test_a_long_quote_is_cut() -> None:
    page = markdown(document(section(claim("长文", replace(SAID, text="长" * 900)))), SAID)
    assert page.endswith(f"「{'长' * 280}…」\n")


def test_many_conversations_left_out_for_one_reason_are_counted() -> None:
    left_out = tuple(Accounted(f"c{n}", f"第{n}段", 1, False, "话少") for n in range(15))
    page = markdown(document(account=Account(15, {}, left_out)))
    assert page.count("（1）") == 12
    assert page.rstrip().endswith("，还有 3 段")


def test_conversations_of_one_title_are_told_together() -> None:
    titles = ("图片", "午饭", "图片", "", "")
    left_out = tuple(Accounted(f"c{n}", title, 1, False, "话少") for n, title in enumerate(titles))
    assert "    - 话少：图片（2）、…（2）、午饭（1）\n" in markdown(document(account=Account(5, {}, left_out)))


def test_what_is_read_in_thirty_seconds_ends_with_one_line_of_numbers() -> None:
    page = markdown(document(lead=[claim("老周：30 天回收", SAID)], account=ACCOUNT, length="brief"), SAID)
    assert page.split("\n\n")[2:] == [
        "> **三十秒读完**\n>\n> - **老周**：30 天回收[^1]",
        "9 条消息，3 人说话，3 段对话，写进来 1 段。",
        "## 出处",
        "[^1]: 老周 09:05「30 天回收，绑自己的域名」\n",
    ]


def test_a_record_lists_questions_below_one_heading_and_shows_links() -> None:
    written = document(
        section(claim("老周：30 天回收，绑自己的域名", SAID), part="part", title="回收"),
        section(claim("小鹿：七牛的测试域名会回收吗", ASKED), part="asked", title="会回收吗"),
        section(claim("老周：30 天回收，绑自己的域名", SAID), part="asked", title="多久"),
        section(claim(f"老周：{LINK.text}", LINK), part="resources", title="资料与链接"),
        kind="article",
    )
    body = markdown(written, SAID, ASKED, LINK).split("\n\n", 2)[2].partition("\n\n## 出处")[0]
    assert body == (
        "*❞ 群友原话*\n\n## 回收\n\n> **老周**：30 天回收，绑自己的域名[^1] ❞\n\n"
        "## 提问与回答\n\n### 会回收吗\n\n> **小鹿**：七牛的测试域名会回收吗[^2] ❞\n\n"
        "### 多久\n\n> **老周**：30 天回收，绑自己的域名[^1] ❞\n\n"
        "## 资料与链接\n\n- **老周**：文档 <https://dev.example/a_b?x=1&y=2>，看第三节[^3] ❞"
    )


def test_an_open_question_of_days_before_says_how_old_it_is() -> None:
    old = message("证书过期了怎么办", at="09:00", day="2026-04-05", sender="u2", name="小鹿")
    asked = section(
        claim("小鹿：证书过期了怎么办", old), claim("小鹿：七牛的测试域名会回收吗", ASKED), part="open", title=""
    )
    page = markdown(document(asked), old, ASKED)
    assert "- **小鹿**：证书过期了怎么办（3 天前问的）[^1]\n- **小鹿**：七牛的测试域名会回收吗[^2]" in page


def test_a_part_may_bear_a_heading_of_its_own() -> None:
    told = document(section(claim("老周：30 天回收", SAID), part="open"))
    page = markdown(replace(told, draft=replace(told.draft, headings={"open": "谁来*答*"})), SAID)
    assert "\n## 谁来\\*答\\*\n" in page
