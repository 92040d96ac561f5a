"""What staff and customers do with an inquiry besides answering it.

`now` is an aware instant; one durable transaction each. All raise
NotPossibleError where the state does not allow it (any more).
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from contracts.services import grant
from inquiries import mails
from inquiries.models import Draft, Inquiry, Message
from inquiries.services.recording import (
    NotPossibleError,
    hold,
    move,
    record_event,
    to_status,
)
from inquiries.services.sending import promise_to
from inquiries.statuses import Status
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.promises.domain.rules import reception_target
from supportdesk.promises.models import Promise
from supportdesk.promises.services import hold_calendar, keep, withdraw_promise

# --- Staff ---------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def assign(inquiry_pk: int, *, to: User | None, by: User, now: datetime) -> Inquiry:
    """Give an inquiry to one of the staff, or back to nobody. Others' pages stay good."""
    inquiry = hold(inquiry_pk)
    if inquiry.assigned_to != to:
        Inquiry.objects.filter(pk=inquiry.pk).update(assigned_to=to)
        inquiry.assigned_to = to
        record_event(inquiry, Message.Event.ASSIGNED, by=by, body=to.name if to else "", now=now)
    return inquiry


@transaction.atomic(durable=True)
def add_memo(inquiry_pk: int, *, body: str, by: User, now: datetime) -> Message:
    """Write down something for the staff alone."""
    inquiry = hold(inquiry_pk)
    return inquiry.messages.create(kind=Message.Kind.MEMO, author=by, body=body, posted_at=now)


@transaction.atomic(durable=True)
def accept(inquiry_pk: int, *, reason: str, by: User, now: datetime) -> Inquiry:
    """Take a held inquiry as covered, with the reason: its first-reply clock starts now.

    Raises ValueError without a reason.
    """
    return _accept(inquiry_pk, reason, by, now)


@transaction.atomic(durable=True)
def accept_with_certificate_to_follow(
    inquiry_pk: int, *, until: date, reason: str, by: User, now: datetime
) -> Inquiry:
    """Take a held inquiry because its order is in: the contract is served until the Tokyo date
    `until` ahead of its certificate, and this inquiry with it.

    Raises RefusedError as `contracts.services.provide` does; then nothing is accepted either.
    """
    inquiry = _accept(inquiry_pk, reason, by, now)
    grant(inquiry.contract, until=until, reason=reason, by=by, now=now)
    return inquiry


def _accept(inquiry_pk: int, reason: str, by: User, now: datetime) -> Inquiry:
    inquiry = _held(inquiry_pk, reason, now)
    hold_calendar()
    decision = reception_target(now, load_calendar())
    to_status(inquiry, Status.RECEIVED, now=now, accepted_at=now)
    record_event(inquiry, Message.Event.ACCEPTED, by=by, body=reason, now=now)
    promise_to(inquiry, decision, now=now)
    mails.accepted(inquiry, decision, now=now)
    return inquiry


@transaction.atomic(durable=True)
def refuse(inquiry_pk: int, *, reason: str, by: User, now: datetime) -> Inquiry:
    """Answer a held inquiry that it is not covered, with the reason and the ways forward.

    Raises ValueError without a reason.
    """
    inquiry = _held(inquiry_pk, reason, now)
    to_status(inquiry, Status.REFUSED, now=now)
    record_event(inquiry, Message.Event.REFUSED, by=by, body=reason, now=now)
    mails.refused(inquiry, reason, now=now)
    return inquiry


def _held(inquiry_pk: int, reason: str, now: datetime) -> Inquiry:
    if not reason:
        raise ValueError("a decision on coverage needs its reason")
    inquiry = hold(inquiry_pk)
    if inquiry.status != Status.HELD:
        raise NotPossibleError
    if inquiry.promise is not None:
        keep(inquiry.promise, now=now)
    return inquiry


# --- Customers -----------------------------------------------------------------------------


@transaction.atomic(durable=True)
def reply(token: UUID, *, body: str, by: User, now: datetime) -> Message:
    """Store a customer's reply once, with the files of its draft; tell the staff who has it.

    Raises Draft.DoesNotExist for a form that nobody knows.
    """
    draft = Draft.objects.select_for_update().filter(pk=token, user=by).first()
    if draft is None or draft.inquiry_id is None:
        return _replied_before(token, by)
    inquiry = hold(draft.inquiry_id)
    if not inquiry.facts.customer_may_write:
        raise NotPossibleError
    message = inquiry.messages.create(
        kind=Message.Kind.REPLY, author=by, body=body, posted_at=now, form_token=token
    )
    draft.attachments.update(draft=None, message=message)
    draft.delete()
    _resume(inquiry, by, now)
    mails.tell_staff_of_reply(inquiry, message, now=now)
    return message


def _replied_before(token: UUID, by: User) -> Message:
    message = Message.objects.filter(form_token=token, author=by).first()
    if message is None:
        raise Draft.DoesNotExist
    return message


def _resume(inquiry: Inquiry, by: User, now: datetime) -> None:
    if inquiry.status in (Status.RECEIVED, Status.HELD):
        move(inquiry, now=now)
        return
    if inquiry.status == Status.CLOSED:
        record_event(inquiry, Message.Event.REOPENED, by=by, now=now)
    to_status(inquiry, Status.IN_PROGRESS, now=now)


@transaction.atomic(durable=True)
def close(inquiry_pk: int, *, by: User, now: datetime) -> Inquiry:
    """The customer says that it is solved: nothing is owed any more."""
    inquiry = hold(inquiry_pk)
    if not can_close(inquiry):
        raise NotPossibleError
    _owe_nothing(inquiry, now)
    to_status(inquiry, Status.CLOSED, now=now)
    record_event(inquiry, Message.Event.CLOSED, by=by, now=now)
    return inquiry


@transaction.atomic(durable=True)
def withdraw(inquiry_pk: int, *, by: User, now: datetime) -> Inquiry:
    """The customer takes the inquiry back before anything was answered; staff are told."""
    inquiry = hold(inquiry_pk)
    if not can_withdraw(inquiry):
        raise NotPossibleError
    _owe_nothing(inquiry, now)
    to_status(inquiry, Status.WITHDRAWN, now=now)
    record_event(inquiry, Message.Event.WITHDRAWN, by=by, now=now)
    mails.tell_staff_of_withdrawal(inquiry, now=now)
    return inquiry


def can_withdraw(inquiry: Inquiry) -> bool:
    """Nothing was answered yet, not even a scheduled answer is waiting."""
    waiting = inquiry.status in (Status.RECEIVED, Status.IN_PROGRESS, Status.HELD)
    return waiting and not inquiry.messages.answers().exists()


def can_close(inquiry: Inquiry) -> bool:
    """Something was answered, or is about to be: before that one withdraws."""
    closable = inquiry.status in (Status.IN_PROGRESS, Status.WAITING_CUSTOMER, Status.ANSWERED)
    return closable and inquiry.messages.answers().exists()


def _owe_nothing(inquiry: Inquiry, now: datetime) -> None:
    if inquiry.promise is not None and inquiry.promise.state == Promise.State.OWED:
        withdraw_promise(inquiry.promise, now=now)
