"""A customer is renamed, or goes into another: all of it is found, nothing printed changes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client

from contracts.forms.contracts import CustomerField
from contracts.models import Contact, Contract, Customer, CustomerMerge, CustomerName
from contracts.services import (
    RefusedError,
    invite,
    merge_customers,
    preview_merge,
    register_contact,
    rename_customer,
)
from contracts.services.people import hold_people
from inquiries.models import Inquiry
from supportdesk.outbox.models import Mail
from tests.accounts.doors import staff_client, words_of
from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.contracts.people import SENT, someone
from tests.inquiries.desk import Form, a_covered_contact, signed_in

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 16:55")


def a_clerk() -> Client:
    clerk = a_staff_member()
    return staff_client(clerk)


def merge(source: Customer, into: Customer, reason: str = "合併") -> CustomerMerge:
    seen = preview_merge(source).seen
    return merge_customers(source, into, seen=seen, reason=reason, by=None, now=NOW)


# --- Renamed -----------------------------------------------------------------------


def test_a_former_name_is_kept_with_its_last_day() -> None:
    customer, staff = a_customer("株式会社あおば工業"), a_staff_member()
    assert rename_customer(customer, name="あおばHD", name_kana="", by=staff, now=NOW)
    former = CustomerName.objects.get()
    assert (former.name, former.changed_at, former.changed_by) == ("株式会社あおば工業", NOW, staff)
    assert Customer.objects.get().name == "あおばHD"


def test_the_same_name_again_changes_nothing() -> None:
    customer = a_customer("株式会社あおば工業")
    assert not rename_customer(customer, name=customer.name, name_kana="", by=None, now=NOW)
    assert not CustomerName.objects.exists()


def test_what_was_mailed_and_certified_keeps_the_name_of_its_day() -> None:
    set_desk_clock("2026-11-20 15:00")
    contact, contract = a_covered_contact()
    name = contact.customer.name
    Form(signed_in(contact.user), contract).through()
    mail = Mail.objects.get(kind="inquiry_acknowledgement")
    rename_customer(contact.customer, name="あおばHD", name_kana="", by=None, now=NOW)
    mail.refresh_from_db()
    assert f"{name} 御中" in words_of(mail)
    certificate = contract.orders.get().certificate
    assert certificate is not None
    assert certificate.customer_name == name


def test_in_the_admin_a_new_name_keeps_the_old_one_and_both_are_found() -> None:
    set_desk_clock("2026-11-20 16:55")
    customer, client = a_customer("株式会社あおば工業"), a_clerk()
    page = f"/staff/contracts/customer/{customer.pk}/change/"
    typed = {"number": customer.number, "name": "みどり製作所", "name_kana": "", "note": ""}
    for prefix in ("contracts", "contacts", "invitations", "former_names"):
        typed |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    assert client.post(page, typed).status_code == 302
    assert CustomerName.objects.get().name == "株式会社あおば工業"
    for sought in ("みどり", "あおば"):
        assert (
            "みどり製作所" in client.get(f"/staff/contracts/customer/?q={sought}").content.decode()
        )
    assert "株式会社あおば工業" in client.get(page).content.decode()


# --- Merged ---------------------------------------------------------------------------


def test_contacts_contracts_and_inquiries_go_over_and_everybody_sees_all() -> None:
    set_desk_clock("2026-11-20 15:00")
    mine, contract = a_covered_contact()
    theirs = a_contact(a_customer("株式会社みどり"), "鈴木 一郎")
    other = a_contract(theirs.customer, site="札幌")
    a_period(other)
    inquiry = Form(signed_in(mine.user), contract).through()
    merge(mine.customer, theirs.customer)
    for user in (mine.user, theirs.user):
        assert set(Contract.objects.visible_to(user)) == {contract, other}
        assert inquiry in Inquiry.objects.visible_to(user)
    for address in (
        "/contracts/",
        f"/contracts/{contract.number}/",
        f"/inquiries/{inquiry.number}/",
    ):
        assert signed_in(theirs.user).get(address).status_code == 200


def test_the_row_and_its_number_stay_and_lead_on() -> None:
    source, into = a_customer("株式会社きゅう"), a_customer("株式会社しん")
    merge(source, into)
    last = a_customer("株式会社さいご")
    merge(Customer.objects.get(pk=into.pk), last)
    found = Customer.objects.get(number=source.number)
    assert found.current == last
    field = CustomerField(queryset=Customer.objects.all(), to_field_name="number")
    assert field.clean(source.number) == last


def test_what_moved_is_written_down() -> None:
    contact = a_contact()
    contract = a_contract(contact.customer)
    staff, into = a_staff_member(), a_customer("株式会社しん")
    seen = preview_merge(contact.customer).seen
    done = merge_customers(
        contact.customer, into, seen=seen, reason="2026年10月1日の合併", by=staff, now=NOW
    )
    assert done.moved == {"contracts.Contact": [contact.pk], "contracts.Contract": [contract.pk]}
    assert (done.merged_by, done.merged_at, done.reason) == (staff, NOW, "2026年10月1日の合併")


def test_what_came_after_the_preview_shows_it_again() -> None:
    contact, into = a_contact(), a_customer("株式会社しん")
    seen = preview_merge(contact.customer).seen
    a_contract(contact.customer)
    with pytest.raises(RefusedError, match="もう一度"):
        merge_customers(contact.customer, into, seen=seen, reason="合併", by=None, now=NOW)
    assert not into.contracts.exists()


def test_what_cannot_be_merged_is_refused() -> None:
    source, into = a_customer(), a_customer()
    with pytest.raises(RefusedError, match="ほかのお客さま"):
        merge(source, source)
    with pytest.raises(RefusedError, match="理由"):
        merge(source, into, reason=" ")
    merge(source, into)
    for pair in ((source, a_customer()), (a_customer(), source), (into, source)):
        with pytest.raises(RefusedError, match="すでに統合"):
            merge(*pair)


def test_somebody_invited_by_both_is_invited_once() -> None:
    mine, theirs = a_contact(), a_contact()
    for contact in (mine, theirs):
        invite(contact.customer, someone(), by=contact.user, now=SENT)
    merge(mine.customer, theirs.customer)
    assert theirs.customer.invitations.open().count() == 1


@contextmanager
def held(customer: Customer) -> Iterator[None]:
    """As a service holds it that adds somebody."""
    with transaction.atomic():
        hold_people(customer, a_staff_member())
        yield


@pytest.mark.django_db(transaction=True)
def test_who_is_registered_while_two_are_merged_is_not_left_behind() -> None:
    """The merge waits for the registration under way, and then sees that its preview is old."""
    source, into = a_customer(), a_customer()
    told: list[str] = []

    def merging() -> None:
        try:
            merge_customers(source, into, seen=seen, reason="合併", by=None, now=NOW)
        except RefusedError as error:
            told.append(str(error))
        finally:
            connection.close()

    seen = preview_merge(source).seen
    thread = Thread(target=merging)
    with held(source):
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()
        Contact.objects.create(customer=source, user=a_staff_member())
    thread.join()
    assert len(told) == 1
    assert "もう一度" in told[0]


def test_nobody_is_added_to_a_customer_that_was_merged() -> None:
    source, into = a_customer(), a_contact().customer
    merge(source, into)
    with pytest.raises(RefusedError, match="すでに統合"):
        a_contact(source)
    with pytest.raises(RefusedError, match="すでに統合"):
        invite(source, someone(), by=a_staff_member(), now=SENT)


def test_the_clerk_sees_what_moves_then_merges_it() -> None:
    set_desk_clock("2026-11-20 16:55")
    contact, into = a_contact(), a_customer("株式会社しん")
    register_contact(contact.customer, email="b@customer.example", name="二人 目", now=NOW)
    client = a_clerk()
    page = f"/staff/contracts/customer/{contact.customer.pk}/merge/"
    typed = {"into": into.number, "reason": "合併"}
    shown = client.post(page, typed, follow=True).content.decode()
    assert "ご担当者：2件" in shown
    assert "まだ統合されていません" in shown
    assert not CustomerMerge.objects.exists()
    seen = re.search(r'name="seen" value="([^"]*)"', shown)
    assert seen is not None
    client.post(page, typed | {"merge": "1", "seen": unescape(seen.group(1))}, follow=True)
    assert into.contacts.count() == 2
    found = client.get(f"/staff/contracts/customer/?q={contact.customer.number}").content.decode()
    assert "株式会社しん" in found
    assert "に統合しました" in found


def test_an_unknown_number_is_said_at_its_field() -> None:
    set_desk_clock("2026-11-20 16:55")
    page = f"/staff/contracts/customer/{a_customer().pk}/merge/"
    told = a_clerk().post(page, {"into": "C-99999", "reason": "合併"}, follow=True)
    assert "登録されているお客さま番号を入力してください" in told.content.decode()
