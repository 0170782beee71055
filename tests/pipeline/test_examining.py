"""The doctor finds what is wrong, says what to do, and reaches for nothing that is not configured."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sediment import config, lock
from sediment.pipeline import Home, doctor, embedding, import_chat, open_home, settle
from sediment.pipeline.home import LOCK
from tests.fakes import FakeEmbedder, FakeVectors
from tests.pipeline.exports import export, row


def findings(home: Home) -> dict[str, bool | None]:
    return {check.name: check.ok for check in doctor(home, language="en")}


@contextmanager
def server(status: int) -> Iterator[str]:
    """A server on loopback that answers everything with `status`; its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}/v1"
        listening.shutdown()
        thread.join()


def test_a_settled_home_is_well(home: Home, tmp_path: Path) -> None:
    import_chat(
        home, [export(tmp_path / "群.jsonl", [row("服务器今晚十点升级，先导出报表"), row("好的收到", at="08:01:00")])]
    )
    settle(home)
    found = findings(home)
    assert found.pop("chat model") is None
    assert set(found.values()) == {True}


def test_what_waits_is_named(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "群.jsonl", [row("早"), "{broken"])])
    found = {check.name: check for check in doctor(home, language="zh")}
    assert (found["群"].ok, found["群"].detail) == (False, "有新消息还没整理：群")
    assert "sediment settle" in found["群"].hint
    assert (found["隔离区"].ok, found["隔离区"].detail) == (None, "1 条读不了的记录")


def test_a_vector_store_that_lost_something_is_found_out(home: Home, tmp_path: Path) -> None:
    import_chat(home, [export(tmp_path / "群.jsonl", [row("服务器今晚十点升级，先导出报表")])])
    settle(home)
    assert isinstance(home.vectors, FakeVectors)
    home.vectors.kept.clear()
    assert findings(home)["vector store"] is False


def test_passages_that_wait_for_their_vectors_are_counted_and_no_fault(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "AT_ONCE", 0)
    import_chat(home, [export(tmp_path / "群.jsonl", [row("服务器今晚十点升级，先导出报表")])])
    settle(home)
    found = {check.name: check for check in doctor(home, language="en")}
    assert found["vector store"].ok is None
    assert "1 older passages wait for their vectors" in found["vector store"].detail
    assert found["groups"].ok is True


def test_a_writer_is_seen(home: Home) -> None:
    with lock.writer(home.path / LOCK):
        assert findings(home)["writer lock"] is None


def test_only_a_configured_model_is_reached_for(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    for status, well in ((200, True), (404, True), (401, False)):
        with server(status) as address:
            (folder / config.FILE).write_text(f'[chat]\nmodel = "mine"\nbase_url = "{address}"\n')
            with open_home(folder, embedder=FakeEmbedder(), vectors=FakeVectors()) as home:
                assert findings(home)["chat model"] is well
    with open_home(folder, embedder=FakeEmbedder(), vectors=FakeVectors()) as home:
        assert findings(home)["chat model"] is False
