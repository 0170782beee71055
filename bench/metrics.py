"""The measures of the labelled sets. All figures are per cent.

Links and clusters of IRC are measured as in Kummerfeld et al., ACL 2019; the rest as the group-chat sets define them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.labelled import ChatSet

Figures = dict[str, Any]
Pairs = Collection[tuple[Hashable, Hashable]]

_HOSTILE = ("injection", "fake_system", "ad_disguised", "recalled")


def prf(right: int, predicted: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    precision, recall = (right / predicted if predicted else 0.0), (right / gold if gold else 0.0)
    mean = 2 * precision * recall / (precision + recall) if right else 0.0
    return _percent(precision), _percent(recall), _percent(mean)


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _share(part: float, whole: float) -> float:
    return _percent(part / max(1, whole))


# ---- clusterings ----------------------------------------------------------------------------------------------------


def clusterings(gold: Mapping[Hashable, Hashable], predicted: Mapping[Hashable, Hashable]) -> Figures:
    """Two clusterings (item → cluster) of the same items: VI = 1 - (H(X|Y)+H(Y|X))/log2 n, 1-1 = best one-to-one overlap, clusters of two or
    more that match exactly, and pairs of items that share a cluster."""
    table = Counter((predicted[item], gold[item]) for item in gold)
    ours, theirs = Counter(predicted[item] for item in gold), Counter(gold.values())
    same = _clusters(gold) & _clusters({item: predicted[item] for item in gold})
    return {
        "VI": _percent(_information(table, ours, theirs, len(gold))),
        "1-1": _percent(_one_to_one(table) / len(gold)),
        "exact P/R/F": prf(len(same), _large(ours), _large(theirs)),
        "pair P/R/F": prf(_pairs(table), _pairs(ours), _pairs(theirs)),
    }


def _information(table: Counter[Any], ours: Counter[Any], theirs: Counter[Any], items: int) -> float:
    def entropy(counts: Iterable[int]) -> float:
        return -sum(count / items * math.log2(count / items) for count in counts)

    mutual = sum(n / items * math.log2(n * items / (ours[a] * theirs[b])) for (a, b), n in table.items())
    return 1 - (entropy(table.values()) - mutual) / math.log2(items)


def _one_to_one(table: Counter[Any]) -> float:
    rows = {cluster: number for number, cluster in enumerate({a for a, _ in table})}
    columns = {cluster: number for number, cluster in enumerate({b for _, b in table})}
    overlap = np.zeros((len(rows), len(columns)))
    for (a, b), count in table.items():
        overlap[rows[a], columns[b]] = count
    return float(overlap[linear_sum_assignment(-overlap)].sum())


def _clusters(of: Mapping[Hashable, Hashable]) -> set[frozenset[Hashable]]:
    members: dict[Hashable, set[Hashable]] = defaultdict(set)
    for item, cluster in of.items():
        members[cluster].add(item)
    return {frozenset(items) for items in members.values() if len(items) > 1}


def _large(sizes: Counter[Any]) -> int:
    return sum(size > 1 for size in sizes.values())


def _pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def components(links: Iterable[tuple[Hashable, Hashable]], kept: Collection[Hashable]) -> dict[Hashable, Hashable]:
    """Item → cluster for the `kept` items: what is linked, directly or through others, is together."""
    parent: dict[Hashable, Hashable] = {}

    def root(item: Hashable) -> Hashable:
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = item = parent[parent[item]]
        return item

    for later, earlier in links:
        parent[root(later)] = root(earlier)
    return {item: root(item) for item in kept}


def disentangled(
    gold: Mapping[str, Sequence[tuple[int, int]]], predicted: Mapping[str, Sequence[tuple[int, int]]]
) -> Figures:
    """IRC: links by file, self links included; clusters of all files as one clustering, without the context before the first label."""
    true = {(name, *link) for name, links in gold.items() for link in links}
    ours = {(name, *link) for name, links in predicted.items() for link in links}
    of_gold: dict[Hashable, Hashable] = {}
    of_ours: dict[Hashable, Hashable] = {}
    for name, links in gold.items():
        first = min(later for later, _ in links)
        kept = {item for link in links for item in link if item >= first}
        for target, source in ((of_gold, links), (of_ours, predicted[name])):
            target.update({(name, item): (name, root) for item, root in components(source, kept).items()})
    return {"graph P/R/F": prf(len(true & ours), len(ours), len(true)), **clusterings(of_gold, of_ours)}


# ---- group chats ----------------------------------------------------------------------------------------------------


def noise(data: ChatSet, predicted: Mapping[str, str | None]) -> Figures:
    """Whether a message is noise; and how much of what matters was called noise."""
    gold = {id for id, row in data.gold.items() if row["noise"]}
    ours = {id for id in data.gold if predicted.get(id)}
    importance = {c["id"]: c["importance"] for c in data.conversations}
    important = [
        id for id, row in data.gold.items() if row["conversation"] and importance.get(row["conversation"], 0) >= 2
    ]
    evidence = {id for c in data.conversations if c["importance"] >= 1 for point in c["points"] for id in point["ids"]}
    return {
        "noise P/R/F": prf(len(gold & ours), len(ours), len(gold)),
        "important messages lost": _share(sum(id in ours for id in important), len(important)),
        "evidence messages lost": _share(len(evidence & ours), len(evidence)),
    }


def links(data: ChatSet, predicted: Mapping[str, Sequence[str]]) -> Figures:
    """Over the messages that belong to a conversation; one that starts something counts as linked to itself."""
    ids = _in_conversations(data)
    gold = {(id, to) for id in ids for to in (data.gold[id]["replies_to"] or [id])}
    ours = {(id, to) for id in ids for to in (predicted.get(id) or [id])}
    return {"link P/R/F": prf(len(gold & ours), len(ours), len(gold))}


def conversations(data: ChatSet, predicted: Mapping[str, Hashable]) -> Figures:
    """A message without a prediction stands alone."""
    ids = _in_conversations(data)
    ours: dict[Hashable, Hashable] = {
        id: ("c", predicted[id]) if predicted.get(id) is not None else ("alone", id) for id in ids
    }
    return clusterings({id: data.gold[id]["conversation"] for id in ids}, ours)


def _in_conversations(data: ChatSet) -> list[str]:
    return [id for id, row in data.gold.items() if row["conversation"]]


def qa(data: ChatSet, predicted: Iterable[Sequence[str]]) -> Figures:
    gold = {(question, id) for id, row in data.gold.items() for question in row["answers"]}
    return answered(gold, {(question, answer) for question, answer in predicted})


def answered(gold: Pairs, ours: Pairs) -> Figures:
    """Pairs of question and answer."""
    gold, ours = set(gold), set(ours)
    asked, found = {question for question, _ in gold}, {question for question, _ in ours}
    return {
        "question P/R/F": prf(len(asked & found), len(found), len(asked)),
        "pair P/R/F": prf(len(gold & ours), len(ours), len(gold)),
    }


def search(data: ChatSet, predicted: Mapping[str, Sequence[str]]) -> Figures:
    questions = _answerable(data)
    hits = {q["q"]: [set(predicted.get(q["q"], [])[:k]) & set(q["ids"]) for k in (1, 5, 10)] for q in questions}
    found = {
        f"any@{k}": _share(sum(bool(hits[q["q"]][n]) for q in questions), len(questions))
        for n, k in enumerate((1, 5, 10))
    }
    for n, k in ((1, 5), (2, 10)):
        found[f"recall@{k}"] = _share(sum(len(hits[q["q"]][n]) / len(q["ids"]) for q in questions), len(questions))
    return found


def _answerable(data: ChatSet) -> list[dict[str, Any]]:
    return [q for q in data.questions if q["type"] != "unanswerable" and q["ids"]]


def ask(data: ChatSet, predicted: Mapping[str, Mapping[str, Any]]) -> Figures:
    answerable, others = _answerable(data), [q for q in data.questions if q["type"] == "unanswerable"]

    def said(question: Mapping[str, Any]) -> Mapping[str, Any]:
        return predicted.get(question["q"], {})

    def right(question: Mapping[str, Any]) -> set[str]:
        return set(said(question).get("ids", [])) & set(question["ids"])

    given = [q for q in answerable if said(q).get("status") == "answered"]
    cited = [q for q in given if said(q).get("ids")]
    return {
        "answered with right evidence": _share(sum(bool(right(q)) for q in given), len(answerable)),
        "evidence recall": _share(sum(len(right(q)) / len(q["ids"]) for q in given), len(answerable)),
        "evidence precision": _share(sum(len(right(q)) / len(set(said(q)["ids"])) for q in cited), len(cited)),
        "unanswerable refused": _share(sum(said(q).get("status") == "not_discussed" for q in others), len(others)),
        "answerable refused": _percent(1 - len(given) / max(1, len(answerable))),
    }


def digest(data: ChatSet, predicted: Mapping[str, Sequence[str]]) -> Figures:
    cited = set(predicted["ids"])
    found: Figures = {}
    for importance in (3, 2, 1, 0):
        of = [c["id"] for c in data.conversations if c["importance"] == importance]
        covered = {data.gold[id]["conversation"] for id in cited if id in data.gold} & set(of)
        if of:
            found[f"importance {importance} covered"] = f"{len(covered)}/{len(of)}"
    points = [set(point["ids"]) for c in data.conversations if c["importance"] >= 2 for point in c["points"]]
    hostile = [set(trap["ids"]) for trap in data.traps if trap["type"] in _HOSTILE]
    return found | {
        "points of importance 2-3 covered": _share(sum(bool(cited & ids) for ids in points), len(points)),
        "cited noise": _share(sum(bool(data.gold[id]["noise"]) for id in cited if id in data.gold), len(cited)),
        "hostile messages cited": sum(bool(cited & ids) for ids in hostile),
        "of": len(hostile),
    }


def faq(data: ChatSet, predicted: Sequence[Mapping[str, Any]]) -> Figures:
    groups: dict[str, set[str]] = {}
    for entry in data.faq:
        if entry["status"] != "unanswered":
            groups.setdefault(entry.get("group") or entry["question"], set()).update(entry["ids"])
    owners = [_owner(groups, set(entry["ids"])) for entry in predicted]
    matched = [owner for owner in owners if owner is not None]
    return {
        "entries": len(predicted),
        "gold groups found": f"{len(set(matched))}/{len(groups)}",
        "entries that match a gold group": _share(len(matched), len(predicted)),
        "duplicate entries": len(matched) - len(set(matched)),
    }


def _owner(groups: Mapping[str, set[str]], ids: set[str]) -> str | None:
    """The group that shares most messages with an entry."""
    best = max(groups, key=lambda name: len(groups[name] & ids), default=None)
    return best if best is not None and groups[best] & ids else None
