"""A thread as it is read: words, files and what happened between them, oldest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from inquiries.models import Attachment, Inquiry, Message
from inquiries.words import promise_words, received_by
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise


@dataclass(frozen=True, slots=True)
class FileRow:
    name: str
    size: int
    url: str
    locked: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """`kind`: customer, ours, memo, event or promise; `badge` is the state badge of a promise line.

    `mail_note` tells staff where an answer's mail is.
    """

    kind: str
    at: datetime
    name: str = ""
    role: str = ""
    text: str = ""
    files: Sequence[FileRow] = ()
    badge: tuple[str, str] | None = None
    message: Message | None = None
    scheduled_at: datetime | None = None


def entries_for_customer(inquiry: Inquiry, *, now: datetime) -> list[Entry]:
    """What the customer may read: no memo, no answer before its moment, no word of staff's own."""
    messages = _with_all(inquiry.messages.shown_to_customer(now))
    return _merged(inquiry, (_entry(m, now, for_staff=False) for m in messages))


def entries_for_staff(inquiry: Inquiry, *, now: datetime) -> list[Entry]:
    """Everything, answers that wait for their moment included."""
    messages = _with_all(inquiry.messages.all())
    return _merged(inquiry, (_entry(m, now, for_staff=True) for m in messages))


def _with_all(messages: QuerySet[Message]) -> list[Message]:
    return list(
        messages.select_related("author__contact__customer", "mail").prefetch_related("attachments")
    )


def _merged(inquiry: Inquiry, entries: Iterable[Entry]) -> list[Entry]:
    told_first = ("promise", "event")  # of one moment, what happened stands above what was said
    return sorted(
        [*entries, *_promise_entries(inquiry)],
        key=lambda entry: (entry.at, entry.kind not in told_first),
    )


def _entry(message: Message, now: datetime, *, for_staff: bool) -> Entry:
    if message.kind == Message.Kind.EVENT:
        return _event(message, for_staff=for_staff)
    ours = message.kind in (Message.Kind.ANSWER, Message.Kind.MEMO)
    scheduled = _scheduled_at(message, now)
    return Entry(
        kind="memo" if message.kind == Message.Kind.MEMO else "ours" if ours else "customer",
        at=_went_out(message),
        name=_name(message, ours=ours),
        role=_role(message, ours=ours),
        text=message.body,
        files=[_file(file) for file in message.attachments.all()],
        message=message,
        scheduled_at=scheduled,
    )


def _went_out(message: Message) -> datetime:
    """An answer stands where its mail went out, not where somebody wrote it."""
    if message.mail is None:
        return message.posted_at
    return message.mail.sent_at or max(message.posted_at, message.mail.due_at)


def _scheduled_at(message: Message, now: datetime) -> datetime | None:
    mail = message.mail
    waits = mail is not None and message.withdrawn_at is None and mail.state == Mail.State.QUEUED
    return mail.due_at if waits and mail is not None and mail.due_at > now else None


def _event(message: Message, *, for_staff: bool) -> Entry:
    text = str(message.get_event_display())
    if message.event == Message.Event.RECEIVED:
        text = _("受け付けました ・ 受付番号 %(number)s") % {"number": message.inquiry.number}
    if message.event in (Message.Event.RECEIVED, Message.Event.HELD):
        text = "　".join(filter(None, [text, received_by(message.inquiry)]))
    told = for_staff or message.event == Message.Event.REFUSED
    if told and message.body:
        text = _("%(event)s：%(words)s") % {"event": text, "words": message.body}
    if for_staff and message.author is not None:
        text = _("%(text)s（%(name)s）") % {"text": text, "name": message.author.name}
    return Entry(kind="event", at=message.posted_at, text=text)


def _name(message: Message, *, ours: bool) -> str:
    if message.author is None:
        return ""
    return message.author.name if ours else _("%(name)s 様") % {"name": message.author.name}


def _role(message: Message, *, ours: bool) -> str:
    if ours:
        return _("サポート担当")
    contact = getattr(message.author, "contact", None)
    return str(contact.customer.name) if contact else ""


def _file(attachment: Attachment) -> FileRow:
    url = reverse("inquiries:file", args=[attachment.pk])
    return FileRow(attachment.name, attachment.size, url, attachment.locked)


def _promise_entries(inquiry: Inquiry) -> list[Entry]:
    """A promise that was kept or broken is a line of the thread."""
    promise = inquiry.promise
    if promise is None or promise.settled_at is None:
        return []
    badges = {
        Promise.State.KEPT: ("ok", _("お約束を守りました")),
        Promise.State.BROKEN: ("broken", _("お約束を過ぎました")),
    }
    badge = badges.get(Promise.State(promise.state))
    if badge is None:
        return []
    return [Entry("promise", promise.settled_at, text=promise_words(promise), badge=badge)]
