"""No two periods of one contract share a day: the database says so, whoever asks at once."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from contracts.models import Contract, Order
from contracts.services import RefusedError, preview_order, record_order, withdraw_order
from tests.at_once import at_once
from tests.builders import a_contract, a_period
from tests.clock import tokyo

NOW = tokyo("2026-11-20 16:55")


def a_row(contract: Contract, starts_on: date, ends_on: date) -> Order:
    shown = preview_order(contract, accepted_on=starts_on)
    return Order(
        contract=contract,
        kind=shown.kind,
        accepted_on=starts_on,
        entitled_from=starts_on,
        starts_on=starts_on,
        ends_on=ends_on,
        decision=shown.as_json(),
        recorded_at=NOW,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("starts_on", [date(2026, 11, 30), date(2025, 12, 1), date(2026, 3, 1)])
def test_the_database_refuses_a_second_period_with_a_common_day(starts_on: date) -> None:
    order = a_period(accepted_on="2025-11-10")  # 2025-12-01 to 2026-11-30
    with pytest.raises(IntegrityError, match="order_periods_never_overlap"):
        a_row(order.contract, starts_on, date(2027, 11, 30)).save()


@pytest.mark.django_db
def test_a_withdrawn_period_and_another_contracts_do_not_stand_in_the_way() -> None:
    order = a_period(accepted_on="2025-11-10")
    a_period(accepted_on="2025-11-10")
    withdraw_order(order, reason="二重の登録", by=None, now=NOW)
    a_period(order.contract, accepted_on="2025-11-11")


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_saw_the_same_preview_make_one_period() -> None:
    contract = a_contract()
    shown = preview_order(contract, accepted_on=date(2026, 11, 10))

    def record() -> Order:
        return record_order(contract, shown=shown, by=None, now=NOW)

    results = at_once(record, record, record, refused=RefusedError)
    assert Order.objects.count() == 1
    refused = [result for result in results if isinstance(result, RefusedError)]
    assert len(refused) == 2
    assert "もう一度、期間を確認してください" in str(refused[0])


@pytest.mark.django_db(transaction=True)
def test_two_connections_that_go_past_the_service_make_one_period_too() -> None:
    contract = a_contract()
    rows = [a_row(contract, date(2026, 12, 1), date(2027, 11, 30)) for _row in range(2)]

    def save(row: Order) -> None:
        with transaction.atomic():
            row.save()

    results = at_once(lambda: save(rows[0]), lambda: save(rows[1]), refused=DatabaseError)
    assert Order.objects.count() == 1
    (refused,) = [result for result in results if result]
    # Two that wait for each other's row are a deadlock to PostgreSQL: one of them is refused, too.
    assert isinstance(refused, IntegrityError | OperationalError)


@pytest.mark.django_db(transaction=True)
def test_an_order_is_not_chained_to_one_that_is_withdrawn_at_that_moment() -> None:
    order = a_period(accepted_on="2025-11-10")
    shown = preview_order(order.contract, accepted_on=date(2026, 11, 10))
    at_once(
        lambda: record_order(order.contract, shown=shown, by=None, now=NOW),
        lambda: withdraw_order(order, reason="二重の登録", by=None, now=NOW),
        refused=RefusedError,
    )
    assert list(order.contract.orders.standing()) == []
