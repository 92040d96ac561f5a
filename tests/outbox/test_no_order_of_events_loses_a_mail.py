"""Workers, crashes, replies and people in any order, against what the outbox promises (G24)."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from supportdesk import clock
from supportdesk.outbox import services
from supportdesk.outbox.delivery import Batch, Courier, begin, claim, reclaim
from supportdesk.outbox.domain import DeliveryError, Stage
from supportdesk.outbox.models import Mail
from tests.faults.scale import scaled
from tests.outbox.mails import put_mail, rested

OUTCOMES = ["taken", "taken, reply lost", "later", "refused", "cut", "misconfigured", "our error"]
ERRORS: dict[str, Exception] = {
    "taken, reply lost": DeliveryError(Stage.DATA, None, "lost"),
    "later": DeliveryError(Stage.RCPT, 450, "later"),
    "refused": DeliveryError(Stage.RCPT, 550, "no"),
    "cut": DeliveryError(Stage.RCPT, None, "cut"),
    "misconfigured": DeliveryError(Stage.MAIL, 530, "sign in"),
    "our error": KeyError(),
}


class Paper:
    """A relay on paper: takes or refuses what comes next as it was told."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.outcome = "taken"

    def send(
        self, sender: str, recipient: str, content: bytes, *, still_ours: Callable[[], bool]
    ) -> bool:
        if not still_ours():
            return False
        if self.outcome.startswith("taken"):
            self.taken[sender] += 1
        if self.outcome in ERRORS:
            raise ERRORS[self.outcome]
        return True


class Worker:
    def __init__(self, relay: Any) -> None:
        self.courier = Courier()
        self.courier.relay = relay
        self.batch: Batch = claim(3)
        self.left = list(self.batch.ids)


class Outbox(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        Mail.objects.all().delete()
        services.resume()
        self.relay = Paper()
        self.workers: list[Worker] = []
        self.may_repeat: Counter[str] = Counter()
        self.taken_when_withdrawn: dict[str, int] = {}

    @rule(later=st.booleans(), secret=st.booleans())
    def put(self, later: bool, secret: bool) -> None:
        now = clock.now()
        put_mail(due_at=now + timedelta(hours=later), secret=secret)

    @rule()
    def a_worker_claims(self) -> None:
        self.workers.append(Worker(self.relay))

    @rule(which=st.integers(0, 9), outcome=st.sampled_from(OUTCOMES))
    def a_worker_sends(self, which: int, outcome: str) -> None:
        worker = self._worker(which)
        if worker is None or not worker.left:
            return
        mail = begin(worker.batch, worker.left.pop(0))
        if mail is not None:
            self.relay.outcome = outcome
            worker.courier._attempt(worker.batch, mail)
            self.may_repeat[mail.envelope_sender] += outcome == "taken, reply lost"

    @rule(which=st.integers(0, 9))
    def a_worker_records(self, which: int) -> None:
        if worker := self._worker(which):
            worker.courier._record()

    @rule(which=st.integers(0, 9), dies=st.booleans())
    def a_worker_dies_or_freezes(self, which: int, dies: bool) -> None:
        worker = self._worker(which)
        if worker is None:
            return
        for mail in Mail.objects.filter(pk__in=worker.courier.unrecorded):
            self.may_repeat[mail.envelope_sender] += 1
        past = clock.now() - timedelta(hours=1)
        worker.batch.ours().update(leased_until=past)
        if dies:
            self.workers.remove(worker)

    @rule()
    def leases_run_out(self) -> None:
        reclaim()

    @rule()
    def time_passes(self) -> None:
        rested()
        Mail.objects.update(due_at=clock.now())

    @rule(which=st.integers(0, 9))
    def somebody_withdraws(self, which: int) -> None:
        mail = self._mail(which)
        if mail and services.withdraw(mail, clock.now()):
            sender = mail.envelope_sender
            self.taken_when_withdrawn[sender] = self.relay.taken[sender]

    @rule(which=st.integers(0, 9))
    def staff_retry(self, which: int) -> None:
        if mail := self._mail(which):
            services.retry(mail)

    @invariant()
    def what_is_sent_was_taken(self) -> None:
        for mail in Mail.objects.filter(state=Mail.State.SENT):
            assert self.relay.taken[mail.envelope_sender]

    @invariant()
    def what_is_withdrawn_stays_so_and_is_not_sent_any_more(self) -> None:
        for sender, taken in self.taken_when_withdrawn.items():
            assert self.relay.taken[sender] == taken

    @invariant()
    def nothing_is_repeated_without_a_reason(self) -> None:
        for sender, taken in self.relay.taken.items():
            assert taken <= 1 + self.may_repeat[sender]

    @invariant()
    def attempts_are_bounded(self) -> None:
        assert not Mail.objects.filter(attempts__gt=8).exists()

    def teardown(self) -> None:
        """However it went: once everybody is well again, everything goes out."""
        for worker in self.workers:
            worker.courier._record()
        Mail.objects.filter(state=Mail.State.SENDING).update(leased_until="2000-01-01T00:00Z")
        reclaim()
        self.time_passes()
        self.workers, self.relay.outcome = [], "taken"
        while Mail.objects.claimable().exists():
            worker = Worker(self.relay)
            worker.courier._deliver(worker.batch)
        assert not Mail.objects.unsent().exists()
        self.what_is_sent_was_taken()
        self.nothing_is_repeated_without_a_reason()

    def _worker(self, which: int) -> Worker | None:
        return self.workers[which % len(self.workers)] if self.workers else None

    def _mail(self, which: int) -> Mail | None:
        mails = list(Mail.objects.order_by("put_at", "pk"))
        return mails[which % len(mails)] if mails else None


@pytest.mark.django_db
def test_no_order_of_events_loses_or_needlessly_repeats_a_mail() -> None:
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=scaled(ci=12, full=1000),
            stateful_step_count=scaled(ci=25, full=50),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
