"""Delivery: claim a batch under a lease, send outside any transaction, record while sending.

Any number of workers may do this at once. A worker that dies leaves a lease that
runs out; one that was frozen past its lease finds its token gone before it sends.
"""

import logging
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
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
from supportdesk.outbox import crash, message, services
from supportdesk.outbox.domain import (
    PAUSE,
    PROBE,
    RETRY,
    DeliveryError,
    Queue,
    Row,
    Stage,
    judge,
    recording_window,
)
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
    """What a worker carries from batch to batch: its connection to the relay, and
    which mails it has sent but not recorded yet."""

    def __init__(self) -> None:
        self.relay = Relay()
        self.unrecorded: list[UUID] = []

    def drain(self) -> int:
        """Deliver one batch of what is due; give how many that were, 0 when there is no work."""
        self._record()  # what the database did not take last time
        held = _held()
        if held:
            return 0
        reclaim()
        if not Mail.objects.claimable().exists() or not self._has_relay():
            return 0
        probing = held is not None
        batch = claim(1 if probing else settings.OUTBOX_BATCH)
        with _heartbeat(batch):
            goes_on = self._deliver(batch)
        batch.ours().update(state=Mail.State.QUEUED, **_RETURNED)
        if probing and goes_on and batch.ids:
            services.resume()
        return len(batch.ids)

    def _has_relay(self) -> bool:
        try:
            self.relay.ready()
        except DeliveryError as error:
            _hold(error, judge(error, attempts=0, max_attempts=1).queue)
            return False
        return True

    def _deliver(self, batch: Batch) -> bool:
        window = recording_window(batch.lateness, settings.OUTBOX_WINDOW)
        goes_on = True
        for pk in batch.ids:
            mail = begin(batch, pk)
            if mail is None:
                continue
            if mail.attempts > 1:
                self._record()  # whatever it did to its last worker shall repeat no others
            goes_on = self._attempt(batch, mail)
            if len(self.unrecorded) >= window:
                self._record()
            if not goes_on or stopping.is_set():
                break
        self._record()
        return goes_on

    def _attempt(self, batch: Batch, mail: Mail) -> bool:
        """Send one mail, or settle what becomes of it; False when the queue must not go on."""
        try:
            crash.point(f"render:{mail.kind}")
            taken = self.relay.send(
                mail.envelope_sender,
                mail.recipient,
                message.wire(mail),
                still_ours=batch.ours(mail.pk).exists,
            )
        except DeliveryError as error:
            return _give_back(batch, mail, error)
        except DatabaseTrouble:
            raise
        except Exception as error:  # one mail that we cannot send must not hold up the others
            log.exception("mail %s", mail.pk)
            return _give_back(batch, mail, DeliveryError(Stage.OURS, None, type(error).__name__))
        if taken:
            self.unrecorded.append(mail.pk)
        return True

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


def claim(limit: int) -> Batch:
    """Lease up to `limit` due mails, longest due first; the first claim fixes their Date."""
    token = uuid4()
    with transaction.atomic():
        due = Mail.objects.claimable().order_by("due_at", "id")
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


def _held() -> bool | None:
    """Whether nothing may be tried; False when one mail may, None when there is no stop."""
    stops = QueueStop.objects.annotate(holds=Q(resume_at__gt=REAL_NOW))
    return stops.values_list("holds", flat=True).first()


def _hold(error: DeliveryError, queue: Queue) -> None:
    """Stop the queue, or slow it down; a wrong configuration is an alarm."""
    strikes = (QueueStop.objects.values_list("strikes", flat=True).first() or 0) + 1
    broken = queue is Queue.STOP
    state = {
        "kind": QueueStop.Kind.CONFIGURATION if broken else QueueStop.Kind.UNREACHABLE,
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
