"""Provisional keys: who may have one out of hours, and the switch that ends the offer."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from licensing.domain.ending import provisional_until
from licensing.models import Application, Event, Key, ProvisionalKeys
from licensing.services.events import record
from licensing.services.locking import State, locked
from licensing.services.previewing import Preview
from supportdesk import clock
from supportdesk.accounts.models import User

_ONLY_ROW = 1


class NotOfferedError(Exception):
    """There is no provisional key for this application now."""


def are_offered() -> bool:
    """Whether staff let provisional keys be asked for now."""
    switch = ProvisionalKeys.objects.filter(pk=_ONLY_ROW).first()
    return switch is None or switch.offered


@transaction.atomic
def switch_provisional(*, offered: bool, note: str, by: User, now: datetime) -> ProvisionalKeys:
    """Switch the offer on or off for every customer. Raises ValueError without a reason.

    What was asked for before stays promised and is issued.
    """
    if not note.strip():
        raise ValueError("switching provisional keys needs a reason")
    changed, _made = ProvisionalKeys.objects.update_or_create(
        pk=_ONLY_ROW,
        defaults={
            "offered": offered,
            "note": note.strip(),
            "changed_at": now,
            "changed_by": by,
        },
    )
    return changed


def offered_until(preview: Preview, *, now: datetime) -> date | None:
    """The last day of the provisional key that this confirmation may offer; None for none.

    Offered where the regular key is promised for later than `now`, within a support
    period (the desk's own offer; it keeps no promise of 2-2d).
    """
    later = preview.decision.release_at is not None and preview.decision.release_at > now
    if not (preview.accepted and preview.coverage.covered and later and are_offered()):
        return None
    return provisional_until(
        issued_on=clock.today(now),
        days=settings.LICENSE_PROVISIONAL_DAYS,
        promised_on=preview.decision.promised_on,
        covered_until=preview.coverage.covered_until,
    )


def is_offered(application: Application, *, now: datetime) -> bool:
    """Whether a provisional key may be asked for now: accepted, covered, promised for later."""
    promise = application.promise
    return (
        application.state == State.ACCEPTED
        and application.coverage_decision.covered
        and promise is not None
        and promise.release_at is not None
        and promise.release_at > now
        and application.provisional_due_at is None
        and not _has_one(application)
        and are_offered()
    )


@transaction.atomic(durable=True)
def ask_provisional(
    application: Application, *, reason: str, by: User, now: datetime
) -> Application:
    """Ask for a provisional key after sending; the issuer issues it within seconds.

    Raises ValueError without a reason, NotOfferedError where there is none (or no
    longer), StateChangedError once the regular key is out or nothing is owed.
    """
    mine = locked(application, State.ACCEPTED)
    if not is_offered(mine, now=now):
        raise NotOfferedError
    ask(mine, reason=reason, by=by, now=now)
    return mine


def ask(application: Application, *, reason: str, by: User, now: datetime) -> None:
    """Let the issuer issue a provisional key at once, in the caller's transaction.

    The move's log says who asked for it and why. Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a provisional key needs its reason")
    application.provisional_reason, application.provisional_due_at = reason.strip(), now
    application.save(update_fields=["provisional_reason", "provisional_due_at"])
    asked = Event.Kind.PROVISIONAL_ASKED
    record(application, asked, at=now, by=by, note=application.provisional_reason)


def provisional_until_of(application: Application, *, now: datetime) -> date:
    """The last day of the provisional key that is issued for this application at `now`.

    One that replaces an earlier one of the same application ends with it.
    """
    promise = application.promise
    today = clock.today(now)
    until = provisional_until(
        issued_on=today,
        days=settings.LICENSE_PROVISIONAL_DAYS,
        promised_on=promise.promised_on if promise else today,
        covered_until=application.coverage_decision.covered_until,
    )
    earlier = application.keys.filter(klass=Key.Class.PROVISIONAL).order_by("issued_at").first()
    if earlier is None or earlier.valid_until is None:
        return until
    return max(min(until, earlier.valid_until), today + timedelta(days=1))


def _has_one(application: Application) -> bool:
    """One that still works for the server that is asked for."""
    open_ones = Key.objects.open_provisional().filter(license=application.license_id)
    return open_ones.filter(host_code=application.new_host_code).exists()
