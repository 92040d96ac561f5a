"""Mails as their readers see them."""

from email import message_from_bytes
from email.policy import default

from supportdesk.outbox.models import Mail


def text_of(mail: Mail) -> str:
    """The words of a mail that is not secret."""
    body = message_from_bytes(bytes(mail.content), policy=default).get_body(("plain",))
    assert body
    return str(body.get_content())
