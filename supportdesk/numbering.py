"""Numbers that people say on the telephone: 26-11-0458. Gap-free is not promised, unique is."""

from datetime import date

from django.db import connection

# Inquiries and applications share it: a number said on the telephone names one thing.
REQUESTS = "request"


def next_number(series: str, on: date) -> str:
    """The next number of a series (`REQUESTS`, "certificate") for the Tokyo month of `on`.

    Counts per month in one row, in the caller's transaction: two at once
    queue behind the row, and a rolled-back request gives its number back.
    """
    return f"{on:%y-%m}-{_count(series, on.replace(day=1)):04d}"


def next_number_of_year(series: str, on: date) -> str:
    """The same with a count per Tokyo year of `on`: 2026-004817."""
    return f"{on:%Y}-{_count(series, on.replace(month=1, day=1)):06d}"


def _count(series: str, since: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO desk_numbers (series, month, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (series, month) DO UPDATE SET last = desk_numbers.last + 1 "
            "RETURNING last",
            [series, since],
        )
        (last,) = cursor.fetchone()
    return int(last)
