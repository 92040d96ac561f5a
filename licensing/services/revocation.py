"""The revocation list: published by the issuer, read by everybody, its age always told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import IntegrityError, transaction

from licensing.models import Key, RevocationList
from supportdesk import clock
from supportdesk.signing import keyring
from supportdesk.signing.revocations import write_list
from supportdesk.signing.verifier import digest


@dataclass(frozen=True, slots=True)
class ListStanding:
    """What to say of the published list; without a `latest` none was ever published."""

    state: Literal["fresh", "stale", "missing"]
    latest: RevocationList | None
    age: timedelta


def list_standing(*, now: datetime) -> ListStanding:
    """How old the published revocation list is at `now` (aware), and whether it is overdue."""
    latest = RevocationList.objects.defer("text").first()
    if latest is None:
        return ListStanding("missing", None, timedelta())
    stale = clock.today(now) > latest.next_on
    age = max(now - latest.issued_at, timedelta())
    return ListStanding("stale" if stale else "fresh", latest, age)


def publish_revocations(*, now: datetime) -> int:
    """Publish the list anew at `now` (aware) if it changed or is due; give how many were.

    Runs in the issuer, the only process that can sign. Its number grows by one each time;
    of two that publish at once one does. Raises KeyRingError where this process cannot sign.
    """
    latest = RevocationList.objects.defer("text").first()
    if latest and not _outdated(latest, now):
        return 0
    try:
        _publish(latest.number + 1 if latest else 1, now)
    except IntegrityError:  # another one has published this number
        return 0
    return 1


def _outdated(latest: RevocationList, now: datetime) -> bool:
    """A list changes by getting longer, so counting tells, which costs little each second."""
    if latest.due(now) or latest.kid != keyring.public_keys().active.kid:
        return True
    listed = Key.objects.on_revocation_list(clock.today(now))
    if listed.count() == latest.count:
        return False
    return digest(listed.values_list("serial", flat=True)) != latest.digest


@transaction.atomic(durable=True)
def _publish(number: int, now: datetime) -> None:
    signer = keyring.signer()
    next_on = clock.today(now + timedelta(hours=settings.REVOCATION_LIST_HOURS))
    listed = Key.objects.on_revocation_list(clock.today(now))
    serials = list(listed.values_list("serial", flat=True))
    written = write_list(serials, number=number, issued_at=now, next_on=next_on, signer=signer)
    RevocationList.objects.create(
        number=number,
        issued_at=now,
        next_on=next_on,
        count=written.count,
        digest=written.digest,
        kid=signer.kid,
        text=written.text,
    )
