"""Reminders that a period ends: in hours, once for a stage, never after an order is in."""

from datetime import date, datetime, time
from typing import Any

import pytest
from django.test import override_settings

from contracts.mails import renewals as renewal_mails
from contracts.models import Contact, Contract, Order, Reminder
from contracts.services import (
    mark_not_renewing,
    preview_order,
    record_order,
    replace_certificate,
    send_reminders,
    undo_not_renewing,
    withdraw_order,
)
from contracts.tasks import _Reminders
from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import Closure
from supportdesk.outbox.models import Mail
from tests.at_once import at_once
from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.contracts.letters import text_of

pytestmark = pytest.mark.django_db

FIRST_MORNING = "2026-09-01 09:00"  # 90 days before 30 November 2026


def an_ending_contract() -> Contract:
    """Covered to 30 November 2026, with one person for everything."""
    contract = a_contract()
    a_contact(contract.customer)
    a_period(contract, accepted_on="2025-11-10")
    return contract


def reminders() -> list[Mail]:
    return list(Mail.objects.filter(kind="renewal_reminder").order_by("put_at", "pk"))


def sweep(wall: str) -> int:
    return send_reminders(now=tokyo(wall))


def order_the_next_year(contract: Contract, wall: str) -> Order:
    now = tokyo(wall)
    shown = preview_order(contract, accepted_on=now.date())
    return record_order(contract, shown=shown, by=None, now=now)


def test_a_year_brings_one_mail_for_each_stage_on_its_day() -> None:
    an_ending_contract()
    for wall in (
        "2026-08-31 10:00",
        "2026-09-01 09:00",
        "2026-09-01 09:01",
        "2026-09-02 09:00",
        "2026-10-01 09:00",
        "2026-10-30 09:00",  # the 31st is a Saturday
        "2026-11-02 09:00",
        "2026-11-20 09:00",  # the 23rd is a holiday after a weekend
        "2026-11-30 09:00",
        "2026-12-01 09:00",
        "2026-12-02 09:00",
    ):
        sweep(wall)
    assert [(mail.put_at.date().isoformat(), mail.state) for mail in reminders()] == [
        (day, "queued")
        if day == "2026-12-01"
        else (day, "withdrawn")  # nobody sends in this test: what waits gives way to the next
        for day in ("2026-09-01", "2026-10-01", "2026-10-30", "2026-11-20", "2026-12-01")
    ]
    stages = Reminder.objects.order_by("reminded_at").values_list("stage", flat=True)
    assert list(stages) == [90, 60, 30, 7, -1]


@pytest.mark.parametrize(
    "wall",
    [
        "2026-09-01 08:59",
        "2026-09-01 12:00",
        "2026-09-01 17:30",
        "2026-09-05 10:00",  # a Saturday
        "2026-09-21 10:00",  # a holiday
    ],
)
def test_nothing_goes_out_outside_reception_hours(wall: str) -> None:
    an_ending_contract()
    assert sweep(wall) == 0
    assert not reminders()


def test_a_saturday_that_only_receives_is_no_day_for_reminders() -> None:
    an_ending_contract()
    Closure.objects.create(
        name="臨時受付",
        kind=Closure.Kind.EXTRA_OPENING,
        starts_on=date(2026, 9, 5),
        ends_on=date(2026, 9, 5),
        opens_at=time(9),
        closes_at=time(12),
        announced_at=tokyo("2026-08-01 10:00"),
        announced_by=a_staff_member(),
    )
    assert sweep("2026-09-05 10:00") == 0


def test_it_goes_to_the_renewal_contacts_and_without_one_to_the_contract_contacts() -> None:
    contract = an_ending_contract()
    accounting = a_contact(contract.customer, "高橋 美咲")
    Contact.objects.exclude(pk=accounting.pk).update(is_renewal=False)
    sweep(FIRST_MORNING)
    assert [mail.recipient for mail in reminders()] == [accounting.email]
    Contact.objects.filter(pk=accounting.pk).update(is_renewal=False, is_contract=False)
    sweep("2026-10-01 09:00")
    first = Contact.objects.exclude(pk=accounting.pk).get()
    assert reminders()[-1].recipient == first.email
    assert list(Reminder.objects.get(stage=60).contacts.all()) == [first]


def test_where_nobody_can_be_reminded_staff_are_told() -> None:
    contract = an_ending_contract()
    Contact.objects.update(is_active=False)
    assert sweep(FIRST_MORNING) == 1
    assert not reminders()
    (mail,) = Mail.objects.filter(kind="renewal_urge")
    assert contract.number in mail.subject
    assert Reminder.objects.get().told_staff


def test_it_tells_what_an_order_brings_by_which_day_with_the_clauses() -> None:
    contract = an_ending_contract()
    sweep("2026-11-20 09:00")
    (mail,) = reminders()
    assert "11月30日(月) に満了します（あと 10日）" in mail.subject
    told = " ".join(text_of(mail).split())
    assert (
        "受付日が 2026年11月30日(月) まで 途切れずに続きます。2026年12月1日(火) から "
        "2027年11月30日(火) までです。（約款 3(2)）" in told
    )
    assert "受付日が 2026年12月1日(火) 2026年12月1日(火) から始まり、空白はできません。" in told
    assert "空白が 31日 できます" in told
    assert "受付日が 2027年12月1日(水) から" in told
    assert f"「{contract.product.recontinuation_name}」のご注文が必要です。（約款 3(3)）" in told


def test_after_the_expiry_it_says_so() -> None:
    an_ending_contract()
    sweep("2026-12-01 09:00")
    (mail,) = reminders()
    assert "11月30日(月) に満了しました" in mail.subject
    assert "いまはサポートの対象外です" in text_of(mail)
    assert "まで 途切れずに" not in " ".join(text_of(mail).split())


def test_it_is_in_the_language_of_its_reader() -> None:
    contract = an_ending_contract()
    User.objects.filter(contact__customer=contract.customer).update(language="en")
    sweep(FIRST_MORNING)
    (mail,) = reminders()
    assert "30 Nov" in mail.subject


def test_after_an_order_nobody_is_reminded_and_what_waits_is_taken_back() -> None:
    contract = an_ending_contract()
    sweep(FIRST_MORNING)
    order_the_next_year(contract, "2026-09-01 09:30")
    assert [mail.state for mail in reminders()] == ["withdrawn"]
    assert sweep("2026-10-01 09:00") == 0


def test_a_withdrawn_renewal_makes_the_old_expiry_count_again() -> None:
    contract = an_ending_contract()
    order = order_the_next_year(contract, "2026-09-01 09:30")
    assert sweep("2026-10-01 09:00") == 0
    withdraw_order(order, reason="金額の誤り", by=None, now=tokyo("2026-10-02 10:00"))
    assert sweep("2026-10-02 10:01") == 1
    assert Reminder.objects.get().stage == 60


def test_an_expiry_moved_by_a_certificate_is_reminded_of_anew() -> None:
    contract = an_ending_contract()
    sweep("2026-10-30 09:00")
    certificate = contract.orders.get().certificate
    assert certificate
    replace_certificate(
        certificate,
        starts_on=date(2025, 12, 1),
        ends_on=date(2026, 12, 31),
        reason="営業部の合意",
        by=None,
        now=tokyo("2026-11-02 10:00"),
    )
    assert sweep("2026-11-02 10:01") == 1  # 60 days before the new day
    assert [mail.subject.count("12月31日") for mail in reminders()] == [0, 1]


def test_who_does_not_renew_by_wish_is_left_alone_until_it_is_undone() -> None:
    contract, clerk = an_ending_contract(), a_staff_member()
    sweep(FIRST_MORNING)
    mark_not_renewing(contract, reason="移行のため", by=clerk, now=tokyo("2026-09-01 09:10"))
    assert [mail.state for mail in reminders()] == ["withdrawn"]
    assert sweep("2026-10-01 09:00") == 0
    assert undo_not_renewing(contract, by=clerk, now=tokyo("2026-10-05 09:00"))
    assert sweep("2026-10-05 09:01") == 1


def test_a_contract_known_too_late_is_not_reminded_of() -> None:
    an_ending_contract()
    assert sweep("2026-12-16 09:00") == 0  # more than fourteen days after the day after
    assert sweep("2028-01-11 09:00") == 0


@override_settings(RENEWAL_REMINDER_DAYS=[14])
def test_the_days_are_a_setting() -> None:
    an_ending_contract()
    assert sweep("2026-11-13 09:00") == 0
    assert sweep("2026-11-16 09:00") == 1


def test_one_that_cannot_be_written_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = an_ending_contract(), an_ending_contract()
    remind = renewal_mails.remind

    def fails_for_one(contact: Contact, order: Order, stage: int, *, now: datetime) -> Mail:
        if order.contract_id == broken.pk:
            raise ValueError("a template that cannot be drawn")
        return remind(contact, order, stage, now=now)

    monkeypatch.setattr(renewal_mails, "remind", fails_for_one)
    assert sweep(FIRST_MORNING) == 1
    assert [reminder.order.contract for reminder in Reminder.objects.all()] == [sound]
    monkeypatch.undo()
    assert sweep(FIRST_MORNING) == 1


def test_every_contract_of_a_customer_has_its_own_mail() -> None:
    customer = a_customer()
    a_contact(customer)
    for _contract in range(3):
        a_period(a_contract(customer), accepted_on="2025-11-10")
    assert sweep(FIRST_MORNING) == 3
    assert len({mail.subject_key for mail in reminders()}) == 3


def test_a_look_costs_a_fixed_number_of_queries_where_nothing_is_due(
    django_assert_max_num_queries: Any,
) -> None:
    for _contract in range(5):
        an_ending_contract()
    while sweep(FIRST_MORNING):
        pass
    with django_assert_max_num_queries(7):  # the calendar, and one for each stage
        assert sweep("2026-09-01 09:05") == 0


def test_the_sweep_looks_once_a_minute_of_the_desks_clock(django_assert_num_queries: Any) -> None:
    an_ending_contract()
    sweeper = _Reminders()
    set_desk_clock(FIRST_MORNING)
    assert [sweeper.sweep(), sweeper.sweep()] == [1, 0]
    set_desk_clock("2026-09-01 09:00:30")
    with django_assert_num_queries(1):  # the clock
        assert sweeper.sweep() == 0
    set_desk_clock("2026-10-01 09:00")
    assert sweeper.sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_remind_once() -> None:
    for _contract in range(4):
        an_ending_contract()
    results = at_once(*[lambda: sweep(FIRST_MORNING)] * 4)
    assert sum(results) == 4
    assert len(reminders()) == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(4))
def test_an_order_recorded_at_that_moment_leaves_no_reminder_waiting(_again: int) -> None:
    contract = an_ending_contract()
    at_once(
        lambda: sweep(FIRST_MORNING),
        lambda: order_the_next_year(contract, "2026-09-01 09:00"),
    )
    assert not [mail for mail in reminders() if mail.state == "queued"]
