"""Whether a product is covered on a day, and why: one decision for page, mail, admin and audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Self, cast

from contracts.domain.dates import ONE_DAY, day_after
from contracts.domain.periods import Gap, PeriodDecision, decide_period

State = Literal["covered", "provided", "not_begun", "in_gap", "expired", "other_product", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A period that was ordered and not withdrawn, with its governing dates (3-4), inclusive."""

    product: str
    kind: str
    entitled_from: date
    starts_on: date
    ends_on: date
    certificate: str = ""

    def covers(self, on: date) -> bool:
        return self.entitled_from <= on <= self.ends_on

    def as_json(self) -> dict[str, str]:
        return {
            "product": self.product,
            "kind": self.kind,
            "entitled_from": self.entitled_from.isoformat(),
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "certificate": self.certificate,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Self:
        return cls(
            product=stored["product"],
            kind=stored["kind"],
            entitled_from=date.fromisoformat(stored["entitled_from"]),
            starts_on=date.fromisoformat(stored["starts_on"]),
            ends_on=date.fromisoformat(stored["ends_on"]),
            certificate=stored["certificate"],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Provided:
    """Days that staff serve before the certificate of an order that is in, both ends inclusive.

    Not a period of the terms: the desk's own decision, until the certificate states one (3-4).
    """

    product: str
    starts_on: date
    ends_on: date

    def covers(self, on: date) -> bool:
        return self.starts_on <= on <= self.ends_on

    def as_json(self) -> dict[str, str]:
        return {
            "product": self.product,
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> Self:
        return cls(
            product=stored["product"],
            starts_on=date.fromisoformat(stored["starts_on"]),
            ends_on=date.fromisoformat(stored["ends_on"]),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageDecision:
    """Coverage of `product` on the Tokyo date `on`.

    `period` is the covering one, or `provided` the days that staff serve ahead of a certificate
    (state "provided", covered too). `previous` is the last that ended before the day, `upcoming`
    the next that begins after it. `covered_until` is the last day without a gap: a renewal already
    ordered counts. `clause` is the one that decides. `if_ordered_today` tells an expired
    customer what an order accepted on this day would buy; `other_products` are covered instead.
    """

    state: State
    clause: str
    product: str
    on: date
    period: Period | None = None
    covered_until: date | None = None
    previous: Period | None = None
    upcoming: Period | None = None
    if_ordered_today: PeriodDecision | None = None
    other_products: tuple[str, ...] = ()
    provided: Provided | None = None

    @property
    def covered(self) -> bool:
        return self.state in ("covered", "provided")

    @property
    def ends_on(self) -> date | None:
        """The last covered day from here, else the last one that was."""
        return self.covered_until or (self.previous.ends_on if self.previous else None)

    @property
    def days_left(self) -> int:
        """Days from the day to the end of unbroken coverage; 0 on its last day."""
        return (self.covered_until - self.on).days if self.covered_until else 0

    @property
    def days_ago(self) -> int:
        """Days since the last period ended; 1 on the first day after it."""
        return (self.on - self.previous.ends_on).days if self.previous else 0

    @property
    def gap(self) -> Gap | None:
        """The uncovered days around the day, where an earlier and a later period enclose them."""
        if self.covered or not (self.previous and self.upcoming):
            return None
        return Gap(
            starts_on=day_after(self.previous.ends_on),
            ends_on=self.upcoming.entitled_from - ONE_DAY,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "clause": self.clause,
            "product": self.product,
            "on": self.on.isoformat(),
            "period": self.period and self.period.as_json(),
            "covered_until": self.covered_until and self.covered_until.isoformat(),
            "previous": self.previous and self.previous.as_json(),
            "upcoming": self.upcoming and self.upcoming.as_json(),
            "if_ordered_today": self.if_ordered_today and self.if_ordered_today.as_json(),
            "other_products": list(self.other_products),
            "provided": self.provided and self.provided.as_json(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        ordered, until = stored["if_ordered_today"], stored["covered_until"]
        provided = stored.get("provided")  # decisions before there was such a thing have none
        return cls(
            state=cast("State", stored["state"]),
            clause=stored["clause"],
            product=stored["product"],
            on=date.fromisoformat(stored["on"]),
            period=_period(stored["period"]),
            covered_until=date.fromisoformat(until) if until else None,
            previous=_period(stored["previous"]),
            upcoming=_period(stored["upcoming"]),
            if_ordered_today=PeriodDecision.from_json(ordered) if ordered else None,
            other_products=tuple(stored["other_products"]),
            provided=Provided.from_json(provided) if provided else None,
        )


def decide_coverage(
    *, periods: Sequence[Period], product: str, on: date, provided: Sequence[Provided] = ()
) -> CoverageDecision:
    """Decide whether `product` is covered on the Tokyo date `on` (article 3, and 1-3 per product).

    `periods` are those of one contract, or all of one customer, in any order, withdrawn ones left
    out. A first year covers from the purchase day (3-1); the last day counts until 24:00; a period
    for one product never covers another (1-3). `provided` are the days that staff serve before a
    certificate: they count where no period covers the day, so the certificate ends them (3-4).
    No period at all is a decision too.
    """
    own = [period for period in periods if period.product == product]
    covering = [period for period in own if period.covers(on)]
    if covering:
        return _covered(max(covering, key=lambda period: period.ends_on), own, on)
    served = [one for one in provided if one.product == product and one.covers(on)]
    if served:
        return _provided(max(served, key=lambda one: one.ends_on), own, on)
    if not own:
        return _never_ordered(periods, product, on)
    return _outside(own, product, on)


def _covered(period: Period, own: Sequence[Period], on: date) -> CoverageDecision:
    return CoverageDecision(
        state="covered",
        # Before the base period only the purchase day covers (3-1); in it, the certificate (3-4).
        clause="3-1" if on < period.starts_on else "3-4",
        product=period.product,
        on=on,
        period=period,
        covered_until=_unbroken(period.ends_on, own),
    )


def _provided(served: Provided, own: Sequence[Period], on: date) -> CoverageDecision:
    return CoverageDecision(
        state="provided",
        clause="3-4",  # what the certificate to follow will state
        product=served.product,
        on=on,
        covered_until=_unbroken(served.ends_on, own),
        previous=_last_before(own, on),
        upcoming=_next_after(own, on),
        provided=served,
    )


def _unbroken(until: date, own: Sequence[Period]) -> date:
    """The last day that is reached from `until` without a gap."""
    for later in sorted(own, key=lambda later: later.entitled_from):
        if later.entitled_from <= day_after(until):
            until = max(until, later.ends_on)
    return until


def _last_before(own: Sequence[Period], on: date) -> Period | None:
    return max((p for p in own if p.ends_on < on), key=lambda p: p.ends_on, default=None)


def _next_after(own: Sequence[Period], on: date) -> Period | None:
    return min(
        (p for p in own if p.entitled_from > on), key=lambda p: p.entitled_from, default=None
    )


def _never_ordered(periods: Sequence[Period], product: str, on: date) -> CoverageDecision:
    others = tuple(sorted({period.product for period in periods if period.covers(on)}))
    if others:
        return CoverageDecision(
            state="other_product", clause="1-3", product=product, on=on, other_products=others
        )
    return CoverageDecision(state="none", clause="3-1", product=product, on=on)


def _outside(own: Sequence[Period], product: str, on: date) -> CoverageDecision:
    previous, upcoming = _last_before(own, on), _next_after(own, on)
    if previous is None:
        return CoverageDecision(
            state="not_begun", clause="3-1", product=product, on=on, upcoming=upcoming
        )
    if upcoming is not None:
        return CoverageDecision(
            state="in_gap",
            clause="3-2b",
            product=product,
            on=on,
            previous=previous,
            upcoming=upcoming,
        )
    ordered = decide_period(accepted_on=on, previous_expiry=previous.ends_on)
    return CoverageDecision(
        state="expired",
        clause=ordered.clause,
        product=product,
        on=on,
        previous=previous,
        if_ordered_today=ordered,
    )


def _period(stored: Mapping[str, str] | None) -> Period | None:
    return Period.from_json(stored) if stored else None
