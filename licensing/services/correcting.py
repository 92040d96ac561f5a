"""The customer puts something right before the key is issued, or just after it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from licensing import mails
from licensing.domain.change import Shown
from licensing.domain.correcting import keeps_promise
from licensing.models import Application, Attempt, Event
from licensing.services.applying import OutcomeChangedError, admitted, promise_for
from licensing.services.events import record
from licensing.services.locking import State, locked
from licensing.services.previewing import Preview, Wanted, preview
from licensing.services.versions import BINDING, changed_fields, keep_version, write
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.promises import services as promises


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What a correction at one instant would mean: which fields change, and the promise then.

    `keeps`: what is promised now stays; otherwise `preview` has the new decision.
    """

    preview: Preview
    changed: tuple[str, ...]
    keeps: bool

    @property
    def shown(self) -> Shown:
        return self.preview.shown


class NothingChangedError(Exception):
    """The correction says what the application says already."""


def preview_correction(application: Application, wanted: Wanted, *, now: datetime) -> Correction:
    """Decide what correcting an open application at `now` would mean; changes nothing.

    Coverage and moves stay as they were judged when it was sent. An accepted one keeps
    its promise until the cut-off of the day its acceptance counts for (2-2d), and always
    where the key stays the same; later the clock starts anew. One that fails the checks
    now is held; one that was held for what is put right is accepted.
    """
    current = preview(
        wanted,
        now=now,
        coverage=application.coverage_decision,
        moves=application.move_count,
        overridden=application.admission.kinds if application.accepted_by_id else (),
    )
    changed = changed_fields(application, wanted)
    return Correction(
        preview=current, changed=changed, keeps=_keeps(application, current, changed, now=now)
    )


def _keeps(
    application: Application, current: Preview, changed: tuple[str, ...], *, now: datetime
) -> bool:
    if application.state == State.HELD or application.promise is None:
        return not current.accepted
    if not BINDING.intersection(changed):
        return True
    promised_on = application.promise.promised_on
    calendar = load_calendar()
    return current.accepted and keeps_promise(promised_on=promised_on, at=now, calendar=calendar)


@transaction.atomic(durable=True)
def correct(
    application: Application, wanted: Wanted, *, by: User, keeps: bool | None, now: datetime
) -> Application:
    """Write a correction on an application that is held or accepted; what it said is kept.

    `keeps` is what the confirmation showed of the promise. Raises StateChangedError once
    the key is issued (the row is locked against the issuer) or nothing is owed,
    NothingChangedError, OutcomeChangedError where `keeps` is not so any more.
    """
    mine = locked(application, State.HELD, State.ACCEPTED)
    found = preview_correction(mine, wanted, now=now)
    if not found.changed:
        raise NothingChangedError
    if keeps is not None and keeps != found.keeps:
        raise OutcomeChangedError(found.preview)
    keep_version(mine, ending=Attempt.Ending.CORRECTED, by=by, now=now)
    written = write(mine, wanted)
    mine.findings = _findings(mine, found)
    if not found.keeps:
        written += _promise_anew(mine, found, now=now)
    if BINDING.intersection(found.changed) and mine.keys.open_provisional().exists():
        mine.provisional_due_at = now if mine.state == State.ACCEPTED else None
    mine.failed_at, mine.failure = None, ""
    mine.save(update_fields=[*written, "findings", "provisional_due_at", "failed_at", "failure"])
    record(mine, Event.Kind.CORRECTED, at=now, by=by, promise=mine.promise or mine.review_promise)
    if not found.keeps:
        admitted(mine, now=now)
    mails.tell_corrected(mine, keeps=found.keeps, now=now)
    return mine


def _findings(application: Application, found: Correction) -> list[dict[str, str]]:
    """What staff let pass stays on record beside what they did."""
    if application.accepted_by_id and found.preview.accepted:
        return list(application.findings)
    return found.preview.admission.as_json()


def _promise_anew(application: Application, found: Correction, *, now: datetime) -> list[str]:
    """Withdraw what was promised and promise what the correction means, unsaved."""
    for owed in (application.promise, application.review_promise):
        if owed:
            promises.withdraw_promise(owed, now=now)
    promise = promise_for(application, found.preview.decision, now=now)
    application.shown = {}
    if found.preview.accepted:
        application.state, application.accepted_at = State.ACCEPTED, now
        application.promise = promise
        if not application.findings:
            application.review_promise = None
    else:
        application.state, application.accepted_at = State.HELD, None
        application.accepted_by, application.acceptance_note = None, ""
        application.promise, application.review_promise = None, promise
        application.provisional_due_at = None
    return [
        *("state", "accepted_at", "promise", "review_promise"),
        *("accepted_by", "acceptance_note", "shown"),
    ]
