"""Open time as one growing number, exact in every zone and at every distance.

Let W be the open wall-clock time up to a wall-clock time: a tally of whole days plus a piece of
one. The open time T that really elapsed up to an instant is W of what the clock shows then, less
what W leapt whenever the clock jumped. Everything else is reading T forwards (how much lies
between) or backwards (when is it used up).

The reading behind it: the desk is open at an instant when the clock on its wall stands inside a
window. So hours that the clock jumps over never come, and an hour that comes twice counts twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from supportdesk.business_calendar.domain.days import Hours
from supportdesk.business_calendar.domain.errors import NoOpenTimeError, OutOfReachError
from supportdesk.business_calendar.domain.tally import Tally
from supportdesk.business_calendar.domain.zones import (
    DAY,
    END_OF_TIME,
    MINUTE,
    Jump,
    in_zone,
    jumps,
    offset_of,
    wall,
    year_of,
)


class Moment(NamedTuple):
    """An instant and what the zone's clock shows then, in microseconds."""

    instant: int
    wall: int

    @classmethod
    def of(cls, at: datetime, zone: tzinfo) -> "Moment":
        local = in_zone(at, zone)
        shown = wall(local)
        return cls(shown - offset_of(local), shown)


@dataclass(frozen=True, slots=True)
class Drift:
    """What the jumps of some years do to T: they cut time into stretches of one offset."""

    first_year: int
    last_year: int
    jumps: tuple[Jump, ...]
    leapt: list[int]  # what W leapt before each stretch, one more than there are jumps

    def leapt_at(self, instant: int) -> int:
        return self.leapt[bisect_right(self.jumps, instant, key=itemgetter(0))]

    def offset(self, stretch: int, otherwise: int) -> int:
        if not self.jumps:
            return otherwise
        last = len(self.jumps)
        return self.jumps[stretch].before if stretch < last else self.jumps[-1].after


class OpenTime:
    """The open time of one zone, one tally of open microseconds and the hours of each day.

    `last_exception` is an instant after which only the week repeats.
    """

    def __init__(
        self, zone: tzinfo, tally: Tally, hours_on: Callable[[int], Hours], last_exception: int
    ) -> None:
        self._zone = zone
        self._tally = tally
        self._hours_on = hours_on
        self._last_exception = last_exception
        self._known: Drift | None = None

    def between(self, start: Moment, end: Moment) -> int:
        """Open microseconds from one moment to a later one."""
        drift = self._drift(year_of(start.instant), year_of(end.instant))
        return self._total(end, drift) - self._total(start, drift)

    def used_up(self, start: Moment, amount: int) -> int:
        """The first instant at which `amount` (> 0) open microseconds have passed since `start`."""
        return self._locate(start, amount, bisect_left, self._wall_used_up)

    def goes_on(self, start: Moment) -> int:
        """The instant from which open time next passes: `start` itself if it does then."""
        return self._locate(start, 0, bisect_right, self._wall_going_on)

    def _locate(
        self,
        start: Moment,
        amount: int,
        bisect: Callable[..., int],
        wall_at: Callable[[int], int],
    ) -> int:
        """Read T backwards, looking at no more years than lie between start and answer."""
        last_year = year_of(start.instant)
        while True:
            drift = self._drift(year_of(start.instant), last_year)
            total = self._total(start, drift) + amount
            stretch = bisect(range(len(drift.jumps)), total, key=partial(self._reached, drift))
            offset = drift.offset(stretch, start.wall - start.instant)
            try:
                answer = wall_at(total + drift.leapt[stretch]) - offset
            except NoOpenTimeError:
                if year_of(self._last_exception) <= drift.last_year:
                    raise
                answer = self._last_exception
            if answer >= END_OF_TIME:
                raise OutOfReachError("that is outside the years 1 to 9999")
            last_year = year_of(answer)
            if last_year <= drift.last_year:
                return answer

    def _total(self, at: Moment, drift: Drift) -> int:
        """T, counted from an origin that only the same drift shares."""
        return self._open_before(at.wall) - drift.leapt_at(at.instant)

    def _reached(self, drift: Drift, index: int) -> int:
        """T at a jump."""
        jump = drift.jumps[index]
        return self._open_before(jump.instant + jump.before) - drift.leapt[index]

    def _drift(self, first_year: int, last_year: int) -> Drift:
        """What the jumps of these years do; kept, and widened as long as the years join."""
        known = self._known
        if known and known.first_year - 1 <= last_year and first_year <= known.last_year + 1:
            if known.first_year <= first_year and last_year <= known.last_year:
                return known
            first_year = min(first_year, known.first_year)
            last_year = max(last_year, known.last_year)
        self._known = measured = self._measure(first_year, last_year)
        return measured

    def _measure(self, first_year: int, last_year: int) -> Drift:
        found = tuple(jumps(self._zone, first_year, last_year))
        leapt = [0, *accumulate(self._leap(jump) for jump in found)]
        return Drift(first_year, last_year, found, leapt)

    def _leap(self, jump: Jump) -> int:
        """What W leaps when the clock does."""
        before, after = jump.instant + jump.before, jump.instant + jump.after
        if before // DAY == after // DAY:
            windows = self._hours_on(before // DAY + 1)
            return _elapsed(windows, after % DAY) - _elapsed(windows, before % DAY)
        return self._open_before(after) - self._open_before(before)

    # W and its two inverses, all on the wall clock.

    def _open_before(self, shown: int) -> int:
        day, rest = divmod(shown, DAY)
        return self._tally.before(day + 1) + _elapsed(self._hours_on(day + 1), rest)

    def _wall_used_up(self, total: int) -> int:
        """The first wall-clock time at which W is `total`: a closing, never the next opening."""
        day = self._tally.reaching(total)
        left = total - self._tally.before(day)
        for window in self._hours_on(day):
            length = (window.closes - window.opens) * MINUTE
            if left <= length:
                break
            left -= length
        return (day - 1) * DAY + window.opens * MINUTE + left

    def _wall_going_on(self, total: int) -> int:
        """The last wall-clock time at which W is still `total`: an opening, or open already."""
        return self._wall_used_up(total + 1) - 1


def is_open(windows: Hours, rest: int) -> bool:
    """Whether a day with these windows is open so many microseconds after its midnight."""
    return any(w.opens * MINUTE <= rest < w.closes * MINUTE for w in windows)


def open_time(windows: Hours) -> int:
    """Open microseconds of a day with these windows."""
    return sum(window.closes - window.opens for window in windows) * MINUTE


def _elapsed(windows: Hours, rest: int) -> int:
    """Open microseconds of a day up to `rest` microseconds after its midnight."""
    total = 0
    for opens, closes in windows:
        if rest <= opens * MINUTE:
            break
        total += min(rest, closes * MINUTE) - opens * MINUTE
    return total
