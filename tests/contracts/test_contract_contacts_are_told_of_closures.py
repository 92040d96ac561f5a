"""Announcing is the notice (2-1c): one mail to each contract contact, if staff ticked it."""

import pytest

from contracts import services
from contracts.models import Contact
from supportdesk.business_calendar.models import Closure
from supportdesk.outbox.message import body_of
from supportdesk.outbox.models import Mail
from tests.builders import a_contact
from tests.clock import tokyo
from tests.promises.ledger import a_closure, announce

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-20 10:00")


def _ticked(first: str, last: str, name: str) -> Closure:
    closure = a_closure(first, last, name=name)
    Closure.objects.filter(pk=closure.pk).update(notify=True)
    return closure


def test_what_was_announced_together_is_one_mail_to_each_contract_contact() -> None:
    contact, technical = a_contact(), a_contact()
    Contact.objects.filter(pk=technical.pk).update(is_contract=False)
    announce(
        _ticked("2026-12-29", "2027-01-04", "年末年始休業"),
        _ticked("2027-08-11", "2027-08-13", "夏期休業"),
        at="2026-11-20 10:00",
    )

    assert services.tell_of_closures(now=NOW) == 1
    assert services.tell_of_closures(now=NOW) == 0

    mail = Mail.objects.get(kind="closure_notice")
    assert mail.recipient == contact.email
    assert "12月29日(火)〜2027年1月4日(月)  年末年始休業" in body_of(mail)
    assert "夏期休業" in body_of(mail)


def test_a_draft_and_an_unticked_closure_are_told_to_nobody() -> None:
    a_contact()
    _ticked("2026-12-29", "2027-01-04", "年末年始休業")
    announce(a_closure("2027-08-11"), at="2026-11-20 10:00")
    assert services.tell_of_closures(now=NOW) == 0
