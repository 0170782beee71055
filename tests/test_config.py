"""Settings: what a file may say, and how a fault in it is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sediment.config import ChatConfig, Config, load
from sediment.errors import ConfigError
from sediment.models import Group, Template


def settings(folder: Path, text: str) -> Path:
    (folder / "sediment.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()


def test_a_file_changes_what_it_names(tmp_path: Path) -> None:
    home = settings(tmp_path, 'language = "en"\n[chat]\nmodel = "deepseek"\ndeadline = 60\n')
    assert load(home) == Config(language="en", chat=ChatConfig(model="deepseek", deadline=60.0))


def test_digests_look_as_the_settings_say_and_those_of_one_group_as_its_own(tmp_path: Path) -> None:
    config = load(
        settings(
            tmp_path,
            '[digest]\ntone = "简短"\nsections = ["open", "mattered"]\n'
            '[digest.groups."副业群"]\nnames = false\nheadings = { open = "谁来答" }\n',
        )
    )
    assert config.template(Group("g1", "别的群", "qq")) == Template("简短", ("open", "mattered"))
    own = Template("简短", ("open", "mattered"), {"open": "谁来答"}, names=False)
    assert config.template(Group("g2", "副业群", "qq")) == own
    assert Config().template(Group("g2", "副业群", "qq")) == Template()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("language = ", "sediment.toml"),
        ('colour = "red"', "unknown setting colour"),
        ('[chat]\ncolour = "red"', "unknown setting chat.colour"),
        ("[chat]\nmodel = 3", "chat.model cannot be 3"),
        ("chat = 3", "chat cannot be 3"),
        ('[digest]\nsections = ["news"]', "digest.sections or headings name 'news'"),
        ("[digest.groups.x]\nheadings = { news = '新闻' }", "digest.groups.x.sections or headings name 'news'"),
        ("[digest.groups.x]\nnames = 3", "digest.groups.x.names cannot be 3"),
        ("[digest.groups]\nx = 3", "digest.groups.x cannot be 3"),
        ("[index]\nthreads = true", "index.threads cannot be True"),
        ('language = "fr"', "language is 'fr'"),
        ('timezone = "Mars/Base"', "unknown timezone 'Mars/Base'"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(settings(tmp_path, text))
    assert told in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("language", "locale", "spoken"),
    [("auto", "en_GB.UTF-8", "en"), ("auto", "zh_CN.UTF-8", "zh"), ("auto", "C.UTF-8", "zh"), ("zh", "en_US", "zh")],
)
def test_the_language_is_the_setting_or_the_locale_or_chinese(
    monkeypatch: pytest.MonkeyPatch, language: str, locale: str, spoken: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert Config(language=language).spoken == spoken


def test_where_no_locale_is_named_it_is_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANG")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("locale.getlocale", lambda: ("en_US", "UTF-8"))  # what Python makes of C.UTF-8
    assert Config().spoken == "zh"
