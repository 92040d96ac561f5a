"""The one answer to a request of somebody who could not sign in: to registered contacts only."""

from datetime import datetime

from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing.models import MoveRequest
from supportdesk import clock
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on
from supportdesk.presenting.language import spoken_to
from supportdesk.presenting.letters import letter, page


def pass_on(request: MoveRequest, *, to: Contact, now: datetime) -> Mail:
    """Somebody asks for a new key: here is where a registered contact finishes it.

    Fixed words and the desk's own facts: nothing of what the visitor typed.
    """
    with spoken_to(to.user), reading_on(clock.today(now)):
        return outbox.put(
            kind="move_request",
            subject_key=f"request:{request.token}:contact:{to.pk}",
            recipient=to.email,
            subject=_("【ご確認ください】ライセンスキー再発行のご依頼を受け取りました"),
            body=letter(
                "mails/licensing/move_request.txt",
                {
                    "request": request,
                    "contact": to,
                    "url": page("licensing:request_finish", str(request.token)),
                },
            ),
            due_at=now,
            now=now,
        )
