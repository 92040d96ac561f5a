"""A clerk accepts or declines a renewal of the portal; the day of acceptance counts (3-2)."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from contracts import services
from contracts.models import Order, RenewalRequest
from supportdesk import clock
from supportdesk.accounts.models import User
from tests.accounts.doors import staff_client
from tests.at_once import at_once
from tests.builders import (
    a_contact,
    a_contract,
    a_period,
    a_renewal_request,
    a_staff_member,
)
from tests.clock import set_desk_clock, tokyo
from tests.contracts.letters import text_of
from tests.contracts.renewing import (
    a_clerk,
    accept,
    an_ending_contract,
    customer,
    hidden,
    mails,
    page,
)

pytestmark = pytest.mark.django_db

State = RenewalRequest.State


@pytest.fixture(autouse=True)
def _friday() -> None:
    set_desk_clock("2026-11-20 10:00")


# --- The clerk ---


def test_acceptance_records_the_order_and_tells_the_customer_the_period() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact, customer_order_number="PO-1")
    clerk = a_staff_member()
    order = accept(request, by=clerk)
    request.refresh_from_db()
    assert (request.state, request.order, request.closed_by) == (State.ACCEPTED, order, clerk)
    assert (order.kind, order.starts_on) == ("renewal", date(2026, 12, 1))
    assert (order.customer_order_number, order.recorded_by) == ("PO-1", clerk)
    assert order.certificate
    (mail,) = mails("renewal_accepted")
    told = " ".join(text_of(mail).split())
    assert "2027年11月30日(火)（更新）" in told
    assert "途切れずに続きます。" in told
    seen = page(customer(contact).get(f"/contracts/renewals/{request.number}/"))
    assert "受付日 2026年11月20日(金) で決まった期間" in seen


def test_the_day_of_acceptance_counts_not_the_day_of_sending() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact, "2026-11-30 23:00")
    order = accept(request, on="2026-12-02", now="2026-12-02 09:00")
    assert (order.kind, order.starts_on) == ("late_renewal", date(2027, 1, 1))


@pytest.mark.parametrize(
    ("instant", "kind"),
    [("2026-11-30T14:59:59Z", "renewal"), ("2026-11-30T15:00:00Z", "late_renewal")],
)
def test_acceptance_is_the_tokyo_date_of_the_instant(instant: str, kind: str) -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    now = datetime.fromisoformat(instant)
    shown = services.preview_acceptance(request, accepted_on=clock.today(now))
    order = services.accept_renewal_request(request, shown=shown, by=a_staff_member(), now=now)
    assert order.kind == kind


def test_the_clerk_may_accept_as_of_the_day_it_came_for_a_reason_that_is_kept() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact, "2026-11-30 23:00")
    with pytest.raises(services.RefusedError, match="理由"):
        accept(request, on="2026-11-30", now="2026-12-02 09:00")
    order = accept(request, on="2026-11-30", now="2026-12-02 09:00", reason="満了日に届いたため")
    assert (order.kind, order.starts_on) == ("renewal", date(2026, 12, 1))
    assert order.decision_note == "満了日に届いたため"


def test_never_as_of_a_day_before_it_came_or_after_today() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    with pytest.raises(services.RefusedError, match="届いた日以降"):
        accept(request, on="2026-11-19", reason="急ぎ")
    with pytest.raises(services.RefusedError, match="今日まで"):
        accept(request, on="2026-11-21", reason="急ぎ")


def test_it_is_declined_with_a_reason_that_the_customer_reads() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    with pytest.raises(services.RefusedError):
        services.decline_renewal_request(
            request, reason=" ", by=a_staff_member(), now=tokyo("2026-11-20 11:00")
        )
    services.decline_renewal_request(
        request, reason="数量の確認が必要です", by=a_staff_member(), now=tokyo("2026-11-20 11:00")
    )
    (mail,) = mails("renewal_declined")
    assert "数量の確認が必要です" in text_of(mail)
    assert "まで" in text_of(mail)  # by when an order still continues
    assert "数量の確認が必要です" in page(
        customer(contact).get(f"/contracts/renewals/{request.number}/")
    )


def test_what_was_decided_is_not_decided_again() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    accept(request)
    with pytest.raises(services.RefusedError, match="もう受付を待っていません"):
        accept(request)
    with pytest.raises(services.RefusedError, match="もう受付を待っていません"):
        services.decline_renewal_request(
            request, reason="二重", by=a_staff_member(), now=tokyo("2026-11-20 11:00")
        )
    assert Order.objects.filter(accepted_on="2026-11-20").count() == 1


def test_a_plain_order_accepted_after_the_boundary_is_refused_with_the_right_product() -> None:
    contract = a_contract()
    contact = a_contact(contract.customer)
    a_period(contract, accepted_on="2024-11-10")  # to 30 November 2025
    request = a_renewal_request(contract, contact, "2026-11-30 23:00")
    assert not request.recontinuation
    with pytest.raises(services.RefusedError, match="再継続年間サポート」の注文が必要です"):
        accept(request, on="2026-12-01", now="2026-12-01 09:00")
    accept(request, on="2026-11-30", now="2026-12-01 09:00", reason="境目の前に届いたため")


def test_the_clerks_page_compares_the_days_and_accepts_what_it_showed() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact, "2026-11-30 23:00")
    set_desk_clock("2026-12-02 09:30")
    client, address = a_clerk(), f"/staff/contracts/renewalrequest/{request.pk}/accept/"
    told = page(client.get(address))
    assert "本日 12月2日(水)" in told
    assert "注文が届いた 11月30日(月)" in told
    assert "空白が 31日 できます" in told
    typed = {"accepted_on": "2026-11-30", "reason": "", "preview": ""}
    assert "理由を入力してください" in page(client.post(address, typed))
    typed["reason"] = "満了日に届いたため"
    shown = hidden(client.post(address, typed), "shown")
    # Another day than the one shown is not accepted.
    client.post(address, {"accepted_on": "2026-12-02", "shown": shown, "accept": "1"})
    assert RenewalRequest.objects.get().is_open
    done = client.post(address, {**typed, "shown": shown, "accept": "1"})
    order = RenewalRequest.objects.get().order
    assert order
    assert done.headers["Location"] == f"/staff/contracts/order/{order.pk}/change/"
    assert order.accepted_on == date(2026, 11, 30)


def test_the_clerk_declines_on_a_page() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    client, address = a_clerk(), f"/staff/contracts/renewalrequest/{request.pk}/decline/"
    assert contract.number in page(client.get(address))
    client.post(address, {"reason": "数量の確認が必要です"})
    request.refresh_from_db()
    assert (request.state, request.reason) == (State.DECLINED, "数量の確認が必要です")
    assert client.get(address).status_code == 302  # nothing left to decide


def test_the_queue_and_a_page_open_for_staff_and_view_only_staff_decide_nothing() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    clerk = a_staff_member()
    client = staff_client(clerk)
    assert request.number in page(client.get("/staff/contracts/renewalrequest/"))
    assert "受付待ち" in page(client.get(f"/staff/contracts/renewalrequest/{request.pk}/change/"))
    User.objects.filter(pk=clerk.pk).update(view_only=True)
    assert client.get("/staff/contracts/renewalrequest/").status_code == 200
    client.post(f"/staff/contracts/renewalrequest/{request.pk}/decline/", {"reason": "数量の確認"})
    request.refresh_from_db()
    assert request.is_open


# --- Several at once, on real connections ---


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_at_once_from_two_windows_is_one_order() -> None:
    contract, contact = an_ending_contract()
    token = uuid4()
    shown = services.preview_order(contract, accepted_on=date(2026, 11, 20))

    def send() -> RenewalRequest:
        return services.send_renewal_request(
            contract, contact=contact, token=token, shown=shown, now=tokyo("2026-11-20 10:00")
        )

    results = at_once(send, send, send)
    assert {getattr(result, "number", result) for result in results} == {
        RenewalRequest.objects.get().number
    }


@pytest.mark.django_db(transaction=True)
def test_two_clerks_and_the_customer_at_once_have_one_outcome() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    clerk = a_staff_member()
    results = at_once(
        lambda: accept(request, by=clerk),
        lambda: accept(request, by=clerk),
        lambda: services.withdraw_renewal_request(
            request, by=contact.user, now=tokyo("2026-11-20 11:00")
        ),
        refused=services.RefusedError,
    )
    refused = [result for result in results if isinstance(result, services.RefusedError)]
    assert len(refused) == 2
    accepted = RenewalRequest.objects.get().state == State.ACCEPTED
    assert Order.objects.filter(accepted_on="2026-11-20").exists() == accepted


@pytest.mark.django_db(transaction=True)
def test_an_order_recorded_by_hand_while_it_is_accepted_makes_one_period() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    shown = services.preview_order(contract, accepted_on=date(2026, 11, 20))
    clerk = a_staff_member()
    results = at_once(
        lambda: accept(request, by=clerk),
        lambda: services.record_order(
            contract, shown=shown, by=clerk, now=tokyo("2026-11-20 11:00")
        ),
        refused=services.RefusedError,
    )
    starts = [order.starts_on for order in contract.orders.standing()]
    assert len(starts) == len(set(starts))
    assert [type(result) for result in results].count(Order) >= 1
