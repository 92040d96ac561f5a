"""From 確認 to a stored inquiry: what was shown is compared, nothing is stored twice.

`now` is an aware instant. A durable transaction for each sending.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from contracts.domain.channels import Channel
from contracts.models import Contract
from contracts.services import coverage_of
from contracts.services.people import reader_of
from inquiries import mails
from inquiries.domain.content import Content
from inquiries.domain.outcome import (
    Outcome,
    Shown,
    change_since,
    decide_outcome,
)
from inquiries.models import Attachment, Draft, Inquiry, Message
from inquiries.services.recording import record_event
from inquiries.statuses import Status
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import current_terms, load_calendar
from supportdesk.numbering import REQUESTS, next_number
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.models import Promise
from supportdesk.promises.services import hold_calendar, make_promise


class AlreadySentError(Exception):
    """This form was sent before with other words; `inquiry` is what it became, untouched."""

    def __init__(self, inquiry: Inquiry) -> None:
        super().__init__(inquiry.number)
        self.inquiry = inquiry


class ShowAgainError(Exception):
    """The confirmation must be read again: its words or its kind of outcome are no longer so."""


class TooManyError(Exception):
    """So many came in for this contract today that it looks like a machine."""


# For one contract on one Tokyo day.
MOST_A_DAY = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending this content now would bring, and what its form must carry."""

    contract: Contract
    outcome: Outcome
    shown: Shown


def preview(content: Content, draft: Draft, *, by: User, now: datetime) -> Preview:
    """Decide what 確認 shows (2-1b, 2-1f, article 3).

    Raises Contract.DoesNotExist for another customer's contract.
    """
    contract = _own_contract(content, by)
    calendar = load_calendar()
    outcome = _outcome(content, contract, now)
    shown = Shown.of(outcome, at=now, version=calendar.version, content_hash=_hash(content, draft))
    return Preview(contract, outcome, shown)


@transaction.atomic(durable=True)
def send(token: UUID, content: Content, *, shown: Shown, by: User, now: datetime) -> Inquiry:
    """Store the inquiry of this form once, with its promise and its mails.

    Sending the same form again gives the inquiry that it became. A promise
    that became another since `shown` is stored and told (`changed_from`).
    Raises AlreadySentError for another content under a used token,
    ShowAgainError where the content or the kind of outcome is not what was
    shown, Draft.DoesNotExist for a form that nobody knows, TooManyError
    where the contract has had MOST_A_DAY today.
    """
    draft = Draft.objects.select_for_update().filter(pk=token, user=by, inquiry=None).first()
    if draft is None:
        return sent_before(token, shown.content_hash, by=by)
    if _hash(content, draft) != shown.content_hash:
        raise ShowAgainError
    hold_calendar()
    contract = _own_contract(content, by)
    _check_number(contract, now)
    outcome = _outcome(content, contract, now)
    if outcome.kind != shown.kind or outcome.decision is None:
        raise ShowAgainError
    change = change_since(shown, outcome.decision, load_calendar())
    origin = Origin(asked_by=draft.user, sent_at=now, content_hash=shown.content_hash)
    inquiry = store(draft, content, contract, outcome, origin, now=now)
    inquiry.changed_from = change.as_json() if change else None
    promise_to(inquiry, outcome.decision, now=now)
    mails.acknowledge(inquiry, outcome.decision, change, now=now)
    mails.tell_staff_of_new(inquiry, now=now)
    return inquiry


def sent_before(token: UUID, content_hash: str, *, by: User) -> Inquiry:
    """The inquiry that this person's form became, provided that it said the same.

    Raises AlreadySentError where it said something else, Draft.DoesNotExist where it was not sent.
    """
    inquiry = Inquiry.objects.filter(form_token=token, asked_by=by).first()
    if inquiry is None:
        raise Draft.DoesNotExist
    if inquiry.content_hash != content_hash:
        raise AlreadySentError(inquiry)
    return inquiry


def hash_as_sent(content: Content, token: UUID) -> str:
    """The hash of these words with the files that the sent form had: for a form come back to."""
    sent = Attachment.objects.filter(message__inquiry__form_token=token, message__kind="question")
    return content.hash_with(file_hashes(sent))


def _check_number(contract: Contract, now: datetime) -> None:
    midnight = now.astimezone(clock.TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    if contract.inquiries.filter(sent_at__gte=midnight).count() >= MOST_A_DAY:
        raise TooManyError


def _own_contract(content: Content, by: User) -> Contract:
    visible = Contract.objects.with_periods().visible_to(by)
    return visible.get(number=content.contract)


def _outcome(content: Content, contract: Contract, now: datetime) -> Outcome:
    # Coverage is judged once, on the Tokyo date of sending.
    coverage = coverage_of(contract, clock.today(now))
    return decide_outcome(
        coverage, ask_to_check=content.ask_to_check, at=now, calendar=load_calendar()
    )


def _hash(content: Content, draft: Draft) -> str:
    return content.hash_with(file_hashes(draft.attachments.all()))


def file_hashes(attachments: QuerySet[Attachment]) -> list[str]:
    """Names and contents of files, for the hash of what is sent (`Content.hash_with`)."""
    return [f"{name}:{sha256}" for name, sha256 in attachments.values_list("name", "sha256")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Whose inquiry it is, the instant it counts from, and who entered it in their name."""

    asked_by: User
    sent_at: datetime
    content_hash: str
    channel: Channel = Channel.WEB
    entered_by: User | None = None
    entered_at: datetime | None = None


def store(
    draft: Draft,
    content: Content,
    contract: Contract,
    outcome: Outcome,
    origin: Origin,
    *,
    now: datetime,
) -> Inquiry:
    """Make the inquiry of a draft, with its first words; in the caller's transaction."""
    held = outcome.kind == "held"
    inquiry = Inquiry.objects.create(
        number=next_number(REQUESTS, clock.today(now)),
        customer=contract.customer,
        contract=contract,
        asked_by=origin.asked_by,
        sent_at=origin.sent_at,
        channel=origin.channel,
        entered_by=origin.entered_by,
        entered_at=origin.entered_at,
        category=content.category,
        topic=content.topic,
        subject=content.subject,
        environment=content.environment,
        occurred_on=content.occurred_on,
        occurred_time=content.occurred_time,
        status=Status.HELD if held else Status.RECEIVED,
        moved_at=now,
        accepted_at=None if held else now,
        covered=outcome.coverage.covered,
        coverage=outcome.coverage.as_json(),
        terms=current_terms(clock.today(now)),
        form_token=draft.pk,
        content_hash=origin.content_hash,
    )
    record_event(inquiry, Message.Event.HELD if held else Message.Event.RECEIVED, now=now)
    _store_words(inquiry, draft, content.text, now)
    return inquiry


def _store_words(inquiry: Inquiry, draft: Draft, text: str, now: datetime) -> None:
    question = inquiry.messages.create(
        kind=Message.Kind.QUESTION, author=inquiry.asked_by, body=text, posted_at=now
    )
    draft.attachments.update(draft=None, message=question)
    draft.delete()


def promise_to(inquiry: Inquiry, decision: Decision, *, now: datetime) -> Promise:
    """Write the promise that governs this inquiry from now on into the ledger."""
    inquiry.promise = make_promise(
        decision,
        subject_kind="inquiry",
        subject_number=inquiry.number,
        subject_label=inquiry.subject,
        subject_url_name="inquiries:thread",
        recipient=reader_of(inquiry.asked_by).email,
        now=now,
    )
    inquiry.save(update_fields=["promise", "changed_from"])
    return inquiry.promise
