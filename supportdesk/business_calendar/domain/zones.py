"""Where a zone's clock jumps: the instants at which its offset from UTC changes.

Instants and wall-clock times are whole microseconds since 1 January of the year 1, so that sums
are exact; an offset is added to the first to get the second.
"""

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from supportdesk.business_calendar.domain.errors import OutOfReachError

MINUTE = 60 * 1_000_000
DAY = 24 * 60 * MINUTE

_MICROSECOND = timedelta(microseconds=1)
_ORIGIN = datetime(MINYEAR, 1, 1)  # noqa: DTZ001 - a wall-clock time, on purpose without a zone
_ORIGIN_UTC = _ORIGIN.replace(tzinfo=UTC)

# Between two looks at the offset no zone may jump twice and be back: the closest such pair in the
# whole zone database lies four days apart (Freetown, 1939).
_LOOK_EVERY = 2 * DAY
# Before it no zone has jumped yet; after it each follows a yearly rule for good, so that with the
# Gregorian calendar everything comes again after 400 years.
_FIRST_YEAR, _SETTLED_YEAR, _CYCLE = 1800, 2100, 400
_CYCLE_LENGTH = 146_097 * DAY


class Jump(NamedTuple):
    """At `instant` the offset changes; all three in microseconds."""

    instant: int
    before: int
    after: int


def wall(moment: datetime) -> int:
    """The date and time of day that `moment` shows, whatever its zone."""
    return (moment.replace(tzinfo=None) - _ORIGIN) // _MICROSECOND


END_OF_TIME = date.max.toordinal() * DAY


def moment(instant: int, zone: tzinfo) -> datetime:
    """The instant as a datetime of the zone. Raises OutOfReachError beyond the years 1 to 9999."""
    try:
        return (_ORIGIN_UTC + timedelta(microseconds=instant)).astimezone(zone)
    except OverflowError:
        raise OutOfReachError("that is outside the years 1 to 9999") from None


def in_zone(at: datetime, zone: tzinfo) -> datetime:
    """An aware moment on the zone's clock. Raises ValueError for a naive one, OutOfReachError."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    try:
        # By way of UTC: a time that the zone's clock jumps over becomes one that it shows.
        return at.astimezone(UTC).astimezone(zone)
    except OverflowError:
        raise OutOfReachError("that is outside the years 1 to 9999") from None


def instant_at(shown: int, zone: tzinfo, *, fold: int = 0) -> int:
    """The instant at which the zone's clock shows this wall-clock time.

    Where it does so twice, the first (`fold` 1: the second); where the clock jumps over it, the
    instant of the jump. Raises OutOfReachError.
    """
    try:
        local = (_ORIGIN + timedelta(microseconds=shown)).replace(tzinfo=zone, fold=fold)
    except OverflowError:
        raise OutOfReachError("that is outside the years 1 to 9999") from None
    instant = shown - offset_of(local)
    if wall(moment(instant, zone)) == shown:
        return instant
    year = year_of(instant)
    skipped = jumps(zone, max(year - 1, MINYEAR), min(year + 1, MAXYEAR))
    return next(j.instant for j in skipped if j.instant + j.before <= shown < j.instant + j.after)


def offset_of(at: datetime) -> int:
    """The offset from UTC of an aware moment, in microseconds."""
    return at.utcoffset() // _MICROSECOND  # type: ignore[operator]


def year_of(microseconds: int) -> int:
    """The year of an instant or a wall-clock time; the nearest one where there is none."""
    day = microseconds // DAY + 1
    return date.fromordinal(min(max(day, 1), date.max.toordinal())).year


def _start_of_year(year: int) -> int:
    return (date(year, 1, 1).toordinal() - 1) * DAY


def jumps(zone: tzinfo, first_year: int, last_year: int) -> Iterator[Jump]:
    """Every change of offset in these years (of UTC), in order."""
    if isinstance(zone, timezone):
        return
    settled = _SETTLED_YEAR + _CYCLE
    for year in range(max(first_year, _FIRST_YEAR), min(last_year + 1, settled)):
        yield from _jumps_in(zone, year)
    for year in range(max(first_year, settled), last_year + 1):
        cycles = (year - _SETTLED_YEAR) // _CYCLE
        for jump in _jumps_in(zone, year - cycles * _CYCLE):
            yield Jump(jump.instant + cycles * _CYCLE_LENGTH, jump.before, jump.after)


@lru_cache(maxsize=20_000)
def _jumps_in(zone: tzinfo, year: int) -> tuple[Jump, ...]:
    end = _start_of_year(year + 1)
    looks = [*range(_start_of_year(year), end, _LOOK_EVERY), end]
    offsets = [_offset_at(instant, zone) for instant in looks]
    seen = pairwise(zip(looks, offsets, strict=True))
    return tuple(
        Jump(_find_jump(zone, early, before, late), before, after)
        for (early, before), (late, after) in seen
        if before != after
    )


def _find_jump(zone: tzinfo, early: int, offset: int, late: int) -> int:
    """The first instant after `early` that no longer has `offset`."""
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_at(middle, zone) == offset:
            early = middle
        else:
            late = middle
    return late


def _offset_at(instant: int, zone: tzinfo) -> int:
    return offset_of(moment(instant, zone))
