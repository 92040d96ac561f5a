"""Counting over days without walking them: prefix sums of a repeating week, plus exceptions.

A tally gives every day a whole number (its open microseconds, or 1 for a business day) and
answers two questions at a cost that does not grow with the distance: how much lies before a day,
and on which day a given sum is reached. Days are proleptic ordinals, as `date.toordinal` has them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Protocol

from supportdesk.business_calendar.domain.errors import NoOpenTimeError


class Tally(Protocol):
    """A number for each day (an ordinal), and its sums: open time is counted without walking."""

    def on(self, day: int) -> int:
        """The number of this day."""

    def before(self, day: int) -> int:
        """The sum of all days before this one, from an origin that is the same for every call."""

    def reaching(self, total: int) -> int:
        """The first day at whose end the sum is at least `total`.

        Raises NoOpenTimeError where it is never reached (or is so from the beginning of time).
        """


class Weekly:
    """Seven numbers, Monday first, repeating for ever in both directions."""

    __slots__ = ("_a_week", "_before", "_values")

    def __init__(self, values: Sequence[int]) -> None:
        self._values = tuple(values)
        self._before = (0, *accumulate(values))
        self._a_week = self._before[-1]

    def on(self, day: int) -> int:
        return self._values[(day - 1) % 7]  # ordinal 1 is a Monday

    def before(self, day: int) -> int:
        weeks, weekday = divmod(day - 1, 7)
        return weeks * self._a_week + self._before[weekday]

    def reaching(self, total: int) -> int:
        if not self._a_week:
            raise NoOpenTimeError("the calendar has no open time there")
        weeks, rest = divmod(total - 1, self._a_week)
        return weeks * 7 + bisect_right(self._before, rest)


class Exceptions:
    """A tally of which some days have another number.

    Layers cheaply: a what-if with three closures costs three entries, not a copy of the calendar.
    """

    __slots__ = ("_base", "_before", "_days", "_shift")

    def __init__(self, base: Tally, changed: Mapping[int, int]) -> None:
        self._base = base
        self._days = sorted(day for day, value in changed.items() if value != base.on(day))
        self._shift = [0, *accumulate(changed[day] - base.on(day) for day in self._days)]
        self._before = [
            base.before(day) + shift for day, shift in zip(self._days, self._shift, strict=False)
        ]

    def on(self, day: int) -> int:
        index = bisect_left(self._days, day)
        changed = index < len(self._days) and self._days[index] == day
        shift = self._shift[index + 1] - self._shift[index] if changed else 0
        return self._base.on(day) + shift

    def before(self, day: int) -> int:
        return self._base.before(day) + self._shift[bisect_left(self._days, day)]

    def reaching(self, total: int) -> int:
        index = bisect_left(self._before, total)
        if index:
            # The last exception that begins short of the total: reached on it, or after it.
            exception = self._days[index - 1]
            if self.before(exception + 1) >= total:
                return exception
        return self._base.reaching(total - self._shift[index])
