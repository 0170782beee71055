"""What sediment adds to its own exports, under one key that other programs pass over: enough to read every message back as it was.

{"sediment": {"group": "g0f3a…", "id": "9d2c…", "time": "2026-03-12T07:02:54+08:00", "kind": "text", "sender": "u26", "platform": "wechat", …}}"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from sediment.models import ChatInfo, Group, Kind, Message, ReadMessage

FORMULA = r"'*[=+\-@\t\n＝＋－＠]"
"""What a spreadsheet may take for a formula (owasp.org/www-community/attacks/CSV_Injection), with the apostrophes that keep it from that: in CSV one
more is written before it."""

_MessageId = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
_GroupId = Annotated[str, msgspec.Meta(pattern="^g[0-9a-f]{12}$")]


class Own(msgspec.Struct, omit_defaults=True):
    """A message but for its text, and mostly its name, which stand in the export for all to read."""

    group: _GroupId
    id: _MessageId
    time: str  # ISO 8601: msgspec would round the zones of the 19th century to minutes
    kind: Kind
    platform: str
    group_name: str
    native_group: str | None = None
    native_id: str | None = None
    sender: str | None = None
    reply_to: _MessageId | None = None
    mentions: tuple[str, ...] = ()
    recalled: bool = False
    precision: int = 1
    name: str | None = None  # only where the export must show another

    def chat(self) -> ChatInfo:
        return ChatInfo(self.group_name, self.platform, self.native_group, self.group)

    def message(self, line: int, name: str, text: str) -> ReadMessage:
        """Raises ValueError for what is no time, or one without a zone."""
        sent_at = datetime.fromisoformat(self.time)
        if sent_at.tzinfo is None:
            raise ValueError("a time without a zone")
        return ReadMessage(
            line=line,
            sent_at=sent_at,
            sender=self.sender,
            name=name if self.name is None else self.name,
            kind=self.kind,
            text=text,
            native_id=self.native_id,
            mentions=self.mentions,
            precision=self.precision,
            own_id=self.id,
            own_reply_to=self.reply_to,
            recalled=self.recalled,
        )


def own(group: Group, native_group: str | None, message: Message) -> dict[str, Any]:
    """What stands under `sediment`, ready for JSON."""
    value: dict[str, Any] = msgspec.to_builtins(
        Own(
            group=group.id,
            id=message.id,
            time=message.sent_at.isoformat(),
            kind=message.kind,
            platform=group.platform,
            group_name=group.name,
            native_group=native_group,
            native_id=message.native_id,
            sender=message.sender,
            reply_to=message.reply_to,
            mentions=message.mentions,
            recalled=message.recalled,
            precision=message.precision,
        )
    )
    return value
