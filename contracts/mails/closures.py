"""What contract contacts are told by mail."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from contracts.models import Contact
from supportdesk import clock
from supportdesk.business_calendar.models import Closure
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on, span_text
from supportdesk.presenting.language import in_the_language_of
from supportdesk.presenting.letters import letter, page


@in_the_language_of(lambda contact, *_, **__: contact.user)
def closures_announced(contact: Contact, closures: Sequence[Closure], *, now: datetime) -> Mail:
    """One mail of all that was announced together: announcing is the notice of 2-1c."""
    with reading_on(clock.today(now)):
        days = [(span_text(closure.starts_on, closure.ends_on), closure) for closure in closures]
        body = letter(
            "mails/contracts/closures_announced.txt",
            {"contact": contact, "days": days, "url": page("calendar")},
        )
    numbers = ",".join(str(closure.pk) for closure in closures)
    return outbox.put(
        kind="closure_notice",
        subject_key=f"contact:{contact.pk}:closures:{numbers}",
        recipient=contact.email,
        subject=_("【年間サポートデスク】休業日のお知らせ"),
        body=body,
        due_at=now,
        now=now,
    )
