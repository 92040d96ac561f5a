"""Withdrawing an order: what hangs on it goes with it, nothing is erased."""

from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection

from contracts.models import Certificate
from contracts.services import (
    RefusedError,
    coverage_of,
    orders_hanging_on,
    preview_order,
    sign_certificates,
    withdraw_order,
)
from supportdesk.outbox import crash
from supportdesk.outbox.models import Mail
from tests.builders import a_contact, a_contract, a_period, a_staff_member
from tests.clock import tokyo
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 16:55")


def test_withdrawing_an_order_withdraws_every_later_one() -> None:
    contract, clerk = a_contract(), a_staff_member()
    first, second, third = (a_period(contract, f"{year}-11-10") for year in (2024, 2025, 2026))
    assert orders_hanging_on(second) == [third]
    assert withdraw_order(second, reason="二重の登録", by=clerk, now=NOW) == [second, third]
    assert list(contract.orders.standing()) == [first]
    third.refresh_from_db()
    assert (third.withdrawn_by, third.withdrawal_reason) == (clerk, "二重の登録")


def test_the_certificate_of_a_withdrawn_order_stays_as_it_was() -> None:
    order = a_period()
    withdraw_order(order, reason="二重の登録", by=None, now=NOW)
    assert Certificate.objects.filter(order=order).count() == 1


def test_a_withdrawn_period_covers_nobody_and_may_be_ordered_again() -> None:
    contract = a_contract()
    order = a_period(contract, "2025-11-10")
    withdraw_order(order, reason="金額の誤り", by=None, now=NOW)
    assert coverage_of(contract, date(2026, 11, 20)).state == "none"
    assert preview_order(contract, accepted_on=date(2025, 11, 10)).kind == "initial"


def test_an_order_is_withdrawn_once_and_for_a_reason() -> None:
    order = a_period()
    with pytest.raises(RefusedError, match="理由"):
        withdraw_order(order, reason="　", by=None, now=NOW)
    withdraw_order(order, reason="二重の登録", by=None, now=NOW)
    with pytest.raises(RefusedError, match="すでに"):
        withdraw_order(order, reason="二重の登録", by=None, now=NOW)


def certificate_mails() -> list[str]:
    return list(Mail.objects.filter(kind="certificate").values_list("state", flat=True))


def test_a_certificate_that_is_about_to_go_is_taken_back(tmp_path: Path) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer), "2026-11-20")
    with a_key_ring(tmp_path):
        sign_certificates(now=NOW)
    assert certificate_mails() == [Mail.State.QUEUED]
    withdraw_order(order, reason="二重の登録", by=None, now=NOW)
    assert certificate_mails() == [Mail.State.WITHDRAWN]


def test_the_certificate_of_another_order_goes_out(tmp_path: Path) -> None:
    contact = a_contact()
    a_period(a_contract(contact.customer), "2026-11-20")
    order = a_period(a_contract(contact.customer), "2026-11-20")
    with a_key_ring(tmp_path):
        sign_certificates(now=NOW)
    withdraw_order(order, reason="二重の登録", by=None, now=NOW)
    assert sorted(certificate_mails()) == [Mail.State.QUEUED, Mail.State.WITHDRAWN]


def test_a_certificate_in_the_issuers_hands_is_waited_for(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_period(a_contract(a_contact().customer), "2026-11-20")
    signing, withdrawn = Event(), Event()

    def meanwhile(point: str) -> None:
        if point == "certificate_signed":
            signing.set()
            withdrawn.wait(0.5)  # it cannot be before this commits

    monkeypatch.setattr(crash, "point", meanwhile)

    def withdraw() -> None:
        signing.wait(10)
        withdraw_order(order, reason="二重の登録", by=None, now=NOW)
        withdrawn.set()
        connection.close()

    clerk = Thread(target=withdraw)
    clerk.start()
    with a_key_ring(tmp_path):
        sign_certificates(now=NOW)
    clerk.join()
    assert certificate_mails() == [Mail.State.WITHDRAWN]
