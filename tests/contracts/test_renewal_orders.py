"""A renewal ordered in the portal: sending is no acceptance; a clerk's acceptance counts (3-2)."""

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from contracts import services
from contracts.models import Contact, Contract, Order, RenewalRequest
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from tests.accounts.doors import staff_client
from tests.builders import (
    a_contact,
    a_contract,
    a_period,
    a_renewal_request,
    a_staff_member,
)
from tests.clock import set_desk_clock, tokyo
from tests.contracts.letters import text_of

pytestmark = pytest.mark.django_db

State = RenewalRequest.State


@pytest.fixture(autouse=True)
def _friday() -> None:
    set_desk_clock("2026-11-20 10:00")


def an_ending_contract() -> tuple[Contract, Contact]:
    """Covered to 30 November 2026, with one person for everything."""
    contract = a_contract()
    contact = a_contact(contract.customer)
    a_period(contract, accepted_on="2025-11-10")
    return contract, contact


def customer(contact: Contact) -> Client:
    client = Client()
    client.force_login(contact.user)
    return client


def a_clerk() -> Client:
    return staff_client(a_staff_member())


def page(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return unescape(found.group(1))


class Form:
    """The three screens, as a browser without scripts walks through them."""

    def __init__(self, client: Client, contract: Contract) -> None:
        self.client, self.address = client, f"/contracts/{contract.number}/renew/"
        self.token = hidden(client.get(self.address), "token")

    def confirm(self, **typed: str) -> Any:
        self.typed = {"token": self.token, **typed}
        return self.client.post(self.address, {**self.typed, "step": "confirm"})

    def send(self, shown: str) -> Any:
        return self.client.post(self.address, {**self.typed, "shown": shown, "step": "send"})


def mails(kind: str) -> list[Mail]:
    return list(Mail.objects.filter(kind=kind).order_by("put_at", "pk"))


# --- The customer's three screens ---


def test_the_order_is_sent_acknowledged_and_told_to_staff() -> None:
    contract, contact = an_ending_contract()
    form = Form(customer(contact), contract)
    confirmation = form.confirm(customer_order_number="ＰＯ-1", note="部署名を入れてください")
    assert not RenewalRequest.objects.exists()
    assert "まだ送信されていません。" in page(confirmation)
    sent = form.send(hidden(confirmation, "shown"))
    request = RenewalRequest.objects.get()
    assert sent.headers["Location"] == f"/contracts/renewals/{request.number}/?sent=1"
    assert "更新のご注文を送信しました" in page(form.client.get(sent.headers["Location"]))
    assert (request.state, request.requested_by) == ("open", contact)
    assert (request.customer_order_number, request.note) == ("ＰＯ-1", "部署名を入れてください")
    assert request.shown_period.starts_on == date(2026, 12, 1)
    (received,) = mails("renewal_received")
    assert "送信した日ではなく受付日で決まります" in text_of(received)
    (told,) = mails("renewal_request_to_staff")
    assert request.number in told.subject
    assert not Order.objects.filter(accepted_on="2026-11-20").exists()


def test_the_confirmation_says_that_acceptance_counts_and_what_each_day_brings() -> None:
    contract, contact = an_ending_contract()
    told = page(Form(customer(contact), contract).confirm())
    assert "送信した日ではなく、当社がご注文を受け付けた日（受付日）で決まります" in told
    assert "2026年11月30日(月) まで 途切れずに続きます。" in told
    assert "空白が 31日 できます" in told
    assert "再継続年間サポート」のご注文が必要です" in told


def test_sent_on_the_last_evening_it_says_honestly_what_tomorrow_means() -> None:
    contract, contact = an_ending_contract()
    set_desk_clock("2026-11-30 23:00")
    told = page(Form(customer(contact), contract).confirm())
    assert "担当が確認して受け付けるのは、早くて 12月1日(火) 9:00 です" in told
    # 1 December is a month's first: it starts that day (3-2b), and nothing is lost.
    assert "受付日が 12月1日(火) になった場合" not in told


def test_where_tomorrow_would_leave_a_gap_the_confirmation_says_so() -> None:
    contract, contact = an_ending_contract()
    certificate = contract.orders.get().certificate
    assert certificate
    services.replace_certificate(
        certificate,
        starts_on=date(2025, 12, 1),
        ends_on=date(2026, 11, 20),
        reason="営業部の合意",
        by=None,
        now=tokyo("2026-11-02 10:00"),
    )
    set_desk_clock("2026-11-20 23:00")
    told = page(Form(customer(contact), contract).confirm())
    assert "受付日が 11月24日(火) になった場合" in told
    assert "空白が 10日 できます" in told
    assert "送信した日を受付日とするかどうかは担当が判断し、その理由を記録します" in told


def test_going_back_loses_nothing() -> None:
    contract, contact = an_ending_contract()
    form = Form(customer(contact), contract)
    form.confirm(customer_order_number="PO-1", note="あ\nい")
    back = form.client.post(form.address, {**form.typed, "step": "back"})
    assert hidden(back, "token") == form.token
    assert 'value="PO-1"' in back.content.decode()
    assert "あ\nい" in back.content.decode()


def test_what_is_too_long_is_said_beside_the_field() -> None:
    contract, contact = an_ending_contract()
    told = page(Form(customer(contact), contract).confirm(customer_order_number="9" * 61))
    assert "60文字以内で入力してください（いま 61文字）" in told


def test_sent_twice_it_is_one_order() -> None:
    contract, contact = an_ending_contract()
    form = Form(customer(contact), contract)
    shown = hidden(form.confirm(), "shown")
    first, second = form.send(shown), form.send(shown)
    assert first.headers["Location"].startswith(second.headers["Location"])
    assert RenewalRequest.objects.count() == 1
    assert len(mails("renewal_received")) == 1


def test_a_confirmation_of_yesterday_is_shown_again() -> None:
    contract, contact = an_ending_contract()
    form = Form(customer(contact), contract)
    shown = hidden(form.confirm(), "shown")
    set_desk_clock("2026-11-21 00:01")
    told = page(form.send(shown), 409)
    assert "前の確認画面から、次の内容が変わりました。まだ送信されていません。" in told
    assert not RenewalRequest.objects.exists()


@pytest.mark.parametrize("shown", ["", "forged", '{"kind":"renewal"}'])
def test_what_was_not_shown_by_us_is_not_believed(shown: str) -> None:
    contract, contact = an_ending_contract()
    form = Form(customer(contact), contract)
    form.confirm()
    page(form.send(shown), 409)
    assert not RenewalRequest.objects.exists()


def test_one_order_at_a_time_waits_for_a_contract() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    told = page(customer(contact).get(f"/contracts/{contract.number}/renew/"))
    assert f"更新のご注文 {request.number} が、受付を待っています。" in told
    with pytest.raises(services.RefusedError, match=request.number):
        a_renewal_request(contract, contact)


def test_a_technical_contact_sees_who_may_order() -> None:
    contract, contact = an_ending_contract()
    engineer = a_contact(contract.customer, "石井 彩")
    Contact.objects.filter(pk=engineer.pk).update(is_contract=False, is_renewal=False)
    told = page(customer(engineer).get(f"/contracts/{contract.number}/renew/"))
    assert "更新のご注文は、契約または更新のご担当者が行えます。" in told
    assert f"{contact.name} 様" in told
    with pytest.raises(services.RefusedError):
        a_renewal_request(contract, Contact.objects.get(pk=engineer.pk))


def test_after_a_year_the_product_for_the_day_is_named_and_ordered() -> None:
    contract = a_contract()
    contact = a_contact(contract.customer)
    a_period(contract, accepted_on="2024-10-10")  # to 31 October 2025
    form = Form(customer(contact), contract)
    confirmation = form.confirm()
    told = page(confirmation)
    assert contract.product.recontinuation_name in told
    assert "約款 3(3)" in told
    form.send(hidden(confirmation, "shown"))
    assert RenewalRequest.objects.get().recontinuation


def test_nothing_is_ordered_where_the_next_period_is_in_or_none_ever_was() -> None:
    contract, contact = an_ending_contract()
    a_period(contract, accepted_on="2026-11-10")
    assert "次の期間のご注文を、すでに承っています。" in page(
        customer(contact).get(f"/contracts/{contract.number}/renew/")
    )
    new = a_contract(contract.customer)
    assert "はじめてのご注文は" in page(customer(contact).get(f"/contracts/{new.number}/renew/"))


def test_the_customer_takes_it_back_until_it_is_accepted() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact, "2026-11-19 20:00")
    client, address = customer(contact), f"/contracts/renewals/{request.number}/withdraw/"
    assert "取り下げますか" in page(client.get(address))
    client.post(address)
    request.refresh_from_db()
    assert request.state == State.WITHDRAWN
    assert [mail.state for mail in mails("renewal_request_to_staff")] == ["withdrawn"]
    again = a_renewal_request(contract, contact)
    accept(again)
    client.post(f"/contracts/renewals/{again.number}/withdraw/")
    again.refresh_from_db()
    assert again.state == State.ACCEPTED


def test_a_stranger_sees_none_of_it() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    stranger = customer(a_contact())
    for address in (
        f"/contracts/{contract.number}/renew/",
        f"/contracts/{contract.number}/not-renewing/",
        f"/contracts/renewals/{request.number}/",
        f"/contracts/renewals/{request.number}/withdraw/",
    ):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address).status_code == 404


def test_a_strangers_token_neither_repeats_nor_reveals() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact)
    other, stranger = an_ending_contract()
    response = customer(stranger).post(
        f"/contracts/{other.number}/renew/", {"token": str(request.token), "step": "confirm"}
    )
    assert request.number not in response.content.decode()
    with pytest.raises(services.RefusedError, match="古くなりました"):
        services.send_renewal_request(
            other,
            contact=stranger,
            token=request.token,
            shown=services.preview_order(other, accepted_on=date(2026, 11, 20)),
            now=tokyo("2026-11-20 10:00"),
        )


# --- The clerk ---


def accept(
    request: RenewalRequest, on: str = "2026-11-20", now: str = "2026-11-20 11:00", **more: Any
) -> Order:
    shown = services.preview_acceptance(request, accepted_on=date.fromisoformat(on))
    by = more.pop("by", None) or a_staff_member()
    return services.accept_renewal_request(request, shown=shown, by=by, now=tokyo(now), **more)


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


# --- 更新しない ---


def test_a_customer_says_no_and_changes_their_mind() -> None:
    contract, contact = an_ending_contract()
    client, address = customer(contact), f"/contracts/{contract.number}/not-renewing/"
    assert "更新のご案内のメールを止めます" in page(client.get(address))
    client.post(address, {"reason": "別の製品へ移行"})
    mark = services.not_renewing(contract)
    assert mark
    assert (mark.marked_by, mark.reason) == (contact.user, "別の製品へ移行")
    assert "「更新しない」と承りました" in page(client.get(f"/contracts/{contract.number}/"))
    client.post(f"{address}undo/")
    assert services.not_renewing(contract) is None
    mark.refresh_from_db()
    assert mark.undone_by == contact.user


def test_it_is_said_once_and_not_while_an_order_waits() -> None:
    contract, contact = an_ending_contract()

    def mark() -> object:
        return services.mark_not_renewing(
            contract, reason="", by=contact.user, now=tokyo("2026-11-20 10:00")
        )

    mark()
    with pytest.raises(services.RefusedError, match="すでに"):
        mark()
    services.undo_not_renewing(contract, by=contact.user, now=tokyo("2026-11-20 10:05"))
    a_renewal_request(contract, contact)
    with pytest.raises(services.RefusedError, match="取り下げて"):
        mark()


# --- Reminders and orders of the portal ---


def test_while_an_order_waits_staff_are_urged_instead_of_the_customer() -> None:
    contract, contact = an_ending_contract()
    request = a_renewal_request(contract, contact, "2026-10-20 10:00")
    assert services.send_reminders(now=tokyo("2026-10-30 09:00")) == 1
    assert not mails("renewal_reminder")
    (urge,) = mails("renewal_urge")
    assert contract.number in urge.subject
    services.withdraw_renewal_request(request, by=contact.user, now=tokyo("2026-11-02 10:00"))
    assert services.send_reminders(now=tokyo("2026-11-20 09:00")) == 1
    assert len(mails("renewal_reminder")) == 1


def test_sending_an_order_takes_back_the_reminder_that_waits() -> None:
    contract, contact = an_ending_contract()
    services.send_reminders(now=tokyo("2026-11-20 09:00"))
    a_renewal_request(contract, contact)
    assert [mail.state for mail in mails("renewal_reminder")] == ["withdrawn"]


# --- Several at once, on real connections ---


def at_once(*works: Callable[[], object]) -> list[object]:
    start, results = Barrier(len(works)), list[object]()

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            results.append(work())
        except (services.RefusedError, IntegrityError) as error:
            results.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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
    )
    starts = [order.starts_on for order in contract.orders.standing()]
    assert len(starts) == len(set(starts))
    assert [type(result) for result in results].count(Order) >= 1
