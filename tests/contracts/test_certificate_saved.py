"""Customers save their certificates, staff too; strangers find nothing, nobody an unsigned one."""

from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from contracts import services
from contracts.certificate_document import verify_address
from contracts.models import Certificate, CertificateDocument, Order
from tests.accounts.doors import staff_client
from tests.builders import a_contact, a_contract, a_period, a_staff_member
from tests.clock import set_desk_clock
from tests.contracts.certificates import NOW, certificate_of, pages_of, sign_all, words_of
from tests.inquiries.desk import signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_day() -> None:
    set_desk_clock("2026-11-20 16:55")


def page_of(order: Order, user: object) -> str:
    client = signed_in(user)  # type: ignore[arg-type]
    return str(client.get(f"/contracts/{order.contract.number}/").content.decode())


def address_of(certificate: Certificate) -> str:
    return f"/contracts/{certificate.contract_number}/certificates/{certificate.number}.pdf"


def a_correction(order: Order) -> Certificate:
    old = certificate_of(order)
    return services.replace_certificate(
        old,
        starts_on=old.starts_on,
        ends_on=date(2026, 12, 15),
        reason="営業部の合意",
        by=None,
        now=NOW,
    )


def test_until_it_is_signed_the_page_says_so_and_there_is_no_file(tmp_path: Path) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer), accepted_on="2025-11-10")
    certificate = certificate_of(order)
    page = page_of(order, contact.user)
    assert certificate.number in page
    assert "発行中" in page
    assert address_of(certificate) not in page
    assert "まとめて保存" not in page
    client = signed_in(contact.user)
    assert client.get(address_of(certificate)).status_code == 404
    assert client.get(f"/contracts/{order.contract.number}/certificates.pdf").status_code == 404

    sign_all(tmp_path)
    page = page_of(order, contact.user)
    assert "発行中" not in page
    assert address_of(certificate) in page
    assert "証書をまとめて保存（PDF）" in page


def test_the_file_has_a_japanese_name_and_a_plain_one_and_is_only_to_be_saved(
    tmp_path: Path,
) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer), accepted_on="2025-11-10")
    sign_all(tmp_path)
    certificate = certificate_of(order)
    response = signed_in(contact.user).get(address_of(certificate))
    assert response.status_code == 200
    plain, _utf8, japanese = response["Content-Disposition"].partition("; filename*=UTF-8''")
    assert plain == f'attachment; filename="certificate-{certificate.number}.pdf"'
    assert japanese.isascii()
    assert unquote(japanese) == f"年間サポート証書_{certificate.number}.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert response.content == bytes(CertificateDocument.objects.get().pdf)
    assert certificate.number in words_of(response.content)


@pytest.mark.parametrize("number", ["旧 2019/第12号", 'a"; filename="evil.exe', "x" * 20])
def test_a_number_from_elsewhere_makes_a_safe_name(tmp_path: Path, number: str) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer), accepted_on="2025-11-10")
    first = certificate_of(order)
    own = Certificate(
        **{
            field.attname: getattr(first, field.attname)
            for field in Certificate._meta.concrete_fields
            if field.name not in {"id", "number", "replaces", "reason"}
        },
        number=number[:20],
        replaces=first,
        reason="旧システムの証書",
    )
    own.save()
    sign_all(tmp_path)
    address = reverse("contracts:certificate", args=[order.contract.number, own.number])
    response = signed_in(contact.user).get(address)
    assert response.status_code == 200
    disposition = response["Content-Disposition"]
    assert disposition.count('"') == 2
    assert disposition.count("filename=") == 1
    assert disposition.isascii()


def test_all_of_a_contract_come_in_one_file_marked_where_they_count_no_longer(
    tmp_path: Path,
) -> None:
    contact = a_contact()
    contract = a_contract(contact.customer)
    a_period(contract, accepted_on="2024-11-10")
    order = a_period(contract, accepted_on="2025-11-10")
    later = a_period(contract, accepted_on="2026-11-10")
    old, withdrawn = certificate_of(order), certificate_of(later)
    with a_key_ring(tmp_path):
        services.sign_certificates(now=NOW)
        services.withdraw_order(later, reason="お客さまの都合", by=None, now=NOW)
        new = a_correction(order)
        services.sign_certificates(now=NOW)
    client = signed_in(contact.user)
    response = client.get(f"/contracts/{contract.number}/certificates.pdf")
    assert response["Content-Disposition"].startswith(
        f'attachment; filename="certificates-{contract.number}.pdf"'
    )
    pages = pages_of(response.content)
    assert len(pages) == 4
    marked = {
        number: [
            words for words in ("差し替え済みの証書です", "取り下げられた証書です") if words in page
        ]
        for page in pages
        for number in [
            one.number for one in Certificate.objects.all() if f"No.{one.number}" in page
        ]
    }
    assert marked[old.number] == ["差し替え済みの証書です"]
    assert marked[withdrawn.number] == ["取り下げられた証書です"]
    assert list(marked.values()).count([]) == 2
    page = page_of(order, contact.user)
    assert "効力のない証書" in page
    assert f"{new.number} が有効です" in page
    for one in (old, withdrawn):
        # The file of its own is as it was on the day, unmarked.
        said = words_of(client.get(address_of(one)).content)
        assert one.number in said
        assert "差し替え済みの証書です" not in said


def test_a_contract_without_a_past_says_nothing_of_one(tmp_path: Path) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer), accepted_on="2025-11-10")
    sign_all(tmp_path)
    assert "効力のない証書" not in page_of(order, contact.user)


def test_a_stranger_finds_nothing_and_numbers_of_another_contract_lead_nowhere(
    tmp_path: Path,
) -> None:
    contact, stranger = a_contact(), a_contact()
    mine, other = (
        a_period(a_contract(contact.customer), accepted_on="2025-11-10") for _ in range(2)
    )
    sign_all(tmp_path)
    certificate = certificate_of(mine)
    assert signed_in(stranger.user).get(address_of(certificate)).status_code == 404
    crossed = f"/contracts/{other.contract.number}/certificates/{certificate.number}.pdf"
    assert signed_in(contact.user).get(crossed).status_code == 404


# --- Staff ---------------------------------------------------------------------------------


def test_staff_save_the_same_file(tmp_path: Path) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer), accepted_on="2025-11-10")
    client = staff_client(a_staff_member())
    certificate = certificate_of(order)
    address = reverse("admin:contracts_certificate_save_pdf", args=[certificate.pk])
    waiting = client.get(address, follow=True)
    assert "発行中です" in waiting.content.decode()

    sign_all(tmp_path)
    response = client.get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response.content == signed_in(contact.user).get(address_of(certificate)).content


def test_staff_see_a_correction_and_where_it_differs_from_the_terms_3_4(tmp_path: Path) -> None:
    order = a_period(a_contract(a_contact().customer), accepted_on="2025-11-10")
    old = certificate_of(order)
    new = a_correction(order)
    sign_all(tmp_path)
    client = staff_client(a_staff_member())
    order_page = client.get(
        reverse("admin:contracts_order_change", args=[order.pk])
    ).content.decode()
    for page in (
        order_page,
        client.get(reverse("admin:contracts_certificate_change", args=[new.pk])).content.decode(),
    ):
        assert "2025年12月1日 〜 2026年11月30日" in page
        assert "証書の期間と異なります（証書が優先）" in page
        assert "営業部の合意" in page
    assert old.number in order_page
    old_page = client.get(reverse("admin:contracts_certificate_change", args=[old.pk]))
    assert f"{new.number} に差し替え" in old_page.content.decode()


def test_staff_see_why_one_cannot_be_issued() -> None:
    order = a_period(a_contract(a_contact().customer), accepted_on="2025-11-10")
    Certificate.objects.update(failed_at=NOW, failure="署名した証書を検証できません（forged）")
    client = staff_client(a_staff_member())
    page = client.get(
        reverse("admin:contracts_certificate_change", args=[certificate_of(order).pk])
    ).content.decode()
    assert "発行できません" in page
    assert "署名した証書を検証できません（forged）" in page
    assert client.get(reverse("admin:contracts_certificate_changelist")).status_code == 200


# --- Anybody ---------------------------------------------------------------------------------


def test_whoever_scans_the_code_learns_what_it_is_worth_and_nothing_of_the_customer(
    tmp_path: Path,
) -> None:
    contact = a_contact()
    order = a_period(a_contract(contact.customer), accepted_on="2025-11-10")
    with a_key_ring(tmp_path):
        services.sign_certificates(now=NOW)
        old = certificate_of(order)
        scanned = verify_address(old.signed_text).removeprefix(settings.SITE_URL)
        in_force = Client().get(scanned).content.decode()
        new = a_correction(order)
        replaced = Client().get(scanned).content.decode()
    for page in (in_force, replaced):
        assert old.number in page
        assert contact.customer.name not in page
    assert new.number not in in_force
    assert new.number in replaced
