"""What becomes of an application: staff accept or refuse what is held, the customer withdraws."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from licensing import mails
from licensing.models import Application, Event
from licensing.services.applying import promise_for
from licensing.services.events import record
from licensing.services.locking import State, StateChangedError, locked
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.presenting.language import in_the_desks_language
from supportdesk.promises import services as promises
from supportdesk.promises.domain.rules import cutoff_release

__all__ = ["StateChangedError", "accept_held", "accept_within", "refuse", "reviewed", "withdraw"]


@transaction.atomic(durable=True)
def accept_held(application: Application, *, by: User, note: str, now: datetime) -> Application:
    """Accept what was held: the clock of 2-2d starts at `now`, the customer is told.

    `note` is why staff accept it although a check failed; its coverage day stays
    the day it was sent. Raises ValueError without a note, StateChangedError
    where it is not held any more.
    """
    if not note.strip():
        raise ValueError("accepting what was held needs a reason")
    return accept_within(locked(application, State.HELD), by=by, note=note, now=now)


def accept_within(mine: Application, *, by: User, note: str, now: datetime) -> Application:
    """The same in the caller's transaction, of an application that it holds."""
    decision = cutoff_release(now, load_calendar())
    mine.promise = promise_for(mine, decision, now=now)
    mine.state, mine.accepted_at, mine.accepted_by = State.ACCEPTED, now, by
    mine.acceptance_note = note.strip()
    mine.save(update_fields=["promise", "state", "accepted_at", "accepted_by", "acceptance_note"])
    reviewed(mine, now=now)
    record(
        mine, Event.Kind.ACCEPTED, at=now, by=by, note=mine.acceptance_note, promise=mine.promise
    )
    mails.tell_accepted(mine, now=now)
    return mine


@transaction.atomic(durable=True)
def refuse(application: Application, *, by: User, reason: str, now: datetime) -> Application:
    """Refuse what was held; the customer is told `reason` and the ways forward.

    Raises ValueError without a reason, StateChangedError where it is not held any more.
    """
    if not reason.strip():
        raise ValueError("a refusal needs its reason")
    mine = locked(application, State.HELD)
    mine.state, mine.refused_at, mine.refused_by = State.REFUSED, now, by
    mine.refusal_reason = reason.strip()
    mine.save(update_fields=["state", "refused_at", "refused_by", "refusal_reason"])
    reviewed(mine, now=now)
    record(mine, Event.Kind.REFUSED, at=now, by=by, note=mine.refusal_reason)
    mails.tell_refused(mine, now=now)
    return mine


@transaction.atomic(durable=True)
def withdraw(application: Application, *, by: User, now: datetime) -> Application:
    """Take an application back before its key is issued; nothing is owed any more.

    A provisional key of it is revoked. Raises StateChangedError once it is issued,
    refused or withdrawn.
    """
    mine = locked(application, State.HELD, State.RETURNED, State.ACCEPTED)
    owed = mine.promise or mine.review_promise
    back = ["returned_at", "returned_by", "return_note"]
    mine.state, mine.withdrawn_at, mine.withdrawn_by = State.WITHDRAWN, now, by
    mine.returned_at, mine.returned_by, mine.return_note = None, None, ""
    mine.provisional_due_at = None
    mine.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "provisional_due_at", *back])
    if owed:
        promises.withdraw_promise(owed, now=now)
    _revoke_provisional(mine, now=now)
    record(mine, Event.Kind.WITHDRAWN, at=now, by=by)
    mails.tell_withdrawn(mine, now=now)
    return mine


@in_the_desks_language
def _revoke_provisional(application: Application, *, now: datetime) -> None:
    for key in application.keys.open_provisional():
        key.revoked_at = now
        key.revocation_reason = _("正式キーの申請が取り下げられたため")
        key.save(update_fields=["revoked_at", "revocation_reason"])


def reviewed(application: Application, *, now: datetime) -> None:
    """Our own target is met by the decision, whichever way it went."""
    if application.review_promise:
        promises.keep(application.review_promise, now=now)
