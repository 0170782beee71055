"""What stands in the text of a message because the export has no other place for it: labels of media, addresses, mentions, recall notices."""

from __future__ import annotations

import re

from sediment.models import Kind

_LABELS: dict[str, Kind] = {
    **dict.fromkeys(("图片", "照片", "圖片", "写真", "image", "photo", "Photo"), "image"),
    **dict.fromkeys(("语音", "語音訊息", "ボイスメッセージ", "voice", "audio"), "voice"),
    **dict.fromkeys(("视频", "小视频", "影片", "動画", "video", "Video"), "video"),
    **dict.fromkeys(("表情", "动画表情", "表情包", "GIF表情", "Giphy动图", "貼圖", "スタンプ", "sticker", "Sticker"), "sticker"),
    **dict.fromkeys(("文件", "檔案", "ファイル", "file", "File"), "file"),
    **dict.fromkeys(("链接", "网页链接", "link"), "link"),
    **dict.fromkeys(("位置", "地理位置", "位置共享", "实时位置共享", "location"), "location"),
    **dict.fromkeys(("红包", "微信红包", "QQ红包", "红包封面"), "red_packet"),
    **dict.fromkeys(("转账", "微信转账"), "transfer"),
    **dict.fromkeys(("拍一拍", "戳一戳"), "poke"),
    **dict.fromkeys(("语音通话", "视频通话", "视频/语音通话", "通话", "通话记录"), "call"),
    **dict.fromkeys(("小程序", "视频号", "视频号直播", "音乐", "音乐分享", "分享", "笔记", "share", "JSON"), "share"),
    **dict.fromkeys(("聊天记录", "合并转发", "forward"), "forward"),
    **dict.fromkeys(("名片", "个人名片", "视频号名片", "contact"), "contact"),
    **dict.fromkeys(("群公告", "接龙"), "text"),
    "引用": "reply",
    **dict.fromkeys(("其他", "系统", "无文本内容"), "other"),
}  # fmt: skip
"""Also with `消息` behind, as in [图片消息]. Emoji codes such as [旺柴] are not among them: they are text."""

_LABEL = re.compile(
    r"!?\[(?P<label>[A-Za-z/\u3040-\u30ff\u4e00-\u9fff]{2,10})(?:[:：|]\s*(?P<inside>(?:[^\[\]\n]++|\[[^\[\]\n]*+\])*+))?\]"
    r"(?:\((?P<url>[^\s()]*)\))?[ \t]*(?P<behind>.*)",
    re.DOTALL,
)
_TITLED: frozenset[Kind] = frozenset(
    {"text", "reply", "file", "link", "location", "red_packet", "transfer", "share", "forward", "contact"}
)
_WRITTEN: frozenset[Kind] = frozenset({"text", "reply", "system", "recall"})
_ADDRESS = re.compile(r"https?://\S+")
_PATH = re.compile(r"(?:[^\s/\\]+[/\\])+[^\s/\\]+\.\w{2,5}|https?://\S+")
# A name ends with U+2005 or a space; WeChat puts it there. An address of mail is no mention.
_MENTION = re.compile(r"(?<![A-Za-z0-9._%+-])@(?:([^@\u2005\n]{1,40})\u2005|([^\s@，。！？、]{1,40})(?=\s|$))")
_QUOTE = re.compile(r"「[^「」]{1,40}?[:：].*?」\n(?:- ){4,}-\n(?=.)", re.DOTALL)
_ENDS: dict[Kind, tuple[str, ...]] = {
    "image": ("jpg", "jpeg", "png", "gif", "webp", "heic", "bmp"),
    "voice": ("ogg", "opus", "amr", "m4a", "mp3", "aac", "wav", "silk"),
    "video": ("mp4", "mov", "3gp", "mkv", "webm", "avi"),
}
_ATTACHED = "(请在附件中查看)"  # behind the names of files in a chat that WeChat mails
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_NOTICE = re.compile(
    r"\S.*(?:加入了?(?:群聊|本群)|移出了?(?:群聊|本群)|退出了?(?:群聊|本群)|修改群名为.*|成为新?群主|撤回了一条(?:成员)?消息|拍了拍.*"
    r"|领取了.*红包|不是微信朋友关系.*)[。\s]*"
)
_RECALL = re.compile(
    r"撤回了一条(?:成员)?消息(?![的\"”])|recalled a message|unsent a message|收回(?:了)?訊息|送信を取り消しました",
    re.IGNORECASE,
)


def labelled(text: str) -> tuple[Kind, str, str]:
    """The kind that a whole text such as `[图片]`, `[文件: 周报.pdf]` or `[链接|标题](https://…)` stands for, the words left of it, and the
    address. A text below the quote of another message is a reply. Any other is ("text", text, ""); none at all is "other": something that the
    exporter has no words for."""
    if not text:
        return "other", "", ""
    if text.startswith("「") and (quote := _QUOTE.match(text)):
        return "reply", text[quote.end() :], ""
    found = _LABEL.fullmatch(text) if text.startswith(("[", "![")) else None
    kind = _labelled_kind(found)
    if found is None or kind is None:
        return "text", text, ""
    if kind in _TITLED:
        words, url = _words_and_address(kind, _inside_and_behind(found))
        return kind, words, (found["url"] or url) if kind == "link" else ""
    # Words behind a picture are what the person wrote.
    return ("text", text, "") if found["behind"] else (kind, "", "")


def caption(kind: Kind, text: str) -> tuple[str, str]:
    """The words and the address in the text of a message whose kind is known: without the label of the kind and the path of a picture."""
    if kind in _WRITTEN:
        return text, ""
    found = _LABEL.fullmatch(text)
    if found is not None and _labelled_kind(found) is not None:
        text = _inside_and_behind(found)
    if kind in _TITLED:
        return _words_and_address(kind, text)
    return ("", "") if _PATH.fullmatch(text) or _BRACKETS.fullmatch(text) else (text, "")


def file_kind(name: str) -> Kind:
    """What a file holds, by the end of its name."""
    end = name.rpartition(".")[2].lower()
    return next((kind for kind, ends in _ENDS.items() if end in ends), "file")


def mentioned(text: str) -> tuple[str, ...]:
    """The names behind `@`. WeChat ends a name with U+2005 or a space."""
    return tuple(marked or plain for marked, plain in _MENTION.findall(text)) if "@" in text else ()


def is_recall(text: str) -> bool:
    """Whether a notice says that a message was taken back."""
    return _RECALL.search(text) is not None


def notice_kind(text: str) -> Kind:
    """Of a notice of the platform."""
    return "recall" if is_recall(text) else "system"


def is_notice(text: str) -> bool:
    """Whether a line reads like a notice of WeChat, in exports that do not tell one from a message."""
    return _NOTICE.fullmatch(text) is not None


def _labelled_kind(found: re.Match[str] | None) -> Kind | None:
    return (_LABELS.get(found["label"]) or _LABELS.get(found["label"].removesuffix("消息"))) if found else None


def _inside_and_behind(label: re.Match[str]) -> str:
    parts = ((label["inside"] or "").removesuffix(_ATTACHED), label["behind"].lstrip("\n"))
    return "\n".join(part for part in parts if part).strip()


def _words_and_address(kind: Kind, text: str) -> tuple[str, str]:
    address = _ADDRESS.search(text) if kind == "link" else None
    return (_ADDRESS.sub("", text).strip() or text, address[0]) if address else (text, "")
