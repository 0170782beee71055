"""Personal data is found in its disguises; numbers that only look like it stay."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sediment.redaction import LABELS, findings, redact

# All made up: numbers with a right check digit come from regions, banks or dates that do not exist.
PERSONAL = [
    ("手机 13800138000 微信同号", "13800138000", "phone"),
    ("打我电话138-0013-8000", "138-0013-8000", "phone"),
    ("我的号 138 0013 8000", "138 0013 8000", "phone"),
    ("１３８００１３８０００找我", "１３８００１３８０００", "phone"),
    ("+86 13800138000", "+86 13800138000", "phone"),
    ("0086-138-0013-8000", "0086-138-0013-8000", "phone"),
    ("加我 138\u200b0013\u200b8000", "138\u200b0013\u200b8000", "phone"),
    ("一三八零零一三八零零零 打给我", "一三八零零一三八零零零", "phone"),
    ("幺三八 零零幺三 八零零零", "幺三八 零零幺三 八零零零", "phone"),
    ("我在香港 +852 9123 4567", "+852 9123 4567", "phone"),
    ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "phone"),
    ("联系人 17012345678。", "17012345678", "phone"),
    ("办公室 010-62345678", "010-62345678", "landline"),
    ("座机 (0571) 87654321 转 802", "(0571) 87654321 转 802", "landline"),
    ("电话02162345678", "02162345678", "landline"),
    ("身份证 990102199506150013", "990102199506150013", "id_card"),
    ("990102 19950615 0013", "990102 19950615 0013", "id_card"),
    ("身份证号码是340000199001010011", "340000199001010011", "id_card"),
    ("卡号 6217 9900 1234 5678 008", "6217 9900 1234 5678 008", "bank_card"),
    ("6217990012345678008 麻烦转一下", "6217990012345678008", "bank_card"),
    ("户名写错了，6222000000001234567", "6222000000001234567", "bank_card"),
    ("visa 信用卡 4111111111111111", "4111111111111111", "bank_card"),
    ("发 zhang.san+work@mail.example.com", "zhang.san+work@mail.example.com", "email"),
    ("发到san艾特example点com", "san艾特example点com", "email"),
    ("san(at)example.com", "san(at)example.com", "email"),
    ("san＠example.com", "san＠example.com", "email"),
    ("我QQ 100200300", "100200300", "qq"),
    ("qq：12345678", "12345678", "qq"),
    ("扣扣1234567890", "1234567890", "qq"),
    ("加q 99887766", "99887766", "qq"),
    ("QQ号是 22334455，备注群名", "22334455", "qq"),
    ("加我 moss_dali2026 备注健身", "moss_dali2026", "wechat"),
    ("加V：xq_liuliang88", "xq_liuliang88", "wechat"),
    ("微信号：zhangsanfeng", "zhangsanfeng", "wechat"),
    ("微信 fafa_wl2026", "fafa_wl2026", "wechat"),
    ("vx: abc-12345", "abc-12345", "wechat"),
    ("薇信hello_2020", "hello_2020", "wechat"),
    ("wxid_a1b2c3d4e5f6g7", "wxid_a1b2c3d4e5f6g7", "wechat"),
    ("护照 E12345678 快到期了", "E12345678", "passport"),
    ("护照号是EA1234567", "EA1234567", "passport"),
    ("车停门口了 浙Z00X12", "浙Z00X12", "plate"),
    ("粤B·D12345 是新能源", "粤B·D12345", "plate"),
    ("沪A9Z000 挪一下车", "沪A9Z000", "plate"),
    ("寄到杭州市拱墅区假山路88号云栖里3幢1204", "杭州市拱墅区假山路88号云栖里3幢1204", "address"),
    ("望潮市听涛区渔港新村7幢3单元402", "望潮市听涛区渔港新村7幢3单元402", "address"),
    ("地址：虚构市想象路12号", "虚构市想象路12号", "address"),
    ("我家住在幸福小区2栋1501室", "幸福小区2栋1501室", "address"),
    ("收件人 余大成，电话稍后", "余大成", "name"),
    ("户名：王德叁 对公", "王德叁", "name"),
    ("我叫李小冰", "李小冰", "name"),
    ("云栖里3幢1204，周小鱼收", "周小鱼", "name"),
    ("验证码 482913 别告诉别人", "482913", "code"),
    ('api_key="qh-demo-7f3a91c0b2e8"', "qh-demo-7f3a91c0b2e8", "secret"),
    ("sk-demo7f3a91c0b2e84d55 泄露了", "sk-demo7f3a91c0b2e84d55", "secret"),
    ("qh_live_demo_8f3a2c71d09e", "qh_live_demo_8f3a2c71d09e", "secret"),
    ("密码是 Abc12345!", "Abc12345!", "secret"),
    ("AKIAABCDEFGHIJKLMNOP", "AKIAABCDEFGHIJKLMNOP", "secret"),
]

LOOK_ALIKE = [
    "订单号 20260311100045 已发货",
    "单号 2026040300018273645",
    "订单13800138000查一下",
    "运单 SF1380013800012",
    "腾讯会议 138 001 38000",
    "会议号：138-0013-8000",
    "时间戳 1775640000000",
    "本群群号 780000123，欢迎加入",
    "QQ群 88812345",
    "备用群 88812345",
    "PID 31842 占了 17G",
    "版本 3.1.6，fastapi 0.115.6",
    "v3.2.20260408",
    "浙ICP备2026001234号-1A",
    "京公网安备11010802012345号",
    "ISBN 9787115428028",
    "流水 12,400 扣了 74.4",
    "200块分100个",
    "1,204 次下载，付费 96",
    "选16:01就行，2026-04-08 09:30:00",
    "3980→4980 元/年",
    "滨江星芒里3楼306，城西那个作废",
    "梧桐里咖啡二楼，城西店",
    "河畔创客空间 302（河畔路88号，地铁3号线河畔站B口走5分钟）",
    "192.168.138.100 连不上",
    "10.138.0.138:8080",
    "π 是 3.1415926535897932",
    "commit 1a2b3c4d5e6f7a8b9c0d",
    "错误码 -13800138000123",
    "月活 13800138 了",
    "那算了 钱都没收 省事",
    "微信小程序 developer tools 更新了",
    "微信支付 v3 接口",
    "微信公众号后台",
    "加 proxy_buffering off 就好",
    "加我一个",
    "QQ 空间打不开",
    "qq音乐 320kbps",
    "显卡 RTX4090 24G",
    "护照快到期了",
    "京A股市场没有这个说法",
    "新A8 发布了",
    "密码忘了怎么办",
    "密码是什么",
    "token 用了 12345678 个",
    "0.1.12345678",
    "第138页，共0013条，8000字",
    "房间 8 号楼在哪",
    "请全体成员核对姓名和手机号",
    "户名不是一个",
    "邮箱写错了 @老段",
    "@all 明天开会",
    "https://example.com/p/13800138000",
    "三五七九一三五",
    "一二三四五六七",
    "周三一点半到五点",
    "共 6217 条，9900 条，1234 条",
    "训练 100000000 步",
    "尾号 8000 的卡",
    "2026SR1234567 是登记号",
    "提单号 HB26042801",
]


@pytest.mark.parametrize(("text", "data", "kind"), PERSONAL, ids=[f"{kind}-{data}" for _, data, kind in PERSONAL])
def test_personal_data_is_found_whole(text: str, data: str, kind: str) -> None:
    found = [(text[finding.start : finding.end], finding.kind) for finding in findings(text)]

    assert (data, kind) in found


@pytest.mark.parametrize("text", LOOK_ALIKE)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert redact(text) == text


def test_several_kinds_in_one_message() -> None:
    text = "样品寄 杭州市滨江区虚构路12号6幢902，李小冰收，电话 13600002222，加v：fafa_wl2026"

    assert redact(text) == "样品寄 〔住址〕，〔姓名〕收，电话 〔手机号〕，加v：〔微信号〕"


def test_labels_exist_in_english_too() -> None:
    assert redact("call 13800138000", "en") == "call 〔phone〕"
    assert all(len(set(pair)) == 2 for pair in LABELS.values())


def test_a_message_without_any_is_returned_as_it_is() -> None:
    assert findings("大家早上好呀") == []


@given(st.text(max_size=60), st.sampled_from(PERSONAL), st.text(max_size=60))
def test_findings_are_in_order_and_do_not_overlap(before: str, case: tuple[str, str, str], after: str) -> None:
    text = before + case[0] + after
    found = findings(text)

    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@given(st.sampled_from(PERSONAL))
def test_nothing_is_left_to_find_after_redaction(case: tuple[str, str, str]) -> None:
    assert case[1] not in redact(case[0])
    assert findings(redact(case[0])) == []
