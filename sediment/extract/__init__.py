"""What can be said about a conversation without a model: cues, weights, titles, claims."""

from sediment.extract.claims import claims, quoted, spans
from sediment.extract.counting import account, summed
from sediment.extract.cues import (
    acknowledges,
    agrees,
    asks_silence,
    bare,
    cleaned,
    confesses,
    cues,
    echoes,
    is_personal,
    is_rhetorical,
    is_unknown,
    reports_problem,
)
from sediment.extract.expected import asked_for, can_tell, holds
from sediment.extract.importance import Outcome, importance, is_waiting, outcome
from sediment.extract.qa import Asked, answered_by, asked
from sediment.extract.talk import Talk, talks
from sediment.extract.titles import label, shortened, title, width, without_lead_in

__all__ = [
    "Asked",
    "Outcome",
    "Talk",
    "account",
    "acknowledges",
    "agrees",
    "answered_by",
    "asked",
    "asked_for",
    "asks_silence",
    "bare",
    "can_tell",
    "claims",
    "cleaned",
    "confesses",
    "cues",
    "echoes",
    "holds",
    "importance",
    "is_personal",
    "is_rhetorical",
    "is_unknown",
    "is_waiting",
    "label",
    "outcome",
    "quoted",
    "reports_problem",
    "shortened",
    "spans",
    "summed",
    "talks",
    "title",
    "width",
    "without_lead_in",
]
