"""The move of a licence to another server: what happens in which order, and what runs when.

A plan has one column an event, not a day: dates months apart stand beside each
other. A bar lies between columns, from the left edge of one to that of another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Literal

from supportdesk.business_calendar.domain.calendar import TOKYO, BusinessCalendar

# How long after the end of the overlap the customer has to say that the old server is shut down.
DAYS_TO_REPORT = 7
# How long before that end the customer is reminded, at least.
DAYS_TO_STOP = 7

type EventKind = Literal[
    "accepted", "provisional", "issue", "planned", "overlap_end", "report_by", "stopped"
]
type Lane = Literal["old", "new", "both"]
type BarKind = Literal["current", "provisional", "regular", "overlap"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """The facts of an accepted move. Instants are aware, days are Tokyo dates, inclusive.

    `issue_at` is when the regular key was issued, or is promised; `old_until` the last day
    of the old server's key, None without one; `provisional_at` when a provisional key was given.
    """

    accepted_at: datetime
    issue_at: datetime
    provisional_at: datetime | None = None
    planned_on: date | None = None
    old_until: date | None = None
    stopped_on: date | None = None

    @property
    def issued_on(self) -> date:
        return _day(self.issue_at)

    @property
    def overlap_days(self) -> int:
        """How many days both servers may run, counted from the day after the issue."""
        return max((self.old_until - self.issued_on).days, 0) if self.old_until else 0

    @property
    def report_by(self) -> date | None:
        """The last day to report that the old server is shut down; None where nothing ran on."""
        if self.old_until is None or not self.overlap_days:
            return None
        return report_by(self.old_until)


@dataclass(frozen=True, slots=True)
class Column:
    """What happens at one moment, or on one day where the time is not told."""

    on: date
    at: datetime | None
    kinds: tuple[EventKind, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """From the left edge of column `first` to that of column `last`; one past them is the end."""

    lane: Lane
    kind: BarKind
    first: int
    last: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The events of a move in their order, and which key runs on which server between them."""

    columns: tuple[Column, ...]
    bars: tuple[Bar, ...]

    def edge(self, column: int) -> float:
        """Where a column begins, in per cent of equal columns."""
        return 100 * column / len(self.columns)

    def running(self, lane: Lane, column: int) -> Bar | None:
        """The bar of a lane that goes on through a column."""
        through = (b for b in self.bars if b.lane == lane and b.first <= column < b.last)
        return next(through, None)


def report_by(old_until: date) -> date:
    """The day up to which the customer reports that the old server is shut down."""
    return old_until + timedelta(days=DAYS_TO_REPORT)


def reminder_day(issued_on: date, old_until: date, calendar: BusinessCalendar) -> date | None:
    """The business day on which the customer is reminded of the old server's end.

    The last one that leaves a week before `old_until`; the next one after the
    issue where the overlap is shorter than that, None where it has none left.
    Raises NoOpenTimeError, OutOfReachError of a calendar without business days.
    """
    day = calendar.business_day_on_or_before(old_until - timedelta(days=DAYS_TO_STOP))
    if day > issued_on:
        return day
    day = calendar.next_business_day(issued_on)
    return day if day <= old_until else None


def plan_of(move: Move) -> Plan:
    """Put the events of a move into their order, and the keys of both servers between them."""
    columns = tuple(_columns(move))
    place = {kind: index for index, column in enumerate(columns) for kind in column.kinds}
    return Plan(columns, tuple(_bars(move, place, end=len(columns))))


def _events(move: Move) -> Iterator[tuple[EventKind, date | datetime | None]]:
    yield "accepted", move.accepted_at
    yield "provisional", move.provisional_at
    yield "issue", move.issue_at
    yield "planned", move.planned_on
    if move.overlap_days:
        yield "overlap_end", move.old_until
    if move.stopped_on is not None:
        yield "stopped", move.stopped_on
    else:
        yield "report_by", move.report_by


def _columns(move: Move) -> Iterator[Column]:
    """Equal moments share a column; a day without a time comes after its day's instants."""
    dated = [(_order(when), kind, when) for kind, when in _events(move) if when is not None]
    dated.sort(key=lambda event: event[0])  # stable: equal moments keep the order of the story
    for _moment, together in groupby(dated, key=lambda event: event[0]):
        events = list(together)
        when = events[0][2]
        at = when if isinstance(when, datetime) else None
        yield Column(_day(when), at, tuple(kind for _, kind, _when in events))


def _bars(move: Move, place: dict[EventKind, int], end: int) -> Iterator[Bar]:
    issue = place["issue"]
    old_end = place.get("overlap_end", issue)
    if move.old_until is not None and old_end > 0:
        yield Bar("old", "current", 0, old_end, move.old_until)
    if "provisional" in place and place["provisional"] < issue:
        yield Bar("new", "provisional", place["provisional"], issue)
    yield Bar("new", "regular", issue, end)
    if "overlap_end" in place:
        yield Bar("both", "overlap", issue, place["overlap_end"], move.old_until)


def _order(when: date | datetime) -> datetime:
    """To the minute, as it is told; a day counts from its end."""
    if isinstance(when, datetime):
        return when.replace(second=0, microsecond=0)
    return datetime.combine(when, time(23, 59), TOKYO)


def _day(when: date | datetime) -> date:
    return when.astimezone(TOKYO).date() if isinstance(when, datetime) else when
