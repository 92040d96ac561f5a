"""Calendars and moments that the domain tests share, in the words the tests use."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from supportdesk.business_calendar.domain.calendar import TOKYO, BusinessCalendar
from supportdesk.business_calendar.domain.days import DayOverride, OverrideKind, hours

HOLIDAYS = {
    date(2026, 9, 21): "敬老の日",
    date(2026, 9, 22): "国民の休日",
    date(2026, 9, 23): "秋分の日",
    date(2026, 11, 3): "文化の日",
    date(2026, 11, 23): "勤労感謝の日",
    date(2027, 1, 1): "元日",
    date(2027, 3, 21): "春分の日",
    date(2027, 3, 22): "振替休日",
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str, zone: ZoneInfo = TOKYO) -> datetime:
    """A wall-clock moment of a zone; of two the first, unless the text has an offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def windows(*spans: str) -> tuple[tuple[int, int], ...]:
    """`windows("9:00-12:00", "13:00-24:00")`"""
    pairs = (span.split("-") for span in spans)
    return tuple((minutes(opens), minutes(closes)) for opens, closes in pairs)


def override(
    on: str, kind: OverrideKind, *spans: str, name: str = "", sends: bool = False
) -> DayOverride:
    return DayOverride(day(on), hours(windows(*spans)), name, kind, sends)


def closures(first: str, last: str, name: str) -> list[DayOverride]:
    """Closed days from `first` to `last`, both counted."""
    days = (day(last) - day(first)).days + 1
    return [DayOverride(day(first) + timedelta(days=n), (), name, "closure") for n in range(days)]


def desk(*overrides: DayOverride) -> BusinessCalendar:
    """The desk's own calendar, late 2026, both horizons at the end of 2027."""
    return BusinessCalendar.build(
        holidays=HOLIDAYS,
        overrides=overrides,
        holidays_known_until=date(2027, 12, 31),
        closures_known_until=date(2027, 12, 31),
        version=7,
    )
