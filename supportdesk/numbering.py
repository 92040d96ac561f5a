"""Numbers that people say on the telephone: 26-11-0458. Gap-free is not promised, unique is."""

import re
from collections.abc import Iterable
from datetime import date

from django.db import connection

# Inquiries and applications share it: a number said on the telephone names one thing.
REQUESTS = "request"
_OF_A_YEAR = re.compile(r"([12][0-9]{3})-([0-9]{6,9})")


def next_number(series: str, on: date) -> str:
    """The next number of a series (`REQUESTS`, "certificate") for the Tokyo month of `on`.

    Counts per month in one row, in the caller's transaction: two at once
    queue behind the row, and a rolled-back request gives its number back.
    """
    return f"{on:%y-%m}-{_count(series, on.replace(day=1)):04d}"


def next_number_of_year(series: str, on: date) -> str:
    """The same with a count per Tokyo year of `on`: 2026-004817."""
    return f"{on:%Y}-{_count(series, on.replace(month=1, day=1)):06d}"


def pass_over(series: str, numbers: Iterable[str]) -> None:
    """Let the yearly series never give out any of these numbers, which came from elsewhere.

    Only what looks like one of its own can meet it; the caller's transaction holds the series.
    """
    highest: dict[int, int] = {}
    for number in numbers:
        if own := _OF_A_YEAR.fullmatch(number):
            year, count = int(own[1]), int(own[2])
            highest[year] = max(count, highest.get(year, 0))
    with connection.cursor() as cursor:
        for year, count in sorted(highest.items()):
            cursor.execute(
                "INSERT INTO desk_numbers (series, month, last) VALUES (%s, %s, %s) "
                "ON CONFLICT (series, month) DO UPDATE "
                "SET last = greatest(desk_numbers.last, excluded.last)",
                [series, date(year, 1, 1), count],
            )


def leave_gap(size: int) -> None:
    """Pass over so many numbers of every series: a restored desk does not know the last ones.

    A number that a customer holds in a mail never names another's request.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE desk_numbers SET last = last + %s", [size])


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
