"""Whoever chose English is written to in English: each kind of mail, and nothing but names left."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from contracts import services as contracts
from contracts.models import Contact, Contract
from inquiries.models import Inquiry
from licensing import services as licensing
from licensing.models import License
from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import Closure
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox.models import Mail
from supportdesk.promises.domain.rules import cutoff_release
from supportdesk.promises.mails import broken
from supportdesk.promises.services import make_promise
from supportdesk.signing import keyring
from tests import catalogue
from tests.accounts.doors import ask_for_code, words_of
from tests.builders import a_contact, a_contract, a_customer, a_period, a_product, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.contracts.people import an_invitation, someone
from tests.inquiries.desk import Desk, Form, signed_in
from tests.licensing.builders import a_license, send, wanted
from tests.promises.ledger import a_closure, announce
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー一-鿿々、。「」（）〜：；？！［］【】]+")
NOW = tokyo("2026-11-20 16:55")


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    catalogue.compile_english()
    set_desk_clock("2026-11-20 16:55")
    with translation.override(settings.LANGUAGE_CODE):
        yield


def taro(language: str = "en") -> Contact:
    """Somebody who chose their language, of a firm whose names are not Japanese."""
    contact = a_contact(a_customer("Example Ltd"), "Taro Yamada")
    User.objects.filter(pk=contact.user_id).update(language=language)
    return Contact.objects.select_related("user").get(pk=contact.pk)


def covered(contact: Contact, accepted_on: str = "2025-11-10") -> Contract:
    contract = a_contract(contact.customer, a_product("desknet's NEO"), "Head Office")
    a_period(contract, accepted_on=accepted_on)
    return contract


def asked(contact: Contact, contract: Contract) -> Inquiry:
    typed = {"subject": "7.5 to 7.6", "text": "How do I get from 7.5 to 7.6 without a pause?"}
    return Form(signed_in(contact.user), contract).through(**typed)


def japanese_left_in(mail: Mail) -> str:
    said = f"{mail.subject}\n{words_of(mail)}"
    names = [*load_calendar().holidays.values(), *Closure.objects.values_list("name", flat=True)]
    for name in names:
        said = said.replace(name, "")
    return " ".join(_JAPANESE.findall(said))


def told_in_english(recipient: str) -> set[str]:
    """The kinds of all mails to this address; none of them says a word of Japanese."""
    mails = Mail.objects.filter(recipient=recipient)
    assert {mail.kind: left for mail in mails if (left := japanese_left_in(mail))} == {}
    return {mail.kind for mail in mails}


def test_inquiries_are_acknowledged_answered_and_decided_in_english() -> None:
    contact = taro()
    inquiry = asked(contact, covered(contact))
    Desk(a_staff_member("Hanako"), inquiry).answer(body="Please restart the server.")
    assert told_in_english(contact.email) == {"inquiry_acknowledgement", "inquiry_answer"}


@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_what_is_held_is_told_in_english(verb: str) -> None:
    contact = taro()
    form = Form(signed_in(contact.user), covered(contact, accepted_on="2024-10-10"))
    form.type(subject="7.5 to 7.6", text="How do I get from 7.5 to 7.6 without a pause?")
    form.look()
    form.ask_for_check()
    form.look()
    form.send()
    inquiry = Inquiry.objects.get()
    Desk(a_staff_member("Hanako"), inquiry).do(verb, reason="No valid order was found.")
    assert f"inquiry_{verb}" in " ".join(told_in_english(contact.email))


def test_applications_and_keys_are_told_in_english() -> None:
    contact = taro()
    license_ = a_license(contract=covered(contact))
    License.objects.filter(pk=license_.pk).update(label="Head Office server")
    application = send(wanted(license_), "2026-11-20 16:55")
    licensing.withdraw(application, by=contact.user, now=NOW)
    kinds = told_in_english(contact.email)
    assert {"acknowledgement", "withdrawn"} <= kinds


def test_a_key_is_sent_in_the_language_of_each_contact(tmp_path: Path) -> None:
    contact = taro()
    colleague = a_contact(contact.customer, "高橋 恵")
    license_ = a_license(contract=covered(contact))
    License.objects.filter(pk=license_.pk).update(label="Head Office server")
    send(wanted(license_), "2026-11-20 16:55", applicant=contact)
    with a_key_ring(tmp_path):
        assert licensing.issue_due(now=tokyo("2026-11-20 16:56")) == 1
    assert "license_key" in told_in_english(contact.email)
    in_japanese = Mail.objects.get(kind="license_key", recipient=colleague.email)
    assert "ライセンスキーをお送りします" in in_japanese.subject
    assert "高橋 恵 様" in words_of(in_japanese)


def test_a_key_signed_anew_is_told_in_english(tmp_path: Path) -> None:
    contact = taro()
    license_ = a_license(contract=covered(contact))
    License.objects.filter(pk=license_.pk).update(label="Head Office server")
    send(wanted(license_), "2026-11-20 16:55", applicant=contact)
    with a_key_ring(tmp_path):
        licensing.issue_due(now=tokyo("2026-11-20 16:56"))
        real = keyring.real_time()
        keyring.rotate("2026b", at=real, wait=real - real)
        keyring.withdraw("2026a", at=real)
        licensing.order_resigning("2026a", reason="It may be stolen.", by=None, now=NOW)
        while licensing.sign_anew(now=tokyo("2026-11-20 16:57")):
            pass
    assert "license_key_anew" in told_in_english(contact.email)


def test_closures_are_told_in_english() -> None:
    contact = taro()
    closure = a_closure("2026-12-29", "2027-01-04", name="年末年始休業")
    Closure.objects.filter(pk=closure.pk).update(notify=True)
    announce(closure, at="2026-11-20 10:00")
    contracts.tell_of_closures(now=NOW)
    assert "closure_notice" in told_in_english(contact.email)


def test_a_moved_promise_is_told_in_english() -> None:
    set_desk_clock("2026-11-20 17:05")
    contact = taro()
    asked(contact, covered(contact))
    announce(a_closure("2026-11-24", "2026-11-24", name="臨時休業"), at="2026-11-20 17:06")
    assert "promise_moved" in told_in_english(contact.email)


@pytest.mark.parametrize("kind", ["inquiry", "application"])
def test_a_broken_promise_is_regretted_in_english_without_the_desks_words_for_it(kind: str) -> None:
    """What the desk itself called it stands in the ledger in the desk's language."""
    contact = taro()
    promise = make_promise(
        cutoff_release(NOW, load_calendar()),
        subject_kind=kind,
        subject_number="26-11-0001",
        subject_label="7.5 to 7.6" if kind == "inquiry" else "本社サーバーの移設",
        subject_url_name="inquiries:thread",
        recipient=contact.email,
        now=NOW,
    )
    broken(promise, aim=date(2026, 11, 25), due_at=NOW, now=NOW)
    assert told_in_english(contact.email) == {"promise_broken"}
    assert "26-11-0001" in words_of(Mail.objects.get())
    in_japanese = make_promise(
        cutoff_release(NOW, load_calendar()),
        subject_kind=kind,
        subject_number="26-11-0002",
        subject_label="本社サーバーの移設",
        subject_url_name="inquiries:thread",
        recipient=taro("ja").email,
        now=NOW,
    )
    broken(in_japanese, aim=date(2026, 11, 25), due_at=NOW, now=NOW)
    assert "「本社サーバーの移設」" in words_of(Mail.objects.latest("put_at", "recipient"))


def test_people_are_invited_welcomed_and_told_of_dead_mailboxes_in_english() -> None:
    contact = taro()
    contract = covered(contact)
    Contract.objects.filter(pk=contract.pk).update(support_service_number="SS-1")
    an_invitation(contact, someone("jane@example.com", "Jane Doe", "en"))
    assert told_in_english("jane@example.com") == {"invitation"}
    report = contracts.report_dead_mailbox(
        contract_number=contract.number,
        support_service_number="SS-1",
        name="誰か",
        email="new@example.com",
        words="届きません",
        now=NOW,
    )
    contracts.refuse_report(report, note="電話で確認", by=a_staff_member(), now=NOW)
    assert told_in_english(contact.email) == {"mailbox_reported", "mailbox_decided"}


def test_a_sign_in_code_is_in_the_language_of_its_reader_whatever_the_door_speaks() -> None:
    english, japanese = taro(), taro("ja")
    ask_for_code(Client(headers={"accept-language": "ja"}), english.email)
    ask_for_code(Client(headers={"accept-language": "en"}), japanese.email)
    assert told_in_english(english.email) == {"sign_in_code"}
    assert japanese_left_in(Mail.objects.get(recipient=japanese.email))


def test_staff_and_the_ledger_are_told_in_japanese_whatever_the_customer_reads() -> None:
    contact = taro()
    asked(contact, covered(contact))
    staff = Mail.objects.get(recipient=settings.SUPPORT_TEAM_EMAIL)
    assert "新しいお問い合わせがあります" in words_of(staff)
