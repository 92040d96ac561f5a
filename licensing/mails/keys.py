"""The mail with the key in it, and what staff hear when there is none."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing.domain.ending import OldKeyEnd
from licensing.mails.letters import put
from licensing.models import Application, Key
from licensing.words import ending_words
from supportdesk.outbox.message import Attachment
from supportdesk.outbox.models import Mail
from supportdesk.presenting.language import in_the_desks_language, in_the_language_of
from supportdesk.presenting.letters import page


@in_the_desks_language
def tell_failure(application: Application, *, now: datetime) -> Mail:
    """Its moment has come and the key cannot be issued: staff must look, told once."""
    return put(
        "issue_failed",
        application,
        subject=_("【至急】キーを発行できません %(number)s"),
        context={"url": page("admin:licensing_application_change", str(application.pk))},
        recipient=settings.SUPPORT_TEAM_EMAIL,
        due_at=now,
        now=now,
    )


@in_the_language_of(lambda *_, to, **__: to.user)
def send_key(
    application: Application,
    key: Key,
    text: str,
    *,
    to: Contact,
    due_at: datetime,
    now: datetime,
    ending: OldKeyEnd | None = None,
) -> Mail:
    """The key itself (2-2b), to a registered contact: secret, and put once for each of them.

    `ending` is what becomes of the key that it replaces.
    """
    return put(
        "license_key",
        application,
        subject=_("【受付番号 %(number)s】ライセンスキーをお送りします"),
        context={
            "key": key,
            "text": text,
            "contact": to,
            "ending": ending_words(ending) if ending else [],
        },
        recipient=to.email,
        subject_key=f"application:{application.number}:contact:{to.pk}",
        due_at=due_at,
        now=now,
        secret=True,
        attachments=[key_file(key, text)],
    )


def send_provisional_key(
    application: Application, key: Key, text: str, *, to: Contact, now: datetime
) -> Mail:
    """A key until the regular one comes; at once, out of hours too: it is no answer of 2-1e."""
    return _send_dated("provisional_key", application, key, text, to=to, now=now)


def send_overlap_key(
    application: Application, key: Key, text: str, *, to: Contact, now: datetime
) -> Mail:
    """The old server's key with its end, beside the regular one for the new server."""
    return _send_dated("overlap_key", application, key, text, to=to, now=now)


@in_the_language_of(lambda *_, to, **__: to.user)
def send_key_anew(
    application: Application, key: Key, text: str, *, to: Contact, now: datetime
) -> Mail:
    """A key signed anew in place of one whose signature is believed no more, and why: secret."""
    return put(
        "license_key_anew",
        application,
        subject=_("【重要】ライセンスキーを %(number)s に差し替えてください")
        % {"number": key.serial},
        context={
            "key": key,
            "old": key.resigns,
            "text": text,
            "contact": to,
            "keys_url": page("public_keys"),
        },
        recipient=to.email,
        subject_key=f"key:{key.serial}:anew:contact:{to.pk}",
        due_at=now,
        now=now,
        secret=True,
        attachments=[key_file(key, text)],
    )


def _send_dated(
    kind: str, application: Application, key: Key, text: str, *, to: Contact, now: datetime
) -> Mail:
    subjects = {
        "provisional_key": _("【受付番号 %(number)s】暫定キーをお送りします"),
        "overlap_key": _("【受付番号 %(number)s】並行稼働キーをお送りします"),
    }
    return put(
        kind,
        application,
        subject=subjects[kind],
        context={"key": key, "text": text, "contact": to},
        recipient=to.email,
        subject_key=f"key:{key.serial}:contact:{to.pk}",
        due_at=now,
        now=now,
        secret=True,
        attachments=[key_file(key, text)],
    )


def key_file(key: Key, text: str) -> Attachment:
    """The signed text as a file, byte for byte."""
    return Attachment(f"{key.serial}.txt", text.encode(), "text/plain")
