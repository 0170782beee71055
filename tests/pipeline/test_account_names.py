"""An account's own name beside the card that a group shows: it is not shown, but it tells who somebody is in an export without cards."""

from __future__ import annotations

import json
from pathlib import Path

from sediment.pipeline import Home, import_chat, members
from sediment.store import messages

HEAD = {
    "_type": "header",
    "chatlab": {"version": "0.0.2"},
    "meta": {"name": "群", "platform": "wechat", "groupId": "7@chatroom"},
}
SAID = {
    "_type": "message",
    "platformMessageId": "7300000000000000001",
    "sender": "wxid_1",
    "accountName": "木子",
    "groupNickname": "木子|运营",
}
MAIL = "群 微信群上的聊天记录如下，请查收。\n\n—————  2024-03-15  —————\n\n\n木子  09:00\n\n大家早上好\n"


def export(folder: Path) -> Path:
    path = folder / "chat.jsonl"
    rows = [HEAD, SAID | {"timestamp": 1710464401, "type": 0, "content": "大家早上好"}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def mail(folder: Path) -> Path:
    path = folder / "mail.txt"
    path.write_text(MAIL, encoding="utf-8")
    return path


def test_one_history_of_an_export_with_cards_and_one_without_in_either_order(home: Home, tmp_path: Path) -> None:
    for file in (export(tmp_path), mail(tmp_path)):
        import_chat(home, [file])
    (group,) = messages.groups(home.db)
    (member,) = members(home, group.id)
    assert (member.messages, member.name, [name.name for name in member.names]) == (
        1,
        "木子|运营",
        ["木子|运营", "木子"],
    )


def test_the_mail_first(home: Home, tmp_path: Path) -> None:
    for file in (mail(tmp_path), export(tmp_path)):
        import_chat(home, [file])
    (group,) = messages.groups(home.db)
    (member,) = members(home, group.id)
    assert (member.messages, member.account) == (1, "wxid_1")
