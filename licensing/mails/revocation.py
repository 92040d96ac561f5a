"""What customers are told of a key that was revoked for cause."""

from datetime import datetime

from django.utils.translation import gettext as _

from contracts.models import Contact
from licensing.models import Key
from supportdesk import clock
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on
from supportdesk.presenting.language import spoken_to
from supportdesk.presenting.letters import letter, page


def tell_revoked(key: Key, *, to: Contact, now: datetime) -> Mail:
    """Which key, why, and the way to a new one; once for each contact, never with its text."""
    with spoken_to(to.user), reading_on(clock.today(now)):
        return outbox.put(
            kind="key_revoked",
            subject_key=f"key:{key.serial}:contact:{to.pk}",
            recipient=to.email,
            subject=_("【重要】ライセンスキー %(serial)s を取り消しました")
            % {"serial": key.serial},
            body=letter(
                "mails/licensing/key_revoked.txt",
                {
                    "key": key,
                    "license": key.license,
                    "customer": key.license.contract.customer,
                    "contact": to,
                    "apply_url": page("licensing:apply"),
                },
            ),
            due_at=now,
            now=now,
        )
