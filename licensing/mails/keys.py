"""The mail with the key in it, and what staff hear when there is none."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing.mails.letters import page, put
from licensing.models import Application, Key
from supportdesk.outbox.models import Mail
from supportdesk.presenting.language import in_the_desks_language, in_the_language_of


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
) -> Mail:
    """The key itself (2-2b), to a registered contact: secret, and put once for each of them."""
    return put(
        "license_key",
        application,
        subject=_("【受付番号 %(number)s】ライセンスキーをお送りします"),
        context={"key": key, "text": text, "contact": to},
        recipient=to.email,
        subject_key=f"application:{application.number}:contact:{to.pk}",
        due_at=due_at,
        now=now,
        secret=True,
    )
