"""When it happened, as people type it: 2026/11/20 14:30, １１月２０日 14時半, 令和8年11月20日."""

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Literal
from unicodedata import normalize

from inquiries.domain.text import clean_line

Fault = Literal["unreadable", "no_such_day", "no_such_time", "future", "too_old"]

# Emperors' years that a server log or a person may still use; the first year is 元年.
_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
_OLDEST_YEAR = 2000
_NOON = 12

_DAY = re.compile(
    r"(?:(?:(?P<era>令和|平成|[RrHh])(?P<era_year>元|\d{1,2})|(?P<year>\d{4}))[年/.\-])?"
    r"(?P<month>\d{1,2})[月/.\-](?P<day>\d{1,2})日?"
)
_TIME = re.compile(
    r"(?P<half>午前|午後|[AaPp][Mm])?\s*(?P<hour>\d{1,2})"
    r"(?:[:時](?:(?P<thirty>半)|(?P<minute>\d{1,2})?)(?:[:分](?:\d{1,2})?秒?)?)\s*(?:頃|ごろ)?"
)
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—―−ーｰ", "-"))


@dataclass(frozen=True, slots=True)
class Occurred:
    """A Tokyo wall date, and the time of day where one was given."""

    on: date
    at: time | None


class OccurredError(ValueError):
    """The text does not say a moment that can have been; `fault` says which way."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def parse_occurred(text: str, *, today: date) -> Occurred | None:
    """Read what was typed; None where it is blank. A date without a year is the last such day.

    `today` is the Tokyo date. Raises OccurredError for what is no moment, lies in the future or
    before the year 2000.
    """
    line = normalize("NFKC", clean_line(text)).translate(_HYPHENS).replace("T", " ")
    if not line:
        return None
    day = _DAY.match(line)
    if not day:
        raise OccurredError("unreadable")
    return Occurred(_date(day, today), _time(line[day.end() :]))


def _date(found: re.Match[str], today: date) -> date:
    year = _year(found)
    try:
        day = date(today.year if year is None else year, int(found["month"]), int(found["day"]))
        if year is None and day > today:
            day = day.replace(year=today.year - 1)
    except ValueError:
        raise OccurredError("no_such_day") from None
    if day > today:
        raise OccurredError("future")
    if day.year < _OLDEST_YEAR:
        raise OccurredError("too_old")
    return day


def _year(found: re.Match[str]) -> int | None:
    if found["era"]:
        first = _ERAS[found["era"].upper()]
        return first + (1 if found["era_year"] == "元" else int(found["era_year"]))
    return int(found["year"]) if found["year"] else None


def _time(rest: str) -> time | None:
    rest = re.sub(r"^\s*(\([日月火水木金土]\))?\s*", "", rest)
    if not rest:
        return None
    found = _TIME.fullmatch(rest)
    if not found:
        raise OccurredError("unreadable")
    try:
        return time(_hour(found), 30 if found["thirty"] else int(found["minute"] or 0))
    except ValueError:
        raise OccurredError("no_such_time") from None


def _hour(found: re.Match[str]) -> int:
    """午後2時 is 14, 12 PM is noon. Raises ValueError for 午後13時."""
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if not half:
        return hour
    if hour > _NOON:
        raise ValueError(hour)
    return hour % _NOON + (_NOON if half in ("午後", "pm") else 0)
