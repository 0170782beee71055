"""The bench of redaction tells what was found, missed and mistaken."""

from __future__ import annotations

import json
from pathlib import Path

from bench import pii


def test_findings_are_held_against_the_labels(tmp_path: Path) -> None:
    messages = [
        {"id": "m1", "text": "手机 13800138000"},
        {"id": "m2", "text": "叫我阿花就行"},
        {"id": "m3", "text": "电话 13900001111"},
        {"id": "m4", "text": "版本 3.1.6"},
    ]
    (tmp_path / "messages.jsonl").write_text("\n".join(json.dumps(row) for row in messages), encoding="utf-8")
    labels = [{"id": "m1", "text": "13800138000", "type": "phone"}, {"id": "m2", "text": "阿花", "type": "name_real"}]
    (tmp_path / "pii.json").write_text(json.dumps(labels), encoding="utf-8")
    (tmp_path / "not_pii.json").write_text(
        json.dumps([{"id": "m4", "text": "3.1.6", "why": "版本号"}]), encoding="utf-8"
    )

    figures = pii.measure([tmp_path])

    assert (figures["recall"], figures["precision"]) == (50.0, 50.0)
    assert figures["by_kind"] == {"name_real": [0, 1], "phone": [1, 1]}
    assert figures["look_alikes_kept"] == [1, 1]
    assert figures["unlabelled"] == ["phone: 13900001111"]
