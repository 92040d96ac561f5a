"""A worker dies or freezes at every step of a delivery, and on mails that kill it (G5, G6, G13)."""

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from supportdesk import clock
from supportdesk.outbox.models import Mail
from tests.faults.ledger import judge
from tests.faults.processes import Hands, hands, surroundings, thaw
from tests.faults.scale import scaled
from tests.outbox.mails import put_mail
from tests.outbox.sink import Sink, smtp_sink

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

HARMLESS = ["after_claim", "render:answer", "before_data", "after_mark"]
MAY_REPEAT = ["after_data_sent", "after_250", "before_mark"]
EACH = 2
ROUNDS = scaled(ci=1, full=25)


@pytest.fixture
def scene(transactional_db: None) -> Iterator[tuple[Sink, Hands]]:
    with smtp_sink() as sink, hands(surroundings(sink, OUTBOX_BATCH="1")) as workers:
        yield sink, workers


def deaths_of(points: list[str]) -> list[str]:
    """Where each worker will die; and a mail for each of them."""
    now = clock.now()
    for n in range(len(points) * EACH):
        put_mail(due_at=now + timedelta(milliseconds=n))
    return points * EACH


def freeze_all(workers: Hands, points: list[str]) -> list[int]:
    """Workers that stand still at `points`, each with its mail in hand, until they are thawed."""
    frozen = []
    for point in deaths_of(points):
        frozen.append(workers.start(CRASH_AT=point, CRASH_BY="SIGSTOP"))
        assert workers.wait(frozen[-1]) == -signal.SIGSTOP
    return frozen


def thaw_all(workers: Hands, frozen: list[int]) -> None:
    for pid in frozen:
        thaw(pid)
        assert workers.wait(pid) == 0


def test_a_kill_at_any_step_loses_nothing_and_repeats_at_most_the_mail_in_hand(
    scene: tuple[Sink, Hands],
) -> None:
    sink, workers = scene
    for _ in range(ROUNDS):
        for point in deaths_of(HARMLESS + MAY_REPEAT):
            assert workers.run(CRASH_AT=point) == -signal.SIGKILL
        assert workers.run() == 0
    verdict = judge("killed at every step", sink)
    assert (verdict.lost, verdict.early, verdict.altered, verdict.unrecorded) == (0, 0, 0, 0)
    assert verdict.repeats <= len(MAY_REPEAT) * EACH * ROUNDS


def test_a_kill_before_the_data_or_after_the_record_repeats_nothing(
    scene: tuple[Sink, Hands],
) -> None:
    sink, workers = scene
    for _ in range(ROUNDS):
        for point in deaths_of(HARMLESS):
            assert workers.run(CRASH_AT=point) == -signal.SIGKILL
        assert workers.run() == 0
    verdict = judge("killed where it is harmless", sink)
    assert (verdict.lost, verdict.repeats, verdict.unrecorded) == (0, 0, 0)


def test_a_worker_frozen_past_its_lease_sends_nothing_twice(scene: tuple[Sink, Hands]) -> None:
    sink, workers = scene
    for _ in range(ROUNDS):
        frozen = freeze_all(workers, ["after_claim", "before_data"])
        assert workers.run() == 0
        thaw_all(workers, frozen)
    verdict = judge("frozen past the lease", sink)
    assert (verdict.lost, verdict.repeats, verdict.unrecorded) == (0, 0, 0)


def test_a_worker_frozen_after_its_250_never_turns_sent_into_waiting(
    scene: tuple[Sink, Hands],
) -> None:
    sink, workers = scene
    for _ in range(ROUNDS):
        frozen = freeze_all(workers, ["after_250"])
        assert workers.run() == 0
        thaw_all(workers, frozen)
    verdict = judge("frozen after the 250", sink)
    assert (verdict.lost, verdict.altered, verdict.unrecorded) == (0, 0, 0)
    assert verdict.repeats <= EACH * ROUNDS


def test_mails_that_kill_their_worker_end_up_with_staff_and_hold_up_no_other(
    transactional_db: None,
) -> None:
    most = scaled(ci=2, full=5)
    short = {"OUTBOX_LEASE_SECONDS": "1", "OUTBOX_MAX_ATTEMPTS": str(most)}
    with smtp_sink() as sink, hands(surroundings(sink, **short)) as workers:
        now = clock.now()
        for _ in range(2):
            put_mail(kind="poison", due_at=now - timedelta(seconds=30))
        for _ in range(scaled(ci=20, full=2000)):
            put_mail(due_at=now - timedelta(seconds=20))
        deaths = 0
        while Mail.objects.unsent().exists():
            deaths += workers.run(CRASH_AT="render:poison", CRASH_BY="SIGSEGV") != 0
        failed = Mail.objects.filter(state=Mail.State.FAILED)
        assert [(mail.kind, mail.attempts) for mail in failed] == [("poison", most)] * 2
        assert deaths == 2 * most
        verdict = judge("poison", sink)
    assert (verdict.lost, verdict.altered, verdict.unrecorded) == (0, 0, 0)
    assert verdict.repeats <= deaths
