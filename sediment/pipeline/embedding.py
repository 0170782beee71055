"""Vectors of the passages, and the vector store that shows them."""

from __future__ import annotations

from sediment.pipeline.home import Home
from sediment.protocols import Progress
from sediment.store import settled
from sediment.store.schema import fact, remember_fact, transaction

EMBEDDED, SYNCED = 64, 500
"Passages and changes of one transaction."


def embed(home: Home, progress: Progress) -> int:
    """Give each passage its vector, and tell the vector store. How many were embedded."""
    embedded = _embed(home, progress)
    _sync_vectors(home, progress)
    return embedded


def _embed(home: Home, progress: Progress) -> int:
    if settled.count_passages(home.db) == 0:
        return 0
    model_id = home.embedder.model_id
    missing = settled.without_vector(home.db, model_id)
    for start in range(0, len(missing), EMBEDDED):
        texts = settled.texts(home.db, missing[start : start + EMBEDDED])
        vectors = home.embedder.passages(texts)
        with transaction(home.db):
            settled.save_vectors(home.db, model_id, dict(zip(texts, vectors, strict=True)))
        progress("vectors", start + len(texts), len(missing))
    return len(missing)


def _sync_vectors(home: Home, progress: Progress) -> None:
    """Tell the vector store what changed. It is a projection: under another model it starts anew."""
    if settled.count_passages(home.db) == 0 and settled.count_unsynced(home.db) == 0:
        return
    if fact(home.db, "vectors") != home.embedder.model_id:
        home.drop_vectors()
        with transaction(home.db):
            settled.mark_all_unsynced(home.db)
            remember_fact(home.db, "vectors", home.embedder.model_id)
    total, done = settled.count_unsynced(home.db), 0
    while changes := settled.unsynced(home.db, home.embedder.model_id, SYNCED):
        for change in changes:
            home.vectors.remove(change.group_id, change.gone)
            home.vectors.add(change.group_id, change.ids, change.vectors)
            with transaction(home.db):
                settled.mark_synced(home.db, change)
            done += len(change.gone) + len(change.ids)
            progress("index", done, total)
