"""注文受付済み・証書は後日, from an application that is held. `now` is an aware instant."""

from datetime import date, datetime

from django.db import transaction

from contracts.services import grant
from licensing.models import Application
from licensing.services.deciding import accept_within
from licensing.services.locking import locked
from supportdesk.accounts.models import User


def held_for_coverage_only(application: Application) -> bool:
    """Whether an order is all that stands between this application and its acceptance."""
    kinds = {finding.kind for finding in application.admission.findings}
    return kinds == {"not_covered"}


@transaction.atomic(durable=True)
def accept_with_certificate_to_follow(
    application: Application, *, until: date, reason: str, by: User, now: datetime
) -> bool:
    """Serve the contract until the Tokyo date `until` ahead of its certificate; with it, accept
    the application, where only coverage held it (False where something else does).

    Coverage stays as it was judged on the day of sending; the clock of 2-2d starts at `now`.
    Raises RefusedError as `contracts.services.provide` does, StateChangedError where the
    application is not held any more; then nothing is changed.
    """
    mine = locked(application, Application.State.HELD)
    only = held_for_coverage_only(mine)
    if only:
        accept_within(mine, by=by, note=reason, now=now)
    grant(mine.license.contract, until=until, reason=reason, by=by, now=now)
    return only
