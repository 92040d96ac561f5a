"""A year's closures from a spreadsheet or a calendar program: every line understood or named."""

from datetime import date, time

import pytest

from supportdesk.promises.closure_files import Row, UnreadableFileError, read

CSV = """名称,開始日,終了日,開始時刻,終了時刻
夏期休業,2026/8/12,2026/8/14,,
全社研修,2026-11-27,,9:00,12:00
年末年始休業,2026年12月29日,2027年1月4日,,
"""
ROWS = (
    Row("夏期休業", date(2026, 8, 12), date(2026, 8, 14)),
    Row("全社研修", date(2026, 11, 27), date(2026, 11, 27), time(9), time(12)),
    Row("年末年始休業", date(2026, 12, 29), date(2027, 1, 4)),
)
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//JA
BEGIN:VEVENT
UID:1
SUMMARY:年末年始休業
DTSTART;VALUE=DATE:20261229
DTEND;VALUE=DATE:20270105
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:会議
DTSTART:20261201T100000
DTEND:20261201T110000
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_spreadsheet_is_read_in_the_encodings_it_is_saved_in(encoding: str, newline: str) -> None:
    reading = read("closures.csv", CSV.replace("\n", newline).encode(encoding))
    assert reading.rows == ROWS
    assert reading.problems == ()


def test_columns_may_stand_in_any_order_and_wide_figures_are_figures() -> None:
    reading = read(
        "x.csv", "終了日,名称,開始日\n２０２６／８／１４,夏期休業,２０２６／８／１２\n".encode()
    )
    assert reading.rows == ROWS[:1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",2026/8/12,", "名称"),
        ("夏期,2026/2/30,", "2026/2/30"),
        ("夏期,0000/1/1,", "0000/1/1"),
        ("夏期,令和8年1月1日,", "令和8年1月1日"),
        ("夏期,2026/8/14,2026/8/12", "開始日以降"),
        ("夏期,2026/8/14,9999/8/12", "60日まで"),
        ("夏期,2026/8/14,,9:00,", "開始と終了の両方"),
        ("夏期,2026/8/14,,12:00,9:00", "開始が先"),
        ("夏期,2026/8/14,,25:00,26:00", "25:00"),
        (f"{'あ' * 61},2026/8/14,", "60文字"),
        ("夏期", "形で入力"),
    ],
)
def test_a_line_that_cannot_be_understood_is_named_with_its_number(line: str, said: str) -> None:
    header = "名称,開始日,終了日,開始時刻,終了時刻"
    reading = read("x.csv", f"{header}\n夏期休業,2026/8/12,2026/8/14\n{line}\n".encode())
    (problem,) = reading.problems
    assert problem.line == 3
    assert said in problem.text
    assert len(reading.rows) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b""),
        ("x.csv", "日付だけ\n2026/8/12".encode()),
        ("x.csv", b'\xff\xfe\x00"\x00'),
        ("x.csv", '名称,開始日\n"夏期,2026/8/12\n'.encode()),
        ("x.ics", b"BEGIN:VEVENT"),
        ("x.ics", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR"),
    ],
)
def test_what_is_no_such_file_is_refused_in_plain_words(name: str, content: bytes) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(name, content)
    assert str(refused.value)


def test_an_all_day_event_ends_on_the_day_before_its_end() -> None:
    reading = read("x.ics", ICS.encode())
    assert reading.rows == ROWS[2:]
    assert [problem.line for problem in reading.problems] == [2]


def test_a_row_survives_the_way_through_the_confirmation_screen() -> None:
    assert [Row.from_json(row.as_json()) for row in ROWS] == list(ROWS)
