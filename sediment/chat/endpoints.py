"""Which model is meant, where it answers, and with which key."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from sediment.config import ChatConfig
from sediment.errors import ConfigError

SECRETS = "secrets.toml"
KEY_ENV = "SEDIMENT_CHAT_API_KEY"  # for endpoints that are no preset: another provider's key must not reach them


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider with an OpenAI-compatible endpoint. `extra` goes into each request: it switches thinking off, which costs more than it brings here."""

    base_url: str
    model: str
    key_env: str = ""  # empty: no key is needed
    extra: Mapping[str, Any] = field(default_factory=dict)


_NO_THINKING = MappingProxyType({"thinking": {"type": "disabled"}})

# As documented in November 2026: api-docs.deepseek.com, help.aliyun.com/zh/model-studio, docs.bigmodel.cn, platform.moonshot.cn/docs,
# platform.openai.com/docs/models, docs.ollama.com/openai. No temperature is sent: several of these models refuse any but their own.
PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "deepseek": Preset("https://api.deepseek.com/v1", "deepseek-v4-flash", "DEEPSEEK_API_KEY", _NO_THINKING),
        "qwen": Preset(
            "https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus", "DASHSCOPE_API_KEY", MappingProxyType({"enable_thinking": False})
        ),
        "glm": Preset("https://open.bigmodel.cn/api/paas/v4", "glm-5.2", "ZHIPUAI_API_KEY", _NO_THINKING),
        "kimi": Preset("https://api.moonshot.cn/v1", "kimi-k2.6", "MOONSHOT_API_KEY", _NO_THINKING),
        "openai": Preset("https://api.openai.com/v1", "gpt-5-mini", "OPENAI_API_KEY"),
        "ollama": Preset("http://127.0.0.1:11434/v1", "qwen3:8b"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where one model answers. `gguf` is set instead of `base_url` for a model that is run here."""

    name: str  # for people and the call log
    model: str
    base_url: str = ""
    key: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict)
    gguf: Path | None = None

    @property
    def is_local(self) -> bool:
        return is_loopback(self.base_url)


def endpoint(config: ChatConfig, choice: str | None, home: Path | None) -> Endpoint | None:
    """What `choice`, else the settings, name. Raises ConfigError."""
    wanted = (config.model if choice is None else choice).strip()
    if wanted in ("", "none"):
        return None
    if wanted.startswith("local:"):
        return _gguf(Path(wanted.removeprefix("local:")).expanduser())
    if re.match(r"https?://", wanted):
        return _address(wanted, config, home)
    provider, _, model = wanted.partition(":")
    if provider in PRESETS:
        return _preset(provider, model, config, home)
    if not config.base_url:
        raise ConfigError(
            f"no endpoint for the chat model {wanted!r}",
            hint=f"Set base_url in [chat], or use one of {', '.join(PRESETS)}, PRESET:MODEL, URL|MODEL, local:PATH.gguf or none.",
        )
    return Endpoint(
        wanted,
        wanted,
        config.base_url,
        _key(config.api_key_env or KEY_ENV, config.base_url, home, bool(config.api_key_env)),
    )


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def _gguf(path: Path) -> Endpoint:
    if not path.is_file():
        raise ConfigError(f"there is no model file {path}", hint="Give the path of a .gguf file: local:PATH.gguf.")
    return Endpoint(f"local:{path.name}", path.stem, gguf=path)


def _address(wanted: str, config: ChatConfig, home: Path | None) -> Endpoint:
    """`URL|MODEL`, or a URL whose server has one model."""
    url, _, model = wanted.partition("|")
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password:
        raise ConfigError(
            "the chat model's address must be http(s)://host[:port]/path without a user name",
            hint=f"Put a key into {KEY_ENV}.",
        )
    name = f"{model or 'default'}@{parts.netloc}"
    return Endpoint(
        name, model or "default", url, _key(config.api_key_env or KEY_ENV, url, home, bool(config.api_key_env))
    )


def _preset(provider: str, model: str, config: ChatConfig, home: Path | None) -> Endpoint:
    preset = PRESETS[provider]
    # The settings' address and key belong to the model that the settings name.
    own = config.model.partition(":")[0] == provider
    url = config.base_url if own and config.base_url else preset.base_url
    env = config.api_key_env if own and config.api_key_env else preset.key_env
    return Endpoint(model or preset.model, model or preset.model, url, _key(env, url, home, bool(env)), preset.extra)


def _key(env: str, url: str, home: Path | None, needed: bool) -> str:
    key = os.environ.get(env, "") or _from_file(env, home) if env else ""
    if not key and needed and not is_loopback(url):
        raise ConfigError(
            f"no key for {urlsplit(url).hostname}",
            hint=f"Set the environment variable {env}, or write it into {SECRETS} (mode 0600).",
        )
    return key.strip()


def _from_file(env: str, home: Path | None) -> str:
    """The entry `env` of `home`/secrets.toml, a file that nobody else may read."""
    path = home / SECRETS if home else None
    if path is None or not path.is_file():
        return ""
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise ConfigError(f"{path} can be read by others", hint=f"Run: chmod 600 {path}")
    try:
        value = tomllib.loads(path.read_text(encoding="utf-8")).get(env, "")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The file's text must not get into a message: it holds the keys.
        raise ConfigError(f"{path} is not TOML", hint=f'Write lines such as {env} = "…".') from error
    return value if isinstance(value, str) else ""
