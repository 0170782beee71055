"""The ground holds: nothing but loopback can be reached, and the fakes obey the protocols."""

from __future__ import annotations

import socket

import numpy as np
import pytest

from sediment.models import Request
from tests.factories import message, talk
from tests.fakes import FakeCallLog, FakeChatModel, FakeEmbedder


@pytest.mark.parametrize("host", ["192.0.2.1", "example.invalid", "2001:db8::1"])
def test_no_test_reaches_the_network(host: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=host):
        socket.create_connection((host, 80), timeout=0.1)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as plain, pytest.raises(pytest.fail.Exception, match=host):
        plain.connect((host, 80))


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port), timeout=5) as client:
            assert client.getpeername()[1] == port


def test_the_same_arguments_make_the_same_message() -> None:
    assert message("早", at="08:01", sender="u2") == message("早", at="08:01", sender="u2")
    assert message("早").id != message("晚").id
    assert [m.sent_at.strftime("%H:%M") for m in talk(("u1", "一"), ("u2", "二"), at="10:59")] == ["10:59", "11:00"]


def test_fake_vectors_are_of_unit_length_and_near_when_the_words_are() -> None:
    near, far, other = FakeEmbedder().passages(["服务器的端口是多少", "端口是多少来着", "周六去爬山"])
    assert np.linalg.norm(near) == pytest.approx(1)
    assert near @ far > near @ other
    assert np.array_equal(FakeEmbedder().queries(["", "x"]), FakeEmbedder().passages(["", "x"]))


def test_a_fake_log_gives_back_the_last_usable_reply() -> None:
    model, log = FakeChatModel(["{}"]), FakeCallLog()
    request = Request("digest", "m1 早", "总结")
    log.record("k", request, model.name, None, "timeout")
    assert log.find("k") is None
    reply = model.reply(request)
    log.record("k", request, model.name, reply, "")
    assert log.find("k") == reply
    assert model.requests == [request]
