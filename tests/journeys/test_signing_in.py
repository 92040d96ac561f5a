"""Journey 6: who comes in by which door. Customers by a mailed code, staff never by it."""

from typing import Any

from tests.builders import a_contact
from tests.clock import set_desk_clock


def test_a_customer_signs_in_with_the_code_from_the_mail(desk: Any, visitors: Any) -> None:
    set_desk_clock("2026-11-20 14:00", ticking=True)
    customer = a_contact().user
    visitor = visitors()
    visitor.sign_in_by_code(customer.email)
    assert customer.name in visitor.page.locator("header").inner_text()
    visitor.looks_right()
