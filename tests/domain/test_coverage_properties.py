"""Coverage against a slow oracle that colours every day of every period."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.coverage import Period, Provided, decide_coverage
from contracts.domain.periods import decide_period

DAY = timedelta(days=1)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def history(orders: list[date], purchased_on: date | None) -> list[Period]:
    """The periods of one contract whose orders were accepted on these days, one after another."""
    periods: list[Period] = []
    for accepted_on in sorted(orders):
        decision = decide_period(
            accepted_on=accepted_on,
            previous_expiry=periods[-1].ends_on if periods else None,
            purchased_on=purchased_on,
        )
        periods.append(
            Period(
                product="A",
                kind=decision.kind,
                entitled_from=decision.entitled_from,
                starts_on=decision.starts_on,
                ends_on=decision.ends_on,
            )
        )
    return periods


def coloured_days(periods: list[Period]) -> set[date]:
    days = set()
    for period in periods:
        day = period.entitled_from
        while day <= period.ends_on:
            days.add(day)
            day += DAY
    return days


@given(orders=st.lists(DAYS, min_size=1, max_size=5), on=DAYS, early=st.integers(0, 400))
def test_a_day_is_covered_exactly_when_a_period_holds_it(
    orders: list[date], on: date, early: int
) -> None:
    periods = history(orders, purchased_on=min(orders) - early * DAY)
    covered_days = coloured_days(periods)
    decision = decide_coverage(periods=periods, product="A", on=on)
    assert decision.covered == (on in covered_days)
    if not decision.covered:
        earlier = any(day < on for day in covered_days)
        later = any(day > on for day in covered_days)
        expected = {(True, True): "in_gap", (True, False): "expired", (False, True): "not_begun"}
        assert decision.state == expected[earlier, later]


@given(orders=st.lists(DAYS, min_size=2, max_size=5))
def test_every_day_of_a_gap_is_uncovered_and_its_neighbours_are_not(orders: list[date]) -> None:
    periods = history(orders, purchased_on=None)
    covered_days = coloured_days(periods)
    for earlier, later in pairwise(periods):
        if later.starts_on == earlier.ends_on + DAY:
            continue
        gap = decide_coverage(periods=periods, product="A", on=earlier.ends_on + DAY).gap
        assert gap
        assert {gap.starts_on - DAY, gap.ends_on + DAY} <= covered_days
        assert not covered_days & {gap.starts_on, gap.ends_on}


@given(
    orders=st.lists(DAYS, max_size=4),
    served=st.lists(st.tuples(DAYS, st.integers(-1, 60)), max_size=3),
    on=DAYS,
)
def test_a_day_is_covered_exactly_when_a_period_or_staff_hold_it_and_the_period_first(
    orders: list[date], served: list[tuple[date, int]], on: date
) -> None:
    periods = history(orders, purchased_on=None)
    provided = [
        Provided(product="A", starts_on=day, ends_on=day + more * DAY) for day, more in served
    ]
    by_period = on in coloured_days(periods)
    by_staff = any(day <= on <= day + more * DAY for day, more in served)
    decision = decide_coverage(periods=periods, product="A", on=on, provided=provided)
    assert decision.covered == (by_period or by_staff)
    assert (decision.state == "covered") == by_period
    assert (decision.provided is not None) == (by_staff and not by_period)
