"""How often a licence may move: a number of moves in a window of months that its first opens."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class MoveLimit:
    """So many moves of one licence within so many months. Raises ValueError below one."""

    moves: int
    months: int

    def __post_init__(self) -> None:
        if self.moves < 1 or self.months < 1:
            raise ValueError("a limit is at least one move in one month")


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveCount:
    """The moves of a licence before one that is asked for, in the window that runs on that day.

    `opened_on` is the day of the window's first move and `last_on` its last day, both
    Tokyo dates, inclusive; without a window the one asked for opens it.
    """

    used: int
    limit: MoveLimit
    opened_on: date | None = None
    last_on: date | None = None

    @property
    def beyond(self) -> bool:
        """Whether one more is more than the limit."""
        return self.used >= self.limit.moves

    @property
    def free_on(self) -> date | None:
        """The first day on which a move opens a window of its own; None without a window."""
        return self.last_on and self.last_on + timedelta(days=1)

    def as_json(self) -> dict[str, Any]:
        return {
            "used": self.used,
            "moves": self.limit.moves,
            "months": self.limit.months,
            "opened_on": self.opened_on and self.opened_on.isoformat(),
            "last_on": self.last_on and self.last_on.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        opened, last = stored["opened_on"], stored["last_on"]
        return cls(
            used=stored["used"],
            limit=MoveLimit(stored["moves"], stored["months"]),
            opened_on=date.fromisoformat(opened) if opened else None,
            last_on=date.fromisoformat(last) if last else None,
        )


def count_moves(moved_on: Iterable[date], *, on: date, limit: MoveLimit) -> MoveCount:
    """Count the moves that stand against one more on the Tokyo date `on`.

    `moved_on` are the days on which earlier moves were issued, in any order, later ones
    than `on` left out of account. The first of them opens a window; the first move after
    its last day opens the next. Corrections of a mistyped code are no moves: the caller
    leaves them out.
    """
    opened_on = last_on = None
    used = 0
    for day in sorted(moved for moved in moved_on if moved <= on):
        if last_on is None or day > last_on:
            opened_on, last_on, used = day, window_ends_on(day, limit.months), 0
        used += 1
    if last_on is None or on > last_on:
        return MoveCount(used=0, limit=limit)
    return MoveCount(used=used, limit=limit, opened_on=opened_on, last_on=last_on)


def window_ends_on(opened_on: date, months: int) -> date:
    """The last day of so many months that begin with `opened_on`, that day counted.

    The day before the corresponding day; where that month has none, its last day (Civil
    Code 143, as years are counted). Raises ValueError past the year 9999.
    """
    year, month = divmod(opened_on.year * 12 + opened_on.month - 1 + months, 12)
    if year > MAXYEAR:
        raise ValueError(f"{months} months from {opened_on} end after {MAXYEAR}")
    days = monthrange(year, month + 1)[1]
    if opened_on.day > days:
        return date(year, month + 1, days)
    return date(year, month + 1, opened_on.day) - timedelta(days=1)


def counts_as_correction(*, issued_on: date, on: date, days: int) -> bool:
    """Whether a mistyped code may still be put right on `on` without a move being counted.

    `issued_on` is the day of the move's own key, whatever corrections followed it: within
    `days` days after it, that last one included.
    """
    return timedelta(0) <= on - issued_on <= timedelta(days=days)
