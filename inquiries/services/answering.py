"""Answers: drafted, approved, out at the rule's moment or at once, taken back before it.

`now` is an aware instant; one durable transaction each. Answers go by
e-mail only (2-1d) on business days (2-1e); the 17:00 rule is the desk's own.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from contracts.services.people import reader_of
from inquiries import mails
from inquiries.domain.release import Choice, Choices, Way, release_choices
from inquiries.models import AnswerDraft, Category, Inquiry, Message
from inquiries.services.recording import (
    NotPossibleError,
    hold,
    move,
    record_event,
    to_status,
)
from inquiries.statuses import Status
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from supportdesk.promises.services import await_mail, make_promise, withdraw_promise

ANSWERABLE = [Status.RECEIVED, Status.IN_PROGRESS, Status.WAITING_CUSTOMER, Status.ANSWERED]


class ReleaseMovedError(Exception):
    """Going by the rule now means a later moment than the page showed: look again."""


class TooLateError(Exception):
    """The answer is on its way already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """What staff approved: the words, how it goes out, and what the page had told them.

    `seen_rule_at` is the moment that the page gave for going by the rule, None for "at once".
    """

    body: str
    way: Way
    reason: str
    waiting_for: str
    seen_version: int
    seen_rule_at: datetime | None


def choices_for(inquiry: Inquiry, *, now: datetime) -> Choices:
    """The ways in which an answer approved now can go out, in the order to offer them."""
    promise = open_first_reply(inquiry)
    return release_choices(
        now,
        load_calendar(),
        promised_on=promise.promised_on if promise else None,
        incident=inquiry.category == Category.INCIDENT,
    )


def open_first_reply(inquiry: Inquiry) -> Promise | None:
    """The first-reply promise that no mail is on its way to keep yet."""
    promise = inquiry.promise
    if promise is None or promise.state != Promise.State.OWED:
        return None
    if promise.rule != Promise.Rule.RECEPTION_TARGET:
        return None
    waits = promise.mail is not None and promise.mail.state != Mail.State.WITHDRAWN
    return None if waits else promise


def save_answer_draft(
    inquiry: Inquiry, *, by: User, body: str, waiting_for: str, reason: str, now: datetime
) -> AnswerDraft:
    """Keep what one of the staff has written so far; it is theirs alone and nothing is sent."""
    words = {"body": body, "waiting_for": waiting_for, "reason": reason, "saved_at": now}
    with transaction.atomic(durable=True):
        # The inquiry before the draft, as approving does: two at once never wait for each other.
        Inquiry.objects.filter(pk=inquiry.pk, status=Status.RECEIVED).update(
            status=Status.IN_PROGRESS, moved_at=now
        )
        AnswerDraft.objects.bulk_create(
            [AnswerDraft(inquiry=inquiry, author=by, **words)],
            update_conflicts=True,
            unique_fields=["inquiry", "author"],
            update_fields=list(words),
        )
        return AnswerDraft.objects.get(inquiry=inquiry, author=by)


@transaction.atomic(durable=True)
def approve(inquiry_pk: int, approval: Approval, *, by: User, now: datetime) -> Message:
    """Approve an answer: its mail is in the outbox for its moment, its promise in the ledger.

    Raises OutdatedError where somebody else changed the inquiry meanwhile,
    ReleaseMovedError where the cut-off (or a closure) moved the rule's moment
    since the page was shown, NotPossibleError where no answer is due, ValueError for an
    exception without a reason.
    """
    inquiry = hold(inquiry_pk, seen_version=approval.seen_version)
    if inquiry.status not in ANSWERABLE:
        raise NotPossibleError
    choices = choices_for(inquiry, now=now)
    choice = _chosen(choices, approval, now)
    first_reply = open_first_reply(inquiry)
    release = _promise_of(inquiry, choices, choice, now) if choice.at > now else None
    answer = _record(inquiry, approval, choice, release, by=by, now=now)
    for promise in (first_reply, release):
        if promise is not None and answer.mail is not None:
            await_mail(promise, answer.mail)
    return answer


def _chosen(choices: Choices, approval: Approval, now: datetime) -> Choice:
    if approval.way == "rule" or choices.at_once:
        rule = choices.rule
        if rule.at > max(approval.seen_rule_at or now, now) and approval.way == "rule":
            raise ReleaseMovedError
        return rule
    if not approval.reason:
        raise ValueError("an exception to the cut-off needs its reason")
    return next(choice for choice in choices.offered if choice.way == "now")


def _promise_of(inquiry: Inquiry, choices: Choices, choice: Choice, now: datetime) -> Promise:
    """What waits is owed at its moment: so an announced closure finds it and moves its mail."""
    release = make_promise(
        choices.decision,
        subject_kind="inquiry",
        subject_number=inquiry.number,
        subject_label=inquiry.subject,
        subject_url_name="inquiries:thread",
        recipient=reader_of(inquiry.asked_by).email,
        now=now,
    )
    if release.release_at != choice.at:
        raise ReleaseMovedError
    return release


def _record(
    inquiry: Inquiry,
    approval: Approval,
    choice: Choice,
    release: Promise | None,
    *,
    by: User,
    now: datetime,
) -> Message:
    draft = inquiry.answer_drafts.filter(author=by).first()
    mail = mails.answer(
        inquiry,
        approval.body,
        files=draft.attachments.all() if draft else (),
        by=by,
        due_at=choice.at,
        now=now,
    )
    answer = inquiry.messages.create(
        kind=Message.Kind.ANSWER,
        author=by,
        body=approval.body,
        posted_at=now,
        mail=mail,
        release=release,
        send_now_reason=approval.reason if choice.way == "now" else "",
    )
    if draft is not None:
        draft.attachments.update(answer_draft=None, message=answer)
        draft.delete()
    status = Status.WAITING_CUSTOMER if approval.waiting_for else Status.ANSWERED
    to_status(
        inquiry,
        status,
        now=now,
        waiting_for=approval.waiting_for,
        assigned_to=inquiry.assigned_to or by,
    )
    return answer


@transaction.atomic(durable=True)
def withdraw_answer(answer_pk: int, *, by: User, now: datetime) -> Message:
    """Take an approved answer back before its moment; its words return to its author's draft.

    Raises TooLateError once it is on its way.
    """
    answer = _scheduled(answer_pk, now)
    inquiry = hold(answer.inquiry_id)
    if answer.mail is None or not outbox.withdraw(answer.mail, now):
        raise TooLateError
    answer.withdrawn_at = now
    answer.save(update_fields=["withdrawn_at"])
    if answer.release is not None:
        withdraw_promise(answer.release, now=now)
    _return_to_draft(inquiry, answer, now)
    record_event(inquiry, Message.Event.ANSWER_WITHDRAWN, by=by, now=now)
    to_status(inquiry, Status.IN_PROGRESS, now=now)
    return answer


def _return_to_draft(inquiry: Inquiry, answer: Message, now: datetime) -> None:
    """What the author has begun since stays in front of it."""
    draft, made = AnswerDraft.objects.get_or_create(
        inquiry=inquiry,
        author_id=answer.author_id,
        defaults={
            "body": answer.body,
            "waiting_for": inquiry.waiting_for,
            "saved_at": now,
        },
    )
    if not made:
        draft.body = f"{draft.body}\n\n{answer.body}".strip()
        draft.save(update_fields=["body"])
    answer.attachments.update(message=None, answer_draft=draft)


@transaction.atomic(durable=True)
def send_scheduled_now(answer_pk: int, *, by: User, reason: str, now: datetime) -> Message:
    """Let an answer that waits for its moment go at once, as an exception with its reason.

    Raises TooLateError once it is on its way, ValueError without a reason.
    """
    if not reason:
        raise ValueError("an exception to the cut-off needs its reason")
    answer = _scheduled(answer_pk, now)
    inquiry = hold(answer.inquiry_id)
    if answer.mail is None or not outbox.reschedule(answer.mail, now):
        raise TooLateError
    answer.send_now_reason = reason
    answer.save(update_fields=["send_now_reason"])
    record_event(inquiry, Message.Event.SENT_NOW, by=by, body=reason, now=now)
    move(inquiry, now=now)
    return answer


def _scheduled(answer_pk: int, now: datetime) -> Message:
    scheduled = Message.objects.scheduled(now).select_related("mail", "author", "release")
    answer = scheduled.filter(pk=answer_pk).first()
    if answer is None:
        raise TooLateError
    return answer
