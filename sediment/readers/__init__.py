"""One module per exporter. To add a format: write a module with a `Format`, add it to READERS, put a sample of it into tests/data."""

from __future__ import annotations

from typing import get_args

from sediment.errors import UnknownFormat, UsageError
from sediment.models import Kind
from sediment.readers import (
    chatlab,
    chatlog,
    chatlog_text,
    copied,
    dingtalk,
    discord,
    element,
    feishu,
    kakaotalk,
    line,
    meta,
    onebot,
    plain,
    pywxdump,
    qce,
    qce_txt,
    qq_mht,
    qq_txt,
    slack,
    telegram,
    wechatmsg,
    wechatmsg_html,
    weflow,
    whatsapp,
    zulip,
)  # fmt: skip
from sediment.readers.looks import looks_like
from sediment.sources import LOSSES, Format, Source

READERS: tuple[Format, ...] = (
    chatlog.JSON,
    chatlog_text.CSV,
    chatlog_text.TXT,
    wechatmsg.CSV,
    wechatmsg.TXT,
    wechatmsg_html.HTML,
    pywxdump.JSON,
    pywxdump.CSV,
    pywxdump.JS,
    weflow.JSON,
    weflow.TXT,
    weflow.WECLONE,
    weflow.ECHOTRACE,
    chatlab.JSON,
    chatlab.JSONL,
    qq_txt.TXT,
    qq_mht.MHT,
    copied.QQ,
    qce.JSON,
    qce.JSONL,
    qce_txt.TXT,
    onebot.EVENTS,
    onebot.HISTORY,
    copied.WECHAT,
    feishu.JSON,
    dingtalk.JSON,
    telegram.JSON,
    discord.JSON,
    slack.JSON,
    whatsapp.TXT,
    line.TXT,
    kakaotalk.TXT,
    kakaotalk.CSV,
    meta.JSON,
    element.JSON,
    zulip.JSON,
    plain.JSONL,
    plain.CSV,
)


def reader_for(source: Source, name: str | None = None) -> Format:
    """The reader called `name`, or the only one that recognises the content. Raises UsageError for an unknown name, UnknownFormat where no
    reader or more than one takes the file for its own."""
    if name is not None:
        return _called(name)
    found = [reader for reader in READERS if reader.recognises(source)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(reader.name for reader in found)
        raise UnknownFormat(f"{source.path.name} may be any of {names}.", hint="Name the right one with --format.")
    what, hint = looks_like(source)
    raise UnknownFormat(f"{source.path.name} looks like {what}.", hint=hint)


def formats_page() -> str:
    """docs/formats.md: what can be read, and what each format cannot carry."""
    formats = (f"| `{reader.name}` | {reader.exporter} | {_missing(reader)} |" for reader in READERS)
    losses = (f"| `{loss}` | {zh} | {en} |" for loss, (zh, en) in LOSSES.items())
    kinds = ", ".join(f"`{kind}`" for kind in get_args(Kind))
    return "\n".join((_INTRODUCTION, *formats, _GLOSSARY, *losses, _PLAIN.format(kinds=kinds)))


def _called(name: str) -> Format:
    for reader in READERS:
        if reader.name == name:
            return reader
    raise UsageError(f"No format is called {name}.", hint=f"There are: {', '.join(reader.name for reader in READERS)}")


def _missing(reader: Format) -> str:
    return " ".join(f"`{loss}`" for loss in reader.losses) or "—"


_INTRODUCTION = """\
# Formats · 能读的格式

`sediment import` tells the format from the content; `--format NAME` names it. What nobody recognises is refused.
Records that cannot be read are kept in quarantine with their line and the reason; the others are imported.

`sediment import` 从内容认出格式，也可以用 `--format 名字` 指明；认不出的文件会被拒绝。
读不了的记录连同行号和原因留在隔离区，其余照常导入。

| `--format` | exporter · 导出工具 | cannot carry · 缺什么 |
|---|---|---|"""
_GLOSSARY = """
| loss | 缺什么 | what is missing |
|---|---|---|"""
_PLAIN = """
## `jsonl`, `csv`: your own export · 自己写的导出

One JSON object a line, or a CSV table with these names as its header row. `time`, `text` and `sender` or `name` are needed; the rest may be missing.

一行一个 JSON 对象，或以这些名字为表头的 CSV。必须有 `time`、`text`，以及 `sender` 或 `name`；其余可以没有。

```json
{{"id": "m1", "time": "2026-03-12T07:02:54+08:00", "sender": "u26", "name": "阿钟", "kind": "text", "text": "早", "reply_to": null, "mentions": []}}
```

- `id`: the same message has the same one in every export · 同一条消息在每次导出里都一样
- `time`: ISO 8601, or seconds since 1970; without a zone that of the settings · ISO 8601，或 1970 年以来的秒数；不带时区时按设置
- `sender`, `name`: the account, and what it was called then · 账号，和当时的名字
- `kind`: {kinds}; anything else counts as `other` · 其他写法算作 `other`
- `reply_to`: the `id` of the message that is quoted · 所引用消息的 `id`
- `mentions`: accounts; in CSV separated by spaces or semicolons · 被 @ 的账号；在 CSV 里用空格或分号隔开
- `url`: the address of a link · 链接的地址
- `group`: the name of the group · 群名

`sediment export` adds a column `sediment`, an object (in CSV as JSON) that says what the others cannot: sediment's own ids, the exact time,
the account. With it a message comes back as it was. In CSV it also writes an apostrophe before what a spreadsheet would compute, and takes it away
when it reads the file.

`sediment export` 另写一列 `sediment`（CSV 里是 JSON）：sediment 自己的编号、准确的时间、账号。有了它，每条消息都能原样读回来。
CSV 里会被表格软件当成公式的内容前面加一个撇号，读回来时去掉。
"""
