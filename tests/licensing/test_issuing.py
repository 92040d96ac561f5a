"""At its promised moment, not before, a key is signed, stored once and mailed once."""

from pathlib import Path

import pytest

from contracts.models import Contact
from licensing import services
from licensing.domain.key_fields import KeyFields
from licensing.models import Application, Key
from supportdesk.outbox import sealing
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.verifier import verify
from tests.builders import a_contact
from tests.clock import desk_clock, tokyo
from tests.licensing.builders import a_license, an_application, send, wanted
from tests.licensing.test_sending import text_of
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def test_nothing_is_issued_before_the_moment(tmp_path: Path) -> None:
    an_application("2026-11-20 17:05")

    with a_key_ring(tmp_path):
        assert services.issue_due(now=tokyo("2026-11-24 08:59:59")) == 0
        assert services.issue_due(now=tokyo("2026-11-24 09:00")) == 1
        assert services.issue_due(now=tokyo("2026-11-24 09:00:01")) == 0


def test_the_key_is_for_the_new_server_and_ends_the_old_one(tmp_path: Path) -> None:
    application = an_application("2026-11-20 16:55")
    old = application.license.current_key
    assert old is not None

    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:56"))
        keys = keyring.public_keys().keys

    application.refresh_from_db()
    key = application.keys.get()
    old.refresh_from_db()
    assert application.state == Application.State.ISSUED
    assert old.superseded_at == tokyo("2026-11-20 16:56")
    assert application.license.current_key == key
    assert key.replaces == old
    assert (key.server_name, key.host_code) == ("aoba-app02", application.new_host_code)
    text = sealing.unseal(bytes(key.sealed_text)).decode()
    verdict = verify(
        text,
        keys,
        document_type="license-key",
        on=tokyo("2026-11-20 17:00").date(),
        product=application.license.contract.product.code,
        host=application.new_host_code,
    )
    assert verdict.ok
    fields = KeyFields.from_document(verdict.document)
    assert fields.serial == key.serial == f"{application.license.number}-02"
    assert fields.replaces == old.serial
    assert fields.quantity == 100
    assert fields.certificate.startswith("2025-")
    assert fields.issued_at == tokyo("2026-11-20 16:56")


def test_the_text_lies_in_the_database_only_encrypted(tmp_path: Path) -> None:
    application = an_application()

    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 17:00"))

    sealed = bytes(application.keys.get().sealed_text)
    text = sealing.unseal(sealed).decode()
    mail = Mail.objects.get(kind="license_key")
    assert text.splitlines()[0].encode() not in sealed
    assert text.splitlines()[0].encode() not in bytes(mail.content)
    assert mail.secret


def test_the_key_goes_to_the_registered_contacts_only(tmp_path: Path) -> None:
    """2-2b: contract and technical contacts still there; the applicant may be neither."""
    applicant = a_contact()
    customer = applicant.customer
    license_ = a_license(applicant)
    technical, renewal, gone = (a_contact(customer, name) for name in ("技術", "更新", "退職"))
    customer.contacts.filter(pk__in=[applicant.pk, renewal.pk]).update(
        is_contract=False, is_technical=False
    )
    customer.contacts.filter(pk=gone.pk).update(is_active=False)
    application = send(wanted(license_), "2026-11-20 16:55", applicant=applicant)

    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:56"))

    mails = Mail.objects.filter(kind="license_key")
    assert [mail.recipient for mail in mails] == [technical.email]
    key = application.keys.get()
    body = text_of(mails.get())
    assert sealing.unseal(bytes(key.sealed_text)).decode() in body.replace("\r\n", "\n")
    assert key.serial in body
    assert "技術 様" in body


def test_the_promise_waits_for_the_key_mail(tmp_path: Path) -> None:
    application = an_application("2026-11-20 17:05")

    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-24 09:00"))

    application.refresh_from_db()
    assert application.promise is not None
    assert application.promise.mail is not None
    assert application.promise.mail.kind == "license_key"
    assert application.promise.mail.due_at == tokyo("2026-11-24 09:00")


def test_an_acknowledgement_never_contains_the_key(tmp_path: Path) -> None:
    an_application()

    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 17:00"))

    key = Key.objects.get(klass="regular")
    first_line = sealing.unseal(bytes(key.sealed_text)).decode().splitlines()[0]
    for mail in Mail.objects.exclude(kind="license_key"):
        assert first_line not in text_of(mail)


def test_one_application_that_cannot_be_issued_stops_no_other(tmp_path: Path) -> None:
    stuck, fine = an_application(), an_application()
    stuck.license.contract.customer.contacts.update(is_active=False)

    with a_key_ring(tmp_path):
        assert services.issue_due(now=tokyo("2026-11-20 17:00")) == 1

    stuck.refresh_from_db()
    fine.refresh_from_db()
    assert (stuck.state, fine.state) == (Application.State.ACCEPTED, Application.State.ISSUED)
    assert not stuck.keys.exists()
    assert stuck.license.current_key is not None


def test_a_promise_that_was_broken_is_issued_all_the_same(tmp_path: Path) -> None:
    application = an_application("2026-11-20 17:05")
    assert application.promise is not None
    application.promise.state, application.promise.settled_at = "broken", tokyo("2026-11-25 00:01")
    application.promise.save()

    with a_key_ring(tmp_path):
        assert services.issue_due(now=tokyo("2026-11-25 09:00")) == 1


def test_a_withdrawn_application_gets_no_key(tmp_path: Path) -> None:
    application = an_application("2026-11-20 17:05")
    services.withdraw(application, by=application.applicant.user, now=tokyo("2026-11-21 10:00"))

    with a_key_ring(tmp_path):
        assert services.issue_due(now=tokyo("2026-11-24 09:00")) == 0


def test_the_second_move_replaces_the_first(tmp_path: Path) -> None:
    first = an_application("2026-11-20 16:00")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:00"))
        second = send(wanted(first.license, name="aoba-app03"), "2026-11-20 16:30")
        services.issue_due(now=tokyo("2026-11-20 16:30"))

    key = second.keys.get()
    assert key.replaces == first.keys.get()
    assert key.serial.endswith("-03")
    assert first.license.keys.current().get() == key


def test_the_sweep_reads_the_desks_clock(tmp_path: Path) -> None:
    from licensing.tasks import issue_due

    an_application("2026-11-20 17:05")
    with a_key_ring(tmp_path):
        with desk_clock("2026-11-24 08:59"):
            assert issue_due() == 0
        with desk_clock("2026-11-24 09:00"):
            assert issue_due() == 1


def test_a_key_that_cannot_be_issued_stops_no_other_and_staff_are_told_once(tmp_path: Path) -> None:
    stuck, other = an_application(), an_application()
    Contact.objects.filter(customer=stuck.license.contract.customer).update(
        is_contract=False, is_technical=False
    )

    with a_key_ring(tmp_path):
        first = services.issue_due(now=tokyo("2026-11-24 09:00"))
        at_once = services.issue_due(now=tokyo("2026-11-24 09:00:01"))
        services.issue_due(now=tokyo("2026-11-24 09:01:01"))
        stuck.refresh_from_db()
        other.refresh_from_db()
        assert (first, at_once) == (1, 0)
        assert other.state == Application.State.ISSUED
        assert stuck.state == Application.State.ACCEPTED
        assert "登録されていません" in stuck.failure
        assert Mail.objects.filter(kind="issue_failed").count() == 1

        Contact.objects.filter(customer=stuck.license.contract.customer).update(is_contract=True)
        assert services.issue_due(now=tokyo("2026-11-24 09:03")) == 1
