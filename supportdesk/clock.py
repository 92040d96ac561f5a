"""The one place that reads the clock.

The time is the database's (`desk_now()`): every process agrees on it, skewed
machines do not matter, and a running demo can be moved to another day.
Only edges call this; services and the domain are handed `now`.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.http import HttpRequest

TOKYO = ZoneInfo("Asia/Tokyo")

_MAKE_SHIFTABLE = """
CREATE TABLE IF NOT EXISTS desk_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    shown timestamptz NOT NULL,        -- what the desk's clock showed …
    set_at timestamptz NOT NULL,       -- … at this real moment
    ticking boolean NOT NULL
);
CREATE OR REPLACE FUNCTION desk_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(
        (SELECT shown + CASE WHEN ticking THEN clock_timestamp() - set_at ELSE interval '0' END
         FROM desk_clock),
        clock_timestamp())
$$;
"""


def now() -> datetime:
    """The desk's time as an aware instant; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT desk_now()")
        (instant,) = cursor.fetchone()
    return instant  # type: ignore[no-any-return]


def today(instant: datetime) -> date:
    """The Tokyo date of an instant."""
    return instant.astimezone(TOKYO).date()


def of(request: HttpRequest) -> datetime:
    """The time of this request: read once, the same for all that it decides and shows."""
    cached: datetime | None = getattr(request, "desk_now", None)
    if cached is None:
        cached = now()
        request.desk_now = cached  # type: ignore[attr-defined]
    return cached


def make_shiftable() -> None:
    """Let this database's clock be moved. For the demo and the tests only; needs the owner role."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_SHIFTABLE)


def shift_to(moment: datetime, *, ticking: bool = True) -> None:
    """Set the desk's clock to `moment` (aware), running on from there or standing still."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO desk_clock (shown, set_at, ticking) VALUES (%s, clock_timestamp(), %s) "
            "ON CONFLICT (only_row) DO UPDATE SET shown = excluded.shown, "
            "set_at = excluded.set_at, ticking = excluded.ticking",
            [moment, ticking],
        )


def unshift() -> None:
    """Back to the real time."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desk_clock")
