"""Readings, telephone numbers and addresses, whatever the keyboard's width."""

import pytest

from contracts.domain.writing import kana, mail_address, phone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ささき　りょう", "ササキ リョウ"),
        ("ｻｻｷ ﾘｮｳ", "ササキ リョウ"),
        ("カブシキガイシャアオバ・サービス", "カブシキガイシャアオバ・サービス"),
        ("ＡＢ１コーポレーション", "AB1コーポレーション"),
        ("", ""),
    ],
)
def test_a_reading_is_stored_in_full_width_katakana(typed: str, stored: str) -> None:
    assert kana(typed) == stored


@pytest.mark.parametrize("typed", ["佐々木", "ササキ\x00", "ササキ<b>", "\u200b"])
def test_what_is_no_reading_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="kana"):
        kana(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("０３-１２３４-５６７８", "03-1234-5678"),
        ("03ー1234−5678", "03-1234-5678"),
        ("03‐1234—5678", "03-1234-5678"),
        ("（03）1234 5678", "03-1234-5678"),
        ("+81 (0)3 1234 5678", "+81-3-1234-5678"),
        ("0312345678", "0312345678"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_stored_in_half_width(typed: str, stored: str) -> None:
    assert phone(typed) == stored


@pytest.mark.parametrize("typed", ["1" * 300, "内線12", "03-1234", "03-1234-5678\x00", "++81-3"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="telephone"):
        phone(typed)


def test_an_address_is_compared_in_half_width_and_lower_case() -> None:
    assert mail_address("　Ｔａｒｏ＠Example.co.jp ") == "taro@example.co.jp"
