"""The minutes before the cut-off, for a confirmation that stays open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from supportdesk import clock
from supportdesk.business_calendar.domain.calendar import BusinessCalendar

_MINUTE = timedelta(minutes=1)
NEAR = 10


@dataclass(frozen=True, slots=True)
class Countdown:
    """Whole minutes to a day's cut-off, rounded up; 0 once it has passed.

    The cut-off itself is still in time (2-2d), so it counts as the last minute.
    """

    cutoff: datetime
    minutes: int

    @property
    def near(self) -> bool:
        """Told from ten minutes before it; until then a page only keeps asking."""
        return self.minutes <= NEAR


def countdown(now: datetime, calendar: BusinessCalendar) -> Countdown | None:
    """How long the cut-off of today's Tokyo date is away at `now`; None on a day without one."""
    today = clock.today(now)
    if not calendar.is_business_day(today):
        return None
    cutoff = calendar.cutoff(today)
    if now > cutoff:
        return Countdown(cutoff, 0)
    return Countdown(cutoff, max(-((now - cutoff) // _MINUTE), 1))
