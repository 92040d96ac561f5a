"""What customers and staff are told by mail; each is put into the caller's transaction.

A customer's words go to that customer and to staff only. Instants are aware,
dates are told as somebody reads them on the day of `now`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from contracts.services.people import reader_of
from contracts.words import coverage_reason, coverage_way_forward
from inquiries.domain.outcome import Change
from inquiries.models import Attachment, Inquiry, Message
from inquiries.words import change_reason, confirmation_steps, received_by
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox import services as outbox
from supportdesk.outbox.message import AutoSubmitted
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on
from supportdesk.presenting.language import in_the_desks_language, in_the_language_of
from supportdesk.presenting.letters import letter, page
from supportdesk.promises.domain.decision import Decision


def _reader(inquiry: Inquiry, *_args: Any, **_context: Any) -> User:
    """Whoever asked; once switched off, whoever took over."""
    return reader_of(inquiry.asked_by)


@in_the_language_of(_reader)
def acknowledge(
    inquiry: Inquiry, decision: Decision, change: Change | None, *, now: datetime
) -> Mail:
    """Number, promise with its reasons, and what changed since 確認: at once, at any hour."""
    with reading_on(clock.today(now)):
        steps = confirmation_steps(decision, inquiry.coverage_decision, inquiry.contract)
        reason = change_reason(change) if change else ""
        received = received_by(inquiry)
    return _to_customer(
        inquiry,
        "acknowledgement",
        _("お問い合わせを受け付けました"),
        now=now,
        decision=decision,
        steps=steps,
        change=change,
        change_reason=reason,
        received=received,
        question=inquiry.messages.get(kind=Message.Kind.QUESTION),
    )


@in_the_language_of(_reader)
def answer(
    inquiry: Inquiry,
    body: str,
    *,
    files: Iterable[Attachment],
    by: User,
    due_at: datetime,
    now: datetime,
) -> Mail:
    """The answer itself; it goes out at `due_at`. Files are named, and fetched from the page."""
    nth = inquiry.messages.filter(kind=Message.Kind.ANSWER).count() + 1
    return _to_customer(
        inquiry,
        f"answer:{nth}",
        inquiry.subject,
        template="answer",
        due_at=due_at,
        auto_submitted="no",
        now=now,
        text=body,
        files=files,
        by=by,
    )


@in_the_language_of(_reader)
def accepted(inquiry: Inquiry, decision: Decision, *, now: datetime) -> Mail:
    """A held request is covered after all, and its first reply is aimed at by when."""
    return _to_customer(
        inquiry, "accepted", _("サポートの対象として受け付けました"), now=now, decision=decision
    )


@in_the_language_of(_reader)
def refused(inquiry: Inquiry, reason: str, *, now: datetime) -> Mail:
    """A held request is not covered: why, and the ways forward."""
    coverage = inquiry.coverage_decision
    return _to_customer(
        inquiry,
        "refused",
        _("サポートの対象の確認結果"),
        now=now,
        reason=reason,
        coverage_reason=coverage_reason(coverage),
        way_forward=coverage_way_forward(coverage),
    )


@in_the_desks_language
def tell_staff_of_new(inquiry: Inquiry, *, now: datetime) -> Mail:
    """New: at once. Held for a decision: at once in reception hours, else at the next opening."""
    held = inquiry.status == "held"
    subject = _("判断待ち") if held else _("新しいお問い合わせ")
    due_at = load_calendar().next_open(now) if held else now
    with reading_on(clock.today(now)):
        received = received_by(inquiry)
    return _to_staff(
        inquiry,
        "staff_new",
        subject,
        due_at=due_at,
        now=now,
        held=held,
        received=received,
    )


@in_the_desks_language
def tell_staff_of_reply(inquiry: Inquiry, message: Message, *, now: datetime) -> Mail:
    """The customer wrote: to whoever has it, else to the team."""
    key = f"staff_reply:{message.pk}"
    return _to_staff(
        inquiry,
        key,
        _("お客さまの返信"),
        template="staff_reply",
        due_at=now,
        now=now,
        message=message,
    )


@in_the_desks_language
def tell_staff_of_withdrawal(inquiry: Inquiry, *, now: datetime) -> Mail:
    """Nothing needs to be done any more."""
    return _to_staff(inquiry, "staff_withdrawn", _("取り下げ"), due_at=now, now=now)


def acknowledgement_id(inquiry: Inquiry) -> str | None:
    """The Message-ID that later mails of this inquiry answer, so that readers show one thread."""
    mail = Mail.objects.filter(subject_key=_key(inquiry), kind="inquiry_acknowledgement").first()
    return mail.message_id if mail else None


def _to_customer(
    inquiry: Inquiry,
    kind: str,
    title: str,
    *,
    now: datetime,
    due_at: datetime | None = None,
    template: str = "",
    auto_submitted: AutoSubmitted = "auto-generated",
    **context: Any,
) -> Mail:
    reader = _reader(inquiry)
    return _put(
        inquiry,
        kind,
        # The number comes first: people search their mail for it.
        _("【受付番号 %(number)s】%(title)s") % {"number": inquiry.number, "title": title},
        template or kind,
        recipient=reader.email,
        reader=reader,
        due_at=due_at or now,
        now=now,
        auto_submitted=auto_submitted,
        url=page("inquiries:thread", inquiry.number),
        **context,
    )


def _to_staff(
    inquiry: Inquiry,
    kind: str,
    title: str,
    *,
    due_at: datetime,
    now: datetime,
    template: str = "",
    **context: Any,
) -> Mail:
    assigned = inquiry.assigned_to
    return _put(
        inquiry,
        kind,
        _("【%(title)s %(number)s】%(subject)s")
        % {"title": title, "number": inquiry.number, "subject": inquiry.subject},
        template or kind,
        recipient=assigned.email if assigned else settings.SUPPORT_TEAM_EMAIL,
        due_at=due_at,
        now=now,
        auto_submitted="auto-generated",
        url=page("admin:inquiries_inquiry_change", inquiry.pk),
        **context,
    )


def _put(
    inquiry: Inquiry,
    kind: str,
    subject: str,
    template: str,
    *,
    recipient: str,
    due_at: datetime,
    now: datetime,
    auto_submitted: AutoSubmitted,
    url: str,
    **context: Any,
) -> Mail:
    with reading_on(clock.today(now)):
        body = letter(
            f"mails/inquiries/{template}.txt",
            {"inquiry": inquiry, "url": url, **context},
        )
    return outbox.put(
        kind=f"inquiry_{template}",
        subject_key=f"{_key(inquiry)}{_serial(kind)}",
        recipient=recipient,
        subject=subject,
        body=body,
        due_at=due_at,
        now=now,
        auto_submitted=auto_submitted,
        in_reply_to=acknowledgement_id(inquiry),
    )


def _key(inquiry: Inquiry) -> str:
    return f"inquiry:{inquiry.number}"


def _serial(kind: str) -> str:
    _name, colon, serial = kind.partition(":")
    return colon + serial
