"""An export as readers see it: a `Source` gives rows with their places, `records` turns rows into what a reader yields."""

from sediment.sources.archives import sources_in
from sediment.sources.formats import LOSSES, Format, Loss
from sediment.sources.markup import text_of
from sediment.sources.rows import LIMIT, Flaw, Row, records
from sediment.sources.source import Source
from sediment.sources.texts import Frame, mostly
from sediment.sources.times import clock, day, moment
from sediment.sources.wording import caption, file_kind, is_notice, is_recall, labelled, mentioned, notice_kind

__all__ = [
    "LIMIT", "LOSSES", "Flaw", "Format", "Frame", "Loss", "Row", "Source", "caption", "clock", "day", "file_kind", "is_notice", "is_recall",
    "labelled", "mentioned", "moment", "mostly", "notice_kind", "records", "sources_in", "text_of",
]  # fmt: skip
