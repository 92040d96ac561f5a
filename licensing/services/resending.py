"""A key mailed once more by staff: a new mail, a reason, and the same text byte for byte."""

from datetime import datetime

from django.db import transaction

from contracts.models import Contact
from licensing import mails
from licensing.models import Key, KeyResend
from licensing.services.displaying import NotShownError, not_shown_because, text_of
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail


class NobodyToSendToError(Exception):
    """No contract or technical contact is registered, so the key goes to nobody."""


def recipients_of(key: Key) -> list[Contact]:
    """Who a key may be mailed to (2-2b), as registered now; contract contacts first."""
    return list(Contact.objects.receiving_keys().filter(customer=key.license.contract.customer_id))


@transaction.atomic(durable=True)
def resend_key(key: Key, *, reason: str, by: User, now: datetime) -> KeyResend:
    """Mail a key again to every registered contract and technical contact, with `reason`.

    Nothing is signed anew: the text is the one that was issued. While an earlier
    resend is on its way, that one is given: two who press at once send once.
    Raises ValueError without a reason, NotShownError for a key whose text the
    desk never had or that no longer works, NobodyToSendToError.
    """
    if not reason.strip():
        raise ValueError("a resend needs its reason")
    rows = Key.objects.select_related("license__contract__customer", "application")
    locked = rows.select_for_update(no_key=True, of=("self",)).get(pk=key.pk)
    if why := not_shown_because(locked, now=now):
        raise NotShownError(why)
    if on_its_way := _on_its_way(locked):
        return on_its_way
    recipients = recipients_of(locked)
    if not recipients:
        raise NobodyToSendToError
    resend = KeyResend.objects.create(
        key=locked,
        reason=reason.strip(),
        recipients=[{"name": contact.name, "email": contact.email} for contact in recipients],
        by=by,
        at=now,
    )
    for contact in recipients:
        mails.send_key_again(resend, text_of(locked), to=contact, now=now)
    return resend


def _on_its_way(key: Key) -> KeyResend | None:
    last = key.resends.last()
    if last is None:
        return None
    unsent = Mail.objects.unsent().filter(subject_key__startswith=mails.again_key(last))
    return last if unsent.exists() else None
