"""What the code says in English when something is wrong, a Chinese reader reads in Chinese."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sediment
from sediment import errors
from sediment.models import BadRecord
from sediment.sources import Flaw
from sediment.wording import told

RAISED = {name for name in dir(errors) if isinstance(getattr(errors, name), type)} | {Flaw.__name__, BadRecord.__name__}
REASONS = {"UNKEPT", "_CUT", "_NO_MESSAGE"}  # those that have names
LETTERS = re.compile(r"[A-Za-z]{2,}")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("There is no group 'x'.", "没有叫 'x' 的群。"),
        ("a.json: no header row with time", "a.json：没有含 time 的表头行"),
        ("wechat.txt looks like an empty file.", "认不出 wechat.txt：看上去是空文件。"),
        ("群 has no messages to write about on 2026-04-01.", "群 在 2026-04-01 没有可写的消息。"),
        ("群 has no messages to write about from 2026-04-01 to 2026-04-02.", "群 从 2026-04-01 到 2026-04-02 没有可写的消息。"),
        ("JSON is malformed: invalid character (byte 4)", "JSON 不合语法：第 4 字节处有不该有的字符"),
        ("JSON is malformed: expected ',' or ']' (byte 3)", "JSON 不合语法：第 3 字节处应当是 ',' or ']'"),
        ("not a time: 'a: b'", "不是时间：'a：b'"),
        ("Invalid value for '--day': 'x' is not a day such as 2026-04-08.", "'--day' 的值不对：'x' 不是 2026-04-08 这样的日期。"),
        ("{a} is nothing we know", "{a} is nothing we know"),
        ("", ""),
    ],
)  # fmt: skip
def test_is_told_in_chinese(english: str, chinese: str) -> None:
    assert (told(english, "zh"), told(english, "en")) == (chinese, english)


def test_every_error_and_hint_of_the_code_has_chinese_words() -> None:
    assert [
        text for text in _said_by_the_code() if LETTERS.search(told(text, "zh").replace("V0", "")) and _is_english(text)
    ] == []


def _is_english(text: str) -> bool:
    return told(text, "zh").replace("：", ": ") == text


def _said_by_the_code() -> Iterator[str]:
    for path in Path(sediment.__file__).parent.rglob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        yield from (text for name, text in _constants(module) if name in REASONS)
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                for value in (*node.args, *(word.value for word in node.keywords if word.arg == "hint")):
                    yield from _texts(value)


def _constants(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield from ((node.targets[0].id, text) for text in _texts(node.value))


def _texts(value: ast.expr) -> Iterator[str]:
    """The words of a literal, with `V0` for each value in it."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "V0" for part in value.values)
    elif isinstance(value, ast.IfExp):
        yield from (text for branch in (value.body, value.orelse) for text in _texts(branch))
