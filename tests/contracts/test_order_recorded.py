"""Recording an order: the period shown is the period kept, with a certificate."""

from datetime import date

import pytest

from contracts.models import Order
from contracts.services import RefusedError, preview_order, record_order
from tests.builders import a_contract, a_period, a_staff_member
from tests.clock import tokyo

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 16:55")


def test_a_recorded_order_keeps_what_was_shown_and_who_recorded_it() -> None:
    contract, clerk = a_contract(), a_staff_member()
    shown = preview_order(contract, accepted_on=date(2026, 11, 19))
    order = record_order(contract, shown=shown, customer_order_number="PO-1", by=clerk, now=NOW)
    order.refresh_from_db()
    assert order.decided == shown
    assert (order.starts_on, order.ends_on) == (date(2026, 12, 1), date(2027, 11, 30))
    assert (order.recorded_by, order.recorded_at) == (clerk, NOW)


def test_every_period_has_a_certificate_numbered_by_the_year_it_was_issued() -> None:
    contract = a_contract()
    first = a_period(contract, accepted_on="2025-11-10").certificate
    second = a_period(contract, accepted_on="2026-11-10").certificate
    other = a_period(accepted_on="2026-11-10").certificate
    assert first
    assert second
    assert other
    assert [one.number[:5] for one in (first, second, other)] == ["2025-", "2026-", "2026-"]
    assert int(other.number[5:]) == int(second.number[5:]) + 1
    assert (second.starts_on, second.ends_on) == (date(2026, 12, 1), date(2027, 11, 30))


def test_the_first_purchase_given_with_the_first_order_is_kept_on_the_contract() -> None:
    contract = a_contract()
    order = a_period(contract, accepted_on="2026-11-10", purchased_on="2026-11-05")
    contract.refresh_from_db()
    assert contract.purchased_on == order.entitled_from == date(2026, 11, 5)


def test_years_ordered_ahead_chain_and_the_early_ones_are_flagged() -> None:
    contract = a_contract()
    orders = [a_period(contract, accepted_on="2026-11-10") for _year in range(3)]
    assert [order.starts_on.year for order in orders] == [2026, 2027, 2028]
    assert [order.flags for order in orders] == [
        (),
        ("order_before_previous_period",),
        ("order_before_previous_period",),
    ]


def test_a_future_acceptance_is_refused() -> None:
    contract = a_contract()
    shown = preview_order(contract, accepted_on=date(2026, 11, 21))
    with pytest.raises(RefusedError, match="今日まで"):
        record_order(contract, shown=shown, by=None, now=NOW)


def test_the_wrong_product_for_the_day_is_refused_with_the_right_one_3_3() -> None:
    contract = a_contract()
    a_period(contract, accepted_on="2024-03-20")  # to 31 March 2025
    shown = preview_order(contract, accepted_on=date(2026, 4, 1))
    with pytest.raises(RefusedError, match=contract.product.recontinuation_name):
        record_order(contract, shown=shown, by=None, now=NOW)
    the_day_before = preview_order(contract, accepted_on=date(2026, 3, 31))
    with pytest.raises(RefusedError, match=contract.product.support_name):
        record_order(contract, shown=the_day_before, recontinuation=True, by=None, now=NOW)


def test_a_flag_needs_a_decision_in_words() -> None:
    contract = a_contract()
    shown = preview_order(contract, accepted_on=date(2026, 11, 10), purchased_on=date(2026, 11, 11))
    with pytest.raises(RefusedError, match="判断を入力"):
        record_order(contract, shown=shown, purchased_on=date(2026, 11, 11), by=None, now=NOW)


def test_an_order_that_came_in_since_the_preview_is_not_overlooked() -> None:
    contract = a_contract()
    shown = preview_order(contract, accepted_on=date(2026, 11, 10))
    a_period(contract, accepted_on="2026-11-10")
    with pytest.raises(RefusedError, match="確認の後"):
        record_order(contract, shown=shown, by=None, now=NOW)
    assert Order.objects.count() == 1
