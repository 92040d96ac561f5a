"""What becomes of an application: staff accept or refuse what is held, the customer withdraws."""

from datetime import datetime

from django.db import transaction

from licensing import mails
from licensing.models import Application
from licensing.services.applying import promise_for
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.promises import services as promises
from supportdesk.promises.domain.rules import cutoff_release

State = Application.State


class StateChangedError(Exception):
    """The application is no longer in a state that allows this: `application` as it is now."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.number)
        self.application = application


@transaction.atomic(durable=True)
def accept_held(application: Application, *, by: User, note: str, now: datetime) -> Application:
    """Accept what was held: the clock of 2-2d starts at `now`, the customer is told.

    `note` is why staff accept it although a check failed; its coverage day stays
    the day it was sent. Raises ValueError without a note, StateChangedError
    where it is not held any more.
    """
    if not note.strip():
        raise ValueError("accepting what was held needs a reason")
    locked = _locked(application, State.HELD)
    decision = cutoff_release(now, load_calendar())
    locked.promise = promise_for(locked, decision, now=now)
    locked.state, locked.accepted_at, locked.accepted_by = State.ACCEPTED, now, by
    locked.acceptance_note = note.strip()
    locked.save(update_fields=["promise", "state", "accepted_at", "accepted_by", "acceptance_note"])
    _reviewed(locked, now=now)
    mails.tell_accepted(locked, now=now)
    return locked


@transaction.atomic(durable=True)
def refuse(application: Application, *, by: User, reason: str, now: datetime) -> Application:
    """Refuse what was held; the customer is told `reason` and the ways forward.

    Raises ValueError without a reason, StateChangedError where it is not held any more.
    """
    if not reason.strip():
        raise ValueError("a refusal needs its reason")
    locked = _locked(application, State.HELD)
    locked.state, locked.refused_at, locked.refused_by = State.REFUSED, now, by
    locked.refusal_reason = reason.strip()
    locked.save(update_fields=["state", "refused_at", "refused_by", "refusal_reason"])
    _reviewed(locked, now=now)
    mails.tell_refused(locked, now=now)
    return locked


@transaction.atomic(durable=True)
def withdraw(application: Application, *, by: User, now: datetime) -> Application:
    """Take an application back before its key is issued; nothing is owed any more.

    Raises StateChangedError once it is issued, refused or withdrawn.
    """
    locked = _locked(application, State.HELD, State.ACCEPTED)
    owed = locked.promise or locked.review_promise
    locked.state, locked.withdrawn_at, locked.withdrawn_by = State.WITHDRAWN, now, by
    locked.save(update_fields=["state", "withdrawn_at", "withdrawn_by"])
    if owed:
        promises.withdraw_promise(owed, now=now)
    mails.tell_withdrawn(locked, now=now)
    return locked


def _locked(application: Application, *states: State) -> Application:
    """The row as it is now, ours until the commit: two who decide at once do so one by one."""
    row = Application.objects.for_pages().select_for_update(no_key=True, of=("self",))
    locked = row.get(pk=application.pk)
    if locked.state not in states:
        raise StateChangedError(locked)
    return locked


def _reviewed(application: Application, *, now: datetime) -> None:
    """Our own target is met by the decision, whichever way it went."""
    if application.review_promise:
        promises.keep(application.review_promise, now=now)
