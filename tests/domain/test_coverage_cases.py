"""Coverage on a day: every state, with its reason and the way forward."""

import json
from datetime import date

import pytest

from contracts.domain.coverage import CoverageDecision, Period, Provided, decide_coverage
from contracts.domain.periods import Gap

NEO = "desknet's NEO"
CLUSTER = "desknet's NEO 分散サーバー"


def d(text: str) -> date:
    return date.fromisoformat(text)


def a_period(
    starts: str, ends: str, *, covered: str = "", number: str = "", product: str = CLUSTER
) -> Period:
    return Period(
        product=product,
        kind="renewal",
        entitled_from=d(covered or starts),
        starts_on=d(starts),
        ends_on=d(ends),
        certificate=number,
    )


HISTORY = [
    a_period("2025-12-01", "2026-11-30", number="2025-004817"),
    a_period("2023-10-01", "2024-09-30", covered="2023-09-14", number="2023-003360"),
    a_period("2024-12-01", "2025-11-30", number="2024-005102"),
]

DAYS = [
    # clause, day, state, certificate
    ("3-1", "2023-09-13", "not_begun", ""),
    ("3-1", "2023-09-14", "covered", "2023-003360"),
    ("3-1", "2023-09-30", "covered", "2023-003360"),
    ("3-4", "2023-10-01", "covered", "2023-003360"),
    ("3-4", "2024-09-30", "covered", "2023-003360"),
    ("3-2b", "2024-10-01", "in_gap", ""),
    ("3-2b", "2024-11-30", "in_gap", ""),
    ("3-4", "2024-12-01", "covered", "2024-005102"),
    ("3-4", "2025-11-30", "covered", "2024-005102"),
    ("3-4", "2025-12-01", "covered", "2025-004817"),
    ("3-4", "2026-11-30", "covered", "2025-004817"),
    ("3-2b", "2026-12-01", "expired", ""),
    ("3-2b", "2027-11-30", "expired", ""),
    ("3-3", "2027-12-01", "expired", ""),
]


@pytest.mark.parametrize(("clause", "day", "state", "certificate"), DAYS)
def test_each_day_of_a_contract_has_a_state_and_a_clause(
    clause: str, day: str, state: str, certificate: str
) -> None:
    decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d(day))
    assert (decision.state, decision.clause) == (state, clause)
    assert (decision.period.certificate if decision.period else "") == certificate
    assert decision.covered == (state == "covered")


def test_a_covered_day_counts_the_days_left_and_the_last_day_has_none() -> None:
    on_the_20th = decide_coverage(periods=HISTORY, product=CLUSTER, on=d("2026-11-20"))
    on_the_last = decide_coverage(periods=HISTORY, product=CLUSTER, on=d("2026-11-30"))
    assert (on_the_20th.days_left, on_the_last.days_left) == (10, 0)
    assert on_the_20th.ends_on == d("2026-11-30")


def test_a_renewal_ordered_in_time_already_counts_as_unbroken_coverage() -> None:
    renewed = [*HISTORY, a_period("2026-12-01", "2027-11-30")]
    decision = decide_coverage(periods=renewed, product=CLUSTER, on=d("2026-11-20"))
    assert decision.period == HISTORY[0]
    assert (decision.covered_until, decision.days_left) == (d("2027-11-30"), 375)


def test_a_renewal_after_a_gap_does_not_prolong_coverage() -> None:
    late = [*HISTORY, a_period("2027-01-01", "2027-12-31")]
    decision = decide_coverage(periods=late, product=CLUSTER, on=d("2026-11-20"))
    assert decision.ends_on == d("2026-11-30")


def test_a_day_before_the_first_period_says_when_it_begins() -> None:
    decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d("2023-09-01"))
    assert decision.upcoming
    assert decision.upcoming.entitled_from == d("2023-09-14")
    assert (decision.gap, decision.ends_on) == (None, None)


def test_a_day_in_a_gap_says_from_when_to_when() -> None:
    decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d("2024-11-01"))
    assert decision.gap == Gap(starts_on=d("2024-10-01"), ends_on=d("2024-11-30"))
    assert decision.gap.days == 61


def test_an_expired_day_says_how_long_ago_and_what_an_order_today_would_buy() -> None:
    decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d("2026-12-18"))
    assert (decision.days_ago, decision.ends_on) == (18, d("2026-11-30"))
    assert decision.if_ordered_today
    assert decision.if_ordered_today.kind == "late_renewal"
    assert decision.if_ordered_today.starts_on == d("2027-01-01")


def test_an_expiry_over_a_year_ago_needs_the_recontinuation_product_3_3() -> None:
    decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d("2027-12-01"))
    assert decision.if_ordered_today
    assert decision.if_ordered_today.kind == "recontinuation"


def test_a_contract_for_one_product_never_covers_another_1_3() -> None:
    decision = decide_coverage(periods=HISTORY, product=NEO, on=d("2026-11-20"))
    assert (decision.state, decision.clause) == ("other_product", "1-3")
    assert decision.other_products == (CLUSTER,)


def test_an_expired_contract_for_another_product_is_no_help_either() -> None:
    decision = decide_coverage(periods=HISTORY, product=NEO, on=d("2026-12-18"))
    assert (decision.state, decision.other_products) == ("none", ())


def test_an_own_expired_period_is_told_before_anothers_coverage() -> None:
    own = a_period("2025-01-01", "2025-12-31", product=NEO)
    decision = decide_coverage(periods=[*HISTORY, own], product=NEO, on=d("2026-11-20"))
    assert (decision.state, decision.days_ago) == ("expired", 324)


def test_no_period_at_all_is_a_decision_too() -> None:
    decision = decide_coverage(periods=[], product=NEO, on=d("2026-11-20"))
    assert (decision.state, decision.covered) == ("none", False)


def test_of_two_contracts_the_one_that_covers_longest_counts() -> None:
    branch = a_period("2026-04-01", "2027-03-31", number="2026-000107")
    decision = decide_coverage(periods=[*HISTORY, branch], product=CLUSTER, on=d("2026-11-20"))
    assert decision.period == branch


@pytest.mark.parametrize("day", [day for _clause, day, _state, _certificate in DAYS])
def test_a_decision_survives_storage(day: str) -> None:
    decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d(day))
    assert CoverageDecision.from_json(json.loads(json.dumps(decision.as_json()))) == decision


# --- Ahead of a certificate: staff serve a contract whose order is in (3-4) ----------------

SERVED = Provided(product=CLUSTER, starts_on=d("2026-12-18"), ends_on=d("2026-12-25"))

SERVED_DAYS = [
    # day, state, last day without a gap
    ("2026-12-17", "expired", "2026-11-30"),
    ("2026-12-18", "provided", "2026-12-25"),
    ("2026-12-25", "provided", "2026-12-25"),
    ("2026-12-26", "expired", "2026-11-30"),
]


@pytest.mark.parametrize(("day", "state", "until"), SERVED_DAYS)
def test_what_staff_serve_ahead_of_a_certificate_is_covered_on_its_days_alone(
    day: str, state: str, until: str
) -> None:
    decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d(day), provided=[SERVED])
    assert (decision.state, decision.ends_on) == (state, d(until))
    assert decision.covered == (state == "provided")
    assert decision.provided == (SERVED if state == "provided" else None)


def test_a_served_day_names_the_clause_of_the_certificate_to_follow_3_4() -> None:
    decision = decide_coverage(
        periods=HISTORY, product=CLUSTER, on=d("2026-12-20"), provided=[SERVED]
    )
    assert (decision.clause, decision.days_left) == ("3-4", 5)
    assert decision.previous == HISTORY[0]
    assert decision.period is None


@pytest.mark.parametrize(
    ("state", "periods"),
    [
        ("none", []),
        ("not_begun", [a_period("2027-01-01", "2027-12-31")]),
        ("in_gap", [*HISTORY, a_period("2027-01-01", "2027-12-31")]),
        ("expired", HISTORY),
        ("other_product", [a_period("2026-01-01", "2026-12-31", product=NEO)]),
    ],
)
def test_whatever_a_day_was_before_serving_it_covers_it(state: str, periods: list[Period]) -> None:
    on = d("2026-12-20")
    assert decide_coverage(periods=periods, product=CLUSTER, on=on).state == state
    decision = decide_coverage(periods=periods, product=CLUSTER, on=on, provided=[SERVED])
    assert (decision.state, decision.gap) == ("provided", None)


def test_the_certificate_ends_the_serving_where_it_covers_the_day_3_4() -> None:
    certified = [*HISTORY, a_period("2026-12-01", "2027-11-30", number="2026-005500")]
    decision = decide_coverage(
        periods=certified, product=CLUSTER, on=d("2026-12-20"), provided=[SERVED]
    )
    assert decision.state == "covered"
    assert (decision.period, decision.provided) == (certified[-1], None)


def test_a_certificate_that_begins_the_day_after_makes_it_one_unbroken_cover() -> None:
    follows = [*HISTORY, a_period("2026-12-26", "2027-12-25")]
    decision = decide_coverage(
        periods=follows, product=CLUSTER, on=d("2026-12-20"), provided=[SERVED]
    )
    assert (decision.state, decision.ends_on) == ("provided", d("2027-12-25"))


def test_serving_one_product_never_covers_another_1_3() -> None:
    decision = decide_coverage(periods=HISTORY, product=NEO, on=d("2026-12-20"), provided=[SERVED])
    assert (decision.state, decision.covered) == ("none", False)


def test_serving_that_was_ended_on_its_first_day_covers_nothing() -> None:
    ended = Provided(product=CLUSTER, starts_on=d("2026-12-18"), ends_on=d("2026-12-17"))
    for day in ("2026-12-17", "2026-12-18"):
        decision = decide_coverage(periods=HISTORY, product=CLUSTER, on=d(day), provided=[ended])
        assert decision.state == "expired"


def test_a_served_decision_survives_storage_and_older_ones_are_still_read() -> None:
    decision = decide_coverage(
        periods=HISTORY, product=CLUSTER, on=d("2026-12-20"), provided=[SERVED]
    )
    stored = json.loads(json.dumps(decision.as_json()))
    assert CoverageDecision.from_json(stored) == decision
    older = decide_coverage(periods=HISTORY, product=CLUSTER, on=d("2026-12-20"))
    without = {name: fact for name, fact in older.as_json().items() if name != "provided"}
    assert CoverageDecision.from_json(without) == older
