"""発生した日時 is read as people write it, full width and all (F-17)."""

from datetime import date, time

import pytest

from inquiries.domain.occurred import Occurred, OccurredError, parse_occurred

TODAY = date(2026, 11, 20)

READ = [
    ("2026/11/20 14:30", (2026, 11, 20), (14, 30)),
    ("２０２６／１１／２０　１４：３０", (2026, 11, 20), (14, 30)),
    ("２０２６-０１-０１", (2026, 1, 1), None),
    ("2026ー11ー19", (2026, 11, 19), None),
    ("2026年11月20日(金) 14時半頃", (2026, 11, 20), (14, 30)),
    ("2026.11.20 9:05", (2026, 11, 20), (9, 5)),
    ("2026-11-20T09:05:31", (2026, 11, 20), (9, 5)),
    ("11/20 14時", (2026, 11, 20), (14, 0)),
    ("11月20日 午後2時30分", (2026, 11, 20), (14, 30)),
    ("11/20 PM 2:30", (2026, 11, 20), (14, 30)),
    ("令和8年1月1日", (2026, 1, 1), None),
    ("R8.11.1", (2026, 11, 1), None),
    ("令和元年5月1日", (2019, 5, 1), None),
    ("12/31 23:50", (2025, 12, 31), (23, 50)),  # without a year: the last such day
]


@pytest.mark.parametrize(("typed", "on", "at"), READ, ids=[row[0] for row in READ])
def test_a_moment_is_read_as_people_type_it(
    typed: str, on: tuple[int, int, int], at: tuple[int, int] | None
) -> None:
    expected = Occurred(date(*on), time(*at) if at else None)
    assert parse_occurred(typed, today=TODAY) == expected


REFUSED = [
    ("2026-02-30", "no_such_day"),
    ("0000-01-01", "no_such_day"),
    ("99999-01-01", "unreadable"),
    ("1999/12/31", "too_old"),
    ("2026/11/21", "future"),
    ("2026/11/20 25:00", "no_such_time"),
    ("2026/11/20 午後13時", "no_such_time"),
    ("昨日の夕方", "unreadable"),
    ("2026/11/20 夕方", "unreadable"),
    ("14:30", "unreadable"),
    ("2026/11/20'; DROP TABLE", "unreadable"),
]


@pytest.mark.parametrize(("typed", "fault"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_moment_is_refused_with_its_reason(typed: str, fault: str) -> None:
    with pytest.raises(OccurredError) as refused:
        parse_occurred(typed, today=TODAY)
    assert refused.value.fault == fault


@pytest.mark.parametrize("typed", ["", "   ", "\u3000", "\u200b"])
def test_nothing_typed_is_nothing(typed: str) -> None:
    assert parse_occurred(typed, today=TODAY) is None
