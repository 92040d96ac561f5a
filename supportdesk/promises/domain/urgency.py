"""How urgent a row of the queue is: what is promised, how much reception time is left for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from supportdesk.business_calendar.domain.calendar import BusinessCalendar


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Reception time until an answer still goes out by the rule on the promised day.

    `until` is that day's cut-off. `over` is how long it has passed, zero before it. `share` of the
    whole time is left, 0 to 1. `by_exception`: only sending at once keeps the promise now.
    """

    until: datetime
    left: timedelta
    over: timedelta
    share: float
    by_exception: bool
    broken: bool

    @property
    def percent(self) -> int:
        """The share as a whole number; something that is left is never nothing."""
        return max(round(self.share * 100), 1) if self.left else 0


def time_left(
    promised_on: date, *, since: datetime, now: datetime, calendar: BusinessCalendar
) -> TimeLeft:
    """Decide for a promise of a day, received at `since`, as it stands at `now` (both aware)."""
    until = _cutoff(promised_on, calendar)
    today = now.astimezone(calendar.zone).date()
    if now > until:
        return TimeLeft(
            until=until,
            left=timedelta(),
            over=now - until,
            share=0.0,
            by_exception=today <= promised_on,
            broken=today > promised_on,
        )
    left = calendar.business_time_between(now, until)
    whole = calendar.business_time_between(min(since, now), until)
    share = left / whole if whole else 0.0
    return TimeLeft(until, left, timedelta(), share, by_exception=False, broken=False)


def _cutoff(on: date, calendar: BusinessCalendar) -> datetime:
    # A closure announced with the promise kept where it was can leave the day without a cut-off.
    return calendar.cutoff(calendar.business_day_on_or_before(on))


def business_days_since(then: datetime, *, now: datetime, calendar: BusinessCalendar) -> int:
    """Business days after the day of `then` up to and with today's: 0 on the same day."""
    first, last = (at.astimezone(calendar.zone).date().toordinal() for at in (then, now))
    return calendar.business_days.before(last + 1) - calendar.business_days.before(first + 1)
