"""What the optional extras bring; `make test-extras` installs them. Other tests of extras stand beside the code that they test."""

from __future__ import annotations

from pathlib import Path

import pytest

from sediment.chat import chat_model
from sediment.config import ChatConfig
from sediment.errors import ConfigError
from sediment.models import Request
from tests.fakes import FakeCallLog


@pytest.mark.extras
def test_a_broken_model_file_is_named(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the extra [llm] is not installed")
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF")
    model = chat_model(ChatConfig(), FakeCallLog(), f"local:{path}")
    assert model
    with pytest.raises(ConfigError, match=r"broken\.gguf cannot be loaded"):
        model.reply(Request("digest", "m1 早", "总结"))
