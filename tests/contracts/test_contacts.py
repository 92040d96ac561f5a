"""People of a customer: who can sign in, and who no longer can."""

import pytest

from contracts.models import Contact, Contract
from contracts.services import (
    RefusedError,
    clean_address,
    register_contact,
    switch_off_contact,
    switch_on_contact,
)
from supportdesk.accounts.models import User
from tests.builders import a_contact, a_contract, a_customer, a_staff_member
from tests.clock import tokyo

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 16:55")


def test_a_registered_contact_has_a_user_without_a_password() -> None:
    contact = register_contact(
        a_customer(),
        email="　Ｔａｒｏ＠Example.co.jp",
        name="山田 太郎",
        is_technical=True,
        now=NOW,
    )
    assert (contact.email, contact.name) == ("taro@example.co.jp", "山田 太郎")
    assert not contact.user.has_usable_password()
    assert contact.user.joined_at == NOW


@pytest.mark.parametrize(
    "typed",
    [
        "abc..def@docomo.ne.jp",
        "abc.@docomo.ne.jp",
        "日本@example.com",
        "a@example.com, b@example.com",
        "a@example.com b@example.com",
        '"a b"@example.com',
        '"ab"@example.com',
        "a@example.com\r\nBcc: evil@example.com",
        "a@example.com\u200b",
        "@example.com",
        "",
        "a" * 250 + "@example.com",
    ],
)
def test_an_address_that_mail_cannot_reach_is_refused(typed: str) -> None:
    with pytest.raises(RefusedError, match="1つ"):
        clean_address(typed)


def test_an_address_is_registered_once_and_leaves_no_half_a_person() -> None:
    register_contact(a_customer(), email="taro@example.co.jp", name="山田 太郎", now=NOW)
    with pytest.raises(RefusedError, match="すでに登録"):
        register_contact(a_customer(), email="TARO@example.co.jp", name="山田 次郎", now=NOW)
    assert (User.objects.count(), Contact.objects.count()) == (1, 1)


def test_a_contact_is_switched_off_and_on_with_their_user() -> None:
    contact = a_contact()
    switch_off_contact(contact, now=NOW)
    assert not Contact.objects.active().exists()
    assert not User.objects.get(pk=contact.user_id).is_active
    switch_on_contact(contact)
    assert Contact.objects.active().get() == contact


def test_a_customer_sees_their_own_contracts_a_colleague_too_a_stranger_none() -> None:
    customer_contact = a_contact(name="佐々木 亮")
    colleague = a_contact(customer_contact.customer, name="高橋 恵")
    stranger = a_contact(name="見知らぬ 人")
    contract = a_contract(customer_contact.customer)
    assert contract in Contract.objects.visible_to(customer_contact.user)
    assert contract in Contract.objects.visible_to(colleague.user)
    assert contract not in Contract.objects.visible_to(stranger.user)
    assert contract in Contract.objects.visible_to(a_staff_member())


def test_a_contact_switched_off_sees_nothing() -> None:
    contact = a_contact()
    a_contract(contact.customer)
    switch_off_contact(contact, now=NOW)
    assert not Contract.objects.visible_to(contact.user).exists()


def test_keys_go_to_active_contract_and_technical_contacts_only() -> None:
    customer = a_customer()
    technical = register_contact(
        customer, email="tech@example.co.jp", name="技術 太郎", is_technical=True, now=NOW
    )
    register_contact(
        customer, email="renewal@example.co.jp", name="更新 花子", is_renewal=True, now=NOW
    )
    gone = a_contact(customer)
    switch_off_contact(gone, now=NOW)
    assert list(customer.contacts.receiving_keys()) == [technical]
