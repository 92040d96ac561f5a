"""Contract contacts are told of the closures that staff announced."""

from datetime import datetime

from django.db import transaction

from contracts.mails import closures as mails
from contracts.models import Contact
from supportdesk.business_calendar.models import Closure


@transaction.atomic(durable=True)
def tell_of_closures(*, now: datetime) -> int:
    """Mail the contract contacts what was announced with that ticked (2-1c); give how many mails.

    One mail each for all closures that wait to be told; each closure is told
    once, whoever and how many run this.
    """
    waiting = Closure.objects.to_be_told().select_for_update(skip_locked=True)
    closures = list(waiting.order_by("starts_on"))
    if not closures:
        return 0
    Closure.objects.filter(pk__in=[c.pk for c in closures]).update(notified_at=now)
    contacts = Contact.objects.active().filter(is_contract=True).select_related("customer", "user")
    return len([mails.closures_announced(contact, closures, now=now) for contact in contacts])
