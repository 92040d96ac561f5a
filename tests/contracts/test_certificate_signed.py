"""The issuer signs each certificate once, mails it once, and nothing alters it afterwards (3-4)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from contracts import certificate_document, services
from contracts.domain.certificates import CertificateFields
from contracts.mails import certificates as mails
from contracts.models import Certificate, CertificateDocument, Contact, Customer
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRingError
from supportdesk.signing.verifier import ALPHABET, verify
from tests.builders import a_contact, a_contract, a_customer, a_period
from tests.contracts.certificates import NOW, certificate_of, sign_all, words_of
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def mail_parts(mail: Mail) -> tuple[str, str, bytes]:
    """Text, name of the file and its bytes."""
    message = message_from_bytes(bytes(mail.content), policy=policy.default)
    (attached,) = message.iter_attachments()
    body = message.get_body(["plain"])
    assert body
    return body.get_content(), attached.get_filename() or "", attached.get_content()


# --- Once for each period ---------------------------------------------------------------


def test_there_is_one_certificate_for_each_period_and_each_is_signed_once(tmp_path: Path) -> None:
    contract = a_contract(a_contact().customer)
    orders = [a_period(contract, accepted_on=day) for day in ("2024-11-10", "2025-11-10")]
    with a_key_ring(tmp_path):
        assert services.sign_certificates(now=NOW) == 2
        assert services.sign_certificates(now=NOW) == 0
        keys = keyring.public_keys().keys
    assert Certificate.objects.count() == 2
    for order in orders:
        certificate = certificate_of(order)
        assert (certificate.signed_at, certificate.kid) == (NOW, "2026a")
        verdict = verify(
            certificate.signed_text, keys, document_type="support-certificate", on=order.starts_on
        )
        assert verdict.ok
        assert CertificateFields.from_document(verdict.document) == certificate.fields
    assert Mail.objects.filter(kind="certificate").count() == 2


def test_what_is_signed_tells_the_period_and_nothing_of_the_customer(tmp_path: Path) -> None:
    order = a_period(accepted_on="2025-11-10", purchased_on="2025-11-05")
    with a_key_ring(tmp_path):
        services.sign_certificates(now=NOW)
        certificate = certificate_of(order)
        keys = keyring.public_keys().keys
    verdict = verify(
        certificate.signed_text, keys, document_type="support-certificate", on=date(2026, 1, 1)
    )
    assert verdict.document == {
        "type": "support-certificate",
        "number": certificate.number,
        "issued": "2025-11-10",
        "kind": "initial",
        "product": order.contract.product.code,
        "quantity": 1,
        "contract": order.contract.number,
        "from": "2025-12-01",
        "until": "2026-11-30",
        "entitled-from": "2025-11-05",
    }


def test_any_changed_character_of_the_text_fails(tmp_path: Path) -> None:
    order = a_period(accepted_on="2025-11-10")
    with a_key_ring(tmp_path):
        services.sign_certificates(now=NOW)
        keys = keyring.public_keys().keys
    text = "".join(certificate_of(order).signed_text.split())
    for place, character in enumerate(text):
        other = ALPHABET[(ALPHABET.index(character) + 1) % len(ALPHABET)]
        changed = f"{text[:place]}{other}{text[place + 1 :]}"
        verdict = verify(changed, keys, document_type="support-certificate", on=date(2026, 1, 1))
        assert not verdict.ok, place


def test_without_a_private_key_nothing_is_signed(tmp_path: Path) -> None:
    order = a_period()
    with pytest.raises(KeyRingError):
        services.sign_certificates(now=NOW)
    assert certificate_of(order).signed_at is None


# --- The mail ----------------------------------------------------------------------------


def test_the_renewal_contacts_get_it_with_the_pdf(tmp_path: Path) -> None:
    contract_contact = a_contact()
    customer = contract_contact.customer
    renewal = a_contact(customer, "高橋 美咲")
    customer.contacts.filter(pk=contract_contact.pk).update(is_renewal=False)
    order = a_period(a_contract(customer), accepted_on="2025-11-10")

    sign_all(tmp_path)

    certificate = certificate_of(order)
    mail = Mail.objects.get(kind="certificate")
    text, name, pdf = mail_parts(mail)
    assert mail.recipient == renewal.email
    assert mail.subject == f"【年間サポート証書】{certificate.number} をお送りします"
    assert name == f"年間サポート証書_{certificate.number}.pdf"
    assert "高橋 美咲 様" in text
    assert "2025年12月1日 〜 2026年11月30日" in text
    assert f"{settings.SITE_URL}/contracts/{order.contract.number}/" in text
    assert certificate.number in words_of(pdf)
    assert pdf == bytes(CertificateDocument.objects.get().pdf)


def test_without_a_renewal_contact_the_contract_contact_gets_it(tmp_path: Path) -> None:
    contact = a_contact()
    a_contact(contact.customer)
    contact.customer.contacts.update(is_renewal=False, is_contract=False)
    Contact.objects.filter(pk=contact.pk).update(is_contract=True)
    a_period(a_contract(contact.customer))
    sign_all(tmp_path)
    assert [mail.recipient for mail in Mail.objects.filter(kind="certificate")] == [contact.email]


def test_where_nobody_is_there_to_be_mailed_it_is_signed_and_staff_are_told(tmp_path: Path) -> None:
    order = a_period(a_contract(a_customer()))
    sign_all(tmp_path)
    assert certificate_of(order).signed_at
    (mail,) = Mail.objects.all()
    assert (mail.kind, mail.recipient) == ("certificate_unsent", settings.SUPPORT_TEAM_EMAIL)


def test_a_reader_of_english_is_written_to_in_english_about_the_same_paper(tmp_path: Path) -> None:
    contact = a_contact()
    User.objects.filter(pk=contact.user_id).update(language="en")
    a_period(a_contract(contact.customer))
    sign_all(tmp_path)
    text, _name, pdf = mail_parts(Mail.objects.get(kind="certificate"))
    assert "2025年" not in text
    assert "1 Dec 2025" in text
    assert "年間サポート証書" in words_of(pdf)


def test_what_the_customer_has_had_for_long_is_signed_and_not_mailed(tmp_path: Path) -> None:
    order = a_period(a_contract(a_contact().customer))
    Certificate.objects.update(announce=False)
    sign_all(tmp_path)
    assert certificate_of(order).signed_at
    assert not Mail.objects.exists()
    assert not CertificateDocument.objects.exists()


def test_a_certificate_replaced_before_it_was_signed_is_signed_and_only_the_new_one_mailed(
    tmp_path: Path,
) -> None:
    order = a_period(a_contract(a_contact().customer), accepted_on="2025-11-10")
    old = certificate_of(order)
    new = a_replacement(old)
    assert sign_all(tmp_path) == 2
    (mail,) = Mail.objects.filter(kind="certificate")
    text, _name, pdf = mail_parts(mail)
    assert f"証書番号 {old.number} を差し替える" in text
    assert new.number in words_of(pdf)


def test_a_withdrawn_orders_certificate_stays_unsigned(tmp_path: Path) -> None:
    order = a_period(a_contract(a_contact().customer))
    services.withdraw_order(order, reason="お客さまの都合", by=None, now=NOW)
    assert sign_all(tmp_path) == 0
    assert not Mail.objects.exists()


# --- Failing -------------------------------------------------------------------------------


def test_one_that_cannot_be_drawn_stops_no_other_and_staff_are_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = a_contract(a_contact().customer)
    stuck, fine = (a_period(contract, accepted_on=day) for day in ("2024-11-10", "2025-11-10"))
    draw = certificate_document.draw

    def broken(certificate: Certificate) -> bytes:
        if certificate.order_id == stuck.pk:
            raise RuntimeError("何か秘密のこと")
        return draw(certificate)

    monkeypatch.setattr(certificate_document, "draw", broken)
    with a_key_ring(tmp_path):
        assert services.sign_certificates(now=NOW) == 1
        assert services.sign_certificates(now=NOW + timedelta(seconds=59)) == 0
        assert services.sign_certificates(now=NOW + timedelta(seconds=61)) == 0
        failed = certificate_of(stuck)
        assert (failed.signed_at, failed.signed_text) == (None, "")
        assert failed.failed_at == NOW + timedelta(seconds=61)
        assert failed.failure == "RuntimeError"
        assert certificate_of(fine).signed_at
        assert Mail.objects.filter(kind="certificate_failed").count() == 1

        monkeypatch.setattr(certificate_document, "draw", draw)
        assert services.sign_certificates(now=NOW + timedelta(seconds=122)) == 1
    healed = certificate_of(stuck)
    assert (healed.failed_at, healed.failure) == (None, "")
    assert Mail.objects.filter(kind="certificate").count() == 2


@pytest.mark.parametrize("step", ["certificate_signed", "certificate_mailed"])
@pytest.mark.django_db(transaction=True)
def test_a_kill_between_two_steps_leaves_one_signature_and_one_mail(
    tmp_path: Path, step: str
) -> None:
    order = a_period(a_contract(a_contact().customer))
    with a_key_ring(tmp_path):
        assert killed_at(step) == -signal.SIGKILL
        assert certificate_of(order).signed_at is None
        assert not Mail.objects.exists()
        assert not CertificateDocument.objects.exists()
        assert services.sign_certificates(now=NOW) == 1
    assert certificate_of(order).signed_at == NOW
    assert Mail.objects.get().kind == "certificate"


def killed_at(step: str) -> int:
    """How an issuer ends that is killed there."""
    database = connection.settings_dict
    program = (
        "import django; django.setup(); from contracts import services; "
        "from tests.contracts.certificates import NOW; services.sign_certificates(now=NOW)"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
        "DEMO": "1",
        "CRASH_POINTS": "1",
        "CRASH_AT": step,
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}",
        "SIGNING_KEY_DIR": settings.SIGNING_KEY_DIR,
        "SIGNING_PUBLIC_KEYS": settings.SIGNING_PUBLIC_KEYS,
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=False, env=environment
    ).returncode


# --- Two at once -----------------------------------------------------------------------------


def at_once(times: int, act: Callable[[int], Any]) -> list[Any]:
    barrier = Barrier(times)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
def test_four_issuers_at_once_sign_and_mail_each_once(tmp_path: Path) -> None:
    contract = a_contract(a_contact().customer)
    orders = [a_period(contract, accepted_on=f"20{year}-11-10") for year in range(21, 26)]
    with a_key_ring(tmp_path):
        signed = at_once(4, lambda _: services.sign_certificates(now=NOW))
    assert sum(signed) == len(orders)
    assert Mail.objects.filter(kind="certificate").count() == len(orders)
    assert CertificateDocument.objects.count() == len(orders)


@pytest.mark.django_db(transaction=True)
def test_who_asks_first_and_second_for_the_pdf_get_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_period(a_contract(a_contact().customer))
    Certificate.objects.update(announce=False)
    sign_all(tmp_path)
    certificate = certificate_of(order)
    serial = iter(range(100))
    monkeypatch.setattr(certificate_document, "draw", lambda _: b"%%PDF %d" % next(serial))
    drawn = at_once(6, lambda _: services.document_of(certificate, now=NOW))
    assert set(drawn) == {bytes(CertificateDocument.objects.get().pdf)}


# --- Never altered -----------------------------------------------------------------------------


def a_replacement(old: Certificate, ends_on: date = date(2026, 12, 15)) -> Certificate:
    return services.replace_certificate(
        old, starts_on=old.starts_on, ends_on=ends_on, reason="営業部の合意", by=None, now=NOW
    )


@pytest.mark.parametrize(
    "change",
    [
        {"number": "2026-999999"},
        {"issued_on": date(2020, 1, 1)},
        {"starts_on": date(2025, 12, 2)},
        {"ends_on": date(2030, 1, 1)},
        {"entitled_from": date(2025, 1, 1)},
        {"customer_name": "別の会社"},
        {"product_code": "other"},
        {"product_name": "別の製品"},
        {"support_name": "別の商品"},
        {"quantity": 2},
        {"contract_number": "S-0"},
        {"site": "別の場所"},
        {"kind": "renewal"},
        {"support_service_number": "SS-0"},
        {"printed": {}},
        {"reason": "あとから"},
        {"signed_text": "AAAAA"},
        {"kid": "other"},
        {"signed_at": NOW + timedelta(days=1)},
        {"signed_at": None, "signed_text": "", "kid": ""},
    ],
    ids=",".join,
)
def test_the_database_refuses_to_alter_a_signed_certificate(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    order = a_period(accepted_on="2025-11-10")
    sign_all(tmp_path)
    with pytest.raises(IntegrityError, match="never altered"), transaction.atomic():
        Certificate.objects.filter(order=order).update(**change)


def test_its_words_cannot_be_altered_before_it_is_signed_either() -> None:
    order = a_period(accepted_on="2025-11-10")
    with pytest.raises(IntegrityError, match="never altered"):
        Certificate.objects.filter(order=order).update(customer_name="別の会社")


def test_neither_a_certificate_nor_its_pdf_can_be_deleted_or_drawn_anew(tmp_path: Path) -> None:
    order = a_period(a_contract(a_contact().customer))
    sign_all(tmp_path)
    assert CertificateDocument.objects.filter(certificate__order=order).exists()
    for act in (
        lambda: CertificateDocument.objects.update(pdf=b"other"),
        lambda: CertificateDocument.objects.all().delete(),
        lambda: Certificate.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="never altered"), transaction.atomic():
            act()


def test_the_download_years_later_is_the_same_file_whatever_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_period(a_contract(a_contact().customer))
    sign_all(tmp_path)
    certificate = certificate_of(order)
    mailed = mail_parts(Mail.objects.get(kind="certificate"))[2]
    Customer.objects.update(name="株式会社あたらしい名前")
    monkeypatch.setattr(certificate_document, "draw", lambda _: b"another template")
    assert services.document_of(certificate, now=NOW + timedelta(days=2000)) == mailed


# --- What it is worth ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2025, 11, 4), "not_begun"),
        (date(2025, 11, 5), "in_force"),  # 3-1: from the purchase day
        (date(2025, 12, 1), "in_force"),
        (date(2026, 11, 30), "in_force"),
        (date(2026, 12, 1), "expired"),
    ],
)
def test_its_standing_follows_the_day_3_4(on: date, state: str) -> None:
    order = a_period(accepted_on="2025-11-10", purchased_on="2025-11-05")
    number = certificate_of(order).number
    standing = services.standing_of(f" {number} ", on)
    assert standing
    assert (standing.number, standing.state, standing.replaced_by) == (number, state, "")


def test_a_correction_wins_whatever_the_day_and_names_the_new_one_3_4() -> None:
    old = certificate_of(a_period(accepted_on="2025-11-10"))
    new = a_replacement(old)
    before, after = (services.standing_of(one.number, date(2026, 12, 10)) for one in (old, new))
    assert before
    assert after
    assert (before.state, before.replaced_by) == ("replaced", new.number)
    assert (after.state, after.ends_on) == ("in_force", date(2026, 12, 15))


def test_a_withdrawn_orders_certificate_counts_for_nothing() -> None:
    order = a_period(accepted_on="2025-11-10")
    services.withdraw_order(order, reason="お客さまの都合", by=None, now=NOW)
    standing = services.standing_of(certificate_of(order).number, date(2026, 1, 1))
    assert standing
    assert standing.state == "withdrawn"


def test_a_number_that_is_none_of_ours_has_no_standing() -> None:
    assert services.standing_of("2026-123456", date(2026, 1, 1)) is None


def test_a_mail_of_each_kind_is_put_once(tmp_path: Path) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer))
    sign_all(tmp_path)
    certificate = certificate_of(order)
    mails.certificate_issued(certificate, b"%PDF", to=contact, now=NOW)
    assert Mail.objects.filter(kind="certificate").count() == 1
