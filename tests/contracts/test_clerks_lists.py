"""The clerk's lists: what ends by month, what has ended, what was never renewed."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from contracts import services
from contracts.models import Contact, Contract, Customer
from tests.accounts.doors import staff_client
from tests.builders import (
    a_contact,
    a_contract,
    a_customer,
    a_period,
    a_renewal_request,
    a_staff_member,
)
from tests.clock import set_desk_clock, tokyo

pytestmark = pytest.mark.django_db

LIST = "/staff/contracts/lastorder/"


@pytest.fixture
def clerk() -> Client:
    set_desk_clock("2026-11-20 10:00")
    return staff_client(a_staff_member())


def ended_by(*accepted_on: str, name: str = "株式会社あおば工業") -> Contract:
    """A contract of a customer with one person for everything, ordered on these days."""
    contract = a_contract(a_customer(name))
    a_contact(contract.customer)
    for day in accepted_on:
        a_period(contract, day)
    return contract


def page(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def listed(client: Client, query: str = "") -> set[str]:
    return set(re.findall(r"S-\d{5}", page(client.get(f"{LIST}{query}"))))


def test_each_contract_is_in_the_list_it_belongs_to(clerk: Client) -> None:
    soon = ended_by("2025-11-10")  # to 30 November 2026
    renewed = ended_by("2025-11-10", "2026-11-10")  # to 30 November 2027
    lapsed = ended_by("2023-10-10", "2024-10-10")  # renewed once, to 31 October 2025
    never = ended_by("2025-08-10")  # to 31 August 2026
    a_contract()  # without any order
    assert listed(clerk) == {soon.number, renewed.number}
    assert listed(clerk, "?list=lapsed") == {lapsed.number, never.number}
    assert listed(clerk, "?list=never") == {never.number}


def test_the_months_are_counted_and_lead_to_their_rows(clerk: Client) -> None:
    soon, renewed = ended_by("2025-11-10"), ended_by("2026-01-10")
    told = page(clerk.get(LIST))
    assert "2026年11月 1" in told
    assert "2026年12月 0" in told
    assert "2027年1月 1" in told
    assert listed(clerk, "?month=2026-11") == {soon.number}
    assert listed(clerk, "?month=2027-01") == {renewed.number}
    assert listed(clerk, "?month=nonsense") == {soon.number, renewed.number}


def test_a_row_tells_people_reminder_and_the_product_needed(clerk: Client) -> None:
    contract = ended_by("2025-11-10")
    services.send_reminders(now=tokyo("2026-11-20 09:00"))
    told = page(clerk.get(LIST))
    assert "2026年11月30日 あと 10日" in told
    assert "佐々木 亮" in told
    assert "11月20日(金)（7日前）" in told
    assert "年間サポート（2027年12月1日から再継続）" in told
    a_renewal_request(contract, contract.customer.contacts.get())
    assert "受付待ち" in page(clerk.get(LIST))


def test_what_ended_a_year_ago_needs_the_other_product(clerk: Client) -> None:
    ended_by("2024-10-10")  # to 31 October 2025
    told = page(clerk.get(f"{LIST}?list=lapsed"))
    assert "2025年10月31日 385日前" in told
    assert "再継続（2026年11月1日から）" in told


def test_who_does_not_renew_and_who_cannot_be_reached_is_said(clerk: Client) -> None:
    contract = ended_by("2025-11-10")
    contact = contract.customer.contacts.get()
    services.mark_not_renewing(
        contract, reason="移行のため", by=contact.user, now=tokyo("2026-11-19 10:00")
    )
    Contact.objects.update(is_active=False)
    told = page(clerk.get(LIST))
    assert "更新しない 11月19日(木) 移行のため" in told
    assert "宛先がありません" in told


def test_it_costs_no_query_more_for_more_rows(
    clerk: Client, django_assert_max_num_queries: Any
) -> None:
    ended_by("2025-11-10")
    clerk.get(LIST)
    with django_assert_max_num_queries(100) as few:
        clerk.get(LIST)
    for _more in range(6):
        ended_by("2025-11-10")
    with django_assert_max_num_queries(len(few)):
        clerk.get(LIST)


def test_the_list_is_saved_as_a_table_whose_cells_are_no_formulas(clerk: Client) -> None:
    ended_by("2025-11-10", name="=HYPERLINK(1)")
    ended_by("2024-10-10")
    response: Any = clerk.get(f"{LIST}csv/")
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header[:3] == ["お客さま番号", "会社名", "契約番号"]
    assert [row[1] for row in rows] == ["'=HYPERLINK(1)"]  # only what the list shows
    assert Customer.objects.count() == 2


def test_a_period_that_was_withdrawn_brings_the_one_before_back(clerk: Client) -> None:
    contract = ended_by("2025-11-10", "2026-11-10")
    later = contract.orders.standing().last()
    assert later
    services.withdraw_order(later, reason="二重の登録", by=None, now=tokyo("2026-11-20 09:00"))
    assert "2026年11月30日 あと 10日" in page(clerk.get(LIST))
