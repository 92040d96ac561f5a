"""A move whose key is issued, a visitor whose code is fresh, and everything that a mail says."""

import time
from email import message_from_bytes, policy
from pathlib import Path

from django.test import Client

from contracts.models import Contact
from licensing import services
from licensing.models import Application, Key
from supportdesk.outbox import sealing
from supportdesk.outbox.models import Mail
from tests.clock import tokyo
from tests.licensing.builders import an_application
from tests.licensing.visitor import signed_in
from tests.signing.keys import a_key_ring


def an_issued_move(
    folder: Path, wall: str = "2026-11-20 16:55", contact: Contact | None = None
) -> Application:
    """Sent and issued at that Tokyo time: the old server's key is tolerated for sixty days."""
    application = an_application(wall, contact)
    with a_key_ring(folder):
        assert services.issue_due(now=tokyo(wall)) == 1
    return Application.objects.for_pages().get(pk=application.pk)


def key_of(application: Application) -> Key:
    return application.keys.get(klass=Key.Class.REGULAR)


def signed_text(key: Key) -> str:
    return sealing.unseal(bytes(key.sealed_text)).decode()


def fresh(contact: Contact, minutes_ago: float = 0) -> Client:
    """Signed in by a code that many minutes ago, by the machine's clock."""
    client = signed_in(contact)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "code", "at": time.time() - minutes_ago * 60}
    ]
    session["account_authentication_methods_user"] = str(contact.user.pk)
    session.save()
    return client


def everything_in(mail: Mail) -> str:
    """Subject, body and attachments of a mail that was not sent yet, as its reader gets them."""
    content = bytes(mail.content)
    plain = sealing.unseal(content) if mail.secret and content else content
    parsed = message_from_bytes(plain, policy=policy.default)
    parts = [part for part in parsed.walk() if not part.is_multipart()]
    texts = [(part.get_payload(decode=True) or b"").decode("utf-8", "replace") for part in parts]  # type: ignore[union-attr]
    return "\n".join([mail.subject, *texts]).replace("\r\n", "\n")
