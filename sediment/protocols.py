"""The seams, on one page. Each has at least two implementations; a test fake counts as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sediment.models import Document, Draft, Material, Publication, ReadItem, Reply, Request
from sediment.sources import Source

Vectors = NDArray[np.float32]  # rows of unit length


class Reader(Protocol):
    """One export format."""

    @property
    def name(self) -> str:
        """As given to `--format`, e.g. `chatlab-jsonl`."""

    @property
    def losses(self) -> Sequence[str]:
        """What this format cannot carry, in the words of `sources.LOSSES`."""

    def recognises(self, source: Source) -> bool:
        """From the head of the content alone, never from the file's name."""

    def read(self, source: Source) -> Iterator[ReadItem]:
        """A `ChatInfo` first, then the records in file order, streaming. Raises ReadError when it is not this format."""


class Embedder(Protocol):
    """Text to unit vectors. Queries and passages may be embedded differently."""

    @property
    def model_id(self) -> str:
        """Name and hash of the weights: vectors of different ids never mix."""

    @property
    def dimension(self) -> int: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimension)."""

    def rough(self, texts: Sequence[str]) -> NDArray[np.int8] | None:
        """Vectors of passages and queries that cost next to nothing and name candidates, one row a text; None from an embedder that has none.
        The nearest have the greatest inner product, taken in float32."""


class VectorStore(Protocol):
    """Nearest passages. A projection: it can always be rebuilt from the embeddings in the database."""

    def add(self, group_id: str, ids: Sequence[str], vectors: Vectors) -> None: ...

    def remove(self, group_id: str, ids: Sequence[str]) -> None: ...

    def search(self, group_ids: Sequence[str], query: Vectors, count: int) -> list[tuple[str, float]]:
        """(passage id, cosine), best first, over all the groups named. `query` has shape (dimension,)."""


class ChatModel(Protocol):
    """A model that writes. It has no tools; what it returns is text to be checked."""

    @property
    def name(self) -> str: ...

    @property
    def window(self) -> int:
        """Tokens of transcript that one call may carry."""

    @property
    def concurrency(self) -> int:
        """Calls that may be in flight at once."""

    def reply(self, request: Request) -> Reply:
        """Raises ModelError (see errors) after its own deadline and retries."""


class Writer(Protocol):
    """One kind of document."""

    @property
    def kind(self) -> str: ...

    @property
    def span(self) -> Literal["day", "all"]:
        """What it covers where nothing is named: the last day, or all that was ever said."""

    def write(self, material: Material, embedder: Embedder, model: ChatModel | None) -> Draft:
        """From extracted sentences when `model` is None. Every claim carries evidence that `evidence.check` accepts."""


class Publisher(Protocol):
    """One destination."""

    @property
    def name(self) -> str: ...

    def publish(self, document: Document, group_name: str, markdown: str, html: str) -> Publication:
        """Idempotent: the same bytes twice change nothing and give the same Publication. Raises PublishError."""


class CallLog(Protocol):
    """What was asked of models before: nothing is paid twice."""

    def find(self, key: str) -> Reply | None:
        """The reply to the request with this hash, if one was usable."""

    def record(self, key: str, request: Request, model: str, reply: Reply | None, error: str) -> None:
        """Remember a call, successful or not."""


class Progress(Protocol):
    """Told how far long work has come."""

    def __call__(self, stage: str, done: int, total: int | None) -> None: ...
