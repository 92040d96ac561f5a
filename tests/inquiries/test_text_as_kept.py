"""What is typed is kept as people mean it: widths folded, names as they are, tricks removed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiries.domain.text import clean_block, clean_line, fault_of, is_blank, storable

LINES = [
    # typed, kept, why
    ("ＡＢ１２", "AB12", "full-width letters and digits are folded"),
    ("ｱﾌﾟﾘｶﾞ", "アプリガ", "half-width kana is made whole, with its marks"),
    ("件名　です", "件名 です", "the full-width space becomes a space"),
    ("（至急）回答：お願い！", "（至急）回答：お願い！", "punctuation stays as Japanese is set"),
    ("株式会社①㈱髙﨑𠮷", "株式会社①㈱髙﨑𠮷", "F-16: signs and names stay"),
    ("神社の神", "神社の神", "a compatibility ideograph is somebody's name"),
    ("か\u3099", "が", "what a Mac types in two parts is one"),
    ("葛\U000e0100城", "葛\U000e0100城", "a variation selector belongs to the name"),
    ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧", "joined emoji stay joined"),
    ("a\r\nBcc: x@y", "a Bcc: x@y", "E-1: no line break survives"),
    ("a\u0085b\u2028c\u2029d\x0be\x0cf\x1cg", "a b c d e f g", "E-2: of no kind"),
    ("x\u202etxt.exe", "xtxt.exe", "F-5: no character turns the reading direction"),
    ("\ufeff件\u200b名\u2060", "件名", "invisible characters inside go"),
    ("  a \t b  ", "a b", "runs of spaces become one"),
    ("\u200b\ufeff\u200c", "", "F-2: invisible only is empty"),
    ("\u3000 \u00a0", "", "F-1: spaces only is empty"),
    ("\u3164\u115f\u2800", "", "blank-looking letters only is empty"),
    ("\x1b[31m赤", "[31m赤", "control characters go"),
    (
        "=?utf-8?q?x=0D=0ABcc:_evil=40example.com?=",
        "=?utf-8?q?x=0D=0ABcc:_evil=40example.com?=",
        "E-3: shown literally; the outbox keeps it from being decoded",
    ),
]


@pytest.mark.parametrize(("typed", "kept", "why"), LINES, ids=[row[2] for row in LINES])
def test_a_line_is_kept_as_it_can_be_read(typed: str, kept: str, why: str) -> None:
    assert clean_line(typed) == kept, why


def test_a_block_keeps_its_lines_and_widths() -> None:
    assert clean_block("  １行目\r\n２行目  \r\r\n\u202e３行目\n\n") == "  １行目\n２行目\n\n３行目"
    assert clean_block("\u200b\n\u3000\n") == ""


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_line(text)
    assert clean_line(once) == once
    block = clean_block(text)
    assert clean_block(block) == block


@given(st.text())
def test_a_line_never_has_a_break_and_is_never_only_invisible(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert line == "" or not is_blank(line)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_what_is_storable_is_faultless_utf8(text: str) -> None:
    kept = storable(text)
    assert fault_of(kept) is None
    kept.encode()


def test_what_cannot_be_stored_is_named() -> None:
    assert fault_of("a\x00b") == "null"
    assert fault_of("a\ud800b") == "surrogate"
    assert fault_of("髙﨑𠮷") is None
