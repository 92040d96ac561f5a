"""A key ended for cause, by staff, with a reason."""

from datetime import datetime

from django.db import transaction

from licensing import mails
from licensing.models import Key
from licensing.services.resending import recipients_of
from supportdesk.accounts.models import User


class AlreadyRevokedError(Exception):
    """Somebody revoked this key before: `key` as it is now."""

    def __init__(self, key: Key) -> None:
        super().__init__(key.serial)
        self.key = key


@transaction.atomic(durable=True)
def revoke_key(key: Key, *, reason: str, by: User, now: datetime) -> Key:
    """Revoke a key for cause: it counts no more, and goes on the next revocation list.

    That list follows within seconds. A key on a server that never asks for it cannot be
    recalled. The registered contract and technical contacts (2-2b) are told at once, with
    `reason`, each in their language. Raises ValueError without a reason, AlreadyRevokedError.
    """
    if not reason.strip():
        raise ValueError("revoking a key needs its reason")
    rows = Key.objects.filter(pk=key.pk, revoked_at=None)
    changed = rows.update(revoked_at=now, revocation_reason=reason.strip(), revoked_by=by)
    fresh = Key.objects.select_related("license__contract__customer").get(pk=key.pk)
    if not changed:
        raise AlreadyRevokedError(fresh)
    for contact in recipients_of(fresh):
        mails.tell_revoked(fresh, to=contact, now=now)
    return fresh
