"""A new certificate goes out once, with its PDF, to the contacts for renewals."""

from pathlib import Path

import pytest
from django.conf import settings

from contracts import services
from contracts.mails import certificates as mails
from contracts.models import Certificate, CertificateDocument, Contact
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from tests.builders import a_contact, a_contract, a_customer, a_period
from tests.contracts.certificates import (
    NOW,
    a_replacement,
    certificate_of,
    mail_parts,
    sign_all,
    words_of,
)

pytestmark = pytest.mark.django_db


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


def test_a_mail_of_each_kind_is_put_once(tmp_path: Path) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer))
    sign_all(tmp_path)
    certificate = certificate_of(order)
    mails.certificate_issued(certificate, b"%PDF", to=contact, now=NOW)
    assert Mail.objects.filter(kind="certificate").count() == 1
