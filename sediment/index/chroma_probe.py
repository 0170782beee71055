"""Run as a program by `chroma`: looks at a collection that may be damaged, so that this process dies and not the one that needs the answer.

    python chroma_probe.py FOLDER COLLECTION MODEL < sample.npz

Prints how many vectors the collection holds, 0 where there is none. Fails where the model is another one, or where a vector of the sample that the collection
says it holds does not find itself."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings
from chromadb.errors import NotFoundError

_SAME = 1e-3  # cosine distance of a vector to itself or to its twin


def main(folder: str, name: str, model: str) -> int:
    if not Path(folder).is_dir():
        return 0
    # A missing database would be made anew, empty, beside the vectors.
    if not (Path(folder) / "chroma.sqlite3").is_file():
        raise FileNotFoundError(folder)
    client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    try:
        collection = client.get_collection(name, embedding_function=None)
    except NotFoundError:
        return 0
    if (collection.metadata or {}).get("model") != model:
        raise ValueError("another model")
    _find_themselves(collection)
    return collection.count()


def _find_themselves(collection: chromadb.Collection) -> None:
    sample = np.load(io.BytesIO(sys.stdin.buffer.read()))
    vectors = dict(zip(sample["ids"].tolist(), sample["vectors"], strict=True))
    held = collection.get(ids=list(vectors), include=[])["ids"] if vectors else []
    if not held:
        return
    found = collection.query(query_embeddings=np.array([vectors[id] for id in held]), n_results=1)
    for id, ids, distances in zip(held, found["ids"], found["distances"] or [], strict=True):
        if ids != [id] and not (distances and distances[0] < _SAME):
            raise LookupError(id)


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
