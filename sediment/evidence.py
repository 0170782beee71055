"""Every written claim points at messages, and code decides whether it stands on them.

Claim("老段说鲸付个人版手续费是 0.8%", [Evidence(m17, "个人版 0.8%")])  -> supported
the same without 老段: what one person said alone is attributed        -> "attribution" (claims_in puts the name before it)
the same with 0.6%: no cited message says so                           -> "number"

A model that obeys an attacker in every word gets nothing through but what the attacker's own message says, under the attacker's name."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sediment.errors import ModelError
from sediment.facts import is_chinese, is_english, links_in, stated, unfounded, without_links
from sediment.hidden import FOLD, clean, raw_span
from sediment.hostile import is_hostile
from sediment.models import Claim, Evidence, Message
from sediment.polarity import flipped
from sediment.redaction import findings
from sediment.transcript import Window, estimate_tokens, window, windows
from sediment.wording import say
from sediment.words import bigrams, content_words

__all__ = [
    "Window",
    "claims_in",
    "clean",
    "estimate_tokens",
    "is_hostile",
    "may_head",
    "messages_of",
    "parse_json",
    "quoted",
    "unsupported",
    "window",
    "windows",
]

REASONS = (
    *("malformed", "unknown_id", "quote", "hostile", "markup", "personal"),
    *("link", "number", "date", "name", "overlap", "misread", "attribution"),
)


def parse_json(reply: str) -> dict[str, Any]:
    """The JSON object in a model's reply, which may stand in a ``` fence, after the model's thoughts or after a sentence. Raises ModelError."""
    bare = _THOUGHT.sub("", reply)
    start = bare.find("{")
    try:
        value, _ = json.JSONDecoder().raw_decode(bare, start) if start >= 0 else (None, 0)
    except (ValueError, RecursionError) as error:
        raise ModelError(
            f"the model's reply is not JSON: {reply[:80]!r}", hint="Try again, or name a larger model."
        ) from error
    if not isinstance(value, dict):
        raise ModelError(
            f"the model's reply holds no JSON object: {reply[:80]!r}", hint="Name a model that can write JSON."
        )
    return value


def claims_in(items: Any, window: Window, language: str) -> tuple[list[Claim], Counter[str]]:
    """The claims among a model's `[{"text": …, "ids": ["m3"], "quote": …}]` that stand on the window's messages, and why the others do not.

    One that only lacks the name of the one person who said it gets it: `老段：…`."""
    claims: list[Claim] = []
    dropped: Counter[str] = Counter()
    messages = {message.id: message for message in window.messages}
    for item in items if isinstance(items, list) else [items]:
        claim, reason = _judged(item, window, messages, language)
        if reason in _FACTS:  # its words stand in some messages of a line, what they stand for in others
            claim, reason = _judged(item, window, messages, language, lines=True)
        if reason:
            dropped[reason] += 1
        else:
            claims.append(claim)
    return claims, dropped


def unsupported(claim: Claim, messages: Mapping[str, Message], language: str) -> str | None:
    """Why the claim does not stand on `messages` (one of REASONS), or None when it does.

    It does when every id is known and every quote exact, no cited message gives orders, the text holds no markup, every link, number, date and name
    in it occurs in what is cited, enough of its content does, no plain yes became a no, and what one person said alone is said to be that person's."""
    cited = [messages[evidence.message_id] for evidence in claim.evidence if evidence.message_id in messages]
    if not cited or len(cited) < len(claim.evidence):
        return "unknown_id"
    if any(not e.quote.strip() or e.quote not in messages[e.message_id].text for e in claim.evidence):
        return "quote"
    if any(message.sender is not None and is_hostile(message.text) for message in cited):
        return "hostile"
    if _MARKUP.search(claim.text) or clean(claim.text) != claim.text or not claim.text.strip():
        return "markup"
    if _new_links(claim.text, cited):
        return "link"
    beyond = None if _is_verbatim(claim.text, cited, messages) else _beyond(claim.text, cited, messages, language)
    bare = _without(claim.text, _people(cited, messages))
    if not beyond and flipped(bare, [clean(message.text) for message in cited]):
        return "misread"
    return beyond or (None if _names_speaker(claim.text, cited, messages) else "attribution")


def may_head(text: str, cited: Sequence[Message], language: str, around: Sequence[Message] = ()) -> bool:
    """Whether a heading over what these messages say states nothing that they do not: no order, link, number, date or Latin name of its own. Names may also
    come from the messages `around`."""
    messages = {message.id: message for message in cited}
    bare = _without(text, _people(cited, messages))
    facts = stated([(_said(message), message.sent_at) for message in cited], [message.text for message in around])
    return bool(text) and not (
        is_hostile(text) or findings(text) or unfounded(bare, facts, english=_is_in_english(text, language))
    )


def messages_of(item: Any, window: Window) -> list[Message]:
    """The messages of the window that a model's claim, or its bare `ids`, names, whatever else is wrong with it."""
    labels = _labels(item.get("ids")) if isinstance(item, dict) else []
    text = item.get("text") if labels else None
    said = [window.by_label[label] for label in labels if label in window.by_label]
    return [m for line in said for m in (_drawn_on(text, line) if isinstance(text, str) else line)]


def quoted(message: Message, span: str | None = None, text: str | None = None) -> Claim:
    """A claim that says what `message` says, or the `span` of it, as `名字：span` unless `text` says it otherwise.

    Without `text` it is supported unless the message is hostile. Raises ValueError when the span is not there or the message has no text."""
    quote = raw_span(message.text, span) if span is not None else message.text.strip()
    if not quote or not clean(quote).strip():
        raise ValueError(f"{span if span is not None else 'text'!r} is not in message {message.id}")
    by = f"{_shown(message.name)}：" if message.sender is not None and _forms(message.name) else ""
    return Claim(_harmless(by + quote if text is None else text), (Evidence(message.id, quote),))


# ---- reading what a model wrote -------------------------------------------------------------------------------------

_THOUGHT = re.compile(r"^\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
_LABEL = re.compile(r"(?<!\w)m?(\d+)(?!\w)")
_FACTS = ("link", "number", "date", "name", "overlap", "misread")
_LONGEST_QUOTE = 120  # characters that stand for a message when the model chose none


def _judged(
    item: Any, window: Window, messages: Mapping[str, Message], language: str, *, lines: bool = False
) -> tuple[Claim, str | None]:
    """The claim, and why it does not stand. It cites those messages of a line that it draws on, or with `lines` all of them."""
    claim, reason = _read(item, window, lines)
    reason = reason or unsupported(claim, messages, language)
    if reason == "attribution":
        claim = _attributed(claim, messages, language)
        reason = unsupported(claim, messages, language)
    if not reason and not item.get("quote") and _translates(claim, messages, language):
        reason = "quote"
    return claim, reason


def _read(item: Any, window: Window, lines: bool) -> tuple[Claim, str | None]:
    """The claim as written, and the reason why it cannot be read as one."""
    nothing = Claim("", ())
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not item["text"].strip():
        return nothing, "malformed"
    labels = _labels(item.get("ids"))
    if not labels or any(label not in window.by_label for label in labels):
        return nothing, "unknown_id"
    text = window.spelled_out(" ".join(clean(item["text"]).split()))
    chosen = item["quote"].strip(" 「」“”\"'『』") if isinstance(item.get("quote"), str) else ""
    chosen = window.spelled_out(chosen)
    said = [[m for m in window.by_label[label] if clean(m.text).strip()] for label in labels]
    cited = [m for line in said for m in (line if lines else _drawn_on(f"{text}\n{chosen}", line))]
    if chosen and not any(_chosen_in(message, chosen) for message in cited):
        return nothing, "quote"
    evidence = tuple(Evidence(message.id, _quote(message, chosen, text)) for message in cited)
    if findings(text) or any(findings(e.quote) for e in evidence):
        return nothing, "personal"
    return Claim(text, evidence, "model"), None if evidence else "overlap"


def _drawn_on(text: str, line: Sequence[Message]) -> Sequence[Message]:
    """Those messages of a line that share words with `text`; all where none does."""
    wanted = set(bigrams(text))
    return [message for message in line if wanted & set(bigrams(clean(message.text)))] or line


def _chosen_in(message: Message, chosen: str) -> str | None:
    """What stands in the message of a quote, which may run over several messages of a line."""
    spans = (raw_span(message.text, piece) for piece in (chosen, *chosen.split(FOLD)))
    return next((span for span in spans if span), None)


def _attributed(claim: Claim, messages: Mapping[str, Message], language: str) -> Claim:
    """The claim as said by the one person who wrote what it cites."""
    name = next(_shown(m.name) for e in claim.evidence if (m := messages[e.message_id]).sender is not None)
    return replace(claim, text=say("says", language, name=name, text=claim.text))


def _labels(ids: Any) -> list[str]:
    """`["3", "[5]"]`, `"m3,m5"` and `[3, 5]` name the same lines; each once, in order."""
    written = ids if isinstance(ids, list) else [ids]
    labels: list[str] = []
    for one in written:
        if isinstance(one, int) and not isinstance(one, bool):
            labels.append(str(one))
        elif isinstance(one, str):
            labels += _LABEL.findall(one.casefold()) or [one]
    return list(dict.fromkeys(labels))


def _quote(message: Message, chosen: str, text: str) -> str:
    """The span that the model chose, where it stands in this message; else the piece of the message that is nearest to the claim, without personal data
    where there is such a piece."""
    if chosen and (span := _chosen_in(message, chosen)):
        return span
    whole = message.text.strip()
    private = bool(findings(whole))
    if len(whole) <= _LONGEST_QUOTE and not private:
        return whole
    pieces = [
        piece.strip() for piece in re.split(r"(?<=[。！？!?；;，,\n])" if private else r"(?<=[。！？!?；;\n])", whole)
    ]
    pieces = [piece for piece in pieces if piece and not (private and findings(piece))] or [whole]
    wanted = set(bigrams(text))
    return max(pieces, key=lambda piece: len(wanted & set(bigrams(piece))))


# ---- checking -------------------------------------------------------------------------------------------------------

_MARKUP = re.compile(
    r"<\s*[a-z/!?]|!\[|\]\s*[(\[:]|\n|\r|(?:javascript|vbscript|data)\s*:\s*[^\s，。]|&#?\w+;|^\s*(?:#{1,6}\s|>|[-*+]\s|```)",
    re.IGNORECASE,
)

# Shares of a claim's content that the cited messages must hold: of the whole, of each clause, of English words. `bench gate --data`, four Chinese groups:
# of free paraphrases 80 % pass all checks (most others hold a fact that their messages lack), 1.2 % of the same citing other messages, and 4.8 % of
# those with a clause spliced on; with .35 of the whole it is 74, .8 and 4.6 %.
_ENOUGH, _SOMETHING, _ENOUGH_WORDS = 0.25, 0.1, 0.5
_DAY_FIRST = re.compile(
    r"\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号](?:一早|早上|上午|中午|下午|晚上|当天)?(?:[，,]|\s+(?!起|开始|之?前|以?后|截止|生效))"
)
_BREATH = 120  # seconds within which one person's messages say one thing
_CLAUSE = re.compile(r"[，。；：、！？,;:!?（）()]")
_HAN = re.compile(r"[㐀-䶿一-鿿]")
# Words about the saying itself: they need not stand in the messages.
_REPORTING = re.compile(
    r"群友们?|有人|大家|对方|本人|群里|众人|多人|两人|几人|成员|群主|管理员|目前|最[后终]|[后原]来|随后|之[后前]|同时|另外|此外|因此|所以|如果|需要|可以|建议|认为|觉得|表示|指出|提[到醒及]"
    r"|说[明法]?|回?答|回复|确认|反馈|补充|分享|介绍|解释|询?问|请教|讨论|给出|透露|宣布|通知|总结|结论|原因|方法|解决|办法|问题|情况|其中|以及|而且|并且|但是|不过"
    r"|承认|告诉|追问|反问|表态|答[应复]|同意|赞[同成]|支持|反对|推荐|贴出|转发|澄清|[更纠]正|误传|误以为|反馈|强调|警告|提示|回应|求助|证实|附和|抱怨|担心|希望|打算|计划|发[出布现]"
    r"|得知|了解|官方|当[时天]|此前|已经?|还?没有?|还|仍然?|自己|[他她我你]们?|不要|能否|是否|如何|怎么|什么|哪[里些个]|[这那]"
    r"|[并的了是在和与对把被将会要就也都还又让给为从到由其该这那可应等称着过]"
)
_REPORTING_EN = re.compile(
    r"sa(?:id|ys?)|ask(?:s|ed)?|told|(?:explain|suggest|recommend|confirm|note|mention|report)(?:s|e?d)?|repl(?:y|ies|ied)|according|group|members?|people"
    r"|someone|everyone|also|should|would|could|about|because|there|their|they|that|this|with|from|have|has|been|will"
)


def _harmless(text: str) -> str:
    """One line of plain text: what would be markup is written with full-width signs."""
    line = " ".join(clean(text).split())
    return _MARKUP.sub(lambda match: match[0].translate(_FULL_WIDTH), line)


_FULL_WIDTH = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in "<!]:&#>-*+`"}


def _new_links(text: str, cited: Sequence[Message]) -> bool:
    """Whether the text shows an address that no cited message does, be it in somebody's name; the bare host of one is not new."""
    known = links_in("\n".join(clean(message.text) for message in cited))
    return bool(links_in(text) - known - {link.partition("/")[0] for link in known})


def _is_verbatim(text: str, cited: Sequence[Message], messages: Mapping[str, Message]) -> bool:
    """Whether the text is a piece of a cited message, with or without its writer's name and a colon before it."""
    name, colon, said = text.partition("：")
    said = said if colon and name in _people(cited, messages) else text
    return any(said in _harmless(message.text) for message in cited)


def _beyond(text: str, cited: Sequence[Message], messages: Mapping[str, Message], language: str) -> str | None:
    """What the text says beyond the cited messages."""
    if is_hostile(text):
        return "hostile"
    people, context = _people(cited, messages), _context(cited, messages)
    bare = _without_sending_day(_without(text, people), cited)
    facts = stated([(_said(message), message.sent_at) for message in cited], around=[*context, *people])
    if reason := unfounded(bare, facts, english=_is_in_english(text, language)):
        return reason
    if _strangers(bare, cited, messages):
        return "name"
    return None if _is_grounded(bare, context, language) or _foreign(text, cited, language) else "overlap"


def _said(message: Message) -> str:
    """The text, and the writer's name where it is but a number, which cannot be left out of a claim without breaking the numbers in it."""
    name = message.name.strip()
    return f"{clean(message.text)}\n{name}" if re.fullmatch(r"\d{1,6}", name) else clean(message.text)


def _translates(claim: Claim, messages: Mapping[str, Message], language: str) -> bool:
    """Whether the claim is so far from the words of its messages that only a quote can show what it stands on."""
    cited = [messages[evidence.message_id] for evidence in claim.evidence]
    return not _is_grounded(_without(claim.text, _people(cited, messages)), _context(cited, messages), language)


def _foreign(text: str, cited: Sequence[Message], language: str) -> bool:
    """Whether a text in the document's language speaks of messages in another."""
    written_so = is_chinese(text) if language == "zh" else is_english(text)
    return written_so and all(is_chinese(message.text) != (language == "zh") for message in cited)


def _is_in_english(text: str, language: str) -> bool:
    return language == "en" and is_english(text)


def _context(cited: Sequence[Message], messages: Mapping[str, Message]) -> list[str]:
    """The texts of the cited messages, of those that they answer, and of what the same people said in one breath with either: `0.6%` alone does not say
    of what."""
    answered = [messages[message.reply_to] for message in cited if message.reply_to and message.reply_to in messages]
    told = (*cited, *answered)
    around = [message for message in messages.values() if any(_in_one_breath(message, one) for one in told)]
    return [message.text for message in (*told, *around)]


def _in_one_breath(one: Message, other: Message) -> bool:
    return one.sender == other.sender and abs((one.sent_at - other.sent_at).total_seconds()) <= _BREATH


def _people(cited: Sequence[Message], messages: Mapping[str, Message]) -> set[str]:
    """The names, in every usual form, of those who wrote the cited messages, are answered in them or are called in them."""
    answered = [messages[message.reply_to] for message in cited if message.reply_to and message.reply_to in messages]
    senders = {message.sender for message in (*cited, *answered)} | {
        key for message in cited for key in message.mentions
    }
    names = {message.name for message in messages.values() if message.sender in senders}
    return {form for name in names | {str(sender) for sender in senders} for form in _forms(name)}


def _shown(name: str) -> str:
    """The name as it may stand in a claim: a nickname must not bring an address along."""
    return without_links(_harmless(name))


def _forms(name: str) -> set[str]:
    """`A 老段-鲸付🐳` is also called `老段`, `鲸付` and `老段-鲸付`."""
    whole = _shown(name)
    core = re.sub(r"^\W+|\W+$", "", whole)
    parts = [part for part in re.split(r"[\W_]+", whole) if len(part) > 1]
    parts += re.findall(r"^[A-Za-z]{3,}(?=[^\W\d_A-Za-z])", whole)  # `Tina广告优化`
    return {form for form in (whole, core, *parts) if form}


def _without(text: str, names: set[str]) -> str:
    """The text without the names, longest first; a nickname must not lend its numbers and links to a claim."""
    for name in sorted(names, key=len, reverse=True):
        if len(name) > 1 and not name.isdigit():
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", " ", text)
    return text


def _without_sending_day(text: str, cited: Sequence[Message]) -> str:
    """The text without the day at its start, `4月13日一早，` or `On April 13,`, where a cited message was sent on it: then, not what, it was said."""
    days = {(message.sent_at.month, message.sent_at.day) for message in cited}
    chinese = _DAY_FIRST.match(text)
    if chinese and (int(chinese[1]), int(chinese[2])) in days:
        return text[chinese.end() :]
    starts = [f"On {at:%B} {at.day}, " for at in (m.sent_at for m in cited)] + [
        f"On {m.sent_at.day} {m.sent_at:%B}, " for m in cited
    ]
    return next((text.removeprefix(start) for start in starts if text.startswith(start)), text)


def _strangers(bare: str, cited: Sequence[Message], messages: Mapping[str, Message]) -> bool:
    """Whether the text names a member whom the cited messages do not."""
    said = "\n".join(message.text for message in cited)
    names = {message.name for message in messages.values()}
    return any(len(name) > 1 and name in bare and name not in said for name in names)


def _names_speaker(text: str, cited: Sequence[Message], messages: Mapping[str, Message]) -> bool:
    """Whether what only one person said is said to be that person's."""
    senders = {message.sender for message in cited if message.sender is not None}
    if len(senders) != 1:
        return True
    forms = {form for message in messages.values() if message.sender in senders for form in _forms(message.name)}
    return not forms or any(form in text for form in forms)


def _is_grounded(text: str, sources: Sequence[str], language: str) -> bool:
    """Whether the text's content stands in the sources: enough of the whole, and something of every clause, so that nothing is spliced on."""
    if not _HAN.search(text) or _is_in_english(text, language):
        return _word_overlap(_HAN.sub(" ", text), sources) >= _ENOUGH_WORDS
    have = set(bigrams("\n".join(sources)))
    characters = set("".join(have))
    clauses = [_worth(clause, have, characters) for clause in _CLAUSE.split(text)]
    whole = [worth for clause in clauses for worth in clause]
    return _mean(whole) >= _ENOUGH and all(_mean(clause) >= _SOMETHING for clause in clauses if len(clause) > 3)


def _worth(clause: str, have: set[str], characters: set[str]) -> list[float]:
    """For each pair of characters of the clause's content: 1 when the sources have it, half when they have both characters apart."""
    pairs = [pair for piece in _REPORTING.split(clause) for pair in bigrams(piece) if not pair.isdigit()]
    return [1.0 if pair in have else 0.5 if set(pair) <= characters else 0.0 for pair in pairs]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 1.0


def _word_overlap(text: str, sources: Sequence[str]) -> float:
    wanted = [word for word in content_words(text) if not _REPORTING_EN.fullmatch(word) and not word.isdigit()]
    # The first letters stand for the word: renewing, renewed, renewal.
    have = {word[:5] for source in sources for word in content_words(source)}
    return _mean([float(word[:5] in have) for word in wanted])
