"""What the stories of a renewal share: its screens, its mails, and a clerk who accepts it."""

import re
from datetime import date
from html import unescape
from typing import Any

from django.test import Client

from contracts import services
from contracts.models import Contact, Contract, Order, RenewalRequest
from supportdesk.outbox.models import Mail
from tests.accounts.doors import staff_client
from tests.builders import (
    a_contact,
    a_contract,
    a_period,
    a_staff_member,
)
from tests.clock import tokyo

State = RenewalRequest.State


def an_ending_contract() -> tuple[Contract, Contact]:
    """Covered to 30 November 2026, with one person for everything."""
    contract = a_contract()
    contact = a_contact(contract.customer)
    a_period(contract, accepted_on="2025-11-10")
    return contract, contact


def customer(contact: Contact) -> Client:
    client = Client()
    client.force_login(contact.user)
    return client


def a_clerk() -> Client:
    return staff_client(a_staff_member())


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return unescape(found.group(1))


class Form:
    """The three screens, as a browser without scripts walks through them."""

    def __init__(self, client: Client, contract: Contract) -> None:
        self.client, self.address = client, f"/contracts/{contract.number}/renew/"
        self.token = hidden(client.get(self.address), "token")

    def confirm(self, **typed: str) -> Any:
        self.typed = {"token": self.token, **typed}
        return self.client.post(self.address, {**self.typed, "step": "confirm"})

    def send(self, shown: str) -> Any:
        return self.client.post(self.address, {**self.typed, "shown": shown, "step": "send"})


def mails(kind: str) -> list[Mail]:
    return list(Mail.objects.filter(kind=kind).order_by("put_at", "pk"))


def accept(
    request: RenewalRequest, on: str = "2026-11-20", now: str = "2026-11-20 11:00", **more: Any
) -> Order:
    shown = services.preview_acceptance(request, accepted_on=date.fromisoformat(on))
    by = more.pop("by", None) or a_staff_member()
    return services.accept_renewal_request(request, shown=shown, by=by, now=tokyo(now), **more)
