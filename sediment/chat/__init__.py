"""The only door to langchain: a chat model that answers in time, is asked again only where that can help, stays in its budget, and is never paid twice.

`deepseek`, `qwen:qwen-max`, `http://127.0.0.1:8000/v1`, `local:/models/qwen.gguf` -> ChatModel"""

from __future__ import annotations

from pathlib import Path

from sediment import resources
from sediment.chat.endpoints import PRESETS, Preset, endpoint
from sediment.chat.retrying import PatientModel
from sediment.config import ChatConfig
from sediment.protocols import CallLog, ChatModel

__all__ = ["PRESETS", "Preset", "chat_model"]


def chat_model(
    config: ChatConfig, log: CallLog, choice: str | None = None, home: Path | None = None
) -> ChatModel | None:
    """The model that `choice` (as `--model`) or the settings name; None for `none` and where nothing is named. Nothing is loaded or called yet.

    Keys come from the environment, else from `home`/secrets.toml. Raises ConfigError when the name is unknown or a key is missing."""
    chosen = endpoint(config, choice, home)
    return PatientModel(chosen, config, log, resources.prompt("system", home)) if chosen else None
