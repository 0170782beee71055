"""One FAQ over those of many groups, for whoever runs them: what several groups were asked stands once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sediment import extract
from sediment.models import Document, Draft, Section
from sediment.protocols import Embedder
from sediment.wording import say
from sediment.writers.faq.growing import grown_together


def together(documents: Sequence[Document], names: Mapping[str, str], embedder: Embedder) -> Draft:
    """The FAQs of groups in one language, at least one, as one: answered questions, those first that were asked most. `names`: group id → name."""
    language = documents[0].language
    entries = grown_together([document.draft.faq for document in documents], embedder)
    answered = sorted((entry for entry in entries if entry.answer), key=lambda entry: -len(entry.wordings))
    return Draft(
        title=say("title-faq-together", language, count=len(documents)),
        sections=tuple(Section("answer", entry.question, entry.answer) for entry in answered),
        account=extract.summed(documents, names),
        made_by=next((d.draft.made_by for d in documents if d.draft.made_by), ""),
        faq=tuple(entries),
    )
