"""Dates and times as people type them, full width and all."""

import re
import unicodedata
from datetime import date, datetime

from supportdesk.clock import TOKYO

# 2026/12/28 16:40 · 2026-12-28T16:40 · 2026年12月28日 16時40分 · 12/28 16:40 · 12月28日(月) 16時
_SHAPE = re.compile(
    r"""^\s*(?:(?P<year>\d{4})\s*[-/.年]\s*)?
    (?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?
    \s*(?:[(（].{1,3}[)）])?
    (?:[\sT、,]*(?P<pm>午前|午後)?\s*(?P<hour>\d{1,2})\s*(?:[:時]\s*(?P<minute>\d{1,2})?\s*(?::\d{2})?分?)?)?\s*$""",
    re.VERBOSE,
)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-"))
LONGEST = 60
NOON = 12
DEFAULT_HOUR = 9


class UnreadableError(ValueError):
    """What was typed is no date and time."""


def read_moment(text: str, *, today: date) -> datetime:
    """The Tokyo instant somebody typed; without a year the next such day, without a time 9:00.

    Raises UnreadableError.
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_HYPHENS)
    match = _SHAPE.match(plain)
    if not match:
        raise UnreadableError(text)
    part = match.groupdict()
    hour = int(part["hour"] or DEFAULT_HOUR)
    if part["pm"] == "午後" and hour < NOON:
        hour += NOON
    try:
        on = _day(part, today)
        return datetime(on.year, on.month, on.day, hour, int(part["minute"] or 0), tzinfo=TOKYO)
    except ValueError:
        raise UnreadableError(text) from None


def _day(part: dict[str, str | None], today: date) -> date:
    month, day = int(part["month"] or 0), int(part["day"] or 0)
    if part["year"]:
        return date(int(part["year"]), month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)
