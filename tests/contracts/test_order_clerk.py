"""The order clerk's pages in the admin: shown first, then recorded; history is read only."""

import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from contracts.models import Certificate, Contact, Contract, Order
from supportdesk.accounts.models import User
from tests.accounts.doors import staff_client
from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.clock import set_desk_clock

pytestmark = pytest.mark.django_db

ADD = "/staff/contracts/order/add/"


@pytest.fixture(autouse=True)
def _friday() -> None:
    set_desk_clock("2026-11-20 16:55")


def a_clerk() -> tuple[Client, User]:
    clerk = a_staff_member()
    client = staff_client(clerk)
    return client, clerk


def an_order(contract: Contract, **typed: str) -> dict[str, str]:
    return {
        "contract_number": contract.number,
        "accepted_on": "2026-11-19",
        "product": "plain",
        **typed,
    }


def page(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def shown_by(response: Any) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', response.content.decode())
    return unescape(found.group(1)) if found else ""


def test_the_period_and_its_reasons_are_shown_before_anything_is_saved() -> None:
    client, _clerk = a_clerk()
    contract = a_period(accepted_on="2025-11-10").contract
    told = page(client.post(ADD, an_order(contract, accepted_on="2026-11-20", preview="")))
    assert "更新" in told
    assert "期間内のご注文です 約款 3(2)" in told
    assert "まだ登録されていません" in told
    assert Order.objects.count() == 1


def test_what_was_shown_is_recorded_with_its_certificate_and_the_clerk() -> None:
    client, clerk = a_clerk()
    contract = a_contract()
    shown = shown_by(client.post(ADD, an_order(contract)))
    response = client.post(ADD, an_order(contract, shown=shown, record="1"))
    order = Order.objects.get()
    assert response.headers["Location"] == f"/staff/contracts/order/{order.pk}/change/"
    assert order.certificate
    assert order.recorded_by == clerk


def test_recording_without_the_preview_shows_the_preview() -> None:
    client, _clerk = a_clerk()
    told = page(client.post(ADD, an_order(a_contract(), record="1")))
    assert "もう一度、下の内容を確認してください。" in told
    assert not Order.objects.exists()


def test_the_wrong_product_gets_the_right_one_and_no_button() -> None:
    client, _clerk = a_clerk()
    contract = a_period(accepted_on="2024-09-10").contract  # to 30 September 2025
    told = page(client.post(ADD, an_order(contract)))
    assert f"「{contract.product.recontinuation_name}」の注文が必要です。" in told
    assert "この内容で登録し" not in told


def test_flags_ask_for_a_decision_which_is_kept() -> None:
    client, _clerk = a_clerk()
    contract = a_contract()
    typed = an_order(contract, purchased_on="2026-11-20")
    response = client.post(ADD, typed)
    assert "初回ライセンス購入日が、注文の受付日より後です。" in page(response)
    typed |= {"shown": shown_by(response), "record": "1"}
    assert "確認した内容と判断を入力してください。" in page(client.post(ADD, typed))
    client.post(ADD, {**typed, "decision_note": "販売店に確認しました"})
    assert Order.objects.get().decision_note == "販売店に確認しました"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"contract_number": "S-99999"}, "登録されている契約番号を入力してください。"),
        ({"accepted_on": "2026-11-21"}, "今日までの日付を入力してください。"),
        ({"accepted_on": "2026-02-30"}, "カレンダーにある日付を入力してください。"),
        ({"product": "free"}, "正しく選択してください"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(typed: dict[str, str], error: str) -> None:
    client, _clerk = a_clerk()
    assert error in page(client.post(ADD, an_order(a_contract(), **typed)))
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", ["ｓ－{n}", " S‐{n} ", "s−{n}", "Ｓー{n}"])
def test_a_contract_number_is_found_however_its_hyphen_was_typed(typed: str) -> None:
    client, _clerk = a_clerk()
    contract = a_contract()
    number = typed.format(n=contract.number.removeprefix("S-"))
    assert shown_by(client.post(ADD, an_order(contract, contract_number=number)))


def test_withdrawing_names_what_hangs_on_it_first() -> None:
    client, clerk = a_clerk()
    contract = a_contract()
    first, second = a_period(contract, "2024-11-10"), a_period(contract, "2025-11-10")
    address = f"/staff/contracts/order/withdraw/{first.pk}/"
    listing = client.get(f"/staff/contracts/order/{first.pk}/change/").content.decode()
    found = re.search(r'href="([^"]*withdraw[^"]*)"', listing)
    assert found
    address = found.group(1)
    assert second.certificate
    assert second.certificate.number in page(client.get(address))
    assert not Order.objects.filter(withdrawn_at__isnull=False).exists()
    client.post(address, {"reason": "二重の登録"})
    assert Order.objects.filter(withdrawn_by=clerk).count() == 2


def test_a_certificate_is_corrected_by_a_new_one() -> None:
    client, clerk = a_clerk()
    order = a_period(accepted_on="2025-11-10")
    old = order.certificate
    assert old
    detail = client.get(f"/staff/contracts/certificate/{old.pk}/change/").content.decode()
    found = re.search(r'href="([^"]*replace[^"]*)"', detail)
    assert found
    client.post(
        found.group(1),
        {"starts_on": "2025-12-01", "ends_on": "2026-12-15", "reason": "営業部の合意"},
    )
    new = Certificate.objects.get(replaces=old)
    assert (new.issued_by, new.ends_on.isoformat()) == (clerk, "2026-12-15")
    assert "証書の期間と異なります" in page(
        client.get(f"/staff/contracts/certificate/{new.pk}/change/")
    )


def test_history_is_not_edited_by_hand() -> None:
    client, _clerk = a_clerk()
    order = a_period()
    assert order.certificate
    for address in (
        f"/staff/contracts/order/{order.pk}/change/",
        f"/staff/contracts/certificate/{order.certificate.pk}/change/",
    ):
        assert client.post(address, {"ends_on": "2030-01-01"}).status_code == 403
        assert client.post(address.replace("change", "delete")).status_code == 403
    assert client.get("/staff/contracts/certificate/add/").status_code == 403


def test_what_the_periods_were_decided_from_cannot_change_afterwards() -> None:
    client, _clerk = a_clerk()
    contract = a_period().contract
    typed = {
        "number": "S-1",
        "customer": str(a_customer().pk),
        "product": str(contract.product_id),
        "site": "名古屋工場",
        "quantity": "3",
        "purchased_on": "2020-01-01",
    }
    client.post(f"/staff/contracts/contract/{contract.pk}/change/", typed)
    after = Contract.objects.get(pk=contract.pk)
    assert (after.site, after.quantity) == ("名古屋工場", 3)
    assert (after.number, after.customer_id, after.purchased_on) == (
        contract.number,
        contract.customer_id,
        None,
    )


def test_staff_register_a_contact_and_switch_them_off_and_on() -> None:
    client, _clerk = a_clerk()
    customer = a_customer()
    address = f"/staff/contracts/contact/add/?customer={customer.pk}"
    typed = {"name": "山田 太郎", "name_kana": "やまだ たろう", "email": "Taro@example.co.jp"}
    client.post(address, {**typed, "phone": "０３-１２３４-５６７８", "is_renewal": "on"})
    contact = Contact.objects.get(customer=customer)
    assert (contact.email, contact.name_kana) == ("taro@example.co.jp", "ヤマダ タロウ")
    assert (contact.phone, contact.is_renewal) == ("03-1234-5678", True)
    for action, active in (("switch-off", False), ("switch-on", True)):
        button = f"/staff/contracts/contact/{contact.pk}/{action}/"
        client.get(button)
        assert Contact.objects.get(pk=contact.pk).is_active is not active
        client.post(button)
        assert Contact.objects.get(pk=contact.pk).is_active is active


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"email": "abc..def@docomo.ne.jp"}, "taro@example.co.jp の形で"),
        ({"name_kana": "山田"}, "カタカナまたはひらがな"),
        ({"phone": "内線3"}, "市外局番から"),
        ({"name": "　"}, "必須"),
    ],
)
def test_what_is_wrong_with_a_contact_is_said(typed: dict[str, str], error: str) -> None:
    client, _clerk = a_clerk()
    address = f"/staff/contracts/contact/add/?customer={a_customer().pk}"
    told = page(client.post(address, {"name": "山田", "email": "a@example.jp", **typed}))
    assert error in told
    assert not Contact.objects.exists()


def test_a_contacts_name_is_corrected_and_the_address_stays() -> None:
    client, _clerk = a_clerk()
    contact = a_contact()
    client.post(
        f"/staff/contracts/contact/{contact.pk}/change/",
        {"name": "佐々木 亮太", "email": "other@example.jp", "is_contract": "on"},
    )
    after = Contact.objects.get(pk=contact.pk)
    assert (after.name, after.email) == ("佐々木 亮太", contact.email)
    assert (after.is_contract, after.is_technical) == (True, False)


@pytest.mark.parametrize(
    "listed", ["customer", "contact", "product", "contract", "order", "certificate"]
)
def test_every_list_and_its_search_work_for_staff(listed: str) -> None:
    client, _clerk = a_clerk()
    a_contact(a_period().contract.customer)
    assert client.get(f"/staff/contracts/{listed}/").status_code == 200
    assert client.get(f"/staff/contracts/{listed}/?q=あおば").status_code == 200


def test_view_only_staff_change_nothing() -> None:
    client, clerk = a_clerk()
    User.objects.filter(pk=clerk.pk).update(view_only=True)
    order = a_period()
    assert client.get("/staff/contracts/order/").status_code == 200
    assert client.get(ADD).status_code == 403
    button = f"/staff/contracts/order/{order.pk}/withdraw/"
    assert client.post(button, {"reason": "二重の登録"}).status_code == 403
    assert Authenticator.objects.filter(user=clerk).exists()


def test_a_contract_is_added_for_a_customer_known_by_number() -> None:
    client, _clerk = a_clerk()
    customer, product = a_customer(), a_period().contract.product
    typed = {
        "number": "S-20001",
        "customer": customer.number.replace("-", "－"),
        "product": str(product.pk),
        "quantity": "1",
    }
    client.post("/staff/contracts/contract/add/", typed)
    assert Contract.objects.get(number="S-20001").customer == customer
    unknown = client.post(
        "/staff/contracts/contract/add/", {**typed, "number": "S-20002", "customer": "C-0"}
    )
    assert "登録されているお客さま番号を入力してください。" in page(unknown)
    # /contracts/people/ is the page of a customer's people.
    word = client.post("/staff/contracts/contract/add/", {**typed, "number": "people"})
    assert "数字を含む契約番号を入力してください。" in page(word)
    start = client.get(f"/staff/contracts/contract/add/?customer={customer.number}")
    assert f'value="{customer.number}"' in start.content.decode()
