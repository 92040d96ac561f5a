"""What changes contracts, and the one way to ask who is covered."""

from contracts.services.certificates import replace_certificate
from contracts.services.closures import tell_of_closures
from contracts.services.coverage import coverage_of, coverage_of_product, coverages_for
from contracts.services.errors import RefusedError
from contracts.services.orders import (
    orders_hanging_on,
    preview_order,
    record_order,
    withdraw_order,
    wrong_product,
)
from contracts.services.people import (
    clean_address,
    register_contact,
    rename_contact,
    switch_off_contact,
    switch_on_contact,
)
from contracts.services.provision import end_provision, grant, longest_provision, provide
from contracts.services.standing import Standing, standing_of

__all__ = [
    "RefusedError",
    "Standing",
    "clean_address",
    "coverage_of",
    "coverage_of_product",
    "coverages_for",
    "end_provision",
    "grant",
    "longest_provision",
    "orders_hanging_on",
    "preview_order",
    "provide",
    "record_order",
    "register_contact",
    "rename_contact",
    "replace_certificate",
    "standing_of",
    "switch_off_contact",
    "switch_on_contact",
    "tell_of_closures",
    "withdraw_order",
    "wrong_product",
]
