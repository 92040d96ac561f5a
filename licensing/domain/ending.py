"""What becomes of the old server's key when the new one is issued, and how long dated keys last."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

type Why = Literal["planned", "dead", "dead_but_asked", "correction"]


@dataclass(frozen=True, kw_only=True, slots=True)
class OldKeyEnd:
    """The old key is superseded on the day of issue and tolerated to the end of `tolerated_until`.

    `overlap_until`: a dated key for the old server goes out beside the new one, and this
    is its last day. Tokyo dates, inclusive.
    """

    why: Why
    tolerated_until: date
    overlap_until: date | None = None


def decide_ending(
    *, issued_on: date, overlap_days: int, dead: bool, correction: bool, dated: bool, wanted: bool
) -> OldKeyEnd:
    """Decide how the old key ends when its successor is issued on the Tokyo date `issued_on`.

    A planned move runs in parallel for `overlap_days` after the issue. A dead server's key
    is good for that day only, unless the customer asks for a parallel run (`wanted`); so is
    one for a mistyped code. A key for the old server that carries its end goes out only
    where its key was `dated` too, or the customer asks: a perpetual one cannot learn its end.
    """
    if correction:
        return OldKeyEnd(why="correction", tolerated_until=issued_on)
    if dead and not wanted:
        return OldKeyEnd(why="dead", tolerated_until=issued_on)
    until = issued_on + timedelta(days=overlap_days)
    return OldKeyEnd(
        why="dead_but_asked" if dead else "planned",
        tolerated_until=until,
        overlap_until=until if dated or wanted else None,
    )


def provisional_until(
    *, issued_on: date, days: int, promised_on: date, covered_until: date | None
) -> date:
    """The last day of a provisional key issued on the Tokyo date `issued_on`.

    `days` after it, at most until the support period ends; but never before the day on
    which the regular key is promised, which it bridges. What is covered when it is sent
    is answered to its end.
    """
    until = issued_on + timedelta(days=days)
    if covered_until is not None:
        until = min(until, covered_until)
    return max(until, promised_on)
