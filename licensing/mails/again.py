"""A key sent once more: the only mail besides the first that has its text."""

from datetime import datetime

from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing.mails.keys import key_file
from licensing.mails.letters import put
from licensing.models import KeyResend
from supportdesk.outbox.models import Mail
from supportdesk.presenting.language import spoken_to
from supportdesk.presenting.letters import page


def again_key(resend: KeyResend) -> str:
    """What the subject keys of a resend's mails begin with."""
    return f"key:{resend.key.serial}:again:{resend.pk}:"


def send_key_again(resend: KeyResend, text: str, *, to: Contact, now: datetime) -> Mail:
    """The same text under a new mail that says why it comes: secret, once for each contact."""
    key = resend.key
    if key.application is None:
        raise ValueError("a key without an application was never mailed")
    with spoken_to(to.user):
        return put(
            "license_key_again",
            key.application,
            subject=_("【受付番号 %(number)s】ライセンスキーを再送します"),
            context={
                "key": key,
                "text": text,
                "contact": to,
                "resend": resend,
                "url": page("licensing:application", key.application.number),
            },
            recipient=to.email,
            subject_key=f"{again_key(resend)}contact:{to.pk}",
            due_at=now,
            now=now,
            secret=True,
            attachments=[key_file(key, text)],
        )
