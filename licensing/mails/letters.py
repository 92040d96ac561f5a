"""What every mail of an application is made of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.services.people import whom_to_write
from licensing import words
from licensing.models import Application
from supportdesk import clock
from supportdesk.outbox import services as outbox
from supportdesk.outbox.message import Attachment
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on
from supportdesk.presenting.letters import letter, page
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.steps import present


def put(
    kind: str,
    application: Application,
    *,
    subject: str,
    context: dict[str, Any],
    recipient: str,
    due_at: datetime,
    now: datetime,
    subject_key: str = "",
    secret: bool = False,
    attachments: Iterable[Attachment] = (),
) -> Mail:
    with reading_on(clock.today(now)):
        body = letter(
            f"mails/licensing/{kind}.txt",
            {
                **_facts(application),
                **context,
            },
        )
    return outbox.put(
        kind=kind,
        subject_key=subject_key or version_key(application),
        recipient=recipient,
        subject=subject % {"number": application.number},
        body=body,
        due_at=due_at,
        now=now,
        secret=secret,
        attachments=attachments,
    )


def version_key(application: Application) -> str:
    """What a mail is about: this application as it is now, since it was last changed."""
    changes = application.attempts.count()
    return f"application:{application.number}" + (f":version:{changes}" if changes else "")


def _facts(application: Application) -> dict[str, Any]:
    """What every mail may tell."""
    promise = application.promise
    return {
        "application": application,
        "contact": whom_to_write(application.applicant),
        "url": page("licensing:application", application.number),
        "apply_url": page("licensing:apply"),
        "findings": words.findings_of(application),
        "steps": present(Decision.from_json(promise.decision)) if promise else [],
        "change": words.change_words(application),
        "received": words.received_by(application),
    }
