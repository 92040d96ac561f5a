"""Loading the calendar in force, and the terms in force."""

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import Any

from supportdesk.business_calendar import holidays
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.closures import ClosureSpan, overrides_of
from supportdesk.business_calendar.domain.days import MINUTES_A_DAY, DayOverride
from supportdesk.business_calendar.models import (
    CalendarVersion,
    Closure,
    ClosureQuerySet,
    TermsVersion,
)

_FIELDS = ("name", "kind", "starts_on", "ends_on", "opens_at", "closes_at", "sends")
type _Row = tuple[Any, ...]


def load_calendar() -> BusinessCalendar:
    """The calendar in force: week, public holidays and announced closures (2-1c).

    Two small queries; the calendar itself is kept in the process. It is kept by what it was read
    from, not by its version number alone: a change that is rolled back gives its number back.
    """
    return _load(Closure.objects.announced())


def build_calendar(*, without: Closure | None = None) -> BusinessCalendar:
    """The calendar in force, or what it would be if an announced closure were withdrawn."""
    closures = Closure.objects.announced()
    return _load(closures.exclude(pk=without.pk) if without else closures)


def day_overrides(closures: Iterable[Closure]) -> list[DayOverride]:
    """The days that these closures change, drafts too; where two meet, the later comes last."""
    return _overrides(tuple(getattr(closure, name) for name in _FIELDS) for closure in closures)


def current_terms(on: date) -> TermsVersion:
    """The terms in force on that Tokyo date (4). Raises TermsVersion.DoesNotExist before them."""
    return TermsVersion.objects.in_force(on)[:1].get()


def _load(closures: ClosureQuerySet) -> BusinessCalendar:
    # The version first: a calendar may be newer than its number says, never older.
    version = CalendarVersion.objects.get()
    rows = closures.order_by("announced_at", "pk").values_list(*_FIELDS)
    return _in_force(version.number, version.closures_known_until, tuple(rows))


@lru_cache(maxsize=8)
def _in_force(
    number: int, closures_known_until: date | None, rows: tuple[_Row, ...]
) -> BusinessCalendar:
    return BusinessCalendar.build(
        holidays=holidays.public_holidays(),
        overrides=_overrides(rows),
        holidays_known_until=holidays.KNOWN_UNTIL,
        closures_known_until=closures_known_until,
        version=number,
    )


def _overrides(rows: Iterable[_Row]) -> list[DayOverride]:
    bare = holidays.calendar_without_closures()
    return [day for row in rows for day in overrides_of(_span(row), bare)]


def _span(row: _Row) -> ClosureSpan:
    closure = dict(zip(_FIELDS, row, strict=True))
    opens_at, closes_at = closure.pop("opens_at"), closure.pop("closes_at")
    return ClosureSpan(
        **closure,
        opens=_minute(opens_at) if opens_at else 0,
        closes=_minute(closes_at) if closes_at else MINUTES_A_DAY,
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
