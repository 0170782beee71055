"""Nobody is quoted in public who did not agree, and nothing private leaves with an article."""

from pathlib import Path

import pytest

from sediment.errors import UsageError
from sediment.pipeline import Home, approve, import_chat, presentable, publish, record_consent, unconsented, write
from sediment.pipeline.showing import cited
from tests.pipeline.exports import export, row

PRIVATE = ("13800138000", "11010519491231002X", "moss_2026", "朝阳区建国路88号5栋1202")


@pytest.fixture
def home(home: Home, tmp_path: Path) -> Home:
    rows = [
        row("鲸付手续费是多少？", at="09:00:00", sender="小鹿"),
        row("鲸付手续费个人版是0.6%，没有月费", at="09:01:00", sender="老段"),
        row("办鲸付手续费减免加我手机 13800138000，微信号：moss_2026", at="09:02:00", sender="老段"),
        row(
            "鲸付手续费发票寄到北京市朝阳区建国路88号5栋1202室，身份证 11010519491231002X", at="09:03:00", sender="小鹿"
        ),
    ]
    import_chat(home, [export(tmp_path / "群.jsonl", rows)], group="群")
    return home


def missing(home: Home, id: str) -> list[str]:
    document = write(home, "article", "群", topic="鲸付手续费")
    assert document.id == id
    return unconsented(home, document, cited(home, document))


def test_a_member_goes_before_the_group_and_can_take_it_back(home: Home) -> None:
    assert missing(home, "d1") == ["小鹿", "老段"]
    record_consent(home, "群", "老段", agrees=True)
    assert missing(home, "d1") == ["小鹿"]
    record_consent(home, "群", None, agrees=True)
    assert missing(home, "d1") == []
    record_consent(home, "群", "老段", agrees=False)
    assert missing(home, "d1") == ["老段"]
    with pytest.raises(UsageError, match="no member '谁'"):
        record_consent(home, "群", "谁", agrees=True)


def test_an_article_goes_out_without_anything_private(home: Home, tmp_path: Path) -> None:
    note = "想减免的找运营，电话 010-62770000。"
    document = approve(home, write(home, "article", "群", topic="鲸付手续费", notes=note).id)
    with pytest.raises(UsageError, match="d1 quotes members who did not agree to it: 小鹿, 老段"):
        publish(home, document.id, "folder", tmp_path)
    record_consent(home, "群", None, agrees=True)
    page = Path(publish(home, document.id, "folder", tmp_path).remote_id).read_text(encoding="utf-8")
    assert not [word for word in (*PRIVATE, "老段", "小鹿") if word in page]
    assert "0.6%" in page
    assert f"{note} ✎" in page  # the operator's own words go out as they stand
    assert "每条消息去了哪里" not in page
    assert "标题备选" not in page


def test_notes_stay_until_other_ones_are_given(home: Home) -> None:
    first = write(home, "article", "群", topic="鲸付手续费", notes="以官网为准。")
    assert write(home, "article", "群", topic="鲸付手续费") == first
    assert write(home, "article", "群", topic="鲸付手续费", notes="").draft.notes == ""


def test_titles_are_offered_under_pseudonyms(home: Home) -> None:
    public, _ = presentable(home, write(home, "article", "群", topic="老段 鲸付手续费"))
    assert public.draft.titles[0] == "群友B 鲸付手续费"
