"""An inquiry that came by fax, letter, sales or telephone: staff enter it in a customer's name.

The terms take technical inquiries by the form only (2-1a), so entering one is the desk's choice.
The time that counts is the arrival that staff state, by default the moment of entering; both are
kept. `now` is an aware instant.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from contracts.domain.channels import Channel
from contracts.models import Contact, Contract
from contracts.services import coverage_of
from inquiries import mails
from inquiries.domain.content import Content
from inquiries.domain.outcome import Outcome, Shown, decide_outcome
from inquiries.models import Draft, Inquiry
from inquiries.services.sending import (
    AlreadySentError,
    Origin,
    Preview,
    ShowAgainError,
    file_hashes,
    promise_to,
    store,
)
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.promises.services import hold_calendar


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Who asked, how it came, and when it arrived: an aware instant, or None for right now."""

    contact: Contact
    channel: Channel
    arrived_at: datetime | None

    def counts_from(self, now: datetime) -> datetime:
        """The instant that reception and coverage are judged at; never in the future."""
        return min(self.arrived_at or now, now)


class OverdueError(Exception):
    """Counted from this arrival the first reply was aimed at a day that has passed: `promised_on`.

    Nothing is promised for yesterday: staff enter it with a later arrival, or without one.
    """

    def __init__(self, promised_on: date) -> None:
        super().__init__(promised_on.isoformat())
        self.promised_on = promised_on


def preview_entry(content: Content, draft: Draft, entry: Entry, *, now: datetime) -> Preview:
    """Decide what entering this would promise the customer, before it is saved (2-1b, 2-1f).

    What is not covered is held for a decision. Raises OverdueError, and Contract.DoesNotExist for
    a contract that is not the contact's customer's.
    """
    contract = _contract(content, entry)
    outcome = _outcome(contract, entry, now)
    return Preview(
        contract,
        outcome,
        Shown.of(
            outcome,
            at=now,
            version=load_calendar().version,
            content_hash=_hash(content, draft, entry),
        ),
    )


@transaction.atomic(durable=True)
def enter(
    token: UUID, content: Content, entry: Entry, *, shown: Shown, by: User, now: datetime
) -> Inquiry:
    """Store an inquiry once in the customer's name, with its promise and its mails.

    The customer is told by whom it was entered, in the language they read. The same form again
    gives the inquiry that it became. Raises ShowAgainError where the words, the kind of outcome or
    the day are not what was shown, AlreadySentError for another content under a used token,
    OverdueError, and Draft.DoesNotExist for a form that nobody knows.
    """
    draft = Draft.objects.select_for_update().filter(pk=token, user=by, inquiry=None).first()
    if draft is None:
        return _entered_before(token, shown.content_hash, by)
    if _hash(content, draft, entry) != shown.content_hash:
        raise ShowAgainError
    hold_calendar()
    contract = _contract(content, entry)
    outcome = _outcome(contract, entry, now)
    decision = outcome.decision
    if decision is None or (outcome.kind, decision.promised_on) != (shown.kind, shown.promised_on):
        raise ShowAgainError
    origin = Origin(
        asked_by=entry.contact.user,
        sent_at=entry.counts_from(now),
        content_hash=shown.content_hash,
        channel=entry.channel,
        entered_by=by,
        entered_at=now,
    )
    inquiry = store(draft, content, contract, outcome, origin, now=now)
    promise_to(inquiry, decision, now=now)
    mails.acknowledge(inquiry, decision, None, now=now)
    mails.tell_staff_of_new(inquiry, now=now)
    return inquiry


def _entered_before(token: UUID, content_hash: str, by: User) -> Inquiry:
    inquiry = Inquiry.objects.filter(form_token=token, entered_by=by).first()
    if inquiry is None:
        raise Draft.DoesNotExist
    if inquiry.content_hash != content_hash:
        raise AlreadySentError(inquiry)
    return inquiry


def _contract(content: Content, entry: Entry) -> Contract:
    own = Contract.objects.with_periods().filter(customer=entry.contact.customer_id)
    return own.get(number=content.contract)


def _outcome(contract: Contract, entry: Entry, now: datetime) -> Outcome:
    # Coverage is judged once, on the Tokyo date of the arrival.
    at = entry.counts_from(now)
    coverage = coverage_of(contract, clock.today(at))
    outcome = decide_outcome(coverage, ask_to_check=True, at=at, calendar=load_calendar())
    if outcome.decision and outcome.decision.promised_on < clock.today(now):
        raise OverdueError(outcome.decision.promised_on)
    return outcome


def _hash(content: Content, draft: Draft, entry: Entry) -> str:
    arrived = entry.arrived_at.isoformat() if entry.arrived_at else ""
    said = f"entered:{entry.contact.pk}:{entry.channel}:{arrived}"
    return content.hash_with([said, *file_hashes(draft.attachments.all())])
