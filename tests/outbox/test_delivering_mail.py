"""Delivery: due mail goes out once, byte for byte, and what a worker leaves behind is taken up."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import override_settings

from supportdesk import clock
from supportdesk.celery import stopping
from supportdesk.outbox import crash, services
from supportdesk.outbox.delivery import Courier, begin, claim, reclaim
from supportdesk.outbox.models import Mail
from tests.clock import set_desk_clock
from tests.outbox.mails import put_mail, rested, state
from tests.outbox.sink import drop, smtp_sink

pytestmark = pytest.mark.django_db


def test_nothing_goes_out_before_it_is_due() -> None:
    friday, tuesday = set_desk_clock("2026-11-20 17:05"), "2026-11-24 09:00"
    mail = put_mail(due_at=friday + timedelta(days=3, hours=15, minutes=55))
    with smtp_sink() as sink:
        set_desk_clock("2026-11-24 08:59")
        assert Courier().drain() == 0
        opening = set_desk_clock(tuesday)
        assert Courier().drain() == 1
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at) == (Mail.State.SENT, opening)
    assert sink.received[0].mail["Date"] == "Tue, 24 Nov 2026 09:00:00 +0900"


def test_the_longest_due_goes_first_and_all_go_over_one_connection() -> None:
    now = clock.now()
    keys = [put_mail(due_at=now - timedelta(minutes=n)).message_id for n in range(5)]
    with smtp_sink() as sink:
        courier = Courier()
        courier.drain()
        put_mail()
        courier.drain()
    assert [received.message_id for received in sink.received][:5] == keys[::-1]
    assert sink.connections == 1


def test_a_repeat_is_the_same_byte_for_byte() -> None:
    mail = put_mail()
    with smtp_sink() as sink:
        sink.says("END", drop, times=1)  # taken, and the reply was lost
        Courier().drain()
        assert state(mail) == Mail.State.QUEUED
        rested()
        set_desk_clock("2031-01-01 09:00")
        Courier().drain()
    first, second = sink.received
    assert first.content == second.content
    assert first.sender == second.sender == mail.envelope_sender
    assert state(mail) == Mail.State.SENT


def test_a_connection_that_went_stale_is_opened_again() -> None:
    courier = Courier()
    put_mail()
    with smtp_sink():
        courier.drain()
    mail = put_mail()
    with smtp_sink():
        courier.drain()
    assert state(mail) == Mail.State.SENT


def test_a_worker_that_lost_its_lease_sends_nothing() -> None:
    mail = put_mail()
    with smtp_sink() as sink:
        zombie = Courier()
        batch = claim(10)
        Mail.objects.update(leased_until=clock.now() - timedelta(minutes=1))
        Courier().drain()
        zombie._deliver(batch)
    assert [*sink.copies().values()] == [1]
    assert state(mail) == Mail.State.SENT


def test_the_lease_is_looked_at_once_more_right_before_the_data() -> None:
    put_mail()
    with smtp_sink() as sink:
        batch = claim(1)
        mail = begin(batch, batch.ids[0])
        assert mail is not None
        Mail.objects.update(lease_token="00000000-0000-4000-8000-000000000001")
        assert Courier()._attempt(batch, mail)
    assert sink.received == []


def test_what_the_relay_took_is_sent_whoever_holds_the_lease_by_then() -> None:
    mail = put_mail()
    zombie = Courier()
    claim(1)
    Mail.objects.update(leased_until=clock.now() - timedelta(minutes=1))
    zombie.unrecorded = [mail.pk]  # its 250 came while it was thought dead
    reclaim()
    zombie.drain()
    assert state(mail) == Mail.State.SENT


def test_only_the_mail_in_hand_counts_the_death_of_its_worker() -> None:
    first, second = put_mail(), put_mail()
    batch = claim(10)
    begin(batch, first.pk)
    Mail.objects.update(leased_until=clock.now() - timedelta(minutes=1))
    reclaim()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.attempts) == (Mail.State.QUEUED, 1)
    assert (second.state, second.attempts) == (Mail.State.QUEUED, 0)


def test_a_lease_that_still_runs_is_left_alone() -> None:
    mail = put_mail()
    claim(10)
    reclaim()
    assert state(mail) == Mail.State.SENDING


@override_settings(OUTBOX_MAX_ATTEMPTS=3)
def test_a_mail_that_kills_worker_after_worker_ends_up_with_staff() -> None:
    poison = put_mail()
    for _ in range(3):
        batch = claim(10)
        assert begin(batch, poison.pk)
        Mail.objects.update(leased_until=clock.now() - timedelta(minutes=1))
        reclaim()
    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == (Mail.State.FAILED, 3)
    assert poison.last_error


@override_settings(OUTBOX_MAX_ATTEMPTS=2)
def test_a_mail_that_our_own_code_cannot_send_holds_up_no_other() -> None:
    broken, sound = put_mail(secret=True), put_mail()
    Mail.objects.filter(pk=broken.pk).update(content=b"not what we encrypted")
    with smtp_sink() as sink:
        Courier().drain()
        assert (state(broken), state(sound)) == (Mail.State.QUEUED, Mail.State.SENT)
        rested()
        Courier().drain()
    assert state(broken) == Mail.State.FAILED
    assert len(sink.received) == 1


def test_a_worker_that_shuts_down_finishes_the_mail_in_hand_and_gives_back_the_rest() -> None:
    for _ in range(3):
        put_mail()
    stopping.set()
    try:
        with smtp_sink() as sink:
            Courier().drain()
    finally:
        stopping.clear()
    assert len(sink.received) == 1
    left = Mail.objects.filter(state=Mail.State.QUEUED)
    assert [(mail.attempts, mail.lease_token) for mail in left] == [(0, None)] * 2


@pytest.mark.parametrize(("late", "most"), [(timedelta(0), 1), (timedelta(minutes=1), 4)])
def test_what_is_sent_is_recorded_while_sending(
    late: timedelta, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    for _ in range(9):
        put_mail(due_at=now - late)
    courier, waiting = Courier(), [0]
    monkeypatch.setattr(crash, "point", lambda name: waiting.append(len(courier.unrecorded)))
    with smtp_sink(), override_settings(OUTBOX_WINDOW=4):
        courier.drain()
    assert max(waiting) == most
    assert Mail.objects.filter(state=Mail.State.SENT).count() == 9


def test_what_the_database_did_not_record_is_recorded_later_and_not_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail, courier = put_mail(), Courier()

    def database_gone(name: str) -> None:
        if name == "before_mark":
            raise OperationalError

    with smtp_sink() as sink:
        with monkeypatch.context() as patched:
            patched.setattr(crash, "point", database_gone)
            with pytest.raises(OperationalError):
                courier.drain()
        Mail.objects.update(leased_until=clock.now() - timedelta(minutes=1))
        courier.drain()
    assert state(mail) == Mail.State.SENT
    assert len(sink.received) == 1


def test_a_withdrawn_mail_is_not_sent() -> None:
    mail = put_mail()
    services.withdraw(mail, clock.now())
    with smtp_sink() as sink:
        assert Courier().drain() == 0
    assert sink.received == []


def test_the_claim_needs_no_look_at_what_was_sent(django_assert_num_queries: Any) -> None:
    explained = Mail.objects.claimable().order_by("due_at", "id")[:20].explain()
    assert "mail_unsent_by_due" in explained or "Seq Scan" in explained  # small tables are scanned
    with django_assert_num_queries(3):  # stop, reclaim, anything due: what an idle second costs
        Courier().drain()


def test_a_mail_that_failed_before_is_tried_with_nothing_unrecorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = clock.now() - timedelta(minutes=1)
    for kind in ("sound", "sound", "suspect"):
        put_mail(kind=kind, due_at=late)
    Mail.objects.filter(kind="suspect").update(attempts=1, due_at=late + timedelta(seconds=1))
    courier, unrecorded = Courier(), {}

    def look(name: str) -> None:
        unrecorded[name] = len(courier.unrecorded)

    monkeypatch.setattr(crash, "point", look)
    with smtp_sink():
        courier.drain()
    assert unrecorded["render:sound"] == 1
    assert unrecorded["render:suspect"] == 0
