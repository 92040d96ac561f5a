"""The one way to ask who is covered, for what, on a Tokyo date."""

from datetime import date

from contracts.domain.coverage import CoverageDecision, decide_coverage
from contracts.models import Contract, Customer, Product


def coverage_of(contract: Contract, on: date) -> CoverageDecision:
    """Whether this contract's product is covered on the Tokyo date `on`: by its own periods, or
    by staff ahead of a certificate."""
    return decide_coverage(
        periods=contract.periods(),
        product=contract.product.name,
        on=on,
        provided=contract.provided(),
    )


def coverages_for(customer: Customer, on: date) -> list[tuple[Contract, CoverageDecision]]:
    """All contracts of a customer with their coverage on the Tokyo date, in few queries."""
    contracts = Contract.objects.with_periods().filter(customer=customer)
    return [(contract, coverage_of(contract, on)) for contract in contracts]


def coverage_of_product(customer: Customer, product: Product, on: date) -> CoverageDecision:
    """Whether the customer has `product` covered by any contract; another never counts (1-3)."""
    contracts = Contract.objects.with_periods().filter(customer=customer)
    periods = [period for contract in contracts for period in contract.periods()]
    provided = [one for contract in contracts for one in contract.provided()]
    return decide_coverage(periods=periods, product=product.name, on=on, provided=provided)
