"""The exports of LINE, one trap each."""

from __future__ import annotations

import pytest

from sediment.models import ChatInfo
from tests.readers.altering import read, said


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("[LINE] Chat history in Book Club", "Book Club"),
        ("Chat history with Jane Doe", "Jane Doe"),
        ("[LINE] 花子とのトーク履歴", "花子"),
        ("[LINE]読書会 のトーク履歴", "読書会"),
        ("[LINE] 與 王小華 的聊天紀錄", "王小華"),
        ("[LINE] 与读书会的聊天记录", "读书会"),
        ("[LINE] 聊天记录的聊天記錄", "聊天记录"),
        ("\ufeff[LINE] 群", "群"),
    ],
)
def test_titles(title: str, name: str) -> None:
    chat, _ = read(f"{title}\nSaved on: 3/16/2024, 08:40\n\n2024/03/15(Fri)\n09:00\tJane\t早\n")

    assert chat == ChatInfo(name, "line")


@pytest.mark.parametrize(
    "line",
    [
        "2024/03/15（五）", "2024/3/15週五", "2024/3/15（週五）", "2024/03/15(金)", "2024.03.15 Friday", "2024.03.15 金曜日", "Fri, 3/15/2024",
        "Fri, 15/03/2024", "2024/03/15", "R6/03/15(金)",
    ],
)  # fmt: skip
def test_days(line: str) -> None:
    (message,) = said(f"[LINE] 群\n{line}\n09:00\tJane\t早\n")

    assert f"{message.sent_at:%Y-%m-%d}" == "2024-03-15"


def test_weekday_tells_the_day_from_the_month() -> None:
    told = said("[LINE] 群\n\nFri, 05/04/2024\n09:00\tJane\t早\n\nThu, 05/09/2024\n09:00\tJane\t早\n")

    assert [f"{m.sent_at:%m-%d}" for m in told] == ["04-05", "05-09"]


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("00:05", "00:05"), ("上午12:05", "00:05"), ("下午3:18", "15:18"), ("午後3:18", "15:18"), ("오후 3:18", "15:18"), ("03:18pm", "15:18"),
        ("12:05 PM", "12:05"), ("9:30PM", "21:30"),
    ],
)  # fmt: skip
def test_clocks(clock: str, at: str) -> None:
    (message,) = said(f"[LINE] 群\n2024/03/15\n{clock}\tJane\t早\n")

    assert f"{message.sent_at:%H:%M}" == at


def test_columns_between_spaces() -> None:
    told = said("[LINE] 群のトーク履歴\n\nR7/02/09(日)\n15:18    ケン 太郎    [写真]\n15:42    謝Wilson    昂⋯\n")

    assert [(m.name, m.kind, m.text) for m in told] == [("ケン 太郎", "image", ""), ("謝Wilson", "text", "昂⋯")]


def test_export_of_a_computer_has_no_title() -> None:
    chat, *told = read(
        "2025.12.10 Wednesday\n10:23 Alice 早 大家\n好\n10:24 Bob [Photo]\n2025.12.11 Thursday\n09:00 Alice 早\n"
    )

    assert chat == ChatInfo("", "line")
    assert [(f"{m.sent_at:%d %H:%M}", m.name, m.kind, m.text) for m in told] == [  # type: ignore[union-attr]
        ("10 10:23", "Alice", "text", "早 大家\n好"),
        ("10 10:24", "Bob", "image", ""),
        ("11 09:00", "Alice", "text", "早"),
    ]


def test_notices_stand_in_the_last_column_or_the_only_one() -> None:
    told = said(
        "[LINE] 群\n2024/03/15\n22:04\t\tJaneがグループに参加しました。\n22:05\t\tメッセージの送信を取り消しました\n"
        "22:10\t花子がメッセージの送信を取り消しました\n22:11\t花子\t\n"
    )

    assert [(m.kind, m.sender, m.text) for m in told] == [
        ("system", None, "Janeがグループに参加しました。"),
        ("recall", None, "メッセージの送信を取り消しました"),
        ("recall", None, "花子がメッセージの送信を取り消しました"),
        ("other", "花子", ""),
    ]


def test_text_of_several_lines_stands_in_quotes_and_may_hold_a_date() -> None:
    told = said(
        '[LINE] 群\n2024/03/15\n09:00\tJane\t"看 ""这个""\n\n2024/03/14(木) 的\n2024/03/13(水)\n还在"\n09:01\tJane\t"早\n2024/03/16(土)\n09:02\tJane\t早\n'
    )

    assert [(f"{m.sent_at:%d}", m.text) for m in told] == [
        ("15", '看 "这个"\n\n2024/03/14(木) 的\n2024/03/13(水)\n还在'),
        ("15", '"早\n2024/03/16(土)'),
        ("15", "早"),
    ]


def test_quote_that_nobody_closes_ends_at_the_next_day() -> None:
    told = said('[LINE] 群\n\n2024/03/15\n09:00\tJane\t"早\n\n2024/03/16(土)\n09:02\tJane\t早\n')

    assert [(f"{m.sent_at:%d}", m.text) for m in told] == [("15", '"早'), ("16", "早")]


def test_title_within_a_text_is_text() -> None:
    (message,) = said('[LINE] 群\n2024/03/15\n09:00\tJane\t"看\n[LINE] 群\n保存日時：2024/03/15 09:00"\n')

    assert message.text == "看\n[LINE] 群\n保存日時：2024/03/15 09:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[スタンプ]", ("sticker", "")), ("[Voice message]", ("voice", "")), ("[File] report 2.pdf", ("file", "report 2.pdf")),
        ("[位置情報]", ("location", "")), ("[null] https://maps.google.com/x", ("location", "https://maps.google.com/x")),
        ("☎ 通話時間 0:38", ("call", "通話時間 0:38")), ("[旺柴]", ("text", "[旺柴]")),
    ],
)  # fmt: skip
def test_words_for_media(text: str, expected: tuple[str, str]) -> None:
    (message,) = said(f"[LINE] 群\n2024/03/15\n09:00\tJane\t{text}\n")

    assert (message.kind, message.text) == expected
