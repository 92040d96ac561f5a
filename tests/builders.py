"""Builders: each makes one thing that is right, with the least said. Not fixtures."""

from datetime import date
from itertools import count
from uuid import uuid4

from contracts import services as contracts
from contracts.models import Contact, Contract, Customer, Order, Product, RenewalRequest
from supportdesk.accounts.models import User
from tests.clock import tokyo

_serial = count(1)


def a_staff_member(name: str = "担当 花子") -> User:
    email = f"staff{next(_serial)}@supportdesk.example"
    return User.objects.create_user(email, "correct horse battery staple", name=name, is_staff=True)


def a_customer(name: str = "株式会社あおば工業") -> Customer:
    return Customer.objects.create(number=f"C-{next(_serial):05d}", name=name)


def a_contact(customer: Customer | None = None, name: str = "佐々木 亮") -> Contact:
    """A contract, technical and renewal contact, who can sign in as `contact.user`."""
    return contracts.register_contact(
        customer or a_customer(),
        email=f"contact{next(_serial)}@customer.example",
        name=name,
        is_contract=True,
        is_technical=True,
        is_renewal=True,
        now=tokyo("2023-09-01 09:00"),
    )


def a_product(name: str = "desknet's NEO 分散サーバー") -> Product:
    product, _made = Product.objects.get_or_create(
        name=name,
        defaults={
            "code": f"product-{next(_serial)}",
            "support_name": f"{name} 年間サポート",
            "recontinuation_name": f"{name} 再継続年間サポート",
        },
    )
    return product


def a_contract(
    customer: Customer | None = None, product: Product | None = None, site: str = "本社"
) -> Contract:
    """A contract without any order yet: cover it by `a_period`."""
    return Contract.objects.create(
        number=f"S-{next(_serial):05d}",
        customer=customer or a_customer(),
        product=product or a_product(),
        site=site,
    )


def a_period(
    contract: Contract | None = None,
    accepted_on: str = "2025-11-10",
    purchased_on: str | None = None,
) -> Order:
    """An order accepted on that Tokyo date, with the period and certificate the terms give it."""
    contract = contract or a_contract()
    bought = date.fromisoformat(purchased_on) if purchased_on else None
    shown = contracts.preview_order(
        contract, accepted_on=date.fromisoformat(accepted_on), purchased_on=bought
    )
    return contracts.record_order(
        contract,
        shown=shown,
        recontinuation=shown.kind == "recontinuation",
        purchased_on=bought,
        decision_note="確認済み",
        by=None,
        now=tokyo(f"{accepted_on} 10:00"),
    )


def a_renewal_request(
    contract: Contract, contact: Contact, sent_at: str = "2026-11-20 10:00", **typed: str
) -> RenewalRequest:
    """A renewal ordered in the portal at that Tokyo time, which no clerk has looked at yet."""
    now = tokyo(sent_at)
    return contracts.send_renewal_request(
        contract,
        contact=contact,
        token=uuid4(),
        shown=contracts.preview_order(contract, accepted_on=now.date()),
        **typed,
        now=now,
    )
