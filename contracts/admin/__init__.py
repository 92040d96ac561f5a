"""The staff's side of contracts: master data is edited, history only grows through services."""

from contracts.admin import (
    certificates,
    contracts,
    customers,
    expiring,
    orders,
    people,
    provisions,
    renewals,
)

__all__ = [
    "certificates",
    "contracts",
    "customers",
    "expiring",
    "orders",
    "people",
    "provisions",
    "renewals",
]
