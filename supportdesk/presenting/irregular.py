"""The days that differ from the week: what is on, and what sending then means.

Pure: the calendar in, rows of dates and words out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import Day
from supportdesk.presenting.dates import hours_text, time_text, tokyo_text

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Irregular:
    """A run of days with one reason; `last_cutoff` and `reopens` stand on either side."""

    first: date
    last: date
    kind: str  # holiday, closure, half_day, extra_opening
    name: str
    what: str
    then: str
    last_cutoff: datetime | None = None
    reopens: datetime | None = None


def irregular_days(calendar: BusinessCalendar, first: date, last: date) -> list[Irregular]:
    """What differs between two dates; a run that begins in time is told to its end."""
    return [_told(calendar, run) for run in _runs(calendar, first, last)]


def _runs(calendar: BusinessCalendar, first: date, last: date) -> Iterator[list[Day]]:
    """Days with the same kind and name, one after the other."""
    on = first
    while on <= last:
        run = [calendar.day(on)]
        while _named(run[0]) and _same(run[0], after := calendar.day(run[-1].on + ONE_DAY)):
            run.append(after)
        if _named(run[0]):
            yield run
        on = run[-1].on + ONE_DAY


def _named(day: Day) -> bool:
    """Whether this day differs: a holiday that falls on a weekend closes nothing more."""
    if day.reason is None or day.reason.kind in ("saturday", "sunday", "weekday"):
        return False
    return day.reason.kind != "holiday" or day.on.weekday() < 5  # noqa: PLR2004


def _same(day: Day, other: Day) -> bool:
    return day.reason == other.reason and day.windows == other.windows


def _told(calendar: BusinessCalendar, run: list[Day]) -> Irregular:
    day, last = run[0], run[-1].on
    assert day.reason is not None  # noqa: S101 - only named days form runs
    kind, name = day.reason.kind, day.reason.name
    if day.windows:
        then = _then_half_day(calendar, day) if kind == "half_day" else _then_extra(calendar, day)
        return Irregular(day.on, last, kind, name, _hours_and_name(day), then)
    before = calendar.cutoff(calendar.previous_business_day(day.on))
    after = calendar.opening(calendar.next_business_day(last))
    facts = {"before": tokyo_text(before), "after": tokyo_text(after)}
    if kind == "closure":
        then = _("最終の締切は %(before)s。再開は %(after)s") % facts
    else:
        then = _("%(after)s に受け付けます") % facts
    return Irregular(day.on, last, kind, name, name, then, before, after)


def _hours_and_name(day: Day) -> str:
    assert day.reason is not None  # noqa: S101 - only named days form runs
    facts = {
        "time": time_text(day.windows[-1].closes),
        "hours": hours_text(day.windows),
        "name": day.reason.name,
    }
    if day.reason.kind == "half_day":
        return _("%(time)s まで営業（%(name)s）") % facts
    return _("%(hours)s 営業（%(name)s）") % facts


def _then_half_day(calendar: BusinessCalendar, day: Day) -> str:
    facts = {
        "time": time_text(day.windows[-1].closes),
        "after": tokyo_text(calendar.next_open(calendar.closing(day.on))),
    }
    return _("%(time)s を過ぎた受付は %(after)s です") % facts


def _then_extra(calendar: BusinessCalendar, day: Day) -> str:
    if day.business:
        return _("受付、回答、キーの発行とも行います")
    after = tokyo_text(calendar.opening(calendar.next_business_day(day.on)))
    return _("受付のみ行います。回答とキーの発行は %(after)s からです") % {"after": after}
