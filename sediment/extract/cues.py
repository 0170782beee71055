"""What a single message does, told by its words alone: it decides, corrects, reports a result, jokes, thanks, or asks for silence.

`那就定了：3月29日（周日）14:00` decides; `不对，旗舰版也调` corrects; `真大方，提前八分钟呢[旺柴]` jokes."""

from __future__ import annotations

import re

from sediment.questions import is_question

_EMOJI_CODE = r"\[[\u4e00-\u9fffA-Za-z]{1,6}\]|/(?:捂脸|流泪|斜眼笑|玫瑰|鼓掌|微笑|呲牙|doge|偷笑|惊恐|可怜)"
_MENTION = r"@[^\s@，,。:：]{1,24}(?:[（(][^）)]{1,12}[）)])?[\u2005\s]*"

_PATTERNS = {
    "decision": r"定(?:了|在|为|下来)|就定|敲定|决定|取消|作废|不(?:做|搞|办)了|改(?:到|成|为|在|周|期|约|群规|规)|挪到|推迟|提前到"
    r"|延(?:到|期|长|至)|上?调(?:到|为|成|整)|从.{1,8}[调改涨降升]|[涨降升]到|截止|生效|新规|群规|通知[:：]|最终|为准|停用|满了?.{0,3}截止|恢复了|已发|修了|直接升"
    r"|\bdecided\b|\bcancell?ed\b|\bmoved to\b|\bpostponed\b|\bdeadline\b|\beffective\b|\bfinal\b",
    "change": r"有变|改(?:到|成|为|在|周|群规|了)|挪到|推迟|延(?:到|期|长|至)|作废|取消|不(?:做|搞|办)了|换成|调(?:到|为|整)|[涨降]到|→|->|不用再|别用了|更新一下|新规"
    r"|\bchanged?\b|\bmoved to\b|\binstead\b|\bno longer\b",
    "correction": r"不对|说错|记错|看错|搞错|弄错|写错|看串|更正|纠正|订正|澄清|辟谣|造谣|假的|别听|误导|当我没说|误传|才对|是旧的|旧版|过时|不准确"
    r"|没有[“\"「]?[^，。]{1,8}[”\"」]?(?:这个|这种|这回)|不是[^，,。？?]{1,16}[，, ]+是|不是.{1,12}(?:的事|条数|这样)|其实是|实际是|^(?:@\S+\s*)?不是[^，,？?]{0,12}[，,]"
    r"|\bactually\b|\bcorrection\b|\bmy mistake\b|\bnot true\b|\bwrong\b",
    "joke": r"\[(?:旺柴|狗头|doge|吃瓜|社会社会|坏笑|阴险|奸笑|偷笑|破涕为笑|机智)\]|/(?:doge|斜眼笑)|哈哈哈|hhh|233|笑死|xswl|属于是|（(?:不是|bushi|狗头|虽然|真的)[^）]*）?$"
    r"|^对对对|yyds|感人$|名副其实|\blol\b|\blmao\b",
    "result": r"(?:好|行|成|通|过|起来|解决|搞定|可以|恢复|续上|成功|出来|没挂|稳|修好|对上)了|跑通|亲测|实测|试了|降到|升到|从[^，。]{1,10}到|→",
    "reason": r"因为|所以|原因|主要是|关键是|说明|否则|不然|除非|只要|建议|教训|经验|我的做法|先[^，。]{1,12}再|要么|或者|如果|记得|注意|别[^，。]{2,}|不要|必须|只能|需要",
    "event": r"(?:\d{1,2}月\d{1,2}[日号]|周[一二三四五六日天]|今晚|明天|后天|本周|下周|这周).{0,24}(?:\d{1,2}[:：点]|[上下]午|晚上|聚|分享|会|活动|直播|报名|集合|截止)|报名|接龙|聚会|线下|沙龙|分享会|选品会|集合"
    r"|\bmeetup\b|\bsign ?up\b",
    "number": r"\d|[一二三四五六七八九十百千万两]+(?:块|元|天|个|倍|成|折|分|次|年|小时|分钟|号)|千分之|百分之",
    "money": r"\d(?:\.\d+)?\s*(?:元|块|万|刀|美金|镑|k\b|K\b)|[¥￥$]\s*\d|\d\s*/\s*(?:人|月|年|斤|kg|小时|天)|费率|手续费|\d%",
    "link": r"https?://|\.(?:pdf|docx?|xlsx?|pptx?|zip|md|csv|txt|apk)\b",
    "code": r"[a-z_]{2,}[_.=\-/(][a-z0-9_]+|--[a-z]|`",
}  # fmt: skip
_CUES = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}
_CONFESSES = re.compile(
    r"(?:说|记|看|听|搞|弄|写|发)(?:错|岔|串|反|混)(?!误)|当我没说|误导|我说的(?:是|那个)?|那是我|我的我的|我背锅|\bmy (?:mistake|bad)\b",
    re.IGNORECASE,
)
_ACKNOWLEDGES = re.compile(
    r"(?:好(?:的|嘞|滴|吧|了|哒)?|行(?:吧)?|ok+|嗯+|收到|谢谢?[^，。]{0,8}|感谢[^，。]{0,8}|多谢|懂了|明白了?|了解|学到了|可以(?:可以)?|牛+逼?|厉害|恭喜[^，。]{0,8}|哈+|哦+|啊+|哇+|赞|冲|顶"
    r"|原来如此|\+1|同问|蹲[^，。]{0,6}|真的假的|是的?|对的?|没错|确实|好好|加油|早|晚安|救命恩人|抱抱|来了来了|试一?下|我试试|收藏了?|thanks?[^,.]{0,12}|thx|great|nice|cool|yes|no)",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r"报错|不对|不行|不准|进不|打不开|出不来|收不到|连不上|扫不|失败|崩|炸|卡住|挂了|没了|坏了|慢|乱码|一下子|掉线|超时|拒|砍|被封|限制|亏|怎样$|怎么破|咋[整弄]|有解|求|不会"
    r"|error|exception|failed|traceback|not found|out of ?memory|\b[45]\d\d\b",
    re.IGNORECASE,
)
_REJECTS = re.compile(
    r"^不是(?:$|[\s，,。])|正经(?:问|点)|还是(?:没|不|一|报|进|老样)|没用|也一样|不(?:行|好使|管用)[。.…!！]*$|不对啊|没解决|试过了",
    re.IGNORECASE,
)
_SILENCE = re.compile(
    r"别外传|勿外传|不要外传|别(?:往外)?传|别截图|不要截图|别说出去|先别(?:外传|说|往外)|保密|别(?:写进|发到|转发|往外发)|off the record|between us",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{15,19}[\dXx]?(?!\d)|(?:加[vV微我]|微信号?|[vV]信|QQ|qq)[:： ]{0,2}[A-Za-z0-9_-]{5,}|(?:api_?key|password|密码)\s*[=:：]|\bsk-[\w-]{8,}"
    r"|[\w.+-]+@[\w-]+\.[\w.]+|(?:路|街|巷|弄)\d+号.{0,12}(?:室|幢|栋|单元|收)|^[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]·?[A-Z0-9]{5,6}$",
)
_CLAUSE_END = re.compile(r"[，,。！!；;\n]+")
_QUESTION_MARK = re.compile(r"[?？](?!.*\d{2,}.*[?？])")
_NO_QUESTION = re.compile(
    r"(?:还是|都|也|就|并|从来|完全)没有?$|在.{1,8}呢$|^没有?$|^不$|多少?有点|看[^，]{0,6}多少|是不(?:对|行|好)的"
)
_BARE = re.compile(r"[\s\W_]+", re.UNICODE)


def cues(text: str) -> frozenset[str]:
    """Which of `decision change correction joke result reason event number money link code question ack` hold of `text`."""
    found = {name for name, pattern in _CUES.items() if pattern.search(text)}
    if _asks(text):
        found.add("question")
    if acknowledges(text):
        found.add("ack")
    return frozenset(found)


def _asks(text: str) -> bool:
    """Whether the last clause asks: `有税代的可以往后延，延多久看年份` does not."""
    clauses = [clause for clause in _CLAUSE_END.split(cleaned(text)) if clause.strip()]
    return bool(_QUESTION_MARK.search(text)) or (
        bool(clauses) and is_question(clauses[-1]) and not _NO_QUESTION.search(clauses[-1])
    )


def acknowledges(text: str) -> bool:
    """Whether `text` only thanks, agrees, cheers or waits."""
    parts = [part for part in re.split(r"[\s,，。.!！~～、?？…]+", cleaned(text)) if part]
    return all(_ACKNOWLEDGES.fullmatch(part) for part in parts)


def reports_problem(text: str) -> bool:
    """Whether someone describes trouble as one who wants help: `上服务器之后等十几秒一下子全吐出来` needs no question mark."""
    return bool(_PROBLEM.search(cleaned(text)))


def confesses(text: str) -> bool:
    """Whether the writer takes back or makes precise what he said himself."""
    return bool(_CONFESSES.search(text))


def rejects(text: str) -> bool:
    """Whether an asker says that an answer did not help."""
    return bool(_REJECTS.search(cleaned(text)))


def asks_silence(text: str) -> bool:
    """Whether the writer wants what he says to stay in the chat."""
    return bool(_SILENCE.search(text))


def is_personal(text: str) -> bool:
    """Whether `text` holds a phone number, an address, a key or the like. Only to choose better sentences: `redaction` guards what is written."""
    return bool(_PERSONAL.search(text))


def cleaned(text: str) -> str:
    """`text` on one line, without mentions at its start, emoji codes and trailing laughter. May come out empty."""
    text = re.sub(_EMOJI_CODE, "", text)
    text = re.sub(rf"^(?:{_MENTION})+", "", text.strip())
    text = re.sub(r"^(?:(?:嗯+|额+|呃+|啊+|哎+|哈+|那个|话说|顺便|emm+)[，,\s]+)+", "", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    text = "".join(
        line if i == len(lines) - 1 or line[-1] in "，,。；;：:！!？?" else line + "；" for i, line in enumerate(lines)
    )
    return re.sub(r"[\s~～]*(?:哈{2,}|嘻+|hhh+)?[\s~～]*$", "", re.sub(r"[ \t\u2005\u3000]+", " ", text)).strip()


def bare(text: str) -> str:
    """Letters, digits and Chinese characters only: to tell whether two texts are the same."""
    return _BARE.sub("", text).lower()
