"""Is the desk open, until when, and what sending now would mean: the status line's facts.

Pure: an instant and the calendar in. The browser's clock is never used.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import Day
from supportdesk.clock import today
from supportdesk.presenting.irregular import Irregular, irregular_days
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import cutoff_release, reception_target

NOTICE_DAYS = 30  # an announced closure is told from this many days before


@dataclass(frozen=True, slots=True)
class DeskState:
    """How the desk stands at one instant; instants are aware, days are Tokyo's."""

    now: datetime
    day: Day
    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    cutoff: datetime | None  # of today, where today is a business day
    key: Decision  # what sending now would promise
    inquiry: Decision
    notices: tuple[Irregular, ...]

    @property
    def past_cutoff(self) -> bool:
        return self.cutoff is not None and self.now > self.cutoff

    @property
    def opens_today(self) -> bool:
        return self.opens_at is not None and today(self.opens_at) == self.day.on


def desk_state(now: datetime, calendar: BusinessCalendar) -> DeskState:
    """The state of the desk at `now` (aware)."""
    day = calendar.day(today(now))
    is_open = calendar.is_open(now)
    return DeskState(
        now=now,
        day=day,
        is_open=is_open,
        closes_at=calendar.next_close(now) if is_open else None,
        opens_at=None if is_open else calendar.next_open(now),
        cutoff=calendar.cutoff(day.on) if day.business else None,
        key=cutoff_release(now, calendar),
        inquiry=reception_target(now, calendar),
        notices=_notices(calendar, day),
    )


def _notices(calendar: BusinessCalendar, day: Day) -> tuple[Irregular, ...]:
    """What we ourselves announced; public holidays everybody knows."""
    until = day.on + timedelta(days=NOTICE_DAYS)
    rows = irregular_days(calendar, day.on, until)
    return tuple(row for row in rows if row.kind != "holiday")
