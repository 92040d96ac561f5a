"""One recipient after the other is refused for good: the queue waits, and no mail fails by it."""

import logging
from datetime import timedelta
from itertools import count

import pytest

from supportdesk import clock
from supportdesk.outbox import services
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.domain import REFUSALS
from supportdesk.outbox.models import Mail, QueueStop
from tests.outbox.mails import put_mail, rested, state
from tests.outbox.sink import Sink, smtp_sink

pytestmark = pytest.mark.django_db

_people = count(1)


def mails_to_different_people(many: int) -> list[Mail]:
    now = clock.now()
    return [
        put_mail(recipient=f"p{next(_people)}@firm{n}.example", due_at=now - timedelta(seconds=n))
        for n in reversed(range(many))
    ]


def refuses_everybody(sink: Sink) -> None:
    sink.says("RCPT", "554 5.7.1 relay access denied")


def states() -> list[str]:
    return list(Mail.objects.order_by("due_at").values_list("state", flat=True))


def a_minute_later() -> None:
    QueueStop.objects.update(resume_at="2000-01-01T00:00Z")


def test_the_queue_stops_and_nobody_has_failed(caplog: pytest.LogCaptureFixture) -> None:
    mails_to_different_people(REFUSALS + 3)
    with smtp_sink() as sink:
        refuses_everybody(sink)
        Courier().drain()
        Courier().drain()
    assert states() == ["queued"] * (REFUSALS + 3)
    stop = QueueStop.objects.get()
    assert (stop.kind, stop.reason) == (QueueStop.Kind.DOUBT, "RCPT: 554 5.7.1 relay access denied")
    levels = [each.levelno for each in caplog.records if "nothing goes out" in each.message]
    assert levels == [logging.CRITICAL]


def test_everything_goes_out_once_the_relay_is_mended() -> None:
    mails = mails_to_different_people(REFUSALS + 3)
    courier = Courier()
    with smtp_sink() as sink:
        refuses_everybody(sink)
        courier.drain()
        sink.recovers()
        a_minute_later()
        assert courier.drain() == 1  # one tries
        assert not QueueStop.objects.exists()
        while courier.drain():
            pass
    assert set(states()) == {"sent"}
    assert sink.copies() == {mail.message_id: 1 for mail in mails}


def test_each_minute_another_one_tries_and_none_fails_while_all_are_refused() -> None:
    mails = mails_to_different_people(REFUSALS + 3)
    courier = Courier()
    with smtp_sink() as sink:
        refuses_everybody(sink)
        courier.drain()
        for _minute in range(3):
            a_minute_later()
            courier.drain()
    assert states() == ["queued"] * len(mails)
    assert QueueStop.objects.get().strikes == 4
    assert set(Mail.objects.values_list("attempts", flat=True)) == {1}  # each had its turn


def test_one_refused_address_after_the_other_fails_while_others_are_taken() -> None:
    mails = mails_to_different_people(3 * REFUSALS)
    refused = mails[::2]
    with smtp_sink() as sink:
        for mail in refused:
            sink.says("RCPT", "550 no such user", to=mail.recipient)
        Courier().drain()
    assert not QueueStop.objects.exists()
    assert {state(mail) for mail in refused} == {Mail.State.FAILED}
    assert len(sink.received) == len(mails) - len(refused)


def test_many_mails_to_one_dead_mailbox_are_its_own_fault() -> None:
    for _ in range(2 * REFUSALS):
        put_mail(recipient="gone@firm.example")
    with smtp_sink() as sink:
        sink.says("RCPT", "550 no such user")
        Courier().drain()
    assert states() == ["failed"] * 2 * REFUSALS
    assert not QueueStop.objects.exists()


def test_that_our_own_people_are_reached_proves_nothing() -> None:
    now = clock.now()
    for mail in mails_to_different_people(REFUSALS):
        put_mail(recipient="team@supportdesk.example", due_at=mail.due_at)
    mails_to_different_people(1)
    courier = Courier()
    with smtp_sink() as sink:
        sink.says("RCPT", "554 5.7.1 relay access denied", to="firm")
        while courier.drain():
            pass
        assert QueueStop.objects.get().kind == QueueStop.Kind.DOUBT
        Mail.objects.filter(recipient__contains="team").update(due_at=now - timedelta(hours=1))
        put_mail(recipient="team@supportdesk.example", due_at=now - timedelta(days=1))
        a_minute_later()
        assert courier.drain() == 1
        assert len(sink.received) >= 1
    assert QueueStop.objects.get().kind == QueueStop.Kind.DOUBT
    assert not Mail.objects.filter(state=Mail.State.FAILED).exists()


def test_who_is_refused_again_by_a_relay_that_takes_others_has_failed() -> None:
    dead = mails_to_different_people(REFUSALS)
    courier = Courier()
    with smtp_sink() as sink:
        for mail in dead:
            sink.says("RCPT", "550 no such user", to=mail.recipient)
        courier.drain()
        assert {state(mail) for mail in dead} == {Mail.State.QUEUED}
        sound = put_mail(recipient="alive@firm.example")
        a_minute_later()
        courier.drain()
        assert state(sound) == Mail.State.SENT
        courier.drain()
    assert {state(mail) for mail in dead} == {Mail.State.FAILED}
    assert not QueueStop.objects.exists()


def test_staff_let_it_go_on_at_once() -> None:
    mails = mails_to_different_people(REFUSALS)
    with smtp_sink() as sink:
        refuses_everybody(sink)
        Courier().drain()
        sink.recovers()
        assert services.resume()
        Courier().drain()
    assert {state(mail) for mail in mails} == {Mail.State.SENT}


def test_another_worker_puts_back_what_it_had_failed_before() -> None:
    one, other = Courier(), Courier()
    with smtp_sink() as sink:
        refuses_everybody(sink)
        mails_to_different_people(REFUSALS - 1)
        one.drain()
        assert set(states()) == {"failed"}
        mails_to_different_people(REFUSALS)
        other.drain()
        one.drain()
    assert states() == ["queued"] * (2 * REFUSALS - 1)


def test_a_failed_mail_that_staff_retry_is_judged_anew() -> None:
    dead = mails_to_different_people(REFUSALS)
    Mail.objects.update(state=Mail.State.FAILED, put_back=True)
    for mail in dead:
        services.retry(mail)
    with smtp_sink() as sink:
        refuses_everybody(sink)
        Courier().drain()
    assert QueueStop.objects.get().kind == QueueStop.Kind.DOUBT
    rested()
