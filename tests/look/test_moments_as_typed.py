"""What people type into 別の日時で確かめる is understood, full width and all."""

from datetime import date

import pytest

from supportdesk.presenting.moments import UnreadableError, read_moment
from tests.clock import tokyo

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026/12/28 16:40", "2026-12-28 16:40"),
        ("２０２６／１２／２８　１６：４０", "2026-12-28 16:40"),
        ("2026-12-28T16:40", "2026-12-28 16:40"),
        ("2026.12.28 16:40", "2026-12-28 16:40"),
        ("2026年12月28日 16時40分", "2026-12-28 16:40"),
        ("2026年12月28日(月) 16:40", "2026-12-28 16:40"),
        ("2026‐12−28 16:40", "2026-12-28 16:40"),
        ("12/28 午後4時", "2026-12-28 16:00"),
        ("12/28", "2026-12-28 09:00"),
        ("11/20 9:05", "2026-11-20 09:05"),
        ("1/5 17:00", "2027-01-05 17:00"),
        ("  12月28日　16:40  ", "2026-12-28 16:40"),
    ],
)
def test_a_moment_is_read(typed: str, meant: str) -> None:
    assert read_moment(typed, today=TODAY) == tokyo(meant)


@pytest.mark.parametrize(
    "typed",
    ["あした", "2026/13/01", "2026/02/30 10:00", "12/28 25:00", "12/28 10:75", "0000/01/01", "\x00",
     "2/29", "9" * 5000, "2026/12/28 16:40; DROP"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_moment(typed, today=TODAY)
