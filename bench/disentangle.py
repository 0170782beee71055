"""Who answers whom on Ubuntu IRC: `python -m bench disentangle --data DIR [--part dev]`, DIR as ../shared/bench/data/irc.

Links come from sediment.threads as they come to any group; a message without one starts something."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.labelled import Linked, irc
from bench.metrics import answered, disentangled
from sediment.threads import CONTEXT, links

# The labels have no questions: what opens a conversation and has this form counts as one, in gold and predictions alike.
_ASKS = re.compile(
    r"\?|^\W*(?:hi|hey|hello|so|ok)?[,.! ]*(?:\S+[:,] )?"
    r"(?:how|what|where|which|who|why|when|does|do|did|is|are|can|could|would|should|any ?one|anybody|has|have|will)\b",
    re.IGNORECASE,
)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bench disentangle", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", default="dev", help="which file of DIR: dev, newdomain …")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    logs = list(irc(options.data / f"{options.part}.jsonl"))
    began = time.process_time()
    predicted = {log.name: predicted_links(log) for log in logs}
    seconds = time.process_time() - began
    figures = disentangled({log.name: log.links for log in logs}, predicted)
    figures["question–answer pairs"] = answered(
        {pair for log in logs for pair in _pairs(log, log.links)},
        {pair for log in logs for pair in _pairs(log, predicted[log.name])},
    )
    figures["messages a second"] = round(
        sum(min(len(log.messages), len(log.messages) - log.first + CONTEXT) for log in logs) / seconds
    )
    print(
        json.dumps(figures, ensure_ascii=False)
        if options.json
        else "\n".join(f"{name:24}{value}" for name, value in figures.items())
    )
    return 0


def predicted_links(log: Linked) -> list[tuple[int, int]]:
    """(later, earlier) for every labelled message; (i, i) where it starts something."""
    found = [(int(link.message_id), int(link.answers)) for link in links(log.messages, log.first)]
    linked = {later for later, _ in found}
    return found + [(index, index) for index in range(log.first, len(log.messages)) if index not in linked]


def _pairs(log: Linked, pairs: Sequence[tuple[int, int]]) -> set[tuple[tuple[str, int], tuple[str, int]]]:
    """Questions that start something × what others answer directly to them."""
    asked = {
        a for a, b in pairs if a == b and log.messages[a].sender is not None and _ASKS.search(log.messages[a].text)
    }
    return {
        ((log.name, question), (log.name, answer))
        for answer, question in pairs
        if question in asked and log.messages[answer].sender != log.messages[question].sender
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
