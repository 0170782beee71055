"""A model as judge of which questions mean the same, where vectors leave it in doubt."""

from __future__ import annotations

from collections.abc import Sequence

from sediment import reading
from sediment.extract.meaning import Judge
from sediment.models import FaqEntry, Material, Request
from sediment.protocols import ChatModel

_JUDGED = 40  # pairs of questions that a model is asked about


class JudgeOfQuestions:
    """Asks a model, in one short call."""

    def __init__(self, model: ChatModel, material: Material) -> None:
        self._model, self._material = model, material

    def of(self, entries: Sequence[FaqEntry], known: int) -> Judge:
        """A judge of these entries; that the first `known` differ was settled before."""

        def judged(doubtful: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bool]:
            pairs = [pair for pair in doubtful if max(pair) >= known][:_JUDGED]
            same = self._same([(entries[j].question, entries[i].question) for i, j in pairs]) if pairs else None
            return {} if same is None else {pair: number in same for number, pair in enumerate(pairs, 1)}

        return judged

    def _same(self, pairs: Sequence[tuple[str, str]]) -> set[int] | None:
        """The numbers of the pairs that the model takes for one question; None where it fails."""
        lines = [f"{number}. {one} ｜ {other}" for number, (one, other) in enumerate(pairs, 1)]
        reply = reading.reply(self._model, Request("same", "\n".join(lines), reading.task("same", self._material)))
        same = (reply or {}).get("same")
        return {n for n in same if isinstance(n, int)} if isinstance(same, list) else None
