"""A host that keeps us waiting delays its own mail and nobody else's (G14)."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from supportdesk.outbox import delivery, lanes
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.lanes import SlowHosts
from supportdesk.outbox.models import Mail, QueueStop
from tests.outbox.mails import put_mail, state
from tests.outbox.sink import ScriptedServer, fall_silent, smtp_sink

pytestmark = pytest.mark.django_db

PATIENCE = 0.2


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (delivery, lanes):
        monkeypatch.setattr(module, "PATIENCE_SECONDS", PATIENCE)
    yield


async def hesitate(server: ScriptedServer) -> None:
    await asyncio.sleep(2 * PATIENCE)


def both_lanes() -> tuple[Courier, Courier]:
    slow = SlowHosts()
    return Courier(slow), Courier(slow, patient=True)


def test_only_the_first_mail_of_a_slow_host_makes_the_others_wait() -> None:
    courier, _ = both_lanes()
    slow = [put_mail(recipient=f"p{n}@Tarpit.example") for n in range(4)]
    sound = [put_mail() for _ in range(4)]
    with smtp_sink() as sink:
        sink.says("RCPT", fall_silent, to="arpit")
        began = time.monotonic()
        while courier.drain():
            pass
        assert time.monotonic() - began < 60  # the relay's own minute is not waited for
    assert {state(mail) for mail in sound} == {Mail.State.SENT}
    left = Mail.objects.filter(pk__in=[mail.pk for mail in slow])
    assert {(mail.state, mail.attempts) for mail in left} == {("queued", 0)}
    assert not QueueStop.objects.exists()


def test_the_patient_lane_takes_one_of_them_at_a_time_and_no_other() -> None:
    courier, patient = both_lanes()
    slow = [put_mail(recipient=f"p{n}@tarpit.example") for n in range(2)]
    with smtp_sink() as sink:
        sink.says("RCPT", fall_silent, times=1)
        courier.drain()
        other = put_mail()
        sink.says("END", hesitate)
        assert patient.drain() == 1
    assert sorted(map(state, slow)) == [Mail.State.QUEUED, Mail.State.SENT]
    assert state(other) == Mail.State.QUEUED


def test_a_patient_lane_has_nothing_to_do_while_no_host_is_slow() -> None:
    _, patient = both_lanes()
    mail = put_mail()
    with smtp_sink() as sink:
        assert patient.drain() == 0
    assert (state(mail), sink.received) == (Mail.State.QUEUED, [])


def test_a_host_that_is_quick_again_comes_back() -> None:
    courier, patient = both_lanes()
    mails = [put_mail(recipient=f"p{n}@tarpit.example") for n in range(3)]
    with smtp_sink() as sink:
        sink.says("RCPT", fall_silent, times=1)
        courier.drain()
        assert courier.drain() == 0
        assert patient.drain() == 1
        assert courier.drain() == 2
    assert {state(mail) for mail in mails} == {Mail.State.SENT}
    assert sum(sink.copies().values()) == len(mails)


def test_a_relay_that_hesitates_over_the_content_is_never_cut_off() -> None:
    courier, patient = both_lanes()
    mails = [put_mail(recipient=f"p{n}@tarpit.example") for n in range(2)]
    with smtp_sink() as sink:
        sink.says("END", hesitate, times=1)
        courier.drain()
        assert courier.drain() == 0  # its host is known to be slow now
        patient.drain()
    assert {state(mail) for mail in mails} == {Mail.State.SENT}
    assert set(sink.copies().values()) == {1}


def test_a_relay_that_is_slow_for_everybody_still_delivers_everything() -> None:
    courier, patient = both_lanes()
    mails = [put_mail(recipient=f"p@host{n}.example") for n in range(3)]
    with smtp_sink() as sink:
        sink.says("RCPT", fall_silent, times=3)
        for _ in mails:
            courier.drain()
        while patient.drain():
            pass
    assert {state(mail) for mail in mails} == {Mail.State.SENT}
    assert set(sink.copies().values()) == {1}
