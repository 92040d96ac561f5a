"""What was accepted under a withdrawn order stays, and staff see that its ground is gone."""

import re
from html import unescape
from typing import Any

import pytest

from contracts import services
from contracts.models import Order
from inquiries.models import Inquiry
from licensing.models import Application
from tests.accounts.doors import staff_client
from tests.builders import a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.inquiries.desk import Form, a_covered_contact, signed_in
from tests.licensing import builders as licences

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(settings: Any, tmp_path: Any) -> tuple[Order, Inquiry, Application]:
    """An inquiry and an application that were judged covered by one order."""
    settings.MEDIA_ROOT = tmp_path / "media"
    set_desk_clock("2026-11-20 16:00")
    contact, contract = a_covered_contact()
    inquiry = Form(signed_in(contact.user), contract).through()
    wish = licences.wanted(licences.a_license(contact, contract=contract))
    application = licences.send(wish, "2026-11-20 16:30", applicant=contact)
    assert isinstance(application, Application)
    order = contract.orders.standing().last()
    assert order
    return order, inquiry, application


def page(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def withdraw(order: Order) -> None:
    services.withdraw_order(order, reason="二重の登録", by=None, now=tokyo("2026-11-20 17:00"))


def test_before_an_order_is_withdrawn_staff_see_what_was_accepted_under_it(
    accepted: tuple[Order, Inquiry, Application],
) -> None:
    order, inquiry, application = accepted
    client = staff_client(a_staff_member())
    told = page(client.get(f"/staff/contracts/order/{order.pk}/withdraw/"))
    assert "これらの注文の期間を対象として受け付けたもの 2件" in told
    assert inquiry.number in told
    assert application.number in told


def test_what_was_accepted_stays_covered_and_is_flagged(
    accepted: tuple[Order, Inquiry, Application],
) -> None:
    order, inquiry, application = accepted
    client = staff_client(a_staff_member())
    addresses = (
        f"/staff/inquiries/inquiry/{inquiry.pk}/change/",
        f"/staff/licensing/application/{application.pk}/change/",
    )
    for address in addresses:
        assert "注文は取り下げ" not in page(client.get(address))
    withdraw(order)
    inquiry.refresh_from_db()
    application.refresh_from_db()
    assert inquiry.coverage_decision.covered
    assert application.coverage_decision.covered
    for address in addresses:
        told = page(client.get(address))
        assert "注文は取り下げ" in told
        assert "二重の登録" in told


def test_a_coverage_that_stands_or_never_was_has_no_flag(
    accepted: tuple[Order, Inquiry, Application],
) -> None:
    order, inquiry, _application = accepted
    assert services.withdrawn_since(inquiry.coverage_decision) is None
    withdraw(order)
    assert services.withdrawn_since(inquiry.coverage_decision) == order
    never = services.coverage_of(order.contract, inquiry.sent_at.date())
    assert services.withdrawn_since(never) is None
