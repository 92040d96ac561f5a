"""注文受付済み・証書は後日: a wrongly expired customer is served the same day, by whom and why."""

import re
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from contracts.models import Contract, Provision
from contracts.services import (
    RefusedError,
    coverage_of,
    coverage_of_product,
    coverages_for,
    end_provision,
    provide,
    send_reminders,
)
from tests.accounts.doors import staff_client
from tests.at_once import at_once
from tests.builders import a_contact, a_contract, a_period, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.inquiries.desk import signed_in

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 10:00")
TODAY = date(2026, 11, 20)
WEEK = timedelta(days=7)


def an_expired_contract() -> Contract:
    return a_period(accepted_on="2024-09-10").contract


def served(contract: Contract, until: date = TODAY + WEEK, now: datetime = NOW) -> Provision:
    return provide(contract, until=until, reason="注文書を受領", by=a_staff_member(), now=now)


def read_again(contract: Contract) -> Contract:
    return Contract.objects.with_periods().get(pk=contract.pk)


def test_the_contract_is_covered_from_today_and_says_by_what() -> None:
    contract = an_expired_contract()
    assert coverage_of(contract, TODAY).state == "expired"
    provision = served(contract)
    decision = coverage_of(contract, TODAY)
    assert (decision.state, decision.covered_until) == ("provided", provision.ends_on)
    assert coverage_of(contract, TODAY - timedelta(days=1)).state == "expired"
    assert coverage_of(contract, TODAY + WEEK + timedelta(days=1)).state == "expired"


def test_every_way_to_ask_gives_the_same_answer() -> None:
    contract = an_expired_contract()
    served(contract)
    customer = contract.customer
    [(_contract, of_customer)] = coverages_for(customer, TODAY)
    answers = [
        coverage_of(contract, TODAY),
        coverage_of(read_again(contract), TODAY),
        of_customer,
        coverage_of_product(customer, contract.product, TODAY),
    ]
    assert [answer.state for answer in answers] == ["provided"] * 4
    assert list(Contract.objects.covering(TODAY)) == [contract]


def test_it_costs_no_query_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    contracts = [an_expired_contract() for _ in range(3)]
    for contract in contracts:
        served(contract)
    loaded = list(Contract.objects.with_periods())
    with django_assert_num_queries(0):
        assert [coverage_of(one, TODAY).state for one in loaded] == ["provided"] * 3


def test_the_certificate_takes_its_place_and_the_record_stays() -> None:
    contract = an_expired_contract()
    provision = served(contract)
    a_period(contract, accepted_on="2026-11-01")
    decision = coverage_of(read_again(contract), TODAY)
    assert decision.state == "covered"
    assert decision.period
    provision.refresh_from_db()
    assert (provision.reason, provision.ended_at) == ("注文書を受領", None)


def test_staff_end_it_and_today_is_not_covered_any_more() -> None:
    contract = an_expired_contract()
    provision, by = served(contract, now=NOW - timedelta(days=2)), a_staff_member()
    ended = end_provision(provision, by=by, now=NOW)
    assert (ended.ended_by, ended.ended_at) == (by, NOW)
    assert coverage_of(contract, TODAY - timedelta(days=1)).state == "provided"
    assert coverage_of(contract, TODAY).state == "expired"
    with pytest.raises(RefusedError, match="すでに終わって"):
        end_provision(provision, by=by, now=NOW)


def test_what_was_ended_on_its_first_day_can_be_given_again() -> None:
    contract = an_expired_contract()
    end_provision(served(contract), by=a_staff_member(), now=NOW)
    assert coverage_of(read_again(contract), TODAY).state == "expired"
    served(contract)
    assert coverage_of(read_again(contract), TODAY).state == "provided"


@pytest.mark.parametrize("days", [-1, 15])
def test_its_end_lies_between_today_and_the_longest(days: int, settings: object) -> None:
    with pytest.raises(RefusedError, match="12月4日"):
        served(an_expired_contract(), until=TODAY + timedelta(days=days))
    assert not Provision.objects.exists()


@pytest.mark.parametrize("days", [0, 14])
def test_both_ends_of_that_span_are_good(days: int) -> None:
    provision = served(an_expired_contract(), until=TODAY + timedelta(days=days))
    assert (provision.starts_on, provision.ends_on) == (TODAY, TODAY + timedelta(days=days))


def test_a_reason_is_needed() -> None:
    with pytest.raises(RefusedError, match="理由"):
        provide(an_expired_contract(), until=TODAY, reason=" 　", by=a_staff_member(), now=NOW)


def test_what_is_covered_needs_none_and_is_not_given_twice() -> None:
    with pytest.raises(RefusedError, match="今日はサポート期間内"):
        served(a_period(accepted_on="2025-11-10").contract)
    contract = an_expired_contract()
    served(contract)
    with pytest.raises(RefusedError, match="すでに 2026年11月27日"):
        served(contract)


def test_the_database_refuses_overlapping_days_and_an_end_without_a_person() -> None:
    provision = served(an_expired_contract())
    again = Provision.objects.filter(pk=provision.pk).values(
        "contract_id", "starts_on", "ends_on", "granted_until", "reason", "granted_by_id"
    )[0]
    for change in ({}, {"starts_on": TODAY + WEEK}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Provision.objects.create(**again | change, granted_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Provision.objects.filter(pk=provision.pk).update(ended_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one() -> None:
    contract, by = an_expired_contract(), a_staff_member()

    accept = partial(provide, contract, until=TODAY, reason="注文書", by=by, now=NOW)
    outcomes = at_once(*[accept] * 4, refused=RefusedError)
    refused = [one for one in outcomes if isinstance(one, RefusedError)]
    assert len(refused) == 3
    assert all("すでに" in str(one) for one in refused)
    assert Provision.objects.count() == 1


# --- Pages -----------------------------------------------------------------------------------

ADD = "/staff/contracts/provision/add/?contract="


def words(response: object) -> str:
    html = response.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_staff_accept_it_on_a_page_that_shows_what_the_contract_is_today() -> None:
    set_desk_clock("2026-11-20 10:00")
    contract = an_expired_contract()
    staff = a_staff_member("中村 健")
    client = staff_client(staff)
    assert "満了しました" in words(client.get(ADD + contract.number))
    typed = {"until": "2026-11-27", "reason": "注文書 PO-1182 を FAX で受領"}
    answer = client.post(ADD + contract.number, typed, follow=True)
    page = words(answer)
    assert "証書の発行待ちとして対応" in page
    assert "PO-1182" in page
    provision = Provision.objects.get()
    assert (provision.granted_by, provision.ends_on) == (staff, date(2026, 11, 27))
    ended = client.post(f"/staff/contracts/provision/{provision.pk}/end/", follow=True)
    assert "対応を終えました" in words(ended)
    assert coverage_of(read_again(contract), TODAY).state == "expired"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"until": "2027-11-27", "reason": "注文書"}, "今日から 12月4日"),
        ({"until": "", "reason": "注文書"}, "日付を入力"),
        ({"until": "2026-11-27", "reason": " "}, "理由を入力"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_made(
    typed: dict[str, str], told: str
) -> None:
    set_desk_clock("2026-11-20 10:00")
    answer = staff_client(a_staff_member()).post(ADD + an_expired_contract().number, typed)
    assert answer.status_code == 200
    assert told in words(answer)
    assert not Provision.objects.exists()


def test_the_customer_reads_a_gentle_line_and_never_the_reason() -> None:
    set_desk_clock("2026-11-20 10:00")
    contact = a_contact()
    contract = a_period(a_contract(contact.customer), accepted_on="2024-09-10").contract
    served(contract)
    client: Client = signed_in(contact.user)
    page = words(client.get(f"/contracts/{contract.number}/"))
    assert "証書の発行待ちとして対応" in page
    assert "ご注文を受け付けました。証書は後日お送りします。" in page
    assert "注文書を受領" not in page
    assert "証書の発行待ちとして対応" in words(client.get("/contracts/"))


def test_nobody_is_reminded_of_an_expiry_whose_order_is_in() -> None:
    contact = a_contact()
    contract = a_period(a_contract(contact.customer), accepted_on="2025-10-10").contract
    the_day_after = tokyo("2026-11-02 10:00")  # the period ended on 31 October
    served(contract, until=date(2026, 11, 9), now=tokyo("2026-11-01 12:00"))
    assert send_reminders(now=the_day_after) == 0
    other = a_period(a_contract(contact.customer, site="支社"), accepted_on="2025-10-10").contract
    assert send_reminders(now=the_day_after) == 1
    assert not other.provisions.exists()


def test_a_served_contract_is_not_asked_to_order_again() -> None:
    set_desk_clock("2026-11-20 10:00")
    contact = a_contact()
    contract = a_period(a_contract(contact.customer), accepted_on="2024-09-10").contract
    client: Client = signed_in(contact.user)
    address = f"/contracts/{contract.number}/"
    assert "更新を注文する" in words(client.get(address))
    served(contract)
    assert "更新を注文する" not in words(client.get(address))
