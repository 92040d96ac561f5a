"""Which support period an order buys: article 3 of the terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Self, cast

from contracts.domain.dates import (
    ONE_DAY,
    day_after,
    days_between,
    month_first_from,
    year_ends_on,
)

Kind = Literal["initial", "renewal", "late_renewal", "recontinuation"]
Fact = date | int

# The desk's own habit, not the terms': a first order this long after the licence is flagged.
LONG_AFTER_PURCHASE = timedelta(days=92)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """The uncovered days between an expiry and a later start, both ends inclusive."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return days_between(self.starts_on, self.ends_on)

    @classmethod
    def between(cls, expiry: date, starts_on: date) -> Self | None:
        """The gap after `expiry` and before `starts_on`; None where the two days touch."""
        if starts_on <= day_after(expiry):
            return None
        return cls(starts_on=day_after(expiry), ends_on=starts_on - ONE_DAY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One reason on the way to a period: the clause applied, and to which dates and counts."""

    kind: str
    clause: str
    facts: Mapping[str, Fact]

    def as_json(self) -> dict[str, Any]:
        facts = {name: _fact_as_json(fact) for name, fact in self.facts.items()}
        return {"kind": self.kind, "clause": self.clause, "facts": facts}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        facts = {name: _fact_from_json(fact) for name, fact in stored["facts"].items()}
        return cls(kind=stored["kind"], clause=stored["clause"], facts=facts)


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodDecision:
    """The period an order buys. All dates are Tokyo dates, inclusive.

    `entitled_from` is the first covered day: the purchase day in a first year (3-1) where that is
    earlier, else `starts_on`.
    """

    kind: Kind
    clause: str
    accepted_on: date
    entitled_from: date
    starts_on: date
    ends_on: date
    gap: Gap | None
    steps: tuple[Step, ...]
    flags: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "clause": self.clause,
            "accepted_on": self.accepted_on.isoformat(),
            "entitled_from": self.entitled_from.isoformat(),
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "gap": self.gap and [self.gap.starts_on.isoformat(), self.gap.ends_on.isoformat()],
            "steps": [step.as_json() for step in self.steps],
            "flags": list(self.flags),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        gap = [date.fromisoformat(day) for day in stored["gap"] or ()]
        return cls(
            kind=cast("Kind", stored["kind"]),
            clause=stored["clause"],
            accepted_on=date.fromisoformat(stored["accepted_on"]),
            entitled_from=date.fromisoformat(stored["entitled_from"]),
            starts_on=date.fromisoformat(stored["starts_on"]),
            ends_on=date.fromisoformat(stored["ends_on"]),
            gap=Gap(starts_on=gap[0], ends_on=gap[1]) if gap else None,
            steps=tuple(Step.from_json(step) for step in stored["steps"]),
            flags=tuple(stored["flags"]),
        )


def decide_period(
    *,
    accepted_on: date,
    previous_expiry: date | None = None,
    purchased_on: date | None = None,
    previous_starts_on: date | None = None,
) -> PeriodDecision:
    """Decide the period of an order accepted on a Tokyo date (3-1, 3-2a, 3-2b, 3-3).

    `previous_expiry` is the last day of the last period ordered, None for a first year.
    `purchased_on` is the day the licence was first bought; it moves the first covered day of a
    first year only. Raises ValueError for a previous period that ends before it starts, or has a
    start and no end, and for dates past the year 9999.
    """
    _check_previous(previous_starts_on, previous_expiry)
    flags = _flags(accepted_on, previous_expiry, purchased_on, previous_starts_on)
    if previous_expiry is None:
        return _initial(accepted_on, purchased_on, flags)
    if accepted_on <= previous_expiry:  # 3-2a: the expiry day itself is still in term
        return _renewal(accepted_on, previous_expiry, flags)
    return _after_expiry(accepted_on, previous_expiry, flags)


def recontinuation_from(previous_expiry: date) -> date:
    """The first acceptance day that needs the re-continuation product (3-3).

    The year runs from the day after the expiry (Civil Code 140, 141, 143); the boundary is the day
    after that year's last. Raises ValueError past the year 9999.
    """
    return day_after(year_ends_on(day_after(previous_expiry)))


def _check_previous(starts_on: date | None, expiry: date | None) -> None:
    if starts_on is None:
        return
    if expiry is None:
        raise ValueError("a previous period with a start needs an expiry")
    if starts_on > expiry:
        raise ValueError(f"the previous period starts {starts_on}, after its expiry {expiry}")


def _flags(
    accepted_on: date,
    previous_expiry: date | None,
    purchased_on: date | None,
    previous_starts_on: date | None,
) -> tuple[str, ...]:
    """What staff should look at; none of it changes a date."""
    first_year_from = purchased_on if previous_expiry is None else None
    flags = []
    if purchased_on and purchased_on > accepted_on:
        flags.append("purchase_after_acceptance")
    if first_year_from and accepted_on - first_year_from >= LONG_AFTER_PURCHASE:
        flags.append("purchase_long_before_acceptance")
    if previous_starts_on and accepted_on < previous_starts_on:
        flags.append("order_before_previous_period")
    return tuple(flags)


def _initial(
    accepted_on: date, purchased_on: date | None, flags: tuple[str, ...]
) -> PeriodDecision:
    starts_on = month_first_from(accepted_on)
    steps = [
        _step("first_order", "3-1", accepted_on=accepted_on),
        _step("month_first", "3-1", accepted_on=accepted_on, starts_on=starts_on),
    ]
    entitled_from = min(purchased_on or starts_on, starts_on)
    if entitled_from < starts_on:
        steps.append(_step("from_purchase", "3-1", purchased_on=entitled_from))
    return PeriodDecision(
        kind="initial",
        clause="3-1",
        accepted_on=accepted_on,
        entitled_from=entitled_from,
        starts_on=starts_on,
        ends_on=year_ends_on(starts_on),
        gap=None,
        steps=(*steps, _year_step(starts_on, "3-1")),
        flags=flags,
    )


def _renewal(accepted_on: date, expiry: date, flags: tuple[str, ...]) -> PeriodDecision:
    starts_on = day_after(expiry)
    steps = (
        _step("in_term", "3-2a", accepted_on=accepted_on, previous_expiry=expiry),
        _step("day_after_expiry", "3-2a", previous_expiry=expiry, starts_on=starts_on),
        _year_step(starts_on, "3-2a"),
    )
    return PeriodDecision(
        kind="renewal",
        clause="3-2a",
        accepted_on=accepted_on,
        entitled_from=starts_on,
        starts_on=starts_on,
        ends_on=year_ends_on(starts_on),
        gap=None,
        steps=steps,
        flags=flags,
    )


def _after_expiry(accepted_on: date, expiry: date, flags: tuple[str, ...]) -> PeriodDecision:
    """A late renewal, or a re-continuation: it changes the product to buy, not the dates."""
    starts_on = month_first_from(accepted_on)
    boundary = recontinuation_from(expiry)
    year_passed = accepted_on >= boundary
    gap = Gap.between(expiry, starts_on)
    steps = (
        _step("after_expiry", "3-2b", accepted_on=accepted_on, previous_expiry=expiry),
        _step(
            "year_passed" if year_passed else "within_a_year",
            "3-3",
            accepted_on=accepted_on,
            recontinuation_from=boundary,
        ),
        _step("month_first", "3-2b", accepted_on=accepted_on, starts_on=starts_on),
        *_gap_steps(gap),
        _year_step(starts_on, "3-2b"),
    )
    return PeriodDecision(
        kind="recontinuation" if year_passed else "late_renewal",
        clause="3-3" if year_passed else "3-2b",
        accepted_on=accepted_on,
        entitled_from=starts_on,
        starts_on=starts_on,
        ends_on=year_ends_on(starts_on),
        gap=gap,
        steps=steps,
        flags=flags,
    )


def _step(kind: str, clause: str, **facts: Fact) -> Step:
    return Step(kind=kind, clause=clause, facts=facts)


def _year_step(starts_on: date, clause: str) -> Step:
    return _step("one_year", clause, starts_on=starts_on, ends_on=year_ends_on(starts_on))


def _gap_steps(gap: Gap | None) -> tuple[Step, ...]:
    if gap is None:
        return ()
    return (_step("gap", "3-2b", starts_on=gap.starts_on, ends_on=gap.ends_on, days=gap.days),)


def _fact_as_json(fact: Fact) -> str | int:
    return fact.isoformat() if isinstance(fact, date) else fact


def _fact_from_json(fact: str | int) -> Fact:
    return date.fromisoformat(fact) if isinstance(fact, str) else fact
