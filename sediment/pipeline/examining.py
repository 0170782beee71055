"""The doctor: is everything there, sound, reachable and up to date?"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

from sediment import config, lock
from sediment.chat.endpoints import Endpoint, endpoint
from sediment.errors import SedimentError
from sediment.models import Check
from sediment.pipeline.home import LOCK, Home
from sediment.pipeline.settling import is_behind
from sediment.store import messages, quarantine, schema, settled
from sediment.wording import say

_SECONDS = 3.0
_PROBED = 20  # passages that the vector store must find by their own vectors

Examined = tuple[bool | None, str]


def doctor(home: Home, *, language: str | None = None) -> list[Check]:
    """What was found, in the order in which a message meets it. Only a chat model that is configured is reached for, and nothing but the list of its
    models is asked."""
    spoken = language or home.config.spoken
    found = []
    for name, examine in _EXAMINED:
        try:
            ok, detail = examine(home, spoken)
            hint = say(f"doctor-{name}-hint", spoken) if ok is False else ""
        except SedimentError as error:
            ok, detail, hint = False, str(error), error.hint
        found.append(Check(say(f"doctor-{name}", spoken), ok, detail, hint))
    return found


def _settings(home: Home, language: str) -> Examined:
    path = home.path / config.FILE
    return True, str(path) if path.is_file() else say("doctor-defaults", language, path=path)


def _database(home: Home, language: str) -> Examined:
    count = sum(known[0] for group in messages.groups(home.db) if (known := messages.span(home.db, group.id)))
    return schema.is_sound(home.db), say("doctor-messages", language, count=count, path=home.path)


def _writer(home: Home, language: str) -> Examined:
    holder = lock.holder(home.path / LOCK)
    return (None, say("doctor-locked", language, holder=holder)) if holder else (True, say("doctor-free", language))


def _embedder(home: Home, language: str) -> Examined:
    """Embeds a word, so that the weights are read and their hash is checked."""
    home.embedder.queries([say("doctor-embedder", language)])
    return True, home.embedder.model_id


def _vectors(home: Home, language: str) -> Examined:
    """Whether the vector store has seen every vector of the embedder in use and finds some passages by their own; that some wait for theirs is no fault."""
    model_id = home.embedder.model_id
    behind, waiting = settled.count_unsynced(home.db, model_id), settled.count_without_vector(home.db, model_id)
    detail = say("doctor-passages", language, count=settled.count_passages(home.db), behind=behind)
    if not _finds_its_own(home):
        return False, detail
    if waiting:
        detail = f"{detail}; {say('vectors-wait', language, waiting=waiting)}"
    return None if behind or waiting else True, detail


def _finds_its_own(home: Home) -> bool:
    for group in messages.groups(home.db):
        known = zip(*settled.all_vectors(home.db, home.embedder.model_id, group.id), strict=True)
        unseen = settled.unseen(home.db, group.id)
        seen = [(id, vector) for id, vector in known if id not in unseen]
        for id, vector in seen[:: max(1, len(seen) // _PROBED)]:
            best = home.vectors.search([group.id], vector, 1)
            # Two passages may say the same: another one with this very vector will do.
            if not best or (best[0][0] != id and best[0][1] < 0.999):
                return False
    return True


def _groups(home: Home, language: str) -> Examined:
    behind = [group.name for group in messages.groups(home.db) if is_behind(home, group)]
    names = ", ".join(behind)
    return not behind, say("doctor-behind", language, names=names) if behind else say("doctor-settled", language)


def _chat(home: Home, language: str) -> Examined:
    model = endpoint(home.config.chat, None, home.path)
    if model is None:
        return None, say("doctor-no-model", language)
    if model.gguf:
        return True, model.name
    reason = _unreachable(model)
    return reason is None, model.name if reason is None else f"{model.name}: {reason}"


def _unreachable(model: Endpoint) -> str | None:
    """Why the list of models cannot be had, or None."""
    request = urllib.request.Request(
        f"{model.base_url.rstrip('/')}/models", headers={"Authorization": f"Bearer {model.key}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):
            return None
    except urllib.error.HTTPError as error:
        error.close()
        # Not every server lists its models, but one that answers is there.
        return None if error.code in (404, 405) else f"HTTP {error.code}"
    except (OSError, ValueError) as error:
        return type(error).__name__ if isinstance(error, ValueError) else str(error)


def _quarantine(home: Home, language: str) -> Examined:
    count = sum(count for *_, count in quarantine.counts(home.db))
    return None if count else True, say("doctor-records", language, count=count)


_EXAMINED: tuple[tuple[str, Callable[[Home, str], Examined]], ...] = (
    ("settings", _settings),
    ("database", _database),
    ("writer", _writer),
    ("quarantine", _quarantine),
    ("groups", _groups),
    ("embedder", _embedder),
    ("vectors", _vectors),
    ("chat", _chat),
)
