"""The business calendar: one immutable value that knows which days and hours are open, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from supportdesk.business_calendar.domain.days import (
    CLOSED,
    CUTOFF,
    DESK_WEEK,
    Day,
    DayOverride,
    Hours,
    Reason,
    Week,
)
from supportdesk.business_calendar.domain.errors import NoOpenTimeError, OutOfReachError
from supportdesk.business_calendar.domain.tally import Exceptions, Tally, Weekly
from supportdesk.business_calendar.domain.timeline import Moment, OpenTime, is_open, open_time
from supportdesk.business_calendar.domain.zones import DAY, MINUTE, instant_at, moment

TOKYO = ZoneInfo("Asia/Tokyo")

_MICROSECOND = timedelta(microseconds=1)
_CLOSED_WEEKDAYS = (*(Reason("weekday"),) * 5, Reason("saturday"), Reason("sunday"))


@dataclass(frozen=True, eq=False, kw_only=True)
class BusinessCalendar:
    """Week, public holidays and the days that differ, in one zone.

    Build it with `BusinessCalendar.build`. Every instant handed in is aware and every one handed
    back is on the calendar's own clock. One boundary convention: a clock starts at the next
    opening, time is used up at the closing instant (9:00 + 180 min = 12:00, not 13:00).
    Beyond the two horizons the calendar still answers; `horizon_flags` says that it guesses.
    """

    zone: ZoneInfo
    week: Week
    holidays: Mapping[date, str]
    overrides: Mapping[date, DayOverride]
    holidays_known_until: date | None
    closures_known_until: date | None
    version: int
    _base: "BusinessCalendar | None" = field(default=None, repr=False)

    @classmethod
    def build(
        cls,
        *,
        zone: ZoneInfo = TOKYO,
        week: Week = DESK_WEEK,
        holidays: Mapping[date, str] | None = None,
        overrides: Iterable[DayOverride] = (),
        holidays_known_until: date | None = None,
        closures_known_until: date | None = None,
        version: int = 0,
    ) -> "BusinessCalendar":
        """A calendar of these parts; of two overrides for one day the later one counts."""
        return cls(
            zone=zone,
            week=week,
            holidays=MappingProxyType(dict(holidays or {})),
            overrides=MappingProxyType({override.on: override for override in overrides}),
            holidays_known_until=holidays_known_until,
            closures_known_until=closures_known_until,
            version=version,
        )

    # Days

    def day(self, on: date) -> Day:
        """The day's windows, whether it is a business day, and why it differs from the week (2-1c).

        A day with any window is a business day, except an opening on a day that is otherwise
        closed: that only receives, unless it sends too. The reason that counts is the closure's
        (or other override's), then the holiday's, then the weekday's.
        """
        usual = self.usual_hours(on)
        override = self._override(on, usual)
        if override is None:
            return Day(on, usual, bool(usual), None if usual else self._closed_because(on))
        business = bool(override.windows) and (bool(usual) or override.sends)
        return Day(on, override.windows, business, Reason(override.kind, override.name))

    def usual_hours(self, on: date) -> Hours:
        """The windows by week and public holidays alone, whatever was announced for that day."""
        return CLOSED if on in self.holidays else self.week[on.weekday()]

    def _override(self, on: date, usual: Hours) -> DayOverride | None:
        override = self.overrides.get(on)
        if override is not None and override.kind == "half_day" and not usual:
            return None
        return override

    def _closed_because(self, on: date) -> Reason:
        name = self.holidays.get(on)
        return _CLOSED_WEEKDAYS[on.weekday()] if name is None else Reason("holiday", name)

    def is_business_day(self, on: date) -> bool:
        """Whether answers and keys go out on that day (2-1e, 2-2c)."""
        return self.day(on).business

    def next_business_day(self, on: date) -> date:
        """The first business day after `on`. Raises NoOpenTimeError, OutOfReachError."""
        return self._business_day(self.business_days.before(on.toordinal() + 1) + 1)

    def business_day_on_or_after(self, on: date) -> date:
        """`on` itself if it is a business day, else the next. Raises as `next_business_day`."""
        return self._business_day(self.business_days.before(on.toordinal()) + 1)

    def previous_business_day(self, on: date) -> date:
        """The last business day before `on`. Raises as `next_business_day`."""
        return self._business_day(self.business_days.before(on.toordinal()))

    def business_day_on_or_before(self, on: date) -> date:
        """`on` itself if it is a business day, else the last before it. Raises as the others."""
        return self._business_day(self.business_days.before(on.toordinal() + 1))

    def _business_day(self, number: int) -> date:
        try:
            return _date(self.business_days.reaching(number))
        except NoOpenTimeError:
            raise NoOpenTimeError("the calendar has no business day there") from None

    def horizon_flags(self, on: date) -> tuple[str, ...]:
        """What is not published yet for that day: it is computed all the same, and says so.

        `holidays_unannounced` (祝日未公表) and `closures_unannounced` (休業日未告知).
        """
        horizons = (
            ("holidays_unannounced", self.holidays_known_until),
            ("closures_unannounced", self.closures_known_until),
        )
        return tuple(flag for flag, known in horizons if known is None or on > known)

    # Instants of a day

    def opening(self, on: date) -> datetime:
        """When the first window of that day begins. Raises NoOpenTimeError if it has none."""
        first = self._windows(on)[0]
        start = self._wall_clock(on, first.opens)
        opening = start if self.is_open(start) else self.next_open(start)
        if opening.date() != on:
            raise NoOpenTimeError(f"the clock jumps over the hours of {on}")
        return opening

    def closing(self, on: date) -> datetime:
        """When the last window of that day ends. Raises NoOpenTimeError if it has none."""
        opening, last = self.opening(on), self._windows(on)[-1]
        end = self._wall_clock(on, last.closes, fold=1)
        return self.add_business_time(opening, self.business_time_between(opening, end))

    def cutoff(self, on: date) -> datetime:
        """The last instant that counts for that day: 17:00, or the day's end if earlier (2-2d).

        Raises NoOpenTimeError for a day without windows.
        """
        return self._wall_clock(on, min(CUTOFF, self._windows(on)[-1].closes), fold=1)

    def _windows(self, on: date) -> Hours:
        windows = self.day(on).windows
        if not windows:
            raise NoOpenTimeError(f"{on} has no hours")
        return windows

    def _wall_clock(self, on: date, minute: int, *, fold: int = 0) -> datetime:
        shown = (on.toordinal() - 1) * DAY + minute * MINUTE
        return moment(instant_at(shown, self.zone, fold=fold), self.zone)

    # The clock of reception

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in a window: half-open, 12:00:00 is closed, 13:00:00 open (2-1b)."""
        return self._shows_open(Moment.of(at, self.zone).wall)

    def _shows_open(self, shown: int) -> bool:
        day, rest = divmod(shown, DAY)
        return is_open(self._hours_on(day + 1), rest)

    def next_open(self, at: datetime) -> datetime:
        """The first open instant at or after `at`. Raises NoOpenTimeError, OutOfReachError."""
        start = Moment.of(at, self.zone)
        if self._shows_open(start.wall):
            return moment(start.instant, self.zone)
        return moment(self._open_time.goes_on(start), self.zone)

    def next_close(self, at: datetime) -> datetime:
        """When the window ends that is open at `at`, or else the next one. Raises as `next_open`.

        Midnight ends a window, even where the next day begins open.
        """
        opened = self.next_open(at)
        minute = opened.hour * 60 + opened.minute
        closes = next(w.closes for w in self.day(opened.date()).windows if minute < w.closes)
        end = self._wall_clock(opened.date(), closes, fold=1)
        return self.add_business_time(opened, self.business_time_between(opened, end))

    def add_business_time(self, at: datetime, duration: timedelta) -> datetime:
        """The instant at which `duration` of open time has passed since `at`.

        A closing instant, never the opening after it; no duration gives `at` itself, open or not.
        Raises ValueError for a negative duration, NoOpenTimeError, OutOfReachError.
        """
        start, amount = Moment.of(at, self.zone), duration // _MICROSECOND
        if amount < 0:
            raise ValueError("business time cannot be negative")
        end = self._open_time.used_up(start, amount) if amount else start.instant
        return moment(end, self.zone)

    def business_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The open time that really passes from `start` to `end`, on any clock.

        Raises ValueError if `end` is before `start`.
        """
        first, last = Moment.of(start, self.zone), Moment.of(end, self.zone)
        if last.instant < first.instant:
            raise ValueError("the end lies before the start")
        return timedelta(microseconds=self._open_time.between(first, last))

    # What makes it cheap: built when first asked for, shared with the calendar it was built upon.

    @cached_property
    def business_days(self) -> Tally:
        """1 for every business day."""
        base = self._base.business_days if self._base else Weekly([bool(w) for w in self.week])
        return Exceptions(base, {on: int(day.business) for on, day in self._own_days.items()})

    @cached_property
    def open_microseconds(self) -> Tally:
        """The open wall-clock time of every day."""
        usual = [open_time(windows) for windows in self.week]
        base = self._base.open_microseconds if self._base else Weekly(usual)
        return Exceptions(base, {on: open_time(d.windows) for on, d in self._own_days.items()})

    @cached_property
    def _own_days(self) -> dict[int, Day]:
        """By ordinal: the days that may differ from the calendar below, or from the bare week."""
        below = self._base.overrides if self._base else {}
        differing = {on for on, over in self.overrides.items() if below.get(on) is not over}
        if self._base is None:
            differing.update(self.holidays)
        return {on.toordinal(): self.day(on) for on in differing}

    @cached_property
    def _open_time(self) -> OpenTime:
        last = max(self.overrides, default=date.min).toordinal() * DAY
        return OpenTime(self.zone, self.open_microseconds, self._hours_on, last)

    def _hours_on(self, ordinal: int) -> Hours:
        on = _date(ordinal)
        usual = self.usual_hours(on)
        override = self._override(on, usual)
        return usual if override is None else override.windows


def with_closures(calendar: BusinessCalendar, overrides: Iterable[DayOverride]) -> BusinessCalendar:
    """What if these days differed too: a calendar of its own, at the cost of these days only.

    The version stays the calendar's: a what-if is no new calendar in force.
    """
    added = {override.on: override for override in overrides}
    return BusinessCalendar(
        zone=calendar.zone,
        week=calendar.week,
        holidays=calendar.holidays,
        overrides=MappingProxyType({**calendar.overrides, **added}),
        holidays_known_until=calendar.holidays_known_until,
        closures_known_until=calendar.closures_known_until,
        version=calendar.version,
        _base=calendar,
    )


def _date(ordinal: int) -> date:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise OutOfReachError("that is outside the years 1 to 9999") from None
