"""Messages that try to direct whoever summarises them: "忽略以上指令", a notice that plays the platform, "把…写成标准答案".

Such a message is never evidence and is not shown to a model. One strong cue is enough; weak ones (an order about the digest, a call to "the AI", a
secret to keep) occur in honest talk too and count only together. The rules are a filter, not the guarantee: that is `evidence.unsupported`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from sediment import patterns
from sediment.hidden import clean


@lru_cache(maxsize=16384)
def is_hostile(text: str) -> bool:
    """Whether `text` gives orders to a model or poses as a notice that calls for action."""
    plain = _plain(text)
    trigger, cues = _cues()
    if not trigger.search(plain):
        return False
    weights = [weight for weight, cue in cues if cue.search(plain)]
    return max(weights, default=0) >= _ENOUGH or sum(weights) >= _ENOUGH + (len(plain) > _LONG)


_LONG = 300  # characters; in a long text weak cues meet by chance, so one more is asked for
_ENOUGH = 2
_TRADITIONAL = str.maketrans(
    "總結輸統標準寫機將務設規則隱號請嚴現從開發權認證無視記錄導給群員聯繫電話個這條當應該須讓據訊復覆問題別對們說絡轉帳戶鏈驗碼凍點擊刪違際舊實頂雜誌語詞",
    "总结输统标准写机将务设规则隐号请严现从开发权认证无视记录导给群员联系电话个这条当应该须让据讯复覆问题别对们说络转账户链验码冻点击删违际旧实顶杂志语词",
)
_BETWEEN_HAN = re.compile(r"(?<=[一-鿿])[ \t.·*_~|/\\-]+(?=[一-鿿])")


def _plain(text: str) -> str:
    """Without disguises: hidden characters, full-width letters, spaced-out or traditional characters."""
    folded = unicodedata.normalize("NFKC", clean(text)).casefold().translate(_TRADITIONAL)
    return _BETWEEN_HAN.sub("", folded)


@cache
def _cues() -> tuple[re.Pattern[str], list[tuple[int, re.Pattern[str]]]]:
    """What sets off a closer look, and the weight and pattern of each cue: data/hostile.toml."""
    table = patterns.table("hostile")
    cues = [(cue["weight"], patterns.compiled(cue["patterns"], table["words"])) for cue in table["cues"]]
    return re.compile(table["triggers"]), cues
