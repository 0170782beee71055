"""What `--json` prints: the models as JSON values with keys that stay. Times are ISO 8601 with their zone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sediment.models import (
        Answer,
        Claim,
        Conversation,
        Document,
        FaqEntry,
        FaqStanding,
        Found,
        GroupSummary,
        Held,
        ImportReport,
        Judged,
        Lecture,
        Member,
        Message,
        Publication,
        Retried,
    )


Json = dict[str, Any]


def import_report(report: ImportReport) -> Json:
    return dataclasses.asdict(report)


def quarantine(counts: Iterable[tuple[str, str, int]], records: Iterable[Held]) -> Json:
    return {
        "counts": [{"file": file, "reason": reason, "records": number} for file, reason, number in counts],
        "records": [held(record) for record in records],
    }


def held(record: Held) -> Json:
    return {
        "number": record.number,
        "file": record.file,
        "line": record.line,
        "reason": record.reason,
        "raw": record.raw,
        "format": record.format,
        "group": record.asked or (record.chat and record.chat.name),
        "left_at": record.left_at and record.left_at.isoformat(),
    }


def retried(retried: Retried) -> Json:
    return {"tried": retried.tried, "read": retried.read, "held": [held(record) for record in retried.held]}


def group(summary: GroupSummary) -> Json:
    return {
        "id": summary.group.id,
        "name": summary.group.name,
        "platform": summary.group.platform,
        "messages": summary.messages,
        "first": summary.first and summary.first.isoformat(),
        "last": summary.last and summary.last.isoformat(),
        "unsettled": summary.unsettled,
    }


def member(member: Member) -> Json:
    return {
        "id": member.id,
        "account": member.account,
        "name": member.name,
        "names": [
            {"name": name.name, "first": name.first.isoformat(), "last": name.last.isoformat()} for name in member.names
        ],
        "messages": member.messages,
        "first": member.first.isoformat(),
        "last": member.last.isoformat(),
        "merged": list(member.merged),
    }


def message(message: Message) -> Json:
    return {
        "id": message.id,
        "native_id": message.native_id,
        "group": message.group_id,
        "sent_at": message.sent_at.isoformat(),
        "sender": message.sender,
        "name": message.name,
        "kind": message.kind,
        "text": message.text,
        "reply_to": message.reply_to,
        "recalled": message.recalled,
    }


def judged(judged: Judged, native: Mapping[str, str]) -> Json:
    """What was made out about one message. `answers` has the exports' own ids where `native` knows them, `links` has ours."""
    return {
        "id": judged.message.id,
        "native_id": judged.message.native_id,
        "conversation": judged.conversation_id,
        "answers": [native.get(link.answers, link.answers) for link in judged.answers],
        "links": [{"id": link.answers, "score": round(link.score, 4), "why": link.why} for link in judged.answers],
        "noise": judged.noise.noise if judged.noise else None,
        "reason": judged.noise.reason if judged.noise else None,
    }


def document(document: Document, cited: Mapping[str, Message]) -> Json:
    """With all that it says; `cited` holds the messages that the claims stand on."""
    draft, account = document.draft, document.draft.account
    sections = [
        {
            "part": section.part,
            "title": section.title,
            "conversations": list(section.conversation_ids),
            "claims": _claims(section.claims, cited),
        }
        for section in draft.sections
    ]
    return {
        **document_line(document),
        "titles": list(draft.titles),
        "summary": draft.summary,
        "lead": _claims(draft.lead, cited),
        "sections": sections,
        "faq": [_faq_entry(entry, cited) for entry in draft.faq],
        "account": {
            "messages": account.messages,
            "people": account.people,
            "noise": dict(account.noise),
            "by_hour": list(account.by_hour),
            "conversations": [dataclasses.asdict(conversation) for conversation in account.conversations],
            "dropped": dict(account.dropped),
        },
    }


def document_line(document: Document) -> Json:
    """Without what it says."""
    return {
        "id": document.id,
        "kind": document.kind,
        "title": document.title,
        "group": document.group_id,
        "since": document.since.isoformat(),
        "until": document.until.isoformat(),
        "topic": document.topic,
        "length": document.draft.length,
        "language": document.language,
        "status": document.status,
        "version": document.version,
        "created_at": document.created_at.isoformat(),
        "made_by": document.draft.made_by,
    }


def _faq_entry(entry: FaqEntry, cited: Mapping[str, Message]) -> Json:
    return {
        "id": entry.id,
        "question": entry.question,
        "status": entry.status,
        "wordings": [_evidence(wording.message_id, wording.quote, cited) for wording in entry.wordings],
        "answer": _claims(entry.answer, cited),
        "history": [
            {"at": change.at.isoformat(), "relation": change.relation, "claims": _claims(change.claims, cited)}
            for change in entry.history
        ],
    }


def faq_standing(standing: FaqStanding) -> Json:
    proposed = standing.proposed
    return {
        **_faq_entry(standing.entry, {message.id: message for message in standing.messages}),
        "pinned": standing.pinned,
        "retired": standing.retired,
        "edited": standing.edited,
        "groups": standing.groups,
        "asked": standing.asked,
        "askers": standing.askers,
        "first_asked": standing.first_asked and standing.first_asked.isoformat(),
        "last_asked": standing.last_asked and standing.last_asked.isoformat(),
        "answered_by": standing.answered_by,
        "confirmed_by": standing.confirmed_by,
        "could_answer": standing.could_answer,
        "proposed": proposed and {"question": proposed.question, "answer": [claim.text for claim in proposed.answer]},
    }


def answer(answer: Answer) -> Json:
    cited = {message.id: message for message in answer.messages}
    return {
        "question": answer.question,
        "status": answer.status,
        "made_by": answer.made_by,
        "claims": _claims(answer.claims, cited),
    }


def found(found: Found) -> Json:
    return {
        **message(found.message),
        "score": round(found.score, 6),
        "similarity": round(found.similarity, 4),
        "overlap": round(found.overlap, 4),
        "conversation": found.passage.conversation_id if found.passage else None,
    }


def conversation(conversation: Conversation) -> Json:
    return {
        "id": conversation.id,
        "group": conversation.group_id,
        "started_at": conversation.started_at.isoformat(),
        "ended_at": conversation.ended_at.isoformat(),
        "keywords": list(conversation.keywords),
    }


def lecture(lecture: Lecture, messages: Mapping[str, Message], parts: Sequence[Sequence[Message]]) -> Json:
    """With the ids of its messages; `parts` is its talk, topic by topic."""
    speaker = next(message for message in messages.values() if message.sender == lecture.speaker)
    return {
        "group": speaker.group_id,
        "speaker": lecture.speaker,
        "name": speaker.name,
        "started_at": lecture.started_at.isoformat(),
        "ended_at": lecture.ended_at.isoformat(),
        "talk": [[message.id for message in part] for part in parts],
        "questions": [{"id": question, "answers": list(answers)} for question, answers in lecture.questions],
        "reactions": list(lecture.reactions),
    }


def publication(publication: Publication) -> Json:
    return {**dataclasses.asdict(publication), "published_at": publication.published_at.isoformat()}


def _claims(claims: Iterable[Claim], cited: Mapping[str, Message]) -> list[Json]:
    return [
        {
            "text": claim.text,
            "origin": claim.origin,
            "evidence": [_evidence(span.message_id, span.quote, cited) for span in claim.evidence],
        }
        for claim in claims
    ]


def _evidence(message_id: str, quote: str, cited: Mapping[str, Message]) -> Json:
    message = cited[message_id]
    return {
        "message": message_id,
        "native_id": message.native_id,
        "group": message.group_id,
        "name": message.name,
        "sent_at": message.sent_at.isoformat(),
        "quote": quote,
    }
