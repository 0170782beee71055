"""Vectors of the passages, and the vector store that shows them.

A run embeds a counted number of passages, the newest first, since this is what takes the time: some 0.05 CPU seconds each. The others wait with a rough vector,
which is a hundred times as fast, and `search` finds them by it and by their words."""

from __future__ import annotations

from collections.abc import Sequence

from sediment.pipeline.home import Home
from sediment.protocols import Progress
from sediment.store import settled
from sediment.store.schema import fact, remember_fact, transaction

AT_ONCE = 2000
"Passages of one run: the kept messages of a day of some 25,000."
EMBEDDED, SYNCED = 64, 500
"Passages and changes of one transaction."


def embed(home: Home, progress: Progress, *, all: bool = False) -> tuple[int, int]:
    """Give the newest passages their vectors, or `all`, and tell the vector store. How many were embedded, and how many wait."""
    # Where there is nothing to embed or to take back, no embedder has to be there.
    if settled.count_passages(home.db) == 0 and not settled.count_unsynced(home.db, ""):
        return 0, 0
    _start_anew_for_another_model(home)
    waiting = settled.count_without_vector(home.db, home.embedder.model_id)
    wanted = waiting if all else min(waiting, AT_ONCE)
    if waiting > AT_ONCE:
        _embed_roughly(home, progress)
    embedded = 0
    while missing := settled.without_vector(home.db, home.embedder.model_id, min(AT_ONCE, wanted - embedded)):
        _embed(home, missing, progress, embedded, wanted)
        embedded += len(missing)
    _sync_vectors(home, progress)
    return embedded, waiting - embedded


def _embed(home: Home, missing: Sequence[bytes], progress: Progress, done: int, wanted: int) -> None:
    for start in range(0, len(missing), EMBEDDED):
        texts = settled.texts(home.db, missing[start : start + EMBEDDED])
        vectors = home.embedder.passages(texts)
        with transaction(home.db):
            settled.save_vectors(home.db, home.embedder.model_id, dict(zip(texts, vectors, strict=True)))
        progress("vectors", done + start + len(texts), wanted)


def _embed_roughly(home: Home, progress: Progress) -> None:
    """Give rough vectors to the passages that have neither those nor others."""
    missing = settled.without_rough(home.db, home.embedder.model_id)
    for start in range(0, len(missing), SYNCED):
        passages = list(settled.passages(home.db, missing[start : start + SYNCED]).values())
        vectors = home.embedder.rough([passage.text for passage in passages])
        if vectors is None:
            return
        with transaction(home.db):
            settled.save_rough(home.db, passages, vectors)
        progress("rough", start + len(passages), len(missing))


def _start_anew_for_another_model(home: Home) -> None:
    """The vector store is a projection of the vectors of one model."""
    if fact(home.db, "vectors") == home.embedder.model_id:
        return
    home.drop_vectors()
    with transaction(home.db):
        settled.mark_all_unsynced(home.db)
        remember_fact(home.db, "vectors", home.embedder.model_id)


def _sync_vectors(home: Home, progress: Progress) -> None:
    """Tell the vector store what changed."""
    model_id = home.embedder.model_id
    total, done = settled.count_unsynced(home.db, model_id), 0
    while changes := settled.unsynced(home.db, model_id, SYNCED):
        for change in changes:
            home.vectors.remove(change.group_id, change.gone)
            home.vectors.add(change.group_id, change.ids, change.vectors)
            with transaction(home.db):
                settled.mark_synced(home.db, change)
            done += len(change.gone) + len(change.ids)
            progress("index", done, total)
