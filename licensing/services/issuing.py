"""Issuing keys at their promised moment. Runs in the issuer, the only process that can sign."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing import mails
from licensing.domain.ending import OldKeyEnd
from licensing.models import Application, Event, Key, License
from licensing.models.applications import ApplicationQuerySet
from licensing.services import provisional
from licensing.services.events import record
from licensing.services.making import Hand, IssueError, Plan, make, recipients
from licensing.services.previewing import ending_of
from licensing.services.stopping import wait_for_stop
from supportdesk import clock
from supportdesk.outbox import crash, restored
from supportdesk.promises.services import await_mail
from supportdesk.signing import keyring

log = logging.getLogger(__name__)

__all__ = ["IssueError", "issue_due"]

type Issue = Callable[..., bool]


def issue_due(*, now: datetime, limit: int = 100) -> int:
    """Issue every key whose moment has come at `now`; give how many applications had one.

    Regular keys at their promised moment, provisional ones at once. Each in a
    transaction of its own: sign, supersede the old key, store the new one, put its
    mail. Any number may run at once, and one that fails stops no other: staff are
    told once and see why, and it is tried again every minute. Raises KeyRingError
    where this process cannot sign at all, RestoredError in a database that was restored.
    """
    regular = list(Application.objects.due(now).values_list("pk", flat=True)[:limit])
    dated = Application.objects.provisional_due(now).exclude(pk__in=regular)
    waiting: list[tuple[Issue, int]] = [(_issue, pk) for pk in regular]
    waiting += [(_issue_provisional, pk) for pk in dated.values_list("pk", flat=True)[:limit]]
    if not waiting:
        return 0
    restored.prove_home()
    hand = Hand(keyring.signer(), keyring.public_keys())
    return sum(_try_to_issue(issue, pk, hand, now=now) for issue, pk in waiting)


def _try_to_issue(issue: Issue, pk: int, hand: Hand, *, now: datetime) -> bool:
    try:
        issued = issue(pk, hand, now=now)
    except Exception as error:
        log.exception("the key of application id %s could not be issued", pk)
        _note_failure(pk, error, now=now)
        return False
    crash.point("issue:after_commit")
    return issued


@transaction.atomic(durable=True)
def _note_failure(pk: int, error: Exception, *, now: datetime) -> None:
    # What others raise may quote anything: only our own words go where staff read them.
    why = str(error) if isinstance(error, IssueError) else type(error).__name__
    accepted = Application.objects.filter(pk=pk, state=Application.State.ACCEPTED)
    if accepted.update(failed_at=now, failure=why):
        mails.tell_failure(accepted.for_pages().get(), now=now)


@dataclass(frozen=True, slots=True)
class _Work:
    """One application under the issuer's hands: its rows are locked until the commit."""

    application: Application
    license: License
    to: list[Contact]
    hand: Hand
    now: datetime

    def make(self, plan: Plan) -> tuple[Key, str]:
        return make(self.application, self.license, plan, self.hand, now=self.now)


def _claimed(due: ApplicationQuerySet, pk: int, hand: Hand, *, now: datetime) -> _Work | None:
    """Still due, and nobody else is at it; its promise does not move while we are."""
    rows = due.for_pages().filter(pk=pk)
    locked = rows.select_for_update(skip_locked=True, no_key=True, of=("self", "promise"))
    application = locked.first()
    if application is None:
        return None
    crash.point("issue:after_claim")
    license_ = License.objects.select_for_update(no_key=True).get(pk=application.license_id)
    return _Work(application, license_, recipients(application), hand, now)


# --- The regular key, and one for the old server where it needs its end ------------


@transaction.atomic(durable=True)
def _issue(pk: int, hand: Hand, *, now: datetime) -> bool:
    work = _claimed(Application.objects.due(now), pk, hand, now=now)
    if work is None:
        return False
    replaced = work.license.keys.current().first()
    ending = ending_of(replaced, work.application, issued_on=clock.today(now))
    _supersede(work, replaced, ending)
    plan = Plan(
        klass="regular",
        host_code=work.application.new_host_code,
        server_name=work.application.new_server_name,
        replaces=replaced,
        replaces_until=ending.tolerated_until if ending else None,
    )
    key, text = work.make(plan)
    crash.point("issue:after_store")
    _finish(work, key, replaced)
    _send(work, key, text, ending)
    if replaced and ending and ending.overlap_until:
        _issue_overlap(work, replaced, ending.overlap_until)
    crash.point("issue:before_commit")
    return True


def _supersede(work: _Work, replaced: Key | None, ending: OldKeyEnd | None) -> None:
    """End the key in force, and a provisional one: that keeps its own last day."""
    if replaced:
        replaced.superseded_at = work.now
        replaced.tolerated_until = ending.tolerated_until if ending else None
        replaced.save(update_fields=["superseded_at", "tolerated_until"])
    for bridging in work.license.keys.open_provisional():
        bridging.superseded_at, bridging.tolerated_until = work.now, bridging.valid_until
        bridging.save(update_fields=["superseded_at", "tolerated_until"])


def _finish(work: _Work, key: Key, replaced: Key | None) -> None:
    application, now = work.application, work.now
    application.state, application.issued_at = Application.State.ISSUED, now
    application.provisional_due_at = None
    application.save(update_fields=["state", "issued_at", "provisional_due_at"])
    record(application, Event.Kind.ISSUED, at=now, key=key, promise=application.promise)
    if replaced:
        record(application, Event.Kind.SUPERSEDED, at=now, key=replaced)
        wait_for_stop(application, replaced)


def _send(work: _Work, key: Key, text: str, ending: OldKeyEnd | None) -> None:
    """One mail to each (2-2b). A contract contact's, where there is one, keeps the promise."""
    promise = work.application.promise
    if promise is None:
        raise IssueError(_("お約束がありません"))
    due_at = promise.release_at or work.now
    sent = [
        mails.send_key(
            work.application, key, text, to=contact, ending=ending, due_at=due_at, now=work.now
        )
        for contact in work.to
    ]
    await_mail(promise, sent[0])


def _issue_overlap(work: _Work, old: Key, until: date) -> None:
    """A key for the old server that carries its end: it replaces none, and keeps no promise."""
    plan = Plan(
        klass="overlap",
        host_code=old.host_code,
        server_name=old.server_name,
        valid_until=until,
    )
    key, text = work.make(plan)
    record(work.application, Event.Kind.OVERLAP_ISSUED, at=work.now, key=key)
    for contact in work.to:
        mails.send_overlap_key(work.application, key, text, to=contact, now=work.now)


# --- The provisional key ------------------------------------------------------------


@transaction.atomic(durable=True)
def _issue_provisional(pk: int, hand: Hand, *, now: datetime) -> bool:
    work = _claimed(Application.objects.provisional_due(now), pk, hand, now=now)
    if work is None:
        return False
    application = work.application
    plan = Plan(
        klass="provisional",
        host_code=application.new_host_code,
        server_name=application.new_server_name,
        valid_until=provisional.provisional_until_of(application, now=now),
    )
    for earlier in work.license.keys.open_provisional():
        earlier.superseded_at, earlier.tolerated_until = now, clock.today(now)
        earlier.save(update_fields=["superseded_at", "tolerated_until"])
    key, text = work.make(plan)
    crash.point("issue:after_store")
    application.provisional_due_at = None
    application.save(update_fields=["provisional_due_at"])
    record(application, Event.Kind.PROVISIONAL_ISSUED, at=now, key=key)
    for contact in work.to:
        mails.send_provisional_key(application, key, text, to=contact, now=now)
    crash.point("issue:before_commit")
    return True
