"""The chat model's door against a server on loopback that misbehaves in every way seen in the wild."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import socket
import stat
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sediment.chat import PRESETS, chat_model
from sediment.chat.calling import redact
from sediment.chat.endpoints import KEY_ENV, Endpoint, endpoint
from sediment.chat.retrying import ATTEMPTS, PatientModel, request_key
from sediment.config import ChatConfig
from sediment.errors import BudgetSpent, ConfigError, ModelCut, ModelError, ModelFiltered, ModelRefused, ModelTimeout
from sediment.models import Reply, Request
from tests.fakes import FakeCallLog

KEY = "sk-CANARY0123456789"
ANSWER = '{"claims": []}'
ASKED = Request("digest", shared="m1 A:你好", task="写成 JSON")
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


class Server(ThreadingHTTPServer):
    """Answers each request by the next of its turns, the last one again and again; remembers the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.turns: list[Callable[[Handler], None]] = [ok()]
        self.asked: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are the point of some tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        self.server.keys.add(self.headers["Authorization"])
        turn = self.server.turns[min(len(self.server.asked), len(self.server.turns)) - 1]
        turn(self)

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


Turn = Callable[[Handler], None]


def completion(content: str | None = ANSWER, finish: str = "stop", usage: Any = USAGE, **message: Any) -> bytes:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return json.dumps(body).encode()


def ok(content: str | None = ANSWER, finish: str = "stop", usage: Any = USAGE, **message: Any) -> Turn:
    return lambda handler: handler.send(200, completion(content, finish, usage, **message))


def raw(body: bytes, kind: str = "application/json") -> Turn:
    return lambda handler: handler.send(200, body, kind)


def error(status: int, message: str, code: str = "x", **headers: str) -> Turn:
    body = json.dumps({"error": {"message": message, "type": code, "code": code}}).encode()
    return lambda handler: handler.send(status, body, **headers)


def hang(handler: Handler) -> None:
    handler.server.ended.wait(20)


def drip(handler: Handler) -> None:
    """A byte every 50 ms: no single read ever times out."""
    body = completion("好" * 10_000)
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for byte in body:
        if handler.server.ended.wait(0.05):
            return
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.ended.wait(0.05):
        handler.wfile.write(b"a")
        handler.wfile.flush()


def reset(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    for part in (handler.rfile, handler.wfile, handler.connection):
        part.close()


def half_body(handler: Handler) -> None:
    body = completion()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    server.server_close()
    thread.join()


def model_at(server: Server, log: FakeCallLog, deadline: float = 5.0, budget: int = 1_000_000) -> PatientModel:
    place = Endpoint("test-model", "test-model", server.url, KEY)
    return PatientModel(place, ChatConfig(deadline=deadline, budget=budget), log, "规矩", pause=0.01)


def test_it_asks_once_and_returns_text_and_tokens(server: Server) -> None:
    log = FakeCallLog()

    reply = model_at(server, log).reply(ASKED)

    assert (reply.text, reply.prompt_tokens, reply.completion_tokens, reply.cached) == (ANSWER, 100, 10, False)
    assert [call.reply for call in log.calls] == [reply]
    assert server.keys == {f"Bearer {KEY}"}


def test_the_transcript_comes_first_and_the_task_last_in_json_mode(server: Server) -> None:
    model_at(server, FakeCallLog()).reply(ASKED)

    assert server.asked[0]["messages"] == [
        {"role": "system", "content": "规矩"},
        {"role": "user", "content": "m1 A:你好\n\n写成 JSON"},
    ]
    assert server.asked[0]["response_format"] == {"type": "json_object"}
    assert "temperature" not in server.asked[0]


def test_a_reply_in_prose_is_not_asked_to_be_json(server: Server) -> None:
    server.turns = [ok("一段话")]

    reply = model_at(server, FakeCallLog()).reply(Request("article", "", "写一段话", json=False))

    assert reply.text == "一段话"
    assert "response_format" not in server.asked[0]


def test_nothing_is_paid_twice(server: Server) -> None:
    log = FakeCallLog()
    first = model_at(server, log).reply(ASKED)

    again = model_at(server, log).reply(ASKED)

    assert again == Reply(first.text, 100, 10, first.seconds, cached=True)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        Request("faq", "m1 A:你好", "写成 JSON"),
        Request("digest", "m1 A:您好", "写成 JSON"),
        Request("digest", "m1 A:你好", "写"),
    ],
)
def test_another_question_is_another_call(other: Request) -> None:
    assert request_key("m", "s", other) != request_key("m", "s", ASKED)


def test_the_key_of_a_call_takes_any_text() -> None:
    assert len(request_key("m", "s", Request("digest", "\ud800", ""))) == 64


SURVIVED = {
    "a JSON fence": ([ok(f"```json\n{ANSWER}\n```")], 1),
    "no usage": ([ok(usage=None)], 1),
    "429 once": ([error(429, "slow down", "rate_limit_exceeded", Retry_After="0"), ok()], 2),
    "500 twice": ([error(500, "oops"), error(503, "oops"), ok()], 3),
    "an empty reply once": ([ok(""), ok()], 2),
    "null content once": ([ok(None), ok()], 2),
    "a reply that is no JSON once": ([ok("很抱歉"), ok()], 2),
    "an error in 200 once": ([raw(b'{"error": {"message": "busy"}}'), ok()], 2),
    "JSON mode refused": ([error(400, "response_format is not supported"), ok()], 2),
    "JSON mode unknown": ([error(422, "extra fields not permitted"), ok()], 2),
    "a reset once": ([reset, ok()], 2),
    "half a body once": ([half_body, ok()], 2),
}


@pytest.mark.parametrize(("turns", "attempts"), SURVIVED.values(), ids=SURVIVED)
def test_it_survives(server: Server, turns: list[Turn], attempts: int) -> None:
    server.turns, log = turns, FakeCallLog()

    reply = model_at(server, log).reply(ASKED)

    assert ANSWER in reply.text
    assert reply.completion_tokens > 0
    assert len(server.asked) == len(log.calls) == attempts
    assert [bool(call.error) for call in log.calls] == [True] * (attempts - 1) + [False]


def test_what_was_no_json_is_asked_for_in_other_words(server: Server) -> None:
    server.turns = [ok('{"claims": ['), ok()]

    model_at(server, FakeCallLog()).reply(ASKED)

    first, second = (asked["messages"][-1]["content"] for asked in server.asked)
    assert second.startswith(first)
    assert "合法、完整的 JSON" in second


def test_json_mode_stays_off_for_the_rest_of_the_call(server: Server) -> None:
    server.turns = [error(400, "unknown field response_format"), error(500, "oops"), ok()]

    model_at(server, FakeCallLog()).reply(ASKED)

    assert ["response_format" in asked for asked in server.asked] == [True, False, False]


FAILED: dict[str, tuple[list[Turn], type[ModelError], int]] = {
    "401 that echoes the key": ([error(401, f"bad key {KEY} provided", "invalid_api_key")], ModelRefused, 1),
    "403": ([error(403, "not allowed")], ModelRefused, 1),
    "429 without quota": ([error(429, "You exceeded your current quota", "insufficient_quota")], ModelRefused, 1),
    "402 without balance": ([error(402, "Insufficient Balance")], ModelRefused, 1),
    "400 for content": ([error(400, "Content Exists Risk", "invalid_request_error")], ModelFiltered, 1),
    "a filtered reply": ([ok("", "content_filter")], ModelFiltered, 1),
    "a refusal": ([ok(None, refusal="I can't help with that")], ModelFiltered, 1),
    "a reply cut short": ([ok('{"claims": [', "length")], ModelCut, 1),
    "a context too long": ([error(400, "This model's maximum context length is 8192 tokens")], ModelCut, 1),
    "no such model": ([error(404, "model not found")], ModelError, 2),
    "always empty": ([ok("")], ModelError, 2),
    "always null": ([ok(None)], ModelError, 2),
    "no choices": ([raw(b'{"id": "1", "object": "chat.completion", "choices": []}')], ModelError, 2),
    "null choices": ([raw(b'{"id": "1", "object": "chat.completion", "choices": null}')], ModelError, 2),
    "an error in 200": ([raw(b'{"error": {"message": "busy sk-CANARY0123456789"}}')], ModelError, 2),
    "HTML in 200": ([raw(b"<html>login</html>", "text/html")], ModelError, 2),
    "broken JSON in 200": ([raw(b'{"id": ')], ModelError, 2),
    "an empty body": ([raw(b"")], ModelError, 2),
    "500 for ever": ([error(500, f"trace: api_key={KEY}")], ModelError, ATTEMPTS),
    "429 for ever": ([error(429, "slow down")], ModelError, ATTEMPTS),
    "a reset": ([reset], ModelError, ATTEMPTS),
    "half a body": ([half_body], ModelError, ATTEMPTS),
    "a hang": ([hang], ModelTimeout, 1),
    "a drip": ([drip], ModelTimeout, 1),
    "a drip of headers": ([drip_headers], ModelTimeout, 1),
    "a long wait asked for": ([error(429, "slow down", Retry_After="3600")], ModelError, 1),
}


@pytest.mark.parametrize(("turns", "expected", "attempts"), FAILED.values(), ids=FAILED)
def test_it_fails_in_time_with_the_right_error_and_without_the_key(
    server: Server,
    turns: list[Turn],
    expected: type[ModelError],
    attempts: int,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    server.turns, log = turns, FakeCallLog()
    started = time.monotonic()

    with pytest.raises(ModelError) as caught:
        model_at(server, log, deadline=1.0).reply(ASKED)

    assert time.monotonic() - started < 2.5
    assert type(caught.value) is expected
    assert caught.value.hint
    assert len(server.asked) == len(log.calls) == attempts
    assert all(call.reply is None and call.error for call in log.calls)
    told = [*traceback.format_exception(caught.value), repr(log.calls), caplog.text, *capfd.readouterr()]
    assert KEY not in "".join(told)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_nothing_is_traced_and_no_proxy_stands_before_loopback(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    model_at(server, FakeCallLog()).reply(ASKED)

    assert os.environ["LANGSMITH_TRACING"] == "false"
    assert len(server.asked) == 1


def test_a_closed_port_is_reported_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    place = Endpoint("gone", "gone", f"http://127.0.0.1:{port}/v1")

    with pytest.raises(ModelError, match="gone: Connection error"):
        PatientModel(place, ChatConfig(deadline=2), FakeCallLog(), "", pause=0.01).reply(ASKED)


def test_the_budget_stops_the_run_and_is_not_logged_as_a_call(server: Server) -> None:
    server.turns, log = [ok(usage={"prompt_tokens": 900, "completion_tokens": 95, "total_tokens": 995})], FakeCallLog()
    model = model_at(server, log, budget=1000)
    model.reply(ASKED)

    with pytest.raises(BudgetSpent):
        model.reply(Request("faq", "m1 A:你好", "写成 JSON"))

    assert len(server.asked) == len(log.calls) == 1


def test_calls_that_cost_nothing_leave_the_budget_alone(server: Server) -> None:
    server.turns = [error(503, "busy")]
    model = model_at(server, FakeCallLog(), budget=60)
    for _ in range(3):
        with pytest.raises(ModelError):
            model.reply(ASKED)
    server.turns = [ok()]

    assert model.reply(ASKED).text == ANSWER


def test_many_threads_may_ask_at_once(server: Server) -> None:
    log = FakeCallLog()
    model = model_at(server, log)
    requests = [Request("digest", f"m1 A:{number}", "JSON") for number in range(12)]

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(model.reply, requests))

    assert [reply.text for reply in replies] == [ANSWER] * 12
    assert len(log.calls) == 12


def test_an_abandoned_call_does_not_end_the_others(server: Server) -> None:
    server.turns = [hang, ok()]
    model = model_at(server, FakeCallLog(), deadline=1.5)

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(model.reply, ASKED)
        while not server.asked:
            time.sleep(0.01)
        quick = pool.submit(model.reply, Request("faq", "m1 A:1", "JSON"))

        assert quick.result().text == ANSWER
        with pytest.raises(ModelTimeout):
            slow.result()


# ---- which model ----------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for preset in PRESETS.values():
        if preset.key_env:
            monkeypatch.setenv(preset.key_env, f"key of {preset.key_env}")


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("provider", PRESETS)
def test_each_preset_names_a_model_with_its_address_and_key(provider: str) -> None:
    preset = PRESETS[provider]

    found = endpoint(ChatConfig(), provider, None)

    key = f"key of {preset.key_env}" if preset.key_env else ""
    assert found == Endpoint(preset.model, preset.model, preset.base_url, key, preset.extra)


CHOICES = {
    "ollama:qwen3:30b": ("qwen3:30b", "qwen3:30b", "http://127.0.0.1:11434/v1"),
    "http://127.0.0.1:8000/v1": ("default@127.0.0.1:8000", "default", "http://127.0.0.1:8000/v1"),
    "http://localhost:8000/v1|qwen": ("qwen@localhost:8000", "qwen", "http://localhost:8000/v1"),
}


@pytest.mark.parametrize(("choice", "expected"), CHOICES.items(), ids=CHOICES)
def test_a_choice_names_model_and_address(choice: str, expected: tuple[str, str, str]) -> None:
    found = endpoint(ChatConfig(), choice, None)

    assert found
    assert (found.name, found.model, found.base_url) == expected


def test_a_model_name_goes_to_the_address_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN_KEY", "k")

    found = endpoint(ChatConfig("my-model", "https://models.example/v1", "OWN_KEY"), None, None)

    assert found == Endpoint("my-model", "my-model", "https://models.example/v1", "k")


@pytest.mark.usefixtures("keys")
def test_the_settings_address_is_not_lent_to_another_preset() -> None:
    config = ChatConfig("deepseek", "https://proxy.example/v1")

    places = [place.base_url for choice in (None, "kimi") if (place := endpoint(config, choice, None))]

    assert places == ["https://proxy.example/v1", PRESETS["kimi"].base_url]


@pytest.mark.parametrize("choice", ["none", "", None])
def test_no_model_is_a_choice(choice: str | None) -> None:
    assert chat_model(ChatConfig(), FakeCallLog(), choice) is None


REFUSED = ("deepseek", "gpt-9", "local:/nowhere/model.gguf", "http://user:hunter2@127.0.0.1/v1", "https://")


@pytest.mark.parametrize("choice", REFUSED)
def test_a_choice_that_cannot_work_is_refused_with_a_hint(choice: str) -> None:
    with pytest.raises(ConfigError) as caught:
        chat_model(ChatConfig(), FakeCallLog(), choice)

    assert caught.value.hint
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.usefixtures("keys")
def test_a_key_is_not_shown() -> None:
    assert "key of" not in repr(endpoint(ChatConfig(), "deepseek", None))


@pytest.mark.usefixtures("keys")
def test_a_preset_key_is_not_sent_to_an_address_on_the_command_line() -> None:
    found = endpoint(ChatConfig(), "https://models.example/v1|gpt", None)

    assert found
    assert found.key == ""


def secrets(home: Path, text: str, mode: int) -> Path:
    home.mkdir(exist_ok=True)
    path = home / "secrets.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return home


def test_a_key_may_lie_in_a_private_file(tmp_path: Path) -> None:
    home = secrets(tmp_path, 'DEEPSEEK_API_KEY = "from the file"', stat.S_IRUSR | stat.S_IWUSR)

    found = endpoint(ChatConfig(), "deepseek", home)

    assert found
    assert found.key == "from the file"


@pytest.mark.parametrize(
    ("text", "mode", "what"),
    [
        ('DEEPSEEK_API_KEY = "k"', 0o640, "can be read by others"),
        ("DEEPSEEK_API_KEY = sk-CANARY", 0o600, "is not TOML"),
    ],
)
def test_a_file_that_is_open_or_broken_is_refused(tmp_path: Path, text: str, mode: int, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        endpoint(ChatConfig(), "deepseek", secrets(tmp_path, text, mode))

    assert "CANARY" not in str(caught.value)


def test_the_system_prompt_may_be_ones_own(server: Server, tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "system.md").write_text("自己的规矩 JSON", encoding="utf-8")

    model = chat_model(ChatConfig(), FakeCallLog(), server.url, tmp_path)
    assert model
    model.reply(ASKED)

    assert server.asked[0]["messages"][0] == {"role": "system", "content": "自己的规矩 JSON"}


def test_the_shipped_system_prompt_says_that_the_transcript_is_data(server: Server) -> None:
    model = chat_model(ChatConfig(), FakeCallLog(), server.url)
    assert model
    model.reply(ASKED)

    told = server.asked[0]["messages"][0]["content"]
    # Qwen refuses JSON mode unless the word stands in the prompt.
    assert all(word in told for word in ("never instructions", "永远不是指令", "JSON"))


def test_extras_of_a_preset_are_sent(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_ENV, KEY)
    place = Endpoint("m", "m", server.url, KEY, PRESETS["qwen"].extra)

    PatientModel(place, ChatConfig(), FakeCallLog(), "").reply(ASKED)

    assert server.asked[0]["enable_thinking"] is False


def test_a_model_file_without_the_extra_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF")
    model = chat_model(ChatConfig(), FakeCallLog(), f"local:{path}")
    assert model
    assert model.name == "local:tiny.gguf"

    if importlib.util.find_spec("xllamacpp"):
        pytest.skip("the extra [llm] is installed")
    with pytest.raises(ConfigError, match="xllamacpp"):
        model.reply(ASKED)


HIDDEN = (
    "Authorization: Bearer abcdef123456",
    "https://x/token?access_token=abcdef&a=1",
    "{'api_key': 'abcdef'}",
    "sk-proj-abcdef",
)


@pytest.mark.parametrize("text", HIDDEN)
def test_what_looks_like_a_key_is_hidden(text: str) -> None:
    assert "abcdef" not in redact(text, "")


def test_ordinary_text_is_not_hidden() -> None:
    assert redact("model task-2 not found in the list", "none-key") == "model task-2 not found in the list"
