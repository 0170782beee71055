"""Why a message is not worth keeping, or that it is: a mark beside the message with its reason, never a deletion.

What answers a question is kept however short it is (没有, 8080, 三月底), and so is a list that members extend (接龙)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from sediment.models import Link, Message, NoiseClass, NoiseMark
from sediment.noise import rules
from sediment.noise.ads import ads
from sediment.noise.setting import Setting
from sediment.noise.smalltalk import smalltalk

__all__ = ["by_rule", "marks"]


def marks(
    messages: Sequence[Message],
    links: Sequence[Link] = (),
    *,
    first: int = 0,
    keep: frozenset[NoiseClass] = frozenset(),
    drop: frozenset[NoiseClass] = frozenset(),
    decided: Mapping[str, bool] = MappingProxyType({}),
) -> dict[str, NoiseMark]:
    """The noise among messages[first:], by message id; `messages` stand in order, those before `first` are context only.

    Classes in `keep` are worth something in this group and not marked; those in `drop` are marked even where the message may answer a question. What gives
    orders to whoever summarises is marked whatever its class. `decided` goes before all of it: message id → whether somebody keeps it (else drops it).

    The reason is a stable word with its phrase `noise-why-REASON` in data/wording.toml: kind, recalled, hostile, ad, fraud, bot, repeated, greeting, checkin,
    packet, plus_one, reaction, smalltalk, hand."""
    setting = Setting(messages, links, first)
    found = {mark.message_id: mark for mark in by_rule(setting, drop)}
    for id, reason in smalltalk(setting, {id: mark.noise for id, mark in found.items()}).items():
        found[id] = NoiseMark(id, "chitchat", reason)
    found = {id: mark for id, mark in found.items() if mark.noise not in keep or mark.reason == "hostile"}
    for id, kept in decided.items():
        found.pop(id, None)
        if not kept:
            found[id] = NoiseMark(id, "dropped", "hand")
    return {message.id: found[message.id] for message in messages[first:] if message.id in found}


def by_rule(setting: Setting, drop: Collection[NoiseClass] = ()) -> Iterator[NoiseMark]:
    """The marks that rules give to what is judged; small talk comes after them."""
    gone = rules.recalled(setting.messages)
    said_by_bots, advertised = rules.bots(setting.by_sender), ads(setting)
    packet: Message | None = None
    for message in setting.messages:
        if message.kind == "red_packet":
            packet = message
        if message.id not in setting.judged:
            continue
        if message.id in gone:
            yield NoiseMark(message.id, "recalled", "recalled")
        elif message.kind in rules.KINDS:
            yield NoiseMark(message.id, rules.KINDS[message.kind], "kind")
        elif message.id in advertised:
            yield NoiseMark(message.id, "ad", advertised[message.id])
        elif message.id in said_by_bots:
            yield NoiseMark(message.id, "bot", said_by_bots[message.id])
        elif message.id not in setting.signed_up and not rules.is_chain(message):
            mark = _small(message, packet, setting.names)
            if mark and (mark.noise in drop or not _spared(setting, message, mark)):
                yield mark


def _spared(setting: Setting, message: Message, mark: NoiseMark) -> bool:
    """Whether it may answer a question, for which no message is too short."""
    if mark.noise in ("chitchat", "greeting") and not rules.may_answer(message, setting.names):
        return False
    return setting.answers_question(message) or (
        mark.noise in ("chitchat", "plus_one") and setting.follows_question(message)
    )


def _small(message: Message, packet: Message | None, names: Collection[str]) -> NoiseMark | None:
    """What adds nothing where it answers nothing."""
    if rules.within(message, packet, rules.PACKET_SECONDS) and rules.is_packet_reaction(message):
        return NoiseMark(message.id, "red_packet", "packet")
    if rules.is_plus_one(message):
        return NoiseMark(message.id, "plus_one", "plus_one")
    if rules.is_checkin(message):
        return NoiseMark(message.id, "checkin", "checkin")
    if rules.is_greeting(message, names):
        return NoiseMark(message.id, "greeting", "greeting")
    if rules.is_reaction(message, names):
        return NoiseMark(message.id, "chitchat", "reaction")
    return None
