"""What others do with mail: put it, move it, take it back, send it again. delivery.py delivers."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Max, Min, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_noop

from supportdesk.outbox import message, sealing
from supportdesk.outbox.domain import is_mailable, mailbox, one_line
from supportdesk.outbox.message import Attachment, Words
from supportdesk.outbox.models import SPENT_CONTENT, Mail, QueueStop


class ContentGoneError(Exception):
    """The bytes of a secret mail were cleared once it was sent: its owner must render it again."""


def put(
    *,
    kind: str,
    subject_key: str,
    recipient: str,
    due_at: datetime,
    now: datetime,
    secret: bool = False,
    **words: Unpack[Words],
) -> Mail:
    """Put a mail into the caller's transaction: it goes out at `due_at` because that commits.

    There is one mail of a `kind` for a `subject_key`: putting it again gives
    the first one, unchanged. A recipient that no mail can reach is kept as a
    failed mail for staff and never breaks the caller. The subject of a
    secret mail is not secret: no code or key belongs there. All instants are aware.
    """
    mail, _ = Mail.objects.get_or_create(
        subject_key=subject_key,
        kind=kind,
        copy=0,
        defaults={
            **_addressed(recipient),
            "subject": one_line(words["subject"]),
            "content": _kept(message.render(**words), secret=secret),
            "secret": secret,
            "due_at": due_at,
            "put_at": now,
        },
    )
    return mail


def rerender(mail: Mail, **words: Unpack[Words]) -> bool:
    """Replace what a waiting mail says. False, and nothing changed, once it has been claimed."""
    untried = Mail.objects.filter(pk=mail.pk, state=Mail.State.QUEUED, dated_at__isnull=True)
    return _changed(
        untried.update(
            subject=one_line(words["subject"]),
            content=_kept(message.render(**words), secret=mail.secret),
        )
    )


def reschedule(mail: Mail, due_at: datetime) -> bool:
    """Move a waiting mail to `due_at` (aware). False when it is no longer waiting."""
    return _changed(Mail.objects.filter(pk=mail.pk, state=Mail.State.QUEUED).update(due_at=due_at))


def readdress(old: str, new: str) -> int:
    """Mails that wait for their moment go to another mailbox, as rendered; give how many.

    In the caller's transaction. Never a secret: it was meant for one person. What was tried
    already stays as it is.
    """
    waiting = Mail.objects.filter(state=Mail.State.QUEUED, dated_at__isnull=True, secret=False)
    return waiting.filter(recipient=old).update(recipient=new)


def withdraw(mail: Mail, now: datetime) -> bool:
    """Take back a mail that waits or failed. False when it is on its way or out."""
    idle = Mail.objects.filter(pk=mail.pk, state__in=[Mail.State.QUEUED, Mail.State.FAILED])
    return _changed(
        idle.update(
            state=Mail.State.WITHDRAWN, withdrawn_at=now, retry_at=None, content=SPENT_CONTENT
        )
    )


def retry(mail: Mail) -> bool:
    """Queue a failed mail once more, at once, with all its attempts before it.

    False when it has not failed, or when its address can never be mailed.
    """
    if not is_mailable(mail.recipient):
        return False
    failed = Mail.objects.filter(pk=mail.pk, state=Mail.State.FAILED)
    anew = {"attempts": 0, "retry_at": None, "put_back": False}
    return _changed(failed.update(state=Mail.State.QUEUED, **anew))


@transaction.atomic
def resend(
    mail: Mail,
    *,
    reason: str,
    now: datetime,
    recipient: str = "",
    body: str | None = None,
    attachments: Iterable[Attachment] = (),
) -> Mail:
    """Send the same once more, deliberately, as a new mail that remembers why.

    The same bytes under a new Message-ID, to `recipient` when it is given;
    with `body`, rendered anew. While a copy is still on its way that copy is
    given instead: two people who press at once send one mail. Raises ValueError
    without a reason, ContentGoneError for a sent secret mail without `body`.
    """
    if not reason.strip():
        raise ValueError("a resend needs its reason")
    copies = Mail.objects.filter(subject_key=mail.subject_key, kind=mail.kind)
    copies.select_for_update().get(copy=0)  # the second who presses waits here
    if on_its_way := copies.unsent().first():
        return on_its_way
    current = copies.get(pk=mail.pk)
    return Mail.objects.create(
        **_addressed(recipient or current.recipient),
        kind=current.kind,
        subject_key=current.subject_key,
        copy=copies.aggregate(last=Max("copy"))["last"] + 1,
        reason=reason.strip(),
        subject=current.subject,
        secret=current.secret,
        content=_again(current, body, attachments),
        due_at=now,
        put_at=now,
    )


def forget(before: datetime) -> int:
    """Clear the bytes of what was sent or withdrawn before that instant; give how many.

    That it was sent, when, to whom and under which subject stays.
    """
    over = Q(sent_at__lt=before) | Q(withdrawn_at__lt=before)
    return Mail.objects.filter(over).exclude(content=b"").update(content=b"")


def resume() -> bool:
    """Let the queue go on after a stop. False when it was not stopped."""
    Mail.objects.filter(state=Mail.State.QUEUED, put_back=True).update(retry_at=None)
    return _changed(QueueStop.objects.all().delete()[0])


def oldest_overdue(now: datetime) -> datetime | None:
    """Since when the longest-waiting due mail could be sent: the dead man's switch.

    None when nothing waits. Older than two minutes: nobody delivers. A mail that was tried
    counts from the end of its rest: one full mailbox is no failure of the desk's.
    """
    since = Greatest("due_at", Coalesce("retry_at", "due_at"))
    oldest: datetime | None = Mail.objects.overdue(now).aggregate(oldest=Min(since))["oldest"]
    return oldest


def _addressed(recipient: str) -> dict[str, Any]:
    token = token_hex(16)
    if is_mailable(recipient):
        return {"recipient": mailbox(recipient), "bounce_token": token}
    return {
        "recipient": recipient[:320],
        "bounce_token": token,
        "state": Mail.State.FAILED,
        "last_error": gettext_noop("このアドレスにはメールを送れません"),
    }


def _again(mail: Mail, body: str | None, attachments: Iterable[Attachment]) -> bytes:
    if body is not None:
        content = message.render(subject=mail.subject, body=body, attachments=attachments)
        return _kept(content, secret=mail.secret)
    if not mail.content:
        raise ContentGoneError(mail.message_id)
    return bytes(mail.content)


def _kept(content: bytes, *, secret: bool) -> bytes:
    return sealing.seal(content) if secret else content


def _changed(rows: int) -> bool:
    return rows > 0
