"""Delivery: claim a batch under a lease, send outside any transaction, record while sending.

Any number of workers may do this at once. A worker that dies leaves a lease that
runs out; one that was frozen past its lease finds its token gone before it sends.
"""

import logging
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from supportdesk.celery import stopping
from supportdesk.outbox import crash, message, restored, services
from supportdesk.outbox.domain import (
    ASIDE,
    PATIENCE_SECONDS,
    PAUSE,
    PROBE,
    REFUSALS,
    RETRY,
    DeliveryError,
    Queue,
    Row,
    Stage,
    TooSlowError,
    host_of,
    judge,
    recording_window,
)
from supportdesk.outbox.lanes import SlowHosts
from supportdesk.outbox.models import (
    DESK_NOW,
    REAL_NOW,
    SPENT_CONTENT,
    Mail,
    MailQuerySet,
    QueueStop,
)
from supportdesk.outbox.smtp import Relay

log = logging.getLogger(__name__)

_HEARTBEAT_ENDS_SECONDS = 5.0
_RETURNED: dict[str, Any] = {"lease_token": None, "leased_until": None}


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails that one worker has leased together."""

    token: UUID
    ids: list[UUID]
    lateness: timedelta  # of the one that was due first

    def ours(self, *ids: UUID) -> MailQuerySet:
        """Those of `ids`, or of all, that nobody has taken over."""
        return Mail.objects.filter(pk__in=ids or self.ids, lease_token=self.token)


class Courier:
    """What a worker carries from batch to batch: its connection to the relay, which mails
    it has sent but not recorded yet, and whom the relay has refused since it took a mail.

    The `patient` one takes the mail for hosts that are known to be slow, the other leaves it.
    """

    def __init__(self, slow: SlowHosts | None = None, *, patient: bool = False) -> None:
        self.slow = SlowHosts() if slow is None else slow
        self.patient = patient
        self.relay = Relay(inf if patient else PATIENCE_SECONDS)
        self.unrecorded: list[UUID] = []
        self.refused: dict[UUID, str] = {}

    def drain(self) -> int:
        """Deliver one batch of what is due; give how many that were, 0 when there is no work."""
        self._record()  # what the database did not take last time
        stop = _stop()
        if stop and stop.kind == QueueStop.Kind.DOUBT:
            self._put_back()  # another worker has found out: these were no better
        if (stop and (stop.holds or self.patient)) or (self.patient and not self.slow):
            return 0
        reclaim()
        lane = self.slow.mail() if self.patient else ~self.slow.mail() if self.slow else Q()
        if not Mail.objects.claimable().filter(lane).exists() or not self._has_relay():
            return 0
        restored.prove_home()
        batch = claim(1 if stop or self.patient else settings.OUTBOX_BATCH, lane)
        with _heartbeat(batch):
            taken = self._deliver(batch, stop)
        batch.ours().update(state=Mail.State.QUEUED, **_RETURNED)
        if stop and taken:
            services.resume()
        return len(batch.ids)

    def _has_relay(self) -> bool:
        try:
            self.relay.ready()
        except DeliveryError as error:
            _hold(error, judge(error, attempts=0, max_attempts=1).queue)
            return False
        return True

    def _deliver(self, batch: Batch, stop: "_Stop | None" = None) -> bool:
        """Give whether that went so well that a stopped queue may go on."""
        window = recording_window(batch.lateness, settings.OUTBOX_WINDOW)
        proven = False
        for pk in batch.ids:
            mail = begin(batch, pk)
            if mail is None:
                continue
            if mail.attempts > 1:
                self._record()  # whatever it did to its last worker shall repeat no others
            goes_on = self._attempt(batch, mail, stop)
            proven = goes_on and (_proves(mail) or not (stop and stop.in_doubt))
            if len(self.unrecorded) >= window:
                self._record()
            if not goes_on or stopping.is_set():
                break
        self._record()
        return proven

    def _attempt(self, batch: Batch, mail: Mail, stop: "_Stop | None" = None) -> bool:
        """Send one mail, or settle what becomes of it; False when the queue must not go on."""
        if not self.patient and mail.recipient in self.slow:  # since this batch was claimed
            return _step_aside(batch, mail)
        began = time.monotonic()
        try:
            crash.point(f"render:{mail.kind}")
            taken = self.relay.send(
                mail.envelope_sender,
                mail.recipient,
                message.wire(mail),
                still_ours=batch.ours(mail.pk).exists,
            )
        except DeliveryError as error:
            if isinstance(error, TooSlowError):
                self.slow.learn(mail.recipient, inf)
            return self._settle(batch, mail, error, stop)
        except DatabaseTrouble:
            raise
        except Exception as error:  # one mail that we cannot send must not hold up the others
            log.exception("mail %s", mail.pk)
            return _give_back(batch, mail, DeliveryError(Stage.OURS, None, type(error).__name__))
        if taken:
            self.slow.learn(mail.recipient, time.monotonic() - began)
            self.unrecorded.append(mail.pk)
            if _proves(mail):
                self.refused.clear()
        return True

    def _settle(self, batch: Batch, mail: Mail, error: DeliveryError, stop: "_Stop | None") -> bool:
        aside = isinstance(error, TooSlowError) and Stage.MAIL < error.stage < Stage.END
        if aside and not self.patient:
            return _step_aside(batch, mail)
        goes_on = _give_back(batch, mail, error)
        in_doubt = stop is not None and stop.in_doubt
        if not error.refuses or (mail.put_back and not in_doubt):
            return goes_on
        self.refused[mail.pk] = mail.recipient
        if len(set(self.refused.values())) < REFUSALS and not in_doubt:
            return goes_on
        self._put_back()
        _hold(error, Queue.DOUBT)
        return False

    def _put_back(self) -> None:
        """It may be the relay that refuses, not their recipients: none of them has failed yet."""
        failed = Mail.objects.filter(pk__in=self.refused, state=Mail.State.FAILED)
        failed.update(state=Mail.State.QUEUED, put_back=True, retry_at=REAL_NOW + ASIDE)
        self.refused.clear()

    def _record(self) -> None:
        """The relay has taken them: true whoever holds their leases by now."""
        if not self.unrecorded:
            return
        crash.point("before_mark")
        Mail.objects.filter(
            pk__in=self.unrecorded,
            state__in=[Mail.State.SENDING, Mail.State.QUEUED, Mail.State.FAILED],
        ).update(
            state=Mail.State.SENT,
            sent_at=DESK_NOW,
            retry_at=None,
            last_error="",
            content=SPENT_CONTENT,
            **_RETURNED,
        )
        self.unrecorded.clear()
        crash.point("after_mark")


def reclaim() -> None:
    """Take back what a worker left behind; fail what has killed worker after worker."""
    worn_out = Q(attempts__gte=settings.OUTBOX_MAX_ATTEMPTS)
    Mail.objects.filter(state=Mail.State.SENDING, leased_until__lte=REAL_NOW).update(
        state=Case(When(worn_out, then=Value(Mail.State.FAILED)), default=Value(Mail.State.QUEUED)),
        last_error=gettext_noop("送信の途中で処理が止まりました"),
        **_RETURNED,
    )


def claim(limit: int, lane: Q | None = None) -> Batch:
    """Lease up to `limit` due mails, longest due first; the first claim fixes their Date."""
    token = uuid4()
    with transaction.atomic():
        due = Mail.objects.claimable().filter(lane or Q()).order_by("due_at", "id")
        rows = list(
            due.select_for_update(skip_locked=True)
            .annotate(lateness=DESK_NOW - F("due_at"))
            .values_list("pk", "lateness")[:limit]
        )
        ids = [pk for pk, _ in rows]
        Mail.objects.filter(pk__in=ids).update(
            state=Mail.State.SENDING,
            retry_at=None,
            dated_at=Coalesce("dated_at", DESK_NOW),
            lease_token=token,
            leased_until=_lease_end(),
        )
    crash.point("after_claim")
    return Batch(token, ids, rows[0][1] if rows else timedelta())


def begin(batch: Batch, pk: UUID) -> Mail | None:
    """Count an attempt at a mail; None when it is not this worker's any more.

    Counted before it is sent, so that a mail that kills its worker is counted
    too, and only that one.
    """
    with transaction.atomic():
        # Losing the count in a crash of the database does no harm: don't wait for the disk.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        if not batch.ours(pk).update(attempts=F("attempts") + 1, leased_until=_lease_end()):
            return None
        return Mail.objects.get(pk=pk)


def _give_back(batch: Batch, mail: Mail, error: DeliveryError) -> bool:
    """Do to the mail and to the queue what `judge` says; False when the queue must not go on."""
    verdict = judge(error, attempts=mail.attempts, max_attempts=settings.OUTBOX_MAX_ATTEMPTS)
    changes: dict[str, Any] = {"state": Mail.State.QUEUED, "last_error": str(error)}
    match verdict.row:
        case Row.RELEASE:
            changes["attempts"] = F("attempts") - 1
        case Row.RETRY:
            changes["retry_at"] = REAL_NOW + RETRY.gap(mail.attempts, jitter=_jitter())
        case Row.FAIL:
            changes["state"] = Mail.State.FAILED
            log.error("mail %s failed: %s", mail.pk, error)
    batch.ours(mail.pk).update(**changes, **_RETURNED)
    if verdict.queue is not Queue.GO_ON:
        _hold(error, verdict.queue)
    return verdict.queue is Queue.GO_ON


def _step_aside(batch: Batch, mail: Mail) -> bool:
    """To the lane of the slow hosts, as if it had not been tried: nothing was given."""
    batch.ours(mail.pk).update(state=Mail.State.QUEUED, attempts=F("attempts") - 1, **_RETURNED)
    return True


def _proves(mail: Mail) -> bool:
    """That the relay took this one says that it takes others: not so of our own people's."""
    ours = {host_of(settings.SUPPORT_TEAM_EMAIL), settings.BOUNCE_DOMAIN.lower()}
    return host_of(mail.recipient) not in ours


@dataclass(frozen=True, slots=True)
class _Stop:
    """Nothing goes out while it `holds`, then one mail tries whether it may."""

    kind: str
    holds: bool

    @property
    def in_doubt(self) -> bool:
        return self.kind == QueueStop.Kind.DOUBT


def _stop() -> _Stop | None:
    stops = QueueStop.objects.annotate(holds=Q(resume_at__gt=REAL_NOW))
    found = stops.values_list("kind", "holds").first()
    return _Stop(*found) if found else None


_KINDS = {
    Queue.SLOW_DOWN: QueueStop.Kind.UNREACHABLE,
    Queue.STOP: QueueStop.Kind.CONFIGURATION,
    Queue.DOUBT: QueueStop.Kind.DOUBT,
}


def _hold(error: DeliveryError, queue: Queue) -> None:
    """Stop the queue, or slow it down; a stop is an alarm."""
    strikes = (QueueStop.objects.values_list("strikes", flat=True).first() or 0) + 1
    broken = queue is not Queue.SLOW_DOWN
    state = {
        "kind": _KINDS[queue],
        "reason": str(error),
        "strikes": strikes,
        "resume_at": REAL_NOW + (PROBE if broken else PAUSE.gap(strikes, jitter=_jitter())),
    }
    QueueStop.objects.update_or_create(
        only_row=True, defaults=state, create_defaults={**state, "stopped_at": DESK_NOW}
    )
    log.log(logging.CRITICAL if broken else logging.WARNING, "nothing goes out: %s", error)


@contextmanager
def _heartbeat(batch: Batch) -> Iterator[None]:
    """Renew the batch's leases while a slow relay takes its time: a lease can be short,
    and a killed worker's mails go out in seconds."""
    done = threading.Event()

    def beat() -> None:
        try:
            while not done.wait(settings.OUTBOX_LEASE_SECONDS / 3):
                batch.ours().update(leased_until=_lease_end())
        except DatabaseTrouble as error:  # the leases run out: the token protects what is left
            log.warning("no heartbeat: %s", error)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="outbox-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(_HEARTBEAT_ENDS_SECONDS)


def _lease_end() -> CombinedExpression:
    lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    return REAL_NOW + lease


def _jitter() -> float:
    return random.uniform(-1, 1)  # noqa: S311 - spreads retries, guards nothing
