"""What WhatsApp itself writes into an export, in the language of the phone: what was left out, deleted, edited or attached.

The phrases stand in the exports that public parsers are tested with (chat-analytics, whatsapp-chat-parser, ChatLab and others)."""

from __future__ import annotations

import re

from sediment.models import Kind
from sediment.sources.wording import file_kind

MARK = "\u200e"
"""Left-to-right: before what WhatsApp itself wrote, which is not always seen."""
MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_AROUND = f"{MARKS} "


def written(text: str) -> tuple[Kind, str]:
    """The kind of a message and what a person wrote of it: `text` as it stands, without what WhatsApp put in the place of media."""
    if len(text) > _LONGEST:
        return "text", text
    if "<" in text:
        *_, last = (None, *_IN_ANGLES.finditer(text))
        text = text[: last.start()] if last and last.end() == len(text) and last[1].casefold() in _EDITED else text
    if ("<" in text or "(" in text) and (attached := _attached(text)):
        return attached
    first, _, below = text.partition("\n")
    plain = first.strip(_AROUND).casefold()
    if plain.strip(".。") in _DELETED or plain.startswith(_DELETED_BY):
        return "recall", text.strip(MARK)
    if plain.startswith("<") and plain.strip("<> ") in _MEDIA:
        return "other", below  # Android does not say what was left out
    if kind := _OMITTED.get(plain.strip("<>")):
        return kind, below
    if MARK in text:
        words, _, phrase = text.rpartition(MARK)
        if kind := _OMITTED.get(phrase.casefold().strip()):
            return kind, words.strip(_AROUND).split(" • ")[0]
        text = text.strip(MARK)
    if ("/" in text or text.endswith("shared")) and _PLACE.fullmatch(text):
        return "location", text
    if first.startswith(MARK) and _CALL.fullmatch(text):
        return "call", text
    return ("share", text.replace(MARK, "")) if text.startswith("POLL:") else ("text", text)


def _attached(text: str) -> tuple[Kind, str] | None:
    found = _FILE_ON_IPHONES.fullmatch(text) or _FILE.fullmatch(text)
    if found is None:
        return None
    if found.re is _FILE and not (
        found["mark"] or found["word"].casefold() in _ATTACHED or _OWN_NAME.match(found["file"])
    ):
        return None  # somebody writes of a file
    name, words = found["file"].strip(MARK), (found["words"] or "").strip(MARK)
    kind = _KINDS.get(name.rpartition(".")[2].lower()) or file_kind(name)
    return kind, "\n".join(part for part in (name if kind in ("file", "contact") else "", words) if part)


_KINDS: dict[str, Kind] = {"webp": "sticker", "vcf": "contact"}
_LONGEST = 1000  # characters: longer ones are text
_IN_ANGLES = re.compile(r"\s*\u200e?<([^<>]{3,60})>")
_FILE_ON_IPHONES = re.compile(r"(?P<words>.*?)\s*\u200e?<\s?[^<>:]{2,20}: (?P<file>[^<>]+\.\w{2,5})\s?>", re.DOTALL)
_FILE = re.compile(
    r"(?P<mark>\u200e?)(?P<file>[^\n]+\.\w{2,5}) [(<]\u200e?(?P<word>[^()<>\n]+)[)>](?:\n(?P<words>.*))?", re.DOTALL
)
_OWN_NAME = re.compile(r"(?:IMG|VID|AUD|PTT|DOC|STK)-\d{8}-WA\d{4}")
_DELETED_BY = "this message was deleted by admin "
_PLACE = re.compile(r"(?:[^\n:]{3,20}: )?https://maps\.google\.com/\S+|[Ll]ive location shared")
_CALL = re.compile(r"(?:Missed |Silenced )?(?:group )?(?:voice|video) call\b.*", re.IGNORECASE)

_MEDIA = frozenset((
    "media omitted", "media weggelaat", "تم استبعاد الوسائط", "media buraxıldı", "без файл", "мултимедията е пропусната", "fitxers multimèdia omesos",
    "média vynechány", "medier udeladt", "mediefil udeladt", "medien ausgeschlossen", "medien weggelassen", "εξαίρεση πολυμέσων",
    "multimedia omitido", "archivo omitido", "meedia välja jäetud", "رسانه حذف شد", "media jätettiin pois", "médias omis", "fichier omis",
    "médias manquants", "मीडिया के बिना", "medijski zapis izostavljen", "média elhagyva", "hiányzó médiafájl", "media tidak disertakan", "media omessi",
    "media omesso", "המדיה לא נכללה", "מדיה הושמטה", "メディアなし", "メディアは含まれていません", "файл қосылған жоқ", "미디어 파일 제외됨",
    "미디어 파일을 생략한 대화내용", "medija praleista", "nav iekļauta multivide", "без фајлови", "media dikecualikan", "media disingkirkan",
    "media utelatt", "uten vedlegg", "media weggelaten", "pominięto multimedia", "pliki pominięto", "ficheiro não revelado", "mídia omitida",
    "mídia oculta", "arquivo de mídia oculto", "conținut media omis", "без медиафайлов", "файл пропущен", "médiá vynechané", "datoteke izpuščene",
    "media u hoq", "медији су изостављени", "media utelämnat", "media har utelämnats", "media hazijajumuishwa", "ไฟล์สื่อถูกลบ", "สื่อถูกลบ",
    "walang kalakip na media", "medya dahil edilmedi", "medya atlanmış", "медіа пропущено", "میڈیا چھوڑ دیا گیا", "bỏ qua tệp phương tiện",
    "bỏ qua media", "忽略多媒體檔", "已省略多媒體檔案", "省略多媒体文件", "省略影音内容", "忽略多媒体文件",
))  # fmt: skip
"""On Android, in angle brackets, for all kinds of media."""

_PHRASES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("image", (
        "image omitted", "imagen omitida", "bild weggelassen", "image absente", "image omise", "immagine omessa", "imagem não revelada",
        "imagem ocultada", "imagem oculta", "изображение отсутствует", "зображення відсутнє", "obrázek vynechán", "afbeelding weggelaten",
        "لم يتم إدراج الصورة", "图像已忽略", "图像已省略", "图片已忽略", "图片已略去", "圖片已略去", "gambar tidak disertakan",
    )),
    ("video", (
        "video omitted", "gif omitted", "video omitido", "gif omitido", "video weggelassen", "gif weggelassen", "vidéo absente", "vidéo omise",
        "gif retiré", "video omesso", "gif esclusa", "vídeo não revelado", "vídeo ocultado", "vídeo omitido", "gif não revelada",
        "видео отсутствует", "gif отсутствует", "відео відсутнє", "gif-анімацію пропущено", "video vynecháno", "gif vynechán",
        "video weggelaten", "gif weggelaten", "لم يتم إدراج الفيديوهات", "视频已忽略", "视频已略去", "影片已略去", "gif 已忽略",
    )),
    ("voice", (
        "audio omitted", "audio omitido", "audio weggelassen", "audio omis", "audio omesso", "ficheiro de áudio não revelado", "áudio ocultado",
        "áudio oculto", "аудио отсутствует", "аудіо відсутнє", "audio vynecháno", "audio weggelaten", "لم يتم إدراج المقاطع الصوتية",
        "音频已忽略", "音频已略去", "音訊已略去", "语音已略去",
    )),
    ("sticker", (
        "sticker omitted", "sticker omitido", "sticker weggelassen", "sticker omis", "sticker non incluso", "sticker não revelado",
        "figurinha omitida", "стикер не добавлен", "наклейку не додано", "nálepka vynechána", "sticker weggelaten", "تم حذف الملصقات",
        "贴图已忽略", "贴图已略去", "貼圖已忽略", "貼圖已略去",
    )),
    ("contact", (
        "contact card omitted", "tarjeta de contacto omitida", "kontaktkarte ausgelassen", "kontaktkarte weggelassen",
        "fiche contact manquante", "scheda contatto omessa", "contacto não revelado", "cartão do contato omitido",
        "карточка контакта отсутствует", "картка контакту відсутня", "vizitka vynechána", "لم يتم إدراج بطاقة جهة اتصال", "联系人卡片已忽略",
        "聯絡人已略去",
    )),
    ("file", (
        "document omitted", "documento omitido", "dokument weggelassen", "document manquant", "documento omesso", "documento não revelado",
        "документ отсутствует", "документ пропущено", "dokument vynechán", "document weggelaten", "لم يتم إدراج المستند", "文档已忽略",
        "文档已略去", "文件已略去",
    )),
)  # fmt: skip
"""On iPhones, behind a mark that is not seen, with the name of a document before it."""
_OMITTED = {phrase: kind for kind, phrases in _PHRASES for phrase in phrases}

_DELETED = frozenset((
    "this message was deleted", "you deleted this message", "mensaje eliminado", "se eliminó este mensaje", "eliminaste este mensaje",
    "diese nachricht wurde gelöscht", "du hast diese nachricht gelöscht", "ce message a été supprimé", "vous avez supprimé ce message",
    "questo messaggio è stato eliminato", "hai eliminato questo messaggio", "mensagem apagada", "essa mensagem foi apagada",
    "esta mensagem foi apagada", "esta mensagem foi eliminada", "apagou esta mensagem", "você apagou esta mensagem", "dit bericht is verwijderd",
    "данное сообщение удалено", "вы удалили данное сообщение", "это сообщение было удалено", "це повідомлення було видалено",
    "ви видалили це повідомлення", "bu mesaj silindi", "ta wiadomość została usunięta", "tato zpráva byla smazána", "tuto zprávu jste smazal/a",
    "تم حذف هذه الرسالة", "このメッセージは削除されました", "삭제된 메시지입니다", "此消息已删除", "这条消息已删除", "您已删除此消息", "你已删除此消息",
    "你删除了这条消息", "此訊息已刪除", "您已刪除此訊息", "你已刪除此訊息",
))  # fmt: skip

_EDITED = frozenset((
    "this message was edited", "se editó este mensaje", "este mensaje fue editado", "diese nachricht wurde bearbeitet",
    "ce message a été modifié", "questo messaggio è stato modificato", "mensagem editada", "esta mensagem foi editada", "此消息已编辑", "此訊息已編輯",
))  # fmt: skip
"""In angle brackets at the end of a message."""

_ATTACHED = frozenset((
    "file attached", "attached", "archivo adjunto", "adjunto", "datei angehängt", "fichier joint", "pièce jointe", "file allegato", "allegato",
    "arquivo anexado", "ficheiro anexado", "bestand bijgevoegd", "файл добавлен", "dosya ekli", "文件附件", "附件", "檔案附件",
))  # fmt: skip
"""In brackets behind the name of a file."""
