"""What the folder destination writes, and where it does not."""

import json
from pathlib import Path

import pytest

from sediment.errors import PublishError, UsageError
from sediment.models import Document, Group, Publication
from sediment.publishers import publisher
from sediment.publishers.folder import Folder
from tests.factories import document


def test_a_document_becomes_a_page_of_markdown_and_one_of_html(tmp_path: Path) -> None:
    publication = _publish(tmp_path, document(title='说"明": 一', made_by="deepseek-chat"))
    page = tmp_path / "独立开发者小圈-g1" / "digest-2026-04-08.md"
    assert publication.remote_id == str(page)
    assert page.with_suffix(".html").read_text(encoding="utf-8") == "<p>正文</p>\n"
    fields, body = _read(page)
    assert body == "# 正文\n"
    assert fields == {
        "title": '说"明": 一',
        "group": "独立开发者小圈",
        "kind": "digest",
        "since": "2026-04-08",
        "until": "2026-04-08",
        "topic": "",
        "language": "zh",
        "document": "d1",
        "version": "1",
        "made_by": "deepseek-chat",
        "payload": f"sha256:{publication.payload_hash}",
    }


def test_publishing_again_touches_nothing(tmp_path: Path) -> None:
    first = _publish(tmp_path, document())
    before = {path: path.stat() for path in tmp_path.rglob("*.*")}
    assert _publish(tmp_path, document()) == first
    assert {path: path.stat() for path in tmp_path.rglob("*.*")} == before
    assert len(before) == 2


def test_a_new_version_replaces_the_older_one(tmp_path: Path) -> None:
    first = _publish(tmp_path, document())
    second = _publish(tmp_path, document(id="d2", version=2), markdown="# 新\n")
    assert second.remote_id == first.remote_id
    assert second.payload_hash != first.payload_hash
    assert _read(Path(second.remote_id))[1] == "# 新\n"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (document(days=("2026-04-08", "2026-04-10")), "digest-2026-04-08-2026-04-10.md"),
        (document(kind="article", topic="支付宝/当面付：签约"), "article-2026-04-08-支付宝-当面付-签约.md"),
        (document(kind="article", title="可以带家属吗？"), "article-2026-04-08-可以带家属吗.md"),
        (document(language="en"), "digest-2026-04-08-en.md"),
        (document(length="brief"), "digest-2026-04-08-brief.md"),
    ],
)
def test_a_file_is_named_for_what_it_is_about(tmp_path: Path, written: Document, name: str) -> None:
    assert Path(_publish(tmp_path, written).remote_id).name == name


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("../../etc", "etc-g1"),
        ("/tmp/x", "tmp-x-g1"),
        ("..", "x-g1"),
        ("", "x-g1"),
        ("a\0b\nc", "a-b-c-g1"),
        ("C:\\CON", "C-CON-g1"),
        ("🎉 冲冲冲!", "冲冲冲-g1"),
        ("群" * 100, "群" * 26 + "-g1"),
    ],
)
def test_no_name_of_a_group_leads_out_of_the_folder(tmp_path: Path, name: str, folder: str) -> None:
    assert Path(_publish(tmp_path / "out", document(), group_name=name).remote_id).parent == tmp_path / "out" / folder


def test_groups_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    one = _publish(tmp_path, document(group=Group("aaaa", "家", "wechat")))
    other = _publish(tmp_path, document(group=Group("bbbb", "家", "wechat")))
    assert one.remote_id != other.remote_id


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "独立开发者小圈-g1").symlink_to(outside)
    with pytest.raises(PublishError, match="leads out of"):
        _publish(tmp_path / "out", document())
    assert list(outside.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PublishError, match=r"digest-2026-04-08\.md: Not a directory"):
        _publish(tmp_path / "file", document())


def test_an_unknown_destination_names_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown destination 'moon'") as error:
        publisher("moon", tmp_path)
    assert error.value.hint == "Known: folder."


def _publish(
    path: Path, written: Document, *, group_name: str = "独立开发者小圈", markdown: str = "# 正文\n"
) -> Publication:
    return Folder(path).publish(written, group_name, markdown, "<p>正文</p>\n")


def _read(page: Path) -> tuple[dict[str, str], str]:
    _, front, body = page.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    return {name: json.loads(value) for name, value in fields.items()}, body.removeprefix("\n")
