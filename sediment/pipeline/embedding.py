"""Vectors of the passages, and the vector store that shows them.

A run embeds a counted number of passages, the newest first, since this is what takes the time: some 0.05 CPU seconds each. The others wait, and `search` finds
them by their words."""

from __future__ import annotations

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
    if settled.count_passages(home.db) == 0 and not settled.count_unsynced(home.db, ""):
        return 0, 0
    waiting = settled.count_without_vector(home.db, home.embedder.model_id)
    wanted = waiting if all else min(waiting, AT_ONCE)
    embedded = 0
    while embedded < wanted:
        embedded += _embed_newest(home, progress, embedded, wanted)
    _sync_vectors(home, progress)
    return embedded, waiting - embedded


def _embed_newest(home: Home, progress: Progress, done: int, wanted: int) -> int:
    model_id = home.embedder.model_id
    missing = settled.without_vector(home.db, model_id, min(AT_ONCE, wanted - done))
    for start in range(0, len(missing), EMBEDDED):
        texts = settled.texts(home.db, missing[start : start + EMBEDDED])
        vectors = home.embedder.passages(texts)
        with transaction(home.db):
            settled.save_vectors(home.db, model_id, dict(zip(texts, vectors, strict=True)))
        progress("vectors", done + start + len(texts), wanted)
    return len(missing)


def _sync_vectors(home: Home, progress: Progress) -> None:
    """Tell the vector store what changed. It is a projection: under another model it starts anew."""
    model_id = home.embedder.model_id
    if fact(home.db, "vectors") != model_id:
        home.drop_vectors()
        with transaction(home.db):
            settled.mark_all_unsynced(home.db)
            remember_fact(home.db, "vectors", model_id)
    total, done = settled.count_unsynced(home.db, model_id), 0
    while changes := settled.unsynced(home.db, model_id, SYNCED):
        for change in changes:
            home.vectors.remove(change.group_id, change.gone)
            home.vectors.add(change.group_id, change.ids, change.vectors)
            with transaction(home.db):
                settled.mark_synced(home.db, change)
            done += len(change.gone) + len(change.ids)
            progress("index", done, total)
