"""A digest that is killed while a model is asked goes on where it was: what was answered is not paid again."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sediment import pipeline
from sediment.resources import sample_chat
from tests.fakes import FakeEmbedder, FakeVectors

AT_ONCE = 2
DIGEST = """
import sys
from pathlib import Path
from sediment import pipeline
from tests.fakes import FakeEmbedder, FakeVectors
path, group, url = sys.argv[1:]
with pipeline.open_home(Path(path), embedder=FakeEmbedder(), vectors=FakeVectors()) as home:
    pipeline.write(home, "digest", group, model=url)
"""


class Endpoint(ThreadingHTTPServer):
    """Answers `answers` calls and keeps the others waiting until `open` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"
        self.asked: Counter[str] = Counter()
        self.answers = threading.Semaphore(3)
        self.open = threading.Event()
        self.waiting = self.most = 0
        self.turn = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """The client that is killed hangs up."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Endpoint

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"][-1]["content"]
        with self.server.turn:
            self.server.asked[asked] += 1
            self.server.waiting += 1
            self.server.most = max(self.server.most, self.server.waiting)
        if not self.server.answers.acquire(blocking=False):
            self.server.open.wait(60)
        with self.server.turn:
            self.server.waiting -= 1
        message = {"role": "assistant", "content": '{"topics": []}'}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        sent = json.dumps(body | {"usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    thread = threading.Thread(target=endpoint.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield endpoint
    endpoint.open.set()
    endpoint.shutdown()
    endpoint.server_close()
    thread.join()


def test_what_was_answered_before_a_kill_is_not_asked_again(endpoint: Endpoint, tmp_path: Path) -> None:
    path = tmp_path / "home"
    path.mkdir()
    (path / "sediment.toml").write_text(f"[chat]\nwindow = 400\nconcurrency = {AT_ONCE}\n", encoding="utf-8")
    with pipeline.open_home(path, embedder=FakeEmbedder(), vectors=FakeVectors()) as home:
        pipeline.import_chat(home, sample_chat()[:1])
        pipeline.settle(home)
        group = pipeline.groups(home)[0].group.name
    command = [sys.executable, "-c", DIGEST, str(path), group, endpoint.url]

    with subprocess.Popen(command) as killed:
        deadline = time.monotonic() + 60
        while answered(path) < 3 or endpoint.waiting < AT_ONCE:
            assert killed.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        killed.kill()
    endpoint.open.set()
    assert len(endpoint.asked) == 3 + AT_ONCE  # as many were under way
    assert endpoint.most == AT_ONCE

    with pipeline.open_home(path, embedder=FakeEmbedder(), vectors=FakeVectors()) as home:
        pipeline.write(home, "digest", group, model=endpoint.url)
        total = endpoint.asked.total()
        assert total == len(endpoint.asked) + AT_ONCE > 3 + 2 * AT_ONCE
        pipeline.write(home, "digest", group, model=endpoint.url)
    assert endpoint.asked.total() == total


def answered(path: Path) -> int:
    with closing(sqlite3.connect(path / "sediment.db")) as db:
        (count,) = db.execute("SELECT count(*) FROM calls WHERE reply IS NOT NULL").fetchone()
    return int(count)
