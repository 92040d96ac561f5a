"""What a customer is told of an application that goes back to them, or that they changed."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from contracts.services.people import whom_to_write
from licensing.mails.letters import put
from licensing.models import Application
from supportdesk.outbox.models import Mail
from supportdesk.presenting.language import in_the_language_of
from supportdesk.presenting.letters import page


@in_the_language_of(lambda application, **_: whom_to_write(application.applicant).user)
def tell_returned(application: Application, *, keeps_coverage_until: date, now: datetime) -> Mail:
    """What is missing, where to put it right, and until when its coverage day is kept."""
    return put(
        "returned",
        application,
        subject=_("【受付番号 %(number)s】申請の訂正をお願いします"),
        context={
            "correct_url": page("licensing:correct", application.number),
            "until": keeps_coverage_until,
        },
        recipient=whom_to_write(application.applicant).email,
        due_at=now,
        now=now,
    )


@in_the_language_of(lambda application, **_: whom_to_write(application.applicant).user)
def tell_corrected(application: Application, *, keeps: bool, now: datetime) -> Mail:
    """The correction arrived, and whether the promise stays."""
    return put(
        "corrected",
        application,
        subject=_("【受付番号 %(number)s】申請の訂正を受け付けました"),
        context={"keeps": keeps},
        recipient=whom_to_write(application.applicant).email,
        due_at=now,
        now=now,
    )
