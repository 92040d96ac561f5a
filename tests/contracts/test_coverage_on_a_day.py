"""Who is covered on a day: per contract, for a whole customer, per product."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from contracts.models import Contract, Order
from contracts.services import coverage_of, coverage_of_product, coverages_for
from tests.builders import a_contract, a_customer, a_period, a_product

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def test_a_contract_is_covered_and_names_the_certificate_that_says_so() -> None:
    order = a_period(accepted_on="2025-11-10")
    decision = coverage_of(order.contract, TODAY)
    assert order.certificate
    assert decision.period
    assert decision.period.certificate == order.certificate.number


def test_a_contract_for_one_product_does_not_cover_another_1_3() -> None:
    order = a_period(accepted_on="2025-11-10")
    decision = coverage_of_product(order.contract.customer, a_product("desknet's NEO"), TODAY)
    assert (decision.state, decision.other_products) == (
        "other_product",
        (order.contract.product.name,),
    )


def test_a_product_is_covered_by_any_contract_of_the_customer() -> None:
    customer = a_customer()
    a_period(a_contract(customer, site="大阪営業所"), accepted_on="2024-09-10")
    a_period(a_contract(customer, site="本社"), accepted_on="2025-11-10")
    assert coverage_of_product(customer, a_product(), TODAY).covered


def test_another_customers_contract_covers_nobody_else() -> None:
    order = a_period(accepted_on="2025-11-10")
    assert coverage_of_product(a_customer(), order.contract.product, TODAY).state == "none"


def test_a_customers_contracts_are_decided_in_a_fixed_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    customer = a_customer()
    for _site in range(5):
        contract = a_contract(customer)
        for accepted_on in ("2023-11-10", "2024-11-10", "2025-11-10"):
            a_period(contract, accepted_on)
    with django_assert_num_queries(3):
        decisions = coverages_for(customer, TODAY)
    assert [decision.covered for _contract, decision in decisions] == [True] * 5


@pytest.mark.parametrize(
    ("day", "covered"),
    [("2023-09-13", 0), ("2023-09-14", 1), ("2024-09-30", 1), ("2024-10-01", 0)],
)
def test_the_query_sets_agree_with_the_decision(day: str, covered: int) -> None:
    a_period(accepted_on="2023-09-20", purchased_on="2023-09-14")
    on = date.fromisoformat(day)
    assert Order.objects.covering(on).count() == covered
    assert Contract.objects.covering(on).count() == covered
