"""What a reader declares: the name of its format, who writes it, and what that format cannot carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sediment.models import ReadItem
from sediment.sources.source import Source

Loss = Literal[
    "native_id", "sender_id", "names", "seconds", "zone", "reply_to", "mentions", "kinds", "media", "captions", "gifts", "notices",
    "notice_text", "recalls", "recaller",
]  # fmt: skip

LOSSES: dict[Loss, tuple[str, str]] = {
    "native_id": ("消息没有稳定的编号", "no stable id of a message"),
    "sender_id": ("发送者只有名字，没有账号", "senders by name only, no account id"),
    "names": (
        "名字可能缺失，只剩账号（有的在旁边的文件里）",
        "names may be missing, leaving account ids; some stand in a file beside it",
    ),
    "seconds": ("时间只到分钟", "times to the minute only"),
    "zone": ("时间不带时区（按设置的时区读）", "times without a zone (the configured one is taken)"),
    "reply_to": (
        "没有写明引用的是哪条消息（写了作者和原文的，导入时找回）",
        "not which message is quoted; the import finds it by its author and words, where these are shown",
    ),
    "mentions": ("@ 的人只有名字，没有账号", "who is mentioned by name only, no account id"),
    "kinds": ("部分类型写成了普通文字", "some kinds of message are written as plain text"),
    "media": ("没有图片、语音、表情等，或不知道是哪一种", "no pictures, voice or stickers, or not which of them"),
    "captions": ("红包、链接、文件上的文字可能缺失", "words on red packets, links or files may be missing"),
    "gifts": ("没有红包和转账，或写成了普通文字", "no red packets and transfers, or as plain text"),
    "notices": ("没有系统通知和撤回提示", "no notices of the platform, no recalls"),
    "notice_text": ("系统通知只有类型，没有原文和编号", "notices by their kind only, without their words and ids"),
    "recalls": ("撤回的消息不留痕迹", "recalled messages leave no trace"),
    "recaller": ("不知道是谁撤回的（只有名字）", "not who recalled a message (a name in the text only)"),
}
"""Chinese and English for docs/formats.md."""


@dataclass(frozen=True, slots=True)
class Format:
    """One export format: a `protocols.Reader`."""

    name: str  # as given to --format
    exporter: str
    losses: tuple[Loss, ...]
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Iterator[ReadItem]]
