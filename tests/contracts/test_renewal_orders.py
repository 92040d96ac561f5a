"""A renewal ordered in the portal: sending is no acceptance; a clerk's acceptance counts (3-2)."""

from datetime import date

import pytest

from contracts import services
from contracts.models import Contact, Order, RenewalRequest
from tests.builders import (
    a_contact,
    a_contract,
    a_period,
    a_renewal_request,
)
from tests.clock import set_desk_clock, tokyo
from tests.contracts.letters import text_of
from tests.contracts.renewing import (
    Form,
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
