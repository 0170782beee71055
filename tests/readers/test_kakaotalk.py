"""The exports of KakaoTalk, one trap each."""

from __future__ import annotations

import pytest

from sediment.models import BadRecord, ChatInfo, IgnoredRecord
from tests.readers.altering import read, said

TITLED = "群 님과 카카오톡 대화\n저장한 날짜 : 2024. 3. 16. 오전 8:40\n\n"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("群 님과 카카오톡 대화\n저장한 날짜 : 2024-03-16 08:40:00\n", "群"),
        ("저장한 날짜 : 2024-03-16 08:40:00\n\n群 님과 카카오톡 대화\n", "群"),
        ("群 with KakaoTalk Chats\nDate Saved : 2024-03-16 08:40:00\n", "群"),
        ("KakaoTalk Chats with 群\nDate Saved : Mar 16, 2024 at 8:40\n", "群"),
        ("A saved KakaoTalk Chats with 群\nDate Saved : Mar 16, 2024, 8:40 AM\n", "群"),
        ("Talk_2024.3.16 08:40-1.txt\n저장한 날짜 : 2024. 3. 16. 오전 8:40\n", ""),
        ("Date Saved : Mar 16, 2024 at 8:40\n", ""),
        ("", ""),
    ],
)
def test_titles(head: str, name: str) -> None:
    chat, *items = read(f"\ufeff{head}\n2024년 3월 15일 오후 1:05, 甲 : 早\n")

    assert chat == ChatInfo(name, "kakaotalk")
    assert len(items) == 1


@pytest.mark.parametrize(
    "line",
    [
        "2024년 3월 15일 오후 1:05, 甲 : 早", "2024. 3. 15. 오후 1:05, 甲 : 早", "2024-03-15 오후 1:05, 甲 : 早", "Mar 15, 2024 at 13:05, 甲 : 早",
        "March 15, 2024 at 1:05\u202fp.m., 甲 : 早", "Mar 15, 2024, 1:05 PM, 甲 : 早",
        "--------------- 2024년 3월 15일 금요일 ---------------\n[甲] [오후 1:05] 早",
        "--------------- Friday, March 15, 2024 ---------------\n[甲] [1:05 PM] 早", "--------------- 2024. 3. 15. ---------------\n[甲] [13:05] 早",
    ],
)  # fmt: skip
def test_rows(line: str) -> None:
    (message,) = said(f"{TITLED}{line}\n")

    assert (f"{message.sent_at:%Y-%m-%d %H:%M}", message.name, message.text) == ("2024-03-15 13:05", "甲", "早")


def test_text_of_several_lines_of_phones_and_its_notices() -> None:
    items = read(f"{TITLED}2024년 3월 15일 오후 1:05, 甲 : 早\n好\n乙님이 들어왔습니다.\n")

    assert [(m.name, m.text) for m in said(f"{TITLED}2024년 3월 15일 오후 1:05, 甲 : 早\n好\n")] == [("甲", "早\n好")]
    assert [item.line for item in items if isinstance(item, IgnoredRecord)] == [6]


def test_notices_with_a_time_are_kept() -> None:
    told = said(
        f"{TITLED}2026. 2. 1. 오후 8:26: 甲님이 乙님을 초대했습니다.\n2026년 2월 1일 오전 12:22, 乙님이 나갔습니다.\nFeb 1, 2026 at 20:29: 甲 invited 乙.\n"
    )

    assert [(m.kind, m.sender, m.text) for m in told] == [
        ("system", None, "甲님이 乙님을 초대했습니다."),
        ("system", None, "乙님이 나갔습니다."),
        ("system", None, "甲 invited 乙."),
    ]


def test_text_below_a_notice_is_kept() -> None:
    items = read(
        "--------------- 2024년 3월 15일 금요일 ---------------\n[甲] [오후 1:05] 早\n乙님이 들어왔습니다.\n还有一行\n"
    )

    assert [item.raw for item in items if isinstance(item, BadRecord)] == ["乙님이 들어왔습니다.\n还有一行"]


def test_day_in_a_text_is_text() -> None:
    told = said(
        "--------------- 2024년 3월 15일 금요일 ---------------\n[甲] [오후 1:05] 看\n2024년 3월 1일 금요일\n\n2024년 3월 2일 토요일\n[乙] [오후 1:06] 好\n"
    )

    assert [(f"{m.sent_at:%d}", m.text) for m in told] == [
        ("15", "看\n2024년 3월 1일 금요일\n\n2024년 3월 2일 토요일"),
        ("15", "好"),
    ]


def test_names_with_brackets_and_colons() -> None:
    told = said(
        f"{TITLED}2024년 3월 15일 오후 1:05, 甲 : 产品 : 早\n2024년 3월 15일 오후 1:06, 甲 : 产品 : 好 : 的\n2024년 3월 15일 오후 1:07, 부서:영업 : 早\n"
    )
    (bracketed,) = said(
        f"{TITLED}--------------- 2024년 3월 15일 금요일 ---------------\n[[管理]甲] [오후 1:05] [旺柴]\n"
    )

    assert [(m.name, m.text) for m in told] == [("甲 : 产品", "早"), ("甲 : 产品", "好 : 的"), ("부서:영업", "早")]
    assert (bracketed.name, bracketed.text) == ("[管理]甲", "[旺柴]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("사진", ("image", "")), ("사진 3장", ("image", "")), ("사진 보냈어요", ("text", "사진 보냈어요")), ("Photo", ("image", "")),
        ("이모티콘", ("sticker", "")), ("동영상", ("video", "")), ("음성메시지", ("voice", "")), ("보이스톡 해요", ("call", "")),
        ("파일: 周报 3.pdf", ("file", "周报 3.pdf")), ("삭제된 메시지입니다.", ("recall", "")), ("乙님이 나갔습니다.", ("text", "乙님이 나갔습니다.")),
    ],
)  # fmt: skip
def test_words_for_media(text: str, expected: tuple[str, str]) -> None:
    (message,) = said(f"{TITLED}2024년 3월 15일 오후 1:05, 甲 : {text}\n")

    assert (message.kind, message.text) == expected


def test_csv_of_macs() -> None:
    told = said(
        '\ufeffDate,User,Message\r\n2024-03-15 09:00:01,"甲","早\r\n\r\n""好"", 的"\r\n2024-03-15 09:01,乙,乙님이 들어왔습니다.\r\n2024-03-15 09:02,乙,早\r\n'
    )

    assert [(m.kind, m.name, m.text, m.precision) for m in told] == [
        ("text", "甲", '早\n\n"好", 的', 1),
        ("system", "", "乙님이 들어왔습니다.", 1),
        ("text", "乙", "早", 60),
    ]
