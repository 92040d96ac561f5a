"""Numbers that people say on the telephone: 26-11-0458. Gap-free is not promised, unique is."""

from datetime import date

from django.db import connection


def next_number(series: str, on: date) -> str:
    """The next number of a series (a table-wide name such as "inquiry") for the Tokyo month of `on`.

    Counts per month in one row, in the caller's transaction: two at once
    queue behind the row, and a rolled-back request gives its number back.
    """
    month = on.replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO desk_numbers (series, month, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (series, month) DO UPDATE SET last = desk_numbers.last + 1 "
            "RETURNING last",
            [series, month],
        )
        (last,) = cursor.fetchone()
    return f"{on:%y-%m}-{last:04d}"
