"""Documents that a person approved, out to a destination."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sediment.errors import UsageError
from sediment.models import Document, Publication
from sediment.pipeline.consent import check_consent
from sediment.pipeline.home import Home
from sediment.pipeline.privacy import without_personal_data
from sediment.pipeline.pseudonyms import presentable
from sediment.pipeline.showing import cited, document
from sediment.publishers import publisher
from sediment.rendering import html, markdown
from sediment.store import documents as kept
from sediment.store import messages
from sediment.store.schema import transaction
from sediment.wording import say


def approve(home: Home, document_id: str) -> Document:
    """The document, marked as read and approved by a person. Raises UsageError."""
    chosen = document(home, document_id)
    with home.writing(), transaction(home.db):
        kept.approve(home.db, chosen, datetime.now(UTC))
    return document(home, document_id)


def publish(home: Home, document_id: str, destination: str, folder: Path, *, names: bool = False) -> Publication:
    """Bring an approved document to `destination`, without personal data, articles without names
    and without the words of those who did not agree to be quoted. The same bytes again change nothing, and are said to be repeated.

    Raises UsageError where it is not approved or quotes somebody who did not agree, PublishError."""
    chosen, target = document(home, document_id), publisher(destination, folder)
    if not kept.is_approved(home.db, chosen):
        raise UsageError(
            f"{document_id} is not approved.",
            hint=f"Read it (`sediment show {document_id}`), then `sediment approve {document_id}`.",
        )
    check_consent(home, chosen, cited(home, chosen))
    groups = {group.id: group.name for group in messages.groups(home.db)}
    name = groups.get(chosen.group_id) or say("several-groups", chosen.language)
    public, found = presentable(home, chosen, names=names)
    public = without_personal_data(public)
    text = markdown(public, found, name, home.config.zone, groups)
    with home.writing():
        publication = target.publish(public, name, text, html(text, public.title, public.language))
        with transaction(home.db):
            return kept.add_publication(home.db, publication)
