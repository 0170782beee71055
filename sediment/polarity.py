"""Whether a sentence turns what messages say into its opposite: `海哥已同意` from `我可没同意`.

Few verbs are looked at, and only plain cases count: a question, a condition, a report of how it was, or a negation farther off say neither yes nor no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_VERB = (
    r"同意|答应|批准|通过|支持|允许|可以|需要|承认|确认|决定|取消|推迟|延期|恢复|修复|解决|上线|下架|开放|关闭|收费|退款|退钱|涨价|降价|赔付|赔偿|报销|包邮|发货|参加|到场|报名|续费"
    r"|生效|兼容|升级|录取|中奖|付款|收到|找到|成功|泄露|封号|过审|备案"
)
_VERB_EN = r"agree|approve|support|accept|allow|confirm|cancel|postpone|refund|increase|decrease|include|require|work|fix|ship|attend|renew|expire|leak"
_NUMBER = r"\d+(?:[.,:]\d+)*%?"
_NOT = r"没有?|无法|没法|没能|不|未|别|无需|不用|不要|不会|不能|不再|并非|勿|尚未"
_WORD = re.compile(
    rf"(?P<not>(?:{_NOT})(?:再|能|会|曾|人|被|肯|想|打算)?)?(?P<verb>{_VERB})(?P<cannot>不[了上到过成起])?"
    rf"|(?P<isnt>(?:不是|并非|不再是)\s?)?(?<![\d.,:])(?P<number>{_NUMBER})"
)
_WORD_EN = re.compile(
    rf"(?P<not>\b(?:not|never|cannot|no longer|\w+n['’]t)\s+(?:\w+\s+)?)?\b(?P<verb>{_VERB_EN})(?:e?d|e?s|ing)?\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[，。；！,;!\n]|\.\s|(?<=[?？])")
_NEITHER = re.compile(
    r"[?？吗么呢]|[一-鿿]?([一-鿿])[不没]\1|没有?$|是否|如果|要是|除非|只要|假如|的话|以前|之前|原来|本来|过去|一开始|怎么|哪|难道|何必|不是不|不得不|不能不|没有不|未必|不一定"
    r"|\b(?:if|unless|whether|used to|before)\b",
    re.IGNORECASE,
)
_ANY_NOT = re.compile(
    rf"{_NOT}|不|无|非|免|拒绝|反对|\b(?:not|never|no|cannot|without|refuse[sd]?)\b|n['’]t\b", re.IGNORECASE
)


def flipped(text: str, said: Sequence[str]) -> bool:
    """Whether `text` affirms a verb or number that all of `said` denies wherever it stands, or denies one that it always affirms."""
    told = _polarities([text])
    stated = _polarities(said)
    return any(
        len(signs) == 1
        and len(stated.get(word, ())) == 1
        and None not in signs | stated[word]
        and signs != stated[word]
        for word, signs in told.items()
    )


def _polarities(texts: Sequence[str]) -> dict[str, set[bool | None]]:
    """Word → the ways in which it is used: affirmed, denied, or None where that is not plain."""
    found: dict[str, set[bool | None]] = {}
    for text in texts:
        for clause in _CLAUSES.split(text):
            for word, sign in _in_clause(clause):
                found.setdefault(word, set()).add(sign)
    return found


def _in_clause(clause: str) -> Iterator[tuple[str, bool | None]]:
    neither = bool(_NEITHER.search(clause))
    for match in (*_WORD.finditer(clause), *_WORD_EN.finditer(clause)):
        groups = match.groupdict()
        word = (groups["verb"] or groups.get("number") or "").casefold()
        denied = groups["not"] or groups.get("cannot") or groups.get("isnt")
        beside = _ANY_NOT.search(clause[: match.start()]) or (groups["verb"] and _ANY_NOT.search(clause[match.end() :]))
        yield word, None if neither or beside else not denied
