"""The bytes of a mail: what is rendered once, and the headers that come from its row."""

from collections.abc import Iterable
from datetime import datetime
from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import PurePath
from typing import Literal, NamedTuple, Required, TypedDict, Unpack

from django.conf import settings

from supportdesk.clock import TOKYO
from supportdesk.outbox import sealing
from supportdesk.outbox.domain import message_id, one_line
from supportdesk.outbox.models import Mail

# Seven bits: no relay on the way has a reason to recode what must arrive byte for byte.
_POLICY = policy.SMTP.clone(cte_type="7bit")
_SHORT = 60

type AutoSubmitted = Literal["no", "auto-generated", "auto-replied"]


class Attachment(NamedTuple):
    name: str  # as people see it; Japanese goes out as RFC 2231
    content: bytes
    mime_type: str


class Words(TypedDict, total=False):
    """What a mail says, as put, rerender and render take it."""

    subject: Required[str]
    body: Required[str]
    attachments: Iterable[Attachment]
    auto_submitted: AutoSubmitted  # "auto-generated" unless said otherwise; "no": a person wrote it
    in_reply_to: str | None  # the Message-ID that it answers


def render(**words: Unpack[Words]) -> bytes:
    """All of the mail but what its row adds. Nothing in a subject or a file name ends a header.

    Raises ValueError when `in_reply_to` is not a Message-ID.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = settings.DEFAULT_FROM_EMAIL
    auto_submitted = words.get("auto_submitted", "auto-generated")
    if auto_submitted != "no":
        mail["Auto-Submitted"] = auto_submitted
    mail["X-Auto-Response-Suppress"] = "All"
    if in_reply_to := words.get("in_reply_to"):
        mail["In-Reply-To"] = mail["References"] = message_id(in_reply_to)
    mail.set_content(words["body"])
    for attachment in words.get("attachments", ()):
        _attach(mail, attachment)
    return _subject_line(words["subject"]) + mail.as_bytes()


def _subject_line(subject: str) -> bytes:
    # EmailMessage folds words of mixed scripts with spaces of its own; Header keeps every one.
    line = one_line(subject)
    charset = "us-ascii" if line.isascii() and len(line) <= _SHORT else "utf-8"
    folded = Header(line, charset, header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode("ascii")


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    name = one_line(attachment.name)
    maintype, _, subtype = attachment.mime_type.partition("/")
    # Old readers know no RFC 2231: they find an ASCII name on the Content-Type.
    plain = name if name.isascii() else f"attachment{_ascii_suffix(name)}"
    mail.add_attachment(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        filename=name,
        params={"name": plain},
    )


def _ascii_suffix(name: str) -> str:
    suffix = PurePath(name).suffix
    return suffix if suffix[1:].isalnum() and suffix.isascii() else ""


def wire(mail: Mail) -> bytes:
    """What the relay is given, the same bytes at every attempt. Needs `dated_at`."""
    content = bytes(mail.content)
    return _prologue(mail) + (sealing.unseal(content) if mail.secret else content)


def _prologue(mail: Mail) -> bytes:
    if mail.dated_at is None:
        raise ValueError(f"{mail.pk} has not been claimed")
    lines = [
        f"Date: {format_datetime(_whole_second(mail.dated_at))}",
        f"Message-ID: {mail.message_id}",
        f"To: {mail.recipient}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _whole_second(instant: datetime) -> datetime:
    return instant.astimezone(TOKYO).replace(microsecond=0)


def body_of(mail: Mail) -> str:
    """The text of a mail for staff; empty when it is secret or already forgotten."""
    if mail.secret or not mail.content:
        return ""
    text = message_from_bytes(bytes(mail.content), policy=policy.default).get_body(["plain"])
    return str(text.get_content()).replace("\r\n", "\n") if text else ""
