"""The way of a first use on the sample chat, with nothing stood in but the embedder."""

import re
from pathlib import Path

from sediment.resources import sample_chat
from tests.cli.running import Runner

GROUP = "独立开发者茶话会"


def test_from_an_export_to_a_published_page(run: Runner, tmp_path: Path) -> None:
    exports = [str(path) for path in sample_chat()]
    report = run("import", *exports, "--group", GROUP, "--json").json
    assert report["seen"] == report["imported"] + report["duplicates"]
    assert report["duplicates"] > 0
    assert run("import", *exports, "--group", GROUP, "--json").json["imported"] == 0

    judged = run("conversations", "--group", GROUP, "--json").json
    assert len(judged) == report["imported"] == run("groups", "--json").json[0]["messages"]
    ids = {one["id"] for one in judged}
    assert all(link["id"] in ids for one in judged for link in one["links"])
    assert run("noise", "--group", GROUP, "--json").json == judged

    digest = run("digest", "--group", GROUP, "--day", "2026-04-09", "--model", "none")
    assert (digest.code, digest.err) == (0, "已存为 d1（草稿，第 1 版）。读过之后：sediment approve d1\n")
    assert re.search(r"\n- .+\[\^\d+\]", digest.out)
    assert run("show", "d1").out == digest.out
    assert run("digest", "--group", GROUP, "--day", "2026-04-09", "--json").json["id"] == "d1"  # nothing new to say

    faq = run("faq", "--group", GROUP)
    assert "*已有答案，2026-04-" in faq.out
    assert {entry["status"] for entry in run("show", "d2", "--json").json["faq"]} == {"answered", "open"}
    assert run("article", "--group", GROUP, "--topic", "手续费").out.startswith("# 手续费\n")

    assert run("publish", "d1", "--path", str(tmp_path / "out")).code == 2  # nobody has read it
    assert run("approve", "d1").code == 0
    published = run("publish", "d1", "--path", str(tmp_path / "out"))
    page = Path(published.out.strip())
    assert published.err == f"同一页的 HTML：{page.with_suffix('.html')}\n"
    again = run("publish", "d1", "--path", str(tmp_path / "out"))
    assert (again.out, again.err) == (published.out, f"和上次发布的一样，什么都没有改动。\n{published.err}")
    assert page.read_text(encoding="utf-8").endswith(digest.out)
    assert page.with_suffix(".html").is_file()
    assert [one["status"] for one in run("list", "--json").json] == ["draft", "draft", "published"]

    found = run("search", "手续费", "--json").json
    assert run("show", found[0]["id"]).out.splitlines()[1] == found[0]["text"].splitlines()[0]
    place = run("show", found[0]["id"], "--json").json["conversation"]
    conversation = run("show", place[:9], "--json").json
    assert found[0]["id"] in [one["id"] for one in conversation["messages"]]
    answer = run("ask", "鲸付退款给用户的时候，手续费退不退？", "--model", "none", "--json").json
    assert answer["status"] == "answered"
    assert answer["claims"][0]["evidence"][0]["quote"]
    assert run("doctor").code == 0


def test_a_model_that_does_not_answer_is_told_and_costs_no_page(run: Runner, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("--home", str(home), "import", *(str(path) for path in sample_chat()), "--group", GROUP)
    (home / "sediment.toml").write_text("[chat]\ndeadline = 0.5\n", encoding="utf-8")
    nobody = "http://127.0.0.1:9/v1"  # the discard port
    digest = run("--home", str(home), "digest", "--group", GROUP, "--day", "2026-04-09", "--model", nobody)
    assert (digest.code, "未用模型，摘自原话" in digest.out) == (0, True)
    assert digest.err.startswith("模型有 2 次没有答上来，没写成的地方用原话代替。最后一次：")
