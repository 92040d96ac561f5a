"""Article 3 against a slow oracle that walks day by day, 1990 to 2060."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.dates import year_ends_on
from contracts.domain.periods import PeriodDecision, decide_period, recontinuation_from

DAY = timedelta(days=1)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def oracle_year_ends_on(starts_on: date) -> date:
    """Walk on until the day before the same month and day, or the end of that month."""
    day = starts_on + 350 * DAY  # no year is over before
    while True:
        following = day + DAY
        same_day = (following.month, following.day) == (starts_on.month, starts_on.day)
        skipped = (day.month, following.month) == (starts_on.month, starts_on.month + 1)
        if following.year == starts_on.year + 1 and (same_day or skipped):
            return day
        day = following


def oracle_month_first(accepted_on: date) -> date:
    while accepted_on.day != 1:
        accepted_on += DAY
    return accepted_on


def oracle_start(accepted_on: date, expiry: date) -> date:
    return expiry + DAY if accepted_on <= expiry else oracle_month_first(accepted_on)


def test_one_year_is_right_at_every_day_of_two_leap_cycles() -> None:
    day = date(2023, 1, 1)
    while day < date(2031, 1, 1):
        assert year_ends_on(day) == oracle_year_ends_on(day), day
        day += DAY


def test_a_year_and_the_next_one_leave_no_day_between_them() -> None:
    day = date(2023, 1, 1)
    while day < date(2031, 1, 1):
        following = year_ends_on(day) + DAY
        assert recontinuation_from(day - DAY) == following
        assert (following - day).days in {365, 366}
        day += DAY


@given(accepted_on=DAYS, expiry=DAYS)
def test_a_next_year_agrees_with_the_oracle(accepted_on: date, expiry: date) -> None:
    decision = decide_period(accepted_on=accepted_on, previous_expiry=expiry)
    assert decision.starts_on == oracle_start(accepted_on, expiry)
    assert decision.ends_on == oracle_year_ends_on(decision.starts_on)
    a_year_passed = accepted_on > oracle_year_ends_on(expiry + DAY)
    assert (decision.kind == "recontinuation") == a_year_passed


@given(accepted_on=DAYS, expiry=DAYS)
def test_a_renewal_in_term_leaves_no_gap_and_a_late_one_never_starts_in_the_past(
    accepted_on: date, expiry: date
) -> None:
    decision = decide_period(accepted_on=accepted_on, previous_expiry=expiry)
    if decision.kind == "renewal":
        assert decision.starts_on == expiry + DAY
        assert decision.gap is None
    else:
        assert decision.starts_on >= accepted_on
        assert decision.starts_on.day == 1
        uncovered = (decision.starts_on - expiry).days - 1
        assert (decision.gap.days if decision.gap else 0) == uncovered


@given(accepted_on=DAYS, purchased_on=DAYS)
def test_a_first_year_is_covered_from_whichever_comes_first(
    accepted_on: date, purchased_on: date
) -> None:
    decision = decide_period(accepted_on=accepted_on, purchased_on=purchased_on)
    assert decision.starts_on == oracle_month_first(accepted_on)
    assert decision.entitled_from == min(purchased_on, decision.starts_on)


@given(first=DAYS, waits=st.lists(st.integers(0, 364), min_size=1, max_size=8))
def test_years_renewed_in_term_or_ordered_ahead_cover_every_day(
    first: date, waits: list[int]
) -> None:
    """Each order comes some days before the last expiry, or all of them on the first day."""
    last = decide_period(accepted_on=first)
    covered_until = last.ends_on
    for days in waits:
        accepted_on = max(first, last.ends_on - days * DAY)
        last = decide_period(
            accepted_on=accepted_on,
            previous_expiry=last.ends_on,
            previous_starts_on=last.starts_on,
        )
        assert (last.kind, last.starts_on) == ("renewal", covered_until + DAY)
        assert last.ends_on == oracle_year_ends_on(last.starts_on)
        covered_until = last.ends_on


@given(orders=st.lists(DAYS, min_size=2, max_size=12))
def test_periods_of_one_contract_never_overlap(orders: list[date]) -> None:
    periods: list[PeriodDecision] = []
    for accepted_on in orders:  # in any order: clerks record late ones, too
        last = periods[-1] if periods else None
        periods.append(
            decide_period(
                accepted_on=accepted_on,
                previous_expiry=last.ends_on if last else None,
                previous_starts_on=last.starts_on if last else None,
            )
        )
    for earlier, later in pairwise(periods):
        assert later.starts_on > earlier.ends_on
