"""Which reminder is due on a day (the desk's own custom), and what it tells by article 3."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.periods import decide_period
from contracts.domain.reminders import LATE_AT_MOST, due_stage, expiries_due, outcomes
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import DayOverride
from tests.domain.calendars import closures, day, desk

STAGES = (90, 60, 30, 7, -1)
DAY = timedelta(days=1)

DUE = [
    # expiry, on, stage due: why
    ("2026-11-30", "2026-08-31", None),
    ("2026-11-30", "2026-09-01", 90),
    ("2026-11-30", "2026-09-30", 90),  # missed for weeks, still the latest
    ("2026-11-30", "2026-10-01", 60),
    ("2026-11-30", "2026-10-30", 30),  # 31 October is a Saturday: the business day before
    ("2026-11-30", "2026-10-31", None),  # nothing goes out on a Saturday
    ("2026-11-30", "2026-11-20", 7),  # 23 November is a holiday after a weekend
    ("2026-11-30", "2026-11-19", 30),
    ("2026-11-30", "2026-11-30", 7),  # the expiry day is in term (3-2a)
    ("2026-11-30", "2026-12-01", -1),
    ("2026-11-30", "2026-12-15", -1),  # fourteen days late, no more
    ("2026-11-30", "2026-12-16", None),
    ("2026-10-30", "2026-10-31", None),  # the day after is a Saturday …
    ("2026-10-30", "2026-11-02", -1),  # … so on Monday
    ("2027-01-05", "2026-12-28", 7),  # 29 December to 4 January: not on the expiry day itself
    ("2027-01-05", "2027-01-05", 7),
    ("2026-11-30", "2026-06-01", None),
]


@pytest.mark.parametrize(("expiry", "on", "stage"), DUE)
def test_one_stage_is_due_on_business_days_only(expiry: str, on: str, stage: int | None) -> None:
    calendar = desk(*closures("2026-12-29", "2027-01-04", "年末年始休業"))
    assert due_stage(expiry=day(expiry), on=day(on), stages=STAGES, calendar=calendar) == stage


def test_a_reminder_of_the_last_day_is_due_on_that_day_alone() -> None:
    calendar, friday = desk(), day("2026-10-30")
    due = [
        due_stage(expiry=friday, on=day(on), stages=[0], calendar=calendar)
        for on in ("2026-10-29", "2026-10-30", "2026-11-02")
    ]
    assert due == [None, 0, None]


def test_a_closure_announced_late_sends_at_once_what_would_have_gone_before_it() -> None:
    known_late = desk(*closures("2026-11-19", "2026-11-25", "臨時休業"))
    # 7 days before fell into the closure; the business day before it, 18 November, is over.
    assert (
        due_stage(
            expiry=day("2026-11-30"), on=day("2026-11-26"), stages=STAGES, calendar=known_late
        )
        == 7
    )


OUTCOMES = [
    # expiry, on → (from, to, kind, clause, starts, gap in days)
    (
        "2026-11-30",
        "2026-11-20",
        [
            ("2026-11-20", "2026-11-30", "renewal", "3-2a", "2026-12-01", 0),
            ("2026-12-01", "2026-12-01", "late_renewal", "3-2b", "2026-12-01", 0),
            ("2026-12-02", "2027-01-01", "late_renewal", "3-2b", "2027-01-01", 31),
            ("2027-12-01", None, "recontinuation", "3-3", "2027-12-01", 365),
        ],
    ),
    (
        "2026-07-15",  # a certificate's mid-month expiry (3-4)
        "2026-07-16",
        [
            ("2026-07-16", "2026-08-01", "late_renewal", "3-2b", "2026-08-01", 16),
            ("2026-08-02", "2026-09-01", "late_renewal", "3-2b", "2026-09-01", 47),
            ("2027-07-16", None, "recontinuation", "3-3", "2027-08-01", 381),
        ],
    ),
    (
        "2028-02-28",
        "2029-02-28",  # the last day before the boundary of article 143 (2)
        [
            ("2029-02-28", "2029-02-28", "late_renewal", "3-2b", "2029-03-01", 366),
            ("2029-03-01", None, "recontinuation", "3-3", "2029-03-01", 366),
        ],
    ),
    (
        "2025-03-31",
        "2026-11-20",
        [("2026-11-20", None, "recontinuation", "3-3", "2026-12-01", 609)],
    ),
]


@pytest.mark.parametrize(("expiry", "on", "expected"), OUTCOMES)
def test_it_tells_what_an_order_brings_by_which_day(
    expiry: str, on: str, expected: list[tuple[str, str | None, str, str, str, int]]
) -> None:
    told = [
        (
            str(outcome.first),
            outcome.last and str(outcome.last),
            outcome.decision.kind,
            outcome.decision.clause,
            str(outcome.decision.starts_on),
            outcome.decision.gap.days if outcome.decision.gap else 0,
        )
        for outcome in outcomes(expiry=day(expiry), on=day(on))
    ]
    assert told == expected


# --- Against a slow oracle that lives through every day --------------------------------------

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@st.composite
def situations(draw: st.DrawFn) -> tuple[date, date, list[int], BusinessCalendar]:
    """An expiry, a day around it, some stages, and weeks with closures in them."""
    expiry = draw(DAYS)
    on = expiry + draw(st.integers(-130, 60)) * DAY
    stages = draw(st.lists(st.integers(-20, 120), min_size=1, max_size=6))
    closed = draw(st.lists(st.integers(-130, 60), max_size=40))
    long_closure = draw(st.integers(-130, 50))
    days = {expiry + n * DAY for n in [*closed, *range(long_closure, long_closure + 8)]}
    overrides = [DayOverride(on, (), "休業", "closure") for on in days]
    return expiry, on, stages, BusinessCalendar.build(overrides=overrides)


def oracle(expiry: date, on: date, stages: list[int], calendar: BusinessCalendar) -> int | None:
    """Walk up to `on`: each morning put the stage that begins into the hand, the latest on top."""
    in_hand: int | None = None
    for stage in sorted(stages, reverse=True):
        step = DAY if stage < 0 else -DAY
        begins = expiry - stage * DAY
        while not calendar.is_business_day(begins):
            begins += step
        walked = min(begins, expiry) - DAY
        while walked < on:
            walked += DAY
            if walked == begins:
                in_hand = stage
    if in_hand is None or not calendar.is_business_day(on):
        return None
    kept_until = expiry if in_hand >= 0 else expiry - in_hand * DAY + LATE_AT_MOST
    return in_hand if on <= kept_until else None


@given(situations())
def test_it_agrees_with_the_oracle(
    situation: tuple[date, date, list[int], BusinessCalendar],
) -> None:
    expiry, on, stages, calendar = situation
    stage = due_stage(expiry=expiry, on=on, stages=stages, calendar=calendar)
    assert stage == oracle(expiry, on, stages, calendar)


@given(situations())
def test_the_expiries_that_are_looked_for_are_those_for_which_a_stage_is_due(
    situation: tuple[date, date, list[int], BusinessCalendar],
) -> None:
    expiry, on, stages, calendar = situation
    spans = expiries_due(on=on, stages=stages, calendar=calendar)
    found = [span.stage for span in spans if span.first <= expiry <= span.last]
    due = due_stage(expiry=expiry, on=on, stages=stages, calendar=calendar)
    assert found == ([] if due is None else [due])


@given(situations())
def test_nobody_has_fewer_days_left_than_the_stage_says_when_it_begins(
    situation: tuple[date, date, list[int], BusinessCalendar],
) -> None:
    expiry, _on, stages, calendar = situation
    seen = set[int]()
    for n in range(-150, 60):
        on = expiry + n * DAY
        stage = due_stage(expiry=expiry, on=on, stages=stages, calendar=calendar)
        if stage is not None and stage not in seen:
            seen.add(stage)
            assert (expiry - on).days >= stage if stage >= 0 else (on - expiry).days >= -stage


@given(expiry=DAYS, later=st.integers(-120, 800))
def test_every_day_told_of_has_the_consequence_that_is_told(expiry: date, later: int) -> None:
    told = outcomes(expiry=expiry, on=expiry + later * DAY)
    for outcome in told:
        accepted_on = outcome.first
        while accepted_on <= (outcome.last or outcome.first):
            decision = decide_period(accepted_on=accepted_on, previous_expiry=expiry)
            assert decision.kind == outcome.decision.kind
            assert decision.starts_on == outcome.decision.starts_on
            assert decision.gap == outcome.decision.gap
            accepted_on += DAY
    assert told[-1].decision.kind == "recontinuation"
    assert [o.decision.kind for o in told[:-1]].count("recontinuation") == 0
