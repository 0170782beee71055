"""How many tokens a model is shown of a chat, beside the usual transcript of the same messages.

    python -m bench tokens --data DIR [--ranks qwen.tiktoken] [--json]

`usual` is `[2026-04-08 09:30:12] 老段: text`, a line for every message. Ours is the numbered transcript of `evidence.window`: `all` of the same messages,
and `kept`, those without noise, as the writers send them, of which `text` is what was said. `prompts` is what is asked besides: the system prompt, the tasks of
a digest (topics, digest, audit) and of the FAQ (faq, audit), without the lists that are filled in. All calls about one window begin with the same bytes,
which providers cache.

Tokens are those of Qwen's tokenizer where `--ranks` names its file (`dashscope/resources/qwen.tiktoken` of the wheel of dashscope), with TIKTOKEN_CACHE_DIR
set, where the files of o200k_base lie, those of that encoding, else those of `evidence.estimate_tokens`."""

from __future__ import annotations

import argparse
import base64
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.labelled import chat_folders, chat_messages, chat_set
from sediment import noise, resources, threads
from sediment.config import Config
from sediment.evidence import estimate_tokens, window
from sediment.models import Message

Count = Callable[[str], int]
_ASKED = ("system", "topics", "digest", "audit", "faq", "audit")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench tokens", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="a group-chat set, or a folder that holds some")
    parser.add_argument("--ranks", type=Path, help="the file of Qwen's tokenizer")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    name, count = qwen(options.ranks) if options.ranks else counter()
    rows = [measure(folder, count) for folder in chat_folders(options.data)]
    asked = sum(count(resources.prompt(prompt, None)) for prompt in _ASKED)
    figures = {"counted_by": name, "prompts": asked, "sets": rows}
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else _table(figures))
    return 0


def counter() -> tuple[str, Count]:
    """What counts, and its function. Nothing is downloaded."""
    if not os.environ.get("TIKTOKEN_CACHE_DIR"):
        return "estimate_tokens", estimate_tokens
    import tiktoken

    encoding = tiktoken.get_encoding("o200k_base")
    return "o200k_base", lambda text: len(encoding.encode(text, disallowed_special=()))


# Of the tokenizer that the file belongs to: github.com/QwenLM/Qwen, tokenization_qwen.py.
_QWEN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def qwen(path: Path) -> tuple[str, Count]:
    import tiktoken

    rows = (line.split() for line in path.read_bytes().splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in rows}
    encoding = tiktoken.Encoding("qwen", pat_str=_QWEN, mergeable_ranks=ranks, special_tokens={})
    return "qwen", lambda text: len(encoding.encode(text, disallowed_special=()))


def measure(folder: Path, count: Count) -> dict[str, Any]:
    """The tokens of one set in each form, and what they are spent on in ours: `text` of the messages alone, the rest names, numbers and times."""
    messages = chat_messages(chat_set(folder))
    marks = noise.marks(messages, threads.links(messages))
    kept = [message for message in messages if message.id not in marks]
    usual, ours, whole = count(usual_transcript(messages)), count(_ours(kept)), count(_ours(messages))
    return {
        "set": folder.name,
        "messages": len(messages),
        "noise": len(marks),
        "usual": usual,
        "all": whole,
        "kept": ours,
        "text": sum(count(message.text) for message in kept),
        "ratio_all": round(whole / usual, 3),
        "ratio_kept": round(ours / usual, 3),
    }


def usual_transcript(messages: Sequence[Message]) -> str:
    return "\n".join(f"[{m.sent_at:%Y-%m-%d %H:%M:%S}] {m.name}: {m.text or f'[{m.kind}]'}" for m in messages)


def _ours(messages: Sequence[Message]) -> str:
    return window(messages, Config().zone, merged=True).transcript


def _table(figures: dict[str, Any]) -> str:
    lines = [
        f"{'set':24}{'messages':>9}{'noise':>7}{'usual':>8}{'all':>8}{'kept':>8}{'text':>8}{'all/usual':>11}{'kept/usual':>12}"
    ]
    for row in figures["sets"]:
        lines.append(
            f"{row['set']:24}{row['messages']:9}{row['noise']:7}{row['usual']:8}{row['all']:8}{row['kept']:8}{row['text']:8}"
            f"{row['ratio_all']:11.2f}{row['ratio_kept']:12.2f}"
        )
    lines.append(f"counted by {figures['counted_by']}; prompts besides, for digest and FAQ: {figures['prompts']}")
    return "\n".join(lines)
