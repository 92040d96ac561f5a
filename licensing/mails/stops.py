"""What customers are told of the old server."""

from datetime import datetime

from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing.mails.letters import put
from licensing.models import Application, Key, ServerStop
from supportdesk.outbox.models import Mail
from supportdesk.presenting.language import spoken_to
from supportdesk.presenting.letters import page


def remind_of_stop(
    application: Application,
    key: Key,
    stop: ServerStop,
    *,
    to: Contact,
    due_at: datetime,
    now: datetime,
) -> Mail:
    """The overlap ends soon: shut the old server down, and say so on the page."""
    with spoken_to(to.user):
        return put(
            "stop_reminder",
            application,
            subject=_("【受付番号 %(number)s】旧サーバーの停止をご確認ください"),
            context={
                "key": key,
                "stop": stop,
                "contact": to,
                "report_url": page("licensing:application", application.number) + "#stop",
            },
            recipient=to.email,
            subject_key=f"application:{application.number}:contact:{to.pk}",
            due_at=due_at,
            now=now,
        )
