"""Each thing that a spreadsheet does to a value is understood, or named with what to enter."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.imports import reading
from supportdesk.imports.domain import cells
from supportdesk.imports.domain.cells import CellError
from supportdesk.imports.problems import Problem

DAY = "2026-04-01"


@pytest.mark.parametrize(
    "written",
    [
        "2026-04-01",
        "2026/4/1",
        "2026/04/01",
        "2026.4.1",
        "2026年4月1日",
        "２０２６年４月１日",
        "令和8年4月1日",
        "令和８年４月１日",
        "R8.4.1",
        "r8/4/1",
        "20260401",
        "2026/4/1 0:00",
        "2026/04/01 00:00:00",
        "2026/4/1（水）",
        "2026 年 4 月 1 日",
    ],
)
def test_a_day_is_understood_however_it_is_written(written: str) -> None:
    assert cells.day(written) == DAY


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("平成31年4月30日", "2019-04-30"),
        ("令和元年5月1日", "2019-05-01"),
        ("昭和64年1月7日", "1989-01-07"),
        ("平成元年1月8日", "1989-01-08"),
        ("H12.2.29", "2000-02-29"),
    ],
)
def test_years_of_an_era_are_counted_from_its_first(written: str, day: str) -> None:
    assert cells.day(written) == day


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("46113", "serial"),
        ("46113.5", "serial"),
        ("Apr-26", "month_name"),
        ("1-Apr", "month_name"),
        ("1-Apr-26", "month_name"),
        ("4月1日", "no_year"),
        ("4/1", "no_year"),
        ("26/4/1", "other_order"),
        ("4/1/2026", "other_order"),
        ("2026/4", "no_day"),
        ("2026年4月", "no_day"),
        ("2026/2/29", "no_such_day"),
        ("2026/13/1", "no_such_day"),
        ("平成31年5月1日", "no_such_day"),
        ("令和元年4月30日", "no_such_day"),
        ("0026/4/1", "far"),
        ("9999/12/31", "far"),
        ("あした", "day"),
        ("2026/4/1 9:30", "day"),
    ],
)
def test_a_day_that_was_damaged_is_named(written: str, fault: str) -> None:
    with pytest.raises(CellError) as wrong:
        cells.day(written)
    assert wrong.value.fault == fault
    assert "2026-04-01 の形" in said(wrong.value) or fault == "far"


def test_a_day_that_became_a_number_is_told_with_the_day_that_it_was() -> None:
    with pytest.raises(CellError) as wrong:
        cells.day("46113")
    assert "2026-04-01 と思われます" in said(wrong.value)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("#REF!", "broken"),
        ("#N/A", "broken"),
        ("＃Ｎ／Ａ", "broken"),
        ("#VALUE!", "broken"),
        ("########", "broken"),
        ("=A1+1", "formula"),
        ("＝A1", "formula"),
        ('="0012"&A1', "formula"),
        ("株式会社�田", "lost"),
        ("???", "lost"),
        ("a\x07b", "control"),
    ],
)
def test_what_is_no_value_at_all_is_named(cell: str, fault: str) -> None:
    with pytest.raises(CellError) as wrong:
        cells.content(cell)
    assert wrong.value.fault == fault
    assert said(wrong.value)


@pytest.mark.parametrize(
    ("cell", "content"),
    [
        ('="0012"', "0012"),
        ("　株式会社あおば　 ", "株式会社あおば"),
        ("本当に？？", "本当に？？"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_what_protects_or_surrounds_a_value_is_taken_off(cell: str, content: str) -> None:
    assert cells.content(cell) == content


def test_an_equals_sign_that_was_written_safely_is_one() -> None:
    assert cells.content("=1+1", literal=True) == "=1+1"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("Ｃ－００１２", "C-0012"), ("C‐0012", "C-0012"), (" C-00 12 ", "C-0012"), ("0012", "0012")],
)
def test_numbers_are_folded_and_keep_their_zeros(typed: str, number: str) -> None:
    assert cells.number(20)(typed) == number


@pytest.mark.parametrize("typed", ["1.23E+11", "1E+05", "１．２３Ｅ＋１１"])
def test_a_number_cut_to_its_first_figures_is_named(typed: str) -> None:
    with pytest.raises(CellError) as wrong:
        cells.number(20)(typed)
    assert wrong.value.fault == "exponent"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("株式会社①㈱髙﨑～", "株式会社①㈱髙﨑～"), ("𠮷野家", "𠮷野家"), ("<script>", "<script>")],
)
def test_names_stay_what_they_are(typed: str, kept: str) -> None:
    assert cells.words(40)(typed) == kept


@pytest.mark.parametrize("typed", ["株式会社?崎", "1行目\n2行目", "あ" * 41])
def test_a_name_with_lost_letters_lines_or_too_many_is_told(typed: str) -> None:
    with pytest.raises(CellError):
        cells.words(40)(typed)


@pytest.mark.parametrize(
    ("typed", "count"), [("12", "12"), ("１２", "12"), ("1,200", "1200"), ("007", "7"), ("", "")]
)
def test_a_count_is_a_whole_number_however_it_is_written(typed: str, count: str) -> None:
    assert cells.count(typed) == count


@pytest.mark.parametrize("typed", ["0", "-1", "1.5", "1,20", "2147483648", "9" * 40, "多数"])
def test_what_is_no_count(typed: str) -> None:
    with pytest.raises(CellError):
        cells.count(typed)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("○", "はい"),
        ("TRUE", "はい"),
        ("１", "はい"),
        ("×", "いいえ"),
        ("FALSE", "いいえ"),
        ("", ""),
    ],
)
def test_yes_and_no_are_understood(typed: str, answer: str) -> None:
    assert cells.yes_or_no(typed) == answer


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("312345678", "phone_zero"),
        ("9012345678", "phone_zero"),
        ("3.12E+08", "exponent"),
        ("内線12", "phone"),
    ],
)
def test_a_telephone_number_that_was_taken_for_a_number(typed: str, fault: str) -> None:
    with pytest.raises(CellError) as wrong:
        reading.phone(typed)
    assert wrong.value.fault == fault
    assert said(wrong.value)


@given(st.dates(date(1980, 1, 1), date(2100, 12, 31)))
def test_every_day_is_its_own_canonical_text(on: date) -> None:
    forms = (
        f"{on:%Y-%m-%d}",
        f"{on.year}/{on.month}/{on.day}",
        f"{on.year}年{on.month}月{on.day}日",
    )
    assert {cells.day(form) for form in forms} == {on.isoformat()}
    assert cells.day(cells.day(forms[0])) == on.isoformat()


@given(st.text(max_size=40))
def test_whatever_stands_in_a_cell_is_read_or_refused_and_never_breaks(text: str) -> None:
    parsers = (
        cells.day,
        cells.count,
        cells.yes_or_no,
        cells.number(20),
        cells.slug(20),
        cells.words(30),
        cells.note(30),
        cells.choice({"a": "あ"}),
        reading.kana(20),
        reading.phone,
        reading.address,
    )
    for parse in parsers:
        try:
            once = parse(cells.content(text))
        except CellError as wrong:
            assert said(wrong)
        else:
            assert parse(once) == once


def said(wrong: CellError) -> str:
    return Problem.of("column", wrong).said()
