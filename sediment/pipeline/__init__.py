"""One function per command, joining the stages to the store. The command line and the web call these and nothing below."""

from sediment.pipeline.consent import private_in_notes, record_consent, unconsented
from sediment.pipeline.deciding import decide_messages, decide_noise
from sediment.pipeline.examining import doctor
from sediment.pipeline.exporting import export_chat, export_formats
from sediment.pipeline.faq import edit_faq, faq, faq_entry, mark_faq, merge_faq, split_faq, undo_faq
from sediment.pipeline.faq_exporting import export_faq
from sediment.pipeline.finding import ask, search
from sediment.pipeline.home import Home, open_home, quiet
from sediment.pipeline.importing import import_chat
from sediment.pipeline.lectures import lectures, topics
from sediment.pipeline.members import members, merge_members, split_member
from sediment.pipeline.pseudonyms import presentable
from sediment.pipeline.publishing import approve, publish
from sediment.pipeline.quarantine import quarantine, quarantine_counts, quarantined, retry, retry_as
from sediment.pipeline.settling import rebuild, settle
from sediment.pipeline.showing import (
    cited,
    conversation,
    document,
    documents,
    faq_entries,
    groups,
    judge,
    judged,
    message,
)
from sediment.pipeline.together import write_together
from sediment.pipeline.writing import write

__all__ = [
    "Home", "approve", "ask", "cited", "conversation", "decide_messages", "decide_noise", "doctor", "document", "documents", "edit_faq", "export_chat",
    "export_faq", "export_formats", "faq", "faq_entries", "faq_entry", "groups", "import_chat", "judge", "judged", "lectures", "mark_faq", "members",
    "merge_faq", "merge_members", "message", "open_home", "presentable", "private_in_notes", "publish", "quarantine", "quarantine_counts",
    "quarantined", "quiet", "rebuild", "record_consent", "retry", "retry_as", "search", "settle", "split_faq", "split_member", "topics", "unconsented",
    "undo_faq", "write", "write_together",
]  # fmt: skip
