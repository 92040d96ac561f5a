"""What was signed is never altered, deleted or drawn anew: the database refuses it (3-4)."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from contracts import certificate_document, services
from contracts.models import Certificate, CertificateDocument, Customer
from supportdesk.outbox.models import Mail
from tests.at_once import at_once
from tests.builders import a_contact, a_contract, a_period
from tests.contracts.certificates import NOW, certificate_of, mail_parts, sign_all

pytestmark = pytest.mark.django_db


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
    drawn = at_once(*[lambda: services.document_of(certificate, now=NOW)] * 6)
    assert set(drawn) == {bytes(CertificateDocument.objects.get().pdf)}
