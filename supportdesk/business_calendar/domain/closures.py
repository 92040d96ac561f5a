"""From an announced range of days to the days that differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import (
    CLOSED,
    MINUTES_A_DAY,
    DayOverride,
    Hours,
    OverrideKind,
    hours,
    within,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureSpan:
    """What staff announce: closed, shortened or also open from a day to a day, both counted.

    `opens` and `closes` are minutes from midnight: the hours that remain, or that are added.
    """

    name: str
    kind: OverrideKind = "closure"
    starts_on: date
    ends_on: date
    opens: int = 0
    closes: int = MINUTES_A_DAY
    sends: bool = False

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise ValueError(f"the closure ends {self.ends_on}, before it starts {self.starts_on}")


def overrides_of(span: ClosureSpan, calendar: BusinessCalendar) -> Iterator[DayOverride]:
    """One override a day. Hours are cut out of, or added to, the week's; holidays have none.

    A half day keeps its lunch break and leaves closed days alone; one that leaves no hours closes.
    """
    for n in range((span.ends_on - span.starts_on).days + 1):
        on = span.starts_on + timedelta(days=n)
        usual = calendar.usual_hours(on)
        if span.kind == "half_day" and not usual:
            continue
        windows = _hours(span, usual)
        kind = span.kind if windows else "closure"
        yield DayOverride(on, windows, span.name, kind, span.sends)


def _hours(span: ClosureSpan, usual: Hours) -> Hours:
    match span.kind:
        case "closure":
            return CLOSED
        case "half_day":
            return within(usual, span.opens, span.closes)
        case "extra_opening":
            return hours((*usual, (span.opens, span.closes)))
