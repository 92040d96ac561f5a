"""The records a calendar is made of: windows, the week, a day that differs, a day as it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

MINUTES_A_DAY = 24 * 60

OverrideKind = Literal["closure", "half_day", "extra_opening"]
ReasonKind = Literal[
    "saturday", "sunday", "weekday", "holiday", "closure", "half_day", "extra_opening"
]


class Window(NamedTuple):
    """Open hours on the wall clock, in minutes from midnight; half-open, 24:00 is 1440."""

    opens: int
    closes: int


Hours = tuple[Window, ...]
Week = tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]  # Monday first

CLOSED: Hours = ()
DESK_HOURS: Hours = (Window(9 * 60, 12 * 60), Window(13 * 60, 17 * 60 + 30))  # 2-1b
DESK_WEEK: Week = (DESK_HOURS, DESK_HOURS, DESK_HOURS, DESK_HOURS, DESK_HOURS, CLOSED, CLOSED)

# The cut-off of 2-2d, minutes from midnight. "17時まで" and "17時以降" both name 17:00:00;
# built in the customer's favour: 17:00:00 exactly is still in time.
CUTOFF = 17 * 60


def hours(windows: Iterable[tuple[int, int]]) -> Hours:
    """Windows in their order, those that touch or overlap made one.

    Raises ValueError where a window is empty, runs backwards or leaves its day.
    """
    merged: list[Window] = []
    for opens, closes in sorted(windows):
        if not 0 <= opens < closes <= MINUTES_A_DAY:
            raise ValueError(f"a window must open before it closes: {_clock(opens, closes)}")
        if merged and opens <= merged[-1].closes:
            earlier = merged.pop()
            merged.append(Window(earlier.opens, max(earlier.closes, closes)))
        else:
            merged.append(Window(opens, closes))
    return tuple(merged)


def within(windows: Hours, opens: int, closes: int) -> Hours:
    """What of `windows` lies between two times of day: a half day keeps its lunch break."""
    clipped = ((max(w.opens, opens), min(w.closes, closes)) for w in windows)
    return hours(pair for pair in clipped if pair[0] < pair[1])


def _clock(*minutes: int) -> str:
    return "–".join(f"{minute // 60}:{minute % 60:02}" for minute in minutes)


@dataclass(frozen=True, slots=True)
class DayOverride:
    """One day whose windows differ from the week's; they replace them whole.

    An opening on a day that is otherwise closed only receives, unless it `sends`: then it is a
    business day. A half day never opens a day that is closed anyway.
    """

    on: date
    windows: Hours
    name: str
    kind: OverrideKind
    sends: bool = False

    def __post_init__(self) -> None:
        if bool(self.windows) == (self.kind == "closure"):
            raise ValueError(f"{self.on}: a closure has no windows, anything else has some")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day differs from an ordinary one; `name` is the holiday's or the closure's."""

    kind: ReasonKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the calendar has it. `business`: answers and keys go out (2-1e, 2-2c)."""

    on: date
    windows: Hours
    business: bool
    reason: Reason | None
