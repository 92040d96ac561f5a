"""What a customer sees of their contracts, and what a stranger does not."""

import re
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contracts.models import Contact, Contract
from contracts.services import switch_off_contact, withdraw_order
from tests.builders import a_contact, a_contract, a_customer, a_period, a_product, a_staff_member
from tests.clock import set_desk_clock, tokyo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday() -> None:
    set_desk_clock("2026-11-20 17:05")


def signed_in(contact: Contact) -> Client:
    client = Client()
    client.force_login(contact.user)
    return client


def words(client: Client, address: str) -> str:
    """The page's words in one line, as they are read."""
    response = client.get(address)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2] or response.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def the_contract(contact: Contact) -> Contract:
    """As in the picture: a first year from the purchase, a gap, a late renewal, a renewal."""
    contract = a_contract(contact.customer)
    a_period(contract, "2023-09-14", purchased_on="2023-09-14")
    a_period(contract, "2024-11-08")
    a_period(contract, "2025-10-30")
    return contract


def test_the_list_shows_every_contract_with_its_state_and_what_ends_next() -> None:
    contact = a_contact()
    the_contract(contact)
    a_period(a_contract(contact.customer, a_product("desknet's NEO"), "全社"), "2026-03-20")
    a_period(a_contract(contact.customer, site="大阪営業所"), "2025-09-10")
    page = words(signed_in(contact), "/contracts/")
    assert "次の満了 2026 年 11 月 30 日(月)" in page
    assert "あと 10日" in page
    assert page.count("サポート期間内") == 2
    assert "大阪営業所 期間外 2026年9月30日(水) 12月1日(火)から再開できます" in page


def test_a_customer_without_contracts_is_told_so() -> None:
    assert "まだご契約がありません。" in words(signed_in(a_contact()), "/contracts/")


def test_the_page_of_a_contract_tells_each_period_with_its_reason_and_certificate() -> None:
    contact = a_contact()
    contract = the_contract(contact)
    page = words(signed_in(contact), f"/contracts/{contract.number}/")
    certificates = [order.certificate for order in contract.standing()]
    for told in (
        "初年度 2023年10月1日 〜 2024年9月30日 購入日 2023年9月14日(木) から利用可能",
        "空白 2024年10月1日 〜 2024年11月30日 61日、サポートの対象外",
        "満了後の更新 2024年12月1日 〜 2025年11月30日 2024年11月8日(金)",
        "満了後のご注文。受付日の翌月1日から 約款 3(2)",
        "更新 2025年12月1日 〜 2026年11月30日 2025年10月30日(木)",
        "この日の 24:00 までのご注文なら、途切れません",
        *(certificate.number for certificate in certificates if certificate),
    ):
        assert told in page


def test_the_picture_has_a_name_and_no_inline_style() -> None:
    contact = a_contact()
    contract = the_contract(contact)
    html = signed_in(contact).get(f"/contracts/{contract.number}/").content.decode()
    assert (
        'role="img" aria-label="2023年9月14日(木) から 2026年11月30日(月) までに 3 つの期間' in html
    )
    assert " style=" not in html


def test_an_expired_contract_gets_the_reason_and_the_way_forward() -> None:
    contact = a_contact()
    contract = a_contract(contact.customer)
    a_period(contract, "2025-09-10")
    page = words(signed_in(contact), f"/contracts/{contract.number}/")
    assert "サポートは 2026年9月30日(水) に満了しました（51日前）。" in page
    assert "11月20日(金)のご注文なら、2026年12月1日(火) から 2027年11月30日(火) まで" in page


def test_a_contract_without_an_order_says_so() -> None:
    contact = a_contact()
    contract = a_contract(contact.customer)
    page = words(signed_in(contact), f"/contracts/{contract.number}/")
    assert "まだご注文をいただいていません。" in page
    assert "ご注文の時期をくらべる" in page


def test_a_withdrawn_order_is_not_shown() -> None:
    contact = a_contact()
    contract = the_contract(contact)
    last = contract.standing()[-1]
    withdraw_order(last, reason="二重の登録", by=None, now=tokyo("2026-11-20 17:00"))
    page = words(signed_in(contact), f"/contracts/{contract.number}/")
    assert last.certificate
    assert last.certificate.number not in page


def test_a_colleague_sees_the_same_and_a_stranger_gets_404() -> None:
    contact = a_contact()
    contract = the_contract(contact)
    colleague, stranger = a_contact(contact.customer, name="高橋 恵"), a_contact()
    address = f"/contracts/{contract.number}/"
    assert signed_in(colleague).get(address).status_code == 200
    assert signed_in(stranger).get(address).status_code == 404
    assert contract.number not in words(signed_in(stranger), "/contracts/")


def test_who_is_not_signed_in_goes_to_the_sign_in_and_staff_to_their_own_side() -> None:
    contract = the_contract(a_contact())
    address = f"/contracts/{contract.number}/"
    assert Client().get(address).status_code == 302
    staff = Client()
    staff.force_login(a_staff_member())
    assert staff.get(address).status_code == 403


def test_a_contact_who_left_is_out_at_the_next_request() -> None:
    contact = a_contact()
    client = signed_in(contact)
    switch_off_contact(contact, now=tokyo("2026-11-20 17:00"))
    assert client.get("/contracts/").status_code == 302


@pytest.mark.parametrize("number", ["S-99999", "%00", "..%2f", "a" * 200])
def test_a_number_that_is_none_is_not_found(number: str) -> None:
    assert signed_in(a_contact()).get(f"/contracts/{number}/").status_code == 404


def test_the_list_takes_no_query_more_for_more_contracts(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    contact = a_contact()
    for _site in range(12):
        a_period(a_contract(contact.customer))
    client = signed_in(contact)
    client.get("/contracts/")
    with django_assert_max_num_queries(16):
        client.get("/contracts/")


def test_the_customer_is_named_as_typed_and_never_as_markup() -> None:
    contact = a_contact(a_customer("<script>alert(1)</script>①㈱髙﨑"))
    html = signed_in(contact).get("/contracts/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;①㈱髙﨑" in html
