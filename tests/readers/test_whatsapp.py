"""The exports of WhatsApp, one trap each. The shapes are those that phones of other languages write."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import pytest

from sediment.models import BadRecord, ChatInfo
from tests.readers.altering import read, said
from tests.readers.canon import ZONE

LRM, NNBSP = "\u200e", "\u202f"
STARTS = [
    datetime(2024, 2, 25, 8, 30, 5, tzinfo=ZONE),
    datetime(2024, 3, 4, 23, 50, 59, tzinfo=ZONE),
    datetime(2024, 11, 30, 12, 0, 1, tzinfo=ZONE),
]
LAYOUTS = list(
    product(
        ("%Y-%m-%d", "%y-%m-%d", "%Y/%m/%d", "%Y. %m. %d.", "%d/%m/%Y", "%d.%m.%y", "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y"),
        (True, False),
        ("%H:%M:%S", "%H.%M", "%I:%M:%S %p", "%I:%M\u202f%p"),
    )
)


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize(("date", "bracket", "clock"), LAYOUTS)
def test_layouts(start: datetime, date: str, bracket: bool, clock: str) -> None:
    times = [start + timedelta(hours=7 * number) for number in range(12)]
    header = f"[{date}, {clock}] " if bracket else f"{date}, {clock} - "
    exact = times if "%S" in clock else [time.replace(second=0) for time in times]

    told = said("".join(f"{time.strftime(header)}甲: 早 {number}\n" for number, time in enumerate(times)))

    assert [(m.sent_at, m.name, m.text) for m in told] == [(time, "甲", f"早 {n}") for n, time in enumerate(exact)]


@pytest.mark.parametrize(
    "header",
    [
        "13/6/18, 9:25 p.m. - ", "13/6/18 9:25 p. m. - ", "13-06-2018, 09.25 PM - ", "13.06.18 21.25.15: ", "[06.13.18 21:25:15] ",
        "13.6.2018 klo 21.25 - ", "[13/6/18 9:25:00\xa0p.\xa0m.] ", f"{LRM}[13/6/18, 9:25:00{NNBSP}PM] ", "[2018/06/13, 21:25:15] ",
        "13.06.18 г., 21:25 ч. - ", "2018. 6. 13. 오후 9:25 - ", "2018/6/13 下午9:25 - ", "13/6/2018, 9:25 下午 - ", "13/06/2018 21:25 – ",
        "١٣/٦/٢٠١٨، ٩:٢٥ م - ", "\u200f13/6/2018, 21:25 - \u200f",
    ],
)  # fmt: skip
def test_headers_of_other_languages(header: str) -> None:
    (message,) = said(f"{header}甲: 早\n")

    assert (f"{message.sent_at:%Y-%m-%d %H:%M}", message.name, message.text) == ("2018-06-13 21:25", "甲", "早")


@pytest.mark.parametrize(
    ("header", "day"),
    [
        ("3/4/24, 09:00 - ", "03-04"),
        ("3/4/24, 9:00 AM - ", "03-04"),
        ("3/4/24, 9:00 a.m. - ", "04-03"),
        ("03/04/2024, 09:00 - ", "04-03"),
        ("3.4.24, 09:00 - ", "04-03"),
        ("24. 3. 4. 오전 9:00 - ", "03-04"),
        ("24-3-4 上午9:00 - ", "03-04"),
    ],
)
def test_one_day_alone_is_read_as_its_layout_is_used(header: str, day: str) -> None:
    (message,) = said(f"{header}甲: 早\n")

    assert f"{message.sent_at:%m-%d}" == day


def test_order_of_day_and_month_is_told_from_the_whole_file() -> None:
    told = said("01/02/2024, 09:00 - 甲: 早\n02/02/2024, 09:00 - 甲: 早\n31/03/2024, 09:00 - 甲: 早\n")

    assert [f"{m.sent_at:%d.%m.}" for m in told] == ["01.02.", "02.02.", "31.03."]


def test_order_without_a_proof_is_the_one_in_which_time_runs_on() -> None:
    told = said("1/2/24, 09:00 - 甲: 早\n1/3/24, 09:00 - 甲: 早\n2/1/24, 09:00 - 甲: 早\n")

    assert [f"{m.sent_at:%d.%m.}" for m in told] == ["02.01.", "03.01.", "01.02."]


def test_names_and_texts_with_colons() -> None:
    told = said(
        "2024/3/15 09:00 - 09:30起床的人: 明天: 10:00\n2024/3/15 09:01 - 甲: \n2024/3/15 09:02 - 乙加入了\n"
        "2024/3/15 09:03 - 阿May: 产品: 早\n2024/3/15 09:04 - 阿May: 产品: 好: 的\n2024/3/15 09:05 - 甲: 问: 谁在\n"
        '2024/3/15 09:06 - 甲 changed the subject from "a: b" to "c: d"\n'
    )

    assert [(m.kind, m.name, m.text) for m in told] == [
        ("text", "09:30起床的人", "明天: 10:00"),
        ("text", "甲", ""),
        ("system", "", "乙加入了"),
        ("text", "阿May: 产品", "早"),
        ("text", "阿May: 产品", "好: 的"),
        ("text", "甲", "问: 谁在"),
        ("system", "", '甲 changed the subject from "a: b" to "c: d"'),
    ]


def test_names_come_without_their_marks() -> None:
    told = said(f"[15/03/2024, 09:00:01] ~{NNBSP}Jane: 早\n[15/03/2024, 09:00:02] \u202a+49 170 1234\u202c: 好\n")

    assert [m.name for m in told] == ["Jane", "+49 170 1234"]


def test_spaces_of_the_text_are_kept() -> None:
    (message,) = said(f"[15/03/2024, 09:00:01] 甲: 5\xa0km{NNBSP}!\n\n  二\n")

    assert message.text == f"5\xa0km{NNBSP}!\n\n  二"


def test_header_in_another_layout_is_text() -> None:
    (message,) = said("15/03/2024, 09:00 - 甲: 看\n[14/03/2024, 08:00:00] 乙: 早\n2024-03-14, 08:00 - 乙: 早\n")

    assert message.text == "看\n[14/03/2024, 08:00:00] 乙: 早\n2024-03-14, 08:00 - 乙: 早"


def test_line_above_the_first_header_is_kept() -> None:
    _, bad, message = read("end-to-end encrypted.\n2024/3/15 09:00 - 甲: 早\n")

    assert isinstance(bad, BadRecord)
    assert bad.raw == "end-to-end encrypted."
    assert message.line == 2  # type: ignore[union-attr]


def test_mentions_between_isolates_are_names() -> None:
    (message,) = said("[15/03/2024, 09:00:01] 甲: @\u2068Jane Doe\u2069 早\n")

    assert (message.text, message.mentions) == ("@Jane Doe 早", ("Jane Doe",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<attached: 00000012-PHOTO-2024.jpg>", ("image", "")),
        ("< attached: 00000012-PHOTO-2024.jpg >", ("image", "")),
        (f"看{LRM}<attached: 00000012-PHOTO-2024.jpg>", ("image", "看")),
        ("<已附加: 00000013-AUDIO.opus>", ("voice", "")),
        ("<adjunto: 00000042-STICKER.webp>", ("sticker", "")),
        ("Jane.vcf (file attached)", ("contact", "Jane.vcf")),
        ("周报 3.pdf (文件附件)", ("file", "周报 3.pdf")),
        ("周报 3.pdf (第二版)", ("text", "周报 3.pdf (第二版)")),
        ("IMG-20240101-WA0001.jpg (fil bifogad)", ("image", "")),
        (f"{LRM}4f2680.jpg (Datei angehängt)\nFrohe Ostern.", ("image", "Frohe Ostern.")),
        (f"2015-08-04-PHOTO.jpg <{LRM}attached>", ("image", "")),
        (f"{LRM}video omitted", ("video", "")),
        (f"{LRM}图片已略去", ("image", "")),
        (f"{LRM}áudio ocultado", ("voice", "")),
        (f"{LRM}sticker non incluso", ("sticker", "")),
        (f"{LRM}видео отсутствует", ("video", "")),
        (f"看 {LRM}image omitted", ("image", "看")),
        (f"{LRM}report v2.pdf • {LRM}3 pages {LRM}document omitted", ("file", "report v2.pdf")),
        ("Bild weggelassen", ("image", "")),
        ("I omitted the image", ("text", "I omitted the image")),
        ("<省略多媒体文件>", ("other", "")),
        ("<Media omitted>\n看", ("other", "看")),
        ("<Multimedia omitido>", ("other", "")),
        ("<メディアは含まれていません>", ("other", "")),
        ("<meeting at noon>", ("text", "<meeting at noon>")),
        ("这条消息已删除", ("recall", "这条消息已删除")),
        (f"{LRM}This message was deleted.", ("recall", "This message was deleted.")),
        ("Se eliminó este mensaje.", ("recall", "Se eliminó este mensaje.")),
        ("This message was deleted by admin Jane", ("recall", "This message was deleted by admin Jane")),
        ("I think this message was deleted", ("text", "I think this message was deleted")),
        ("好 <This message was edited>", ("text", "好")),
        (f"好{LRM}<Questo messaggio è stato modificato>", ("text", "好")),
        ("location: https://maps.google.com/?q=1.0,2.0", ("location", "location: https://maps.google.com/?q=1.0,2.0")),
        (f"{LRM}Missed voice call", ("call", "Missed voice call")),
        (f"{LRM}POLL:\n吃什么\n{LRM}OPTION: 面 (2 votes)", ("share", "POLL:\n吃什么\nOPTION: 面 (2 votes)")),
    ],
)
def test_words_for_media(text: str, expected: tuple[str, str]) -> None:
    (message,) = said(f"[15/03/2024, 9:00:01 AM] 甲: {text}\n")

    assert (message.kind, message.text) == expected


def test_on_iphones_the_group_and_members_say_the_notices() -> None:
    chat, *told = read(
        f"[3/12/23, 9:15:02{NNBSP}AM] Vinyl: {LRM}Messages and calls are end-to-end encrypted.\n"
        f"{LRM}[3/12/23, 9:15:03{NNBSP}AM] Vinyl: {LRM}Pepe created group “Vinyl”\n"
        f"[3/12/23, 9:16:10{NNBSP}AM] Pepe: welcome!\n{LRM}[3/13/23, 9:17:10{NNBSP}AM] Ana: {LRM}Ana joined using this group's invite link\n"
    )

    assert chat == ChatInfo("Vinyl", "whatsapp")
    assert [(m.kind, m.name) for m in told] == [("system", ""), ("system", ""), ("text", "Pepe"), ("system", "")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "name", ["WhatsApp Chat with 读书会.txt", "与读书会的 WhatsApp 聊天.txt", "WhatsApp Chat - 读书会.zip/_chat.txt"]
)
def test_group_is_called_as_the_file_says(name: str) -> None:
    chat, _ = read("15/03/2024, 09:00 - 甲: 早\n", name)

    assert chat == ChatInfo("读书会", "whatsapp")
