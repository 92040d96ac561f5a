"""A slow, obvious calendar to compare with: every minute looked at on the clock of the wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from supportdesk.business_calendar.domain.calendar import BusinessCalendar

MINUTE = timedelta(minutes=1)


class SlowCalendar:
    """Open time by walking minute after minute of real time; whole minutes only."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        self.zone: ZoneInfo = calendar.zone
        self._week = calendar.week
        self._holidays = calendar.holidays
        self._overrides = {on: over.windows for on, over in calendar.overrides.items()}

    def _windows(self, on: date) -> tuple[tuple[int, int], ...]:
        usual = () if on in self._holidays else self._week[on.weekday()]
        return self._overrides.get(on, usual)

    def is_open(self, at: datetime) -> bool:
        shown = at.astimezone(self.zone)
        minute = shown.hour * 60 + shown.minute
        return any(opens <= minute < closes for opens, closes in self._windows(shown.date()))

    def next_open(self, at: datetime) -> datetime:
        at = at.astimezone(UTC)
        while not self.is_open(at):
            at += MINUTE
        return at

    def add(self, at: datetime, duration: timedelta) -> datetime:
        """Walk until all is used up: the end of the last open minute, not the next opening."""
        at = at.astimezone(UTC)
        while duration:
            duration -= MINUTE if self.is_open(at) else timedelta()
            at += MINUTE
        return at

    def between(self, start: datetime, end: datetime) -> timedelta:
        at, end, passed = start.astimezone(UTC), end.astimezone(UTC), timedelta()
        while at < end:
            passed += MINUTE if self.is_open(at) else timedelta()
            at += MINUTE
        return passed
