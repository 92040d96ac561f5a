"""Article 3, row by row: which period an order buys. Each case names its clause."""

import json
from datetime import date

import pytest

from contracts.domain.periods import Gap, PeriodDecision, decide_period, recontinuation_from


def d(text: str) -> date:
    return date.fromisoformat(text)


FIRST_YEARS = [
    # clause, accepted, purchased → covered from, base period
    ("3-1", "2023-09-14", "2023-09-14", ("2023-09-14", "2023-10-01", "2024-09-30")),
    ("3-1", "2023-09-14", None, ("2023-10-01", "2023-10-01", "2024-09-30")),
    ("3-1", "2023-10-01", None, ("2023-10-01", "2023-10-01", "2024-09-30")),
    ("3-1", "2023-10-01", "2023-10-01", ("2023-10-01", "2023-10-01", "2024-09-30")),
    ("3-1", "2023-10-02", "2023-10-01", ("2023-10-01", "2023-11-01", "2024-10-31")),
    ("3-1", "2025-12-31", None, ("2026-01-01", "2026-01-01", "2026-12-31")),
    (
        "3-1",
        "2026-01-01",
        None,
        ("2026-01-01", "2026-01-01", "2026-12-31"),
    ),  # a holiday: still a 1st
    ("3-1", "2027-02-28", None, ("2027-03-01", "2027-03-01", "2028-02-29")),
    ("3-1", "2028-02-29", None, ("2028-03-01", "2028-03-01", "2029-02-28")),
    ("3-1", "2026-05-10", "2026-05-20", ("2026-05-20", "2026-06-01", "2027-05-31")),
    ("3-1", "2026-05-10", "2026-06-01", ("2026-06-01", "2026-06-01", "2027-05-31")),
    ("3-1", "2026-05-10", "2026-07-01", ("2026-06-01", "2026-06-01", "2027-05-31")),
]


@pytest.mark.parametrize(("clause", "accepted", "purchased", "dates"), FIRST_YEARS)
def test_a_first_year_covers_from_the_purchase_and_runs_from_a_month_first(
    clause: str, accepted: str, purchased: str | None, dates: tuple[str, str, str]
) -> None:
    decision = decide_period(
        accepted_on=d(accepted), purchased_on=d(purchased) if purchased else None
    )
    assert (decision.kind, decision.clause, decision.gap) == ("initial", clause, None)
    assert dates == (
        str(decision.entitled_from),
        str(decision.starts_on),
        str(decision.ends_on),
    )


NEXT_YEARS = [
    # clause, kind, previous expiry, accepted → starts, ends, gap in days
    ("3-2a", "renewal", "2025-11-30", "2025-10-30", ("2025-12-01", "2026-11-30", 0)),
    ("3-2a", "renewal", "2026-11-30", "2026-11-30", ("2026-12-01", "2027-11-30", 0)),  # expiry day
    ("3-2a", "renewal", "2027-02-28", "2027-02-01", ("2027-03-01", "2028-02-29", 0)),
    (
        "3-2a",
        "renewal",
        "2028-02-28",
        "2028-02-28",
        ("2028-02-29", "2029-02-28", 0),
    ),  # art. 143 (2)
    ("3-2a", "renewal", "2028-02-29", "2028-02-29", ("2028-03-01", "2029-02-28", 0)),
    ("3-2a", "renewal", "2026-07-15", "2026-07-01", ("2026-07-16", "2027-07-15", 0)),  # mid-month
    ("3-2b", "late_renewal", "2026-11-30", "2026-12-01", ("2026-12-01", "2027-11-30", 0)),
    ("3-2b", "late_renewal", "2026-11-30", "2026-12-02", ("2027-01-01", "2027-12-31", 31)),
    ("3-2b", "late_renewal", "2024-09-30", "2024-11-08", ("2024-12-01", "2025-11-30", 61)),
    ("3-2b", "late_renewal", "2026-07-15", "2026-07-16", ("2026-08-01", "2027-07-31", 16)),
    ("3-2b", "late_renewal", "2025-03-31", "2026-03-31", ("2026-04-01", "2027-03-31", 365)),
    ("3-3", "recontinuation", "2025-03-31", "2026-04-01", ("2026-04-01", "2027-03-31", 365)),
    ("3-3", "recontinuation", "2025-03-31", "2026-04-02", ("2026-05-01", "2027-04-30", 395)),
    ("3-2b", "late_renewal", "2028-02-29", "2029-02-28", ("2029-03-01", "2030-02-28", 365)),
    ("3-3", "recontinuation", "2028-02-29", "2029-03-01", ("2029-03-01", "2030-02-28", 365)),
    ("3-2b", "late_renewal", "2027-02-28", "2028-02-29", ("2028-03-01", "2029-02-28", 366)),
    ("3-3", "recontinuation", "2027-02-28", "2028-03-01", ("2028-03-01", "2029-02-28", 366)),
    ("3-2b", "late_renewal", "2028-02-28", "2029-02-28", ("2029-03-01", "2030-02-28", 366)),
    ("3-3", "recontinuation", "2028-02-28", "2029-03-01", ("2029-03-01", "2030-02-28", 366)),
]


@pytest.mark.parametrize(("clause", "kind", "expiry", "accepted", "period"), NEXT_YEARS)
def test_a_next_year_depends_on_the_day_the_order_was_accepted(
    clause: str, kind: str, expiry: str, accepted: str, period: tuple[str, str, int]
) -> None:
    decision = decide_period(accepted_on=d(accepted), previous_expiry=d(expiry))
    assert (decision.clause, decision.kind) == (clause, kind)
    gap_days = decision.gap.days if decision.gap else 0
    assert period == (str(decision.starts_on), str(decision.ends_on), gap_days)
    assert decision.entitled_from == decision.starts_on


def test_a_gap_names_its_first_and_last_uncovered_day() -> None:
    decision = decide_period(accepted_on=d("2026-12-18"), previous_expiry=d("2026-11-30"))
    assert decision.gap == Gap(starts_on=d("2026-12-01"), ends_on=d("2026-12-31"))


@pytest.mark.parametrize(
    ("expiry", "first_day"),
    [
        ("2025-03-31", "2026-04-01"),
        ("2028-02-29", "2029-03-01"),
        ("2027-02-28", "2028-03-01"),  # the year holds 29 February 2028
        ("2028-02-28", "2029-03-01"),  # it begins on one: no corresponding day
        ("2026-12-15", "2027-12-16"),
    ],
)
def test_recontinuation_3_3_begins_the_day_after_one_civil_year(
    expiry: str, first_day: str
) -> None:
    assert recontinuation_from(d(expiry)) == d(first_day)


FLAGS = [
    ({"accepted_on": "2026-05-10", "purchased_on": "2026-05-10"}, ()),
    (
        {"accepted_on": "2026-05-10", "purchased_on": "2026-05-11"},
        ("purchase_after_acceptance",),
    ),
    ({"accepted_on": "2026-05-10", "purchased_on": "2026-02-08"}, ()),
    (
        {"accepted_on": "2026-05-10", "purchased_on": "2026-02-07"},
        ("purchase_long_before_acceptance",),
    ),
    (
        {
            "accepted_on": "2025-11-30",
            "previous_starts_on": "2025-12-01",
            "previous_expiry": "2026-11-30",
        },
        ("order_before_previous_period",),
    ),
    (
        {
            "accepted_on": "2025-12-01",
            "previous_starts_on": "2025-12-01",
            "previous_expiry": "2026-11-30",
            "purchased_on": "2020-01-01",  # long ago, but this is no first year
        },
        (),
    ),
]


@pytest.mark.parametrize(("facts", "flags"), FLAGS)
def test_what_staff_should_look_at_is_flagged_and_moves_no_date(
    facts: dict[str, str], flags: tuple[str, ...]
) -> None:
    assert decide_period(**{name: d(day) for name, day in facts.items()}).flags == flags


def test_an_order_before_the_previous_period_is_chained_to_the_last_expiry() -> None:
    decision = decide_period(
        accepted_on=d("2025-06-01"),
        previous_starts_on=d("2026-12-01"),
        previous_expiry=d("2027-11-30"),
    )
    assert (decision.kind, decision.starts_on) == ("renewal", d("2027-12-01"))


STEPS = [
    (
        {"accepted_on": "2023-09-14", "purchased_on": "2023-09-14"},
        ["first_order 3-1", "month_first 3-1", "from_purchase 3-1", "one_year 3-1"],
    ),
    (
        {"accepted_on": "2025-10-30", "previous_expiry": "2025-11-30"},
        ["in_term 3-2a", "day_after_expiry 3-2a", "one_year 3-2a"],
    ),
    (
        {"accepted_on": "2024-11-08", "previous_expiry": "2024-09-30"},
        ["after_expiry 3-2b", "within_a_year 3-3", "month_first 3-2b", "gap 3-2b", "one_year 3-2b"],
    ),
    (
        {"accepted_on": "2026-04-01", "previous_expiry": "2025-03-31"},
        ["after_expiry 3-2b", "year_passed 3-3", "month_first 3-2b", "gap 3-2b", "one_year 3-2b"],
    ),
]


@pytest.mark.parametrize(("facts", "steps"), STEPS)
def test_the_steps_say_which_clause_led_there(facts: dict[str, str], steps: list[str]) -> None:
    decision = decide_period(**{name: d(day) for name, day in facts.items()})
    assert [f"{step.kind} {step.clause}" for step in decision.steps] == steps


@pytest.mark.parametrize(
    "facts",
    [
        {"accepted_on": "9999-12-02"},
        {"accepted_on": "9999-06-01"},
        {"accepted_on": "9999-01-01", "previous_expiry": "9999-12-31"},
        {"accepted_on": "9999-01-01", "previous_expiry": "9998-12-31"},
        {"accepted_on": "2026-01-01", "previous_starts_on": "2025-01-01"},
        {
            "accepted_on": "2026-01-01",
            "previous_starts_on": "2026-01-02",
            "previous_expiry": "2026-01-01",
        },
    ],
)
def test_nonsense_is_a_value_error_with_words(facts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        decide_period(**{name: d(day) for name, day in facts.items()})


@pytest.mark.parametrize("facts", [facts for facts, _steps in STEPS])
def test_a_decision_survives_storage(facts: dict[str, str]) -> None:
    decision = decide_period(**{name: d(day) for name, day in facts.items()})
    assert PeriodDecision.from_json(json.loads(json.dumps(decision.as_json()))) == decision
