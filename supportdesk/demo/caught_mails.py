"""The mails that the demo's catcher kept, read for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CaughtMail:
    name: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    dated_at: datetime | None
    text: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]


def newest_first(folder: Path) -> Iterator[CaughtMail]:
    """All kept mails; file names sort in the order of arrival."""
    for path in sorted(folder.glob("*.eml"), reverse=True):
        yield read(path)


@lru_cache(maxsize=2000)
def read(path: Path) -> CaughtMail:
    """One kept mail; its file never changes."""
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    headers = tuple((name, str(value)) for name, value in message.items())
    return CaughtMail(
        name=path.stem,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        recipients=tuple(str(to) for to in message.get_all("X-Envelope-To", [])),
        dated_at=_date(message),
        text=_text(message),
        headers=tuple(header for header in headers if header[0] != "X-Envelope-To"),
        attachments=tuple(
            Attachment(part.get_filename() or "", part.get_content_type(), _content(part))
            for part in message.iter_attachments()
        ),
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return None


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    return str(body.get_content()) if body else ""


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
