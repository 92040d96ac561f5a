"""What a withdrawn signing key signed is signed anew: found, ordered once, done by the issuer.

No application is made and none is accepted: it is the same move, so it counts for no limit,
starts no clock of 2-2d and promises nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from contracts.models import Certificate
from contracts.services import RefusedError, replace_certificate
from licensing import mails
from licensing.models import Application, Event, Key, License, Resigning
from licensing.services.events import record
from licensing.services.making import Hand, IssueError, Plan, make, recipients
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.outbox import crash
from supportdesk.signing import keyring

log = logging.getLogger(__name__)


class NotWithdrawnError(Exception):
    """No such signing key is withdrawn: what it signed is believed, and stays as it is."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A withdrawn signing key: how much in use it signed, and what was ordered."""

    kid: str
    keys: int
    certificates: int
    order: Resigning | None

    @property
    def waiting(self) -> int:
        return self.keys + self.certificates


def withdrawn_keys(*, now: datetime) -> list[Withdrawn]:
    """Every withdrawn signing key, as it stands at `now` (aware); none where the ring is unread."""
    kids, today = withdrawn_kids(), clock.today(now)
    orders = {order.kid: order for order in Resigning.objects.filter(kid__in=kids)}
    return [
        Withdrawn(
            kid,
            Key.objects.to_be_signed_anew([kid], today).count(),
            Certificate.objects.to_be_signed_anew([kid], today).count(),
            orders.get(kid),
        )
        for kid in kids
    ]


def withdrawn_kids() -> list[str]:
    """The ids of the signing keys that are believed no more; public, so any process may ask."""
    try:
        return keyring.public_keys().withdrawn_kids
    except keyring.KeyRingError:
        return []


@transaction.atomic(durable=True)
def order_resigning(kid: str, *, reason: str, by: User | None, now: datetime) -> Resigning:
    """Have all that `kid` signed and is in use signed anew; `reason` is told to the customers.

    Ordered again, the first reason stays and the issuer looks once more. `by` is None for a
    command. Raises ValueError without a reason, NotWithdrawnError.
    """
    if not reason.strip():
        raise ValueError("signing anew needs its reason")
    if kid not in withdrawn_kids():
        raise NotWithdrawnError(kid)
    order, made = Resigning.objects.get_or_create(
        kid=kid, defaults={"reason": reason.strip(), "ordered_at": now, "ordered_by": by}
    )
    if not made and order.done_at:
        order.done_at = None
        order.save(update_fields=["done_at"])
    return order


def sign_anew(*, now: datetime, limit: int = 100) -> int:
    """Do what was ordered; give how many keys and certificates were replaced at `now` (aware).

    Runs in the issuer, the only process that can sign. Each in a transaction of its own: the old
    one ends, the new one is signed, stored and put into a mail, or nothing of it. Any number may
    run at once and be killed at any step; what fails stops no other and rests a minute. Raises
    KeyRingError where this process cannot sign at all.
    """
    return sum(
        _work_on(order, now=now, limit=limit) for order in Resigning.objects.filter(done_at=None)
    )


def _work_on(order: Resigning, *, now: datetime, limit: int) -> int:
    today, resting = clock.today(now), order.resting(now)
    keys = Key.objects.to_be_signed_anew([order.kid], today).exclude(serial__in=resting)
    papers = Certificate.objects.to_be_signed_anew([order.kid], today).exclude(number__in=resting)
    waiting: list[tuple[Callable[..., bool], int, str]] = [
        (_sign_key_anew, pk, serial)
        for pk, serial in keys.order_by("pk").values_list("pk", "serial")[:limit]
    ]
    waiting += [
        (_replace_certificate, pk, number)
        for pk, number in papers.order_by("pk").values_list("pk", "number")[:limit]
    ]
    if not waiting:
        _close(order, resting, now=now)
        return 0
    hand = Hand(keyring.signer(), keyring.public_keys())
    return sum(_try(work, pk, name, order, hand, now=now) for work, pk, name in waiting)


def _close(order: Resigning, resting: frozenset[str], *, now: datetime) -> None:
    """Done, unless something rests that failed a moment ago."""
    if not resting:
        Resigning.objects.filter(pk=order.pk, done_at=None).update(
            done_at=now, failures={}, failed_at=None
        )


def _try(
    work: Callable[..., bool], pk: int, name: str, order: Resigning, hand: Hand, *, now: datetime
) -> bool:
    try:
        return work(pk, order, hand, now=now)
    except Exception as error:
        log.exception("%s could not be signed anew", name)
        _note_failure(order, name, error, now=now)
        return False


@transaction.atomic(durable=True)
def _note_failure(order: Resigning, name: str, error: Exception, *, now: datetime) -> None:
    # What others raise may quote anything: only our own words go where staff read them.
    why = str(error) if isinstance(error, IssueError | RefusedError) else type(error).__name__
    locked = Resigning.objects.select_for_update().get(pk=order.pk)
    resting = locked.resting(now)
    kept = {other: said for other, said in locked.failures.items() if other in resting}
    locked.failures, locked.failed_at = {**kept, name: why}, now
    locked.save(update_fields=["failures", "failed_at"])


@transaction.atomic(durable=True)
def _sign_key_anew(pk: int, order: Resigning, hand: Hand, *, now: datetime) -> bool:
    """Whoever holds the licence decides alone, as when a key is issued."""
    license_id = Key.objects.values_list("license", flat=True).get(pk=pk)
    license_ = License.objects.select_for_update(no_key=True).get(pk=license_id)
    rows = Key.objects.to_be_signed_anew([order.kid], clock.today(now))
    old = rows.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if old is None:
        return False
    application = _application_of(old)
    to = recipients(application)
    old.revoked_at, old.revocation_reason, old.revoked_by = now, order.reason, order.ordered_by
    old.save(update_fields=["revoked_at", "revocation_reason", "revoked_by"])
    new, text = make(application, license_, _same(old), hand, now=now)
    crash.point("resign:after_store")
    record(
        application, Event.Kind.RESIGNED, at=now, by=order.ordered_by, key=new, note=order.reason
    )
    for contact in to:
        mails.send_key_anew(application, new, text, to=contact, now=now)
    crash.point("resign:before_commit")
    return True


def _application_of(key: Key) -> Application:
    """The move that it belongs to; of an old server's key the one that has begun to end it."""
    keys = Key.objects.filter(replaces=key) if key.superseded_at else Key.objects.filter(pk=key.pk)
    return Application.objects.for_pages().get(pk__in=keys.values("application"))


def _same(old: Key) -> Plan:
    """The same machine and last day; an old server's perpetual key gets its end as a dated one."""
    return Plan(
        klass="overlap" if old.superseded_at else old.klass,  # type: ignore[arg-type]
        host_code=old.host_code,
        server_name=old.server_name,
        valid_until=old.tolerated_until if old.superseded_at else old.valid_until,
        resigns=old,
    )


def _replace_certificate(pk: int, order: Resigning, hand: Hand, *, now: datetime) -> bool:
    """The same period under a new number (3-4); it is signed, drawn and mailed as any other."""
    papers = Certificate.objects.to_be_signed_anew([order.kid], clock.today(now))
    certificate = papers.select_related("order").filter(pk=pk).first()
    if certificate is None:
        return False
    replace_certificate(
        certificate,
        starts_on=certificate.starts_on,
        ends_on=certificate.ends_on,
        reason=order.reason,
        by=order.ordered_by,
        now=now,
    )
    crash.point("resign:certificate")
    return True
