"""An application goes back to the customer with what is missing, and comes in anew."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from contracts.domain.coverage import CoverageDecision
from licensing import mails
from licensing.domain.change import Shown
from licensing.domain.returning import keeps_coverage_until
from licensing.models import Application, Attempt, Event
from licensing.services.applying import OutcomeChangedError, admitted, judge
from licensing.services.deciding import reviewed
from licensing.services.events import record
from licensing.services.locking import State, locked
from licensing.services.previewing import Preview, Wanted, preview
from licensing.services.versions import keep_version, write
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar


@transaction.atomic(durable=True)
def return_to_customer(
    application: Application, *, by: User, missing: str, now: datetime
) -> Application:
    """Send what was held back with what is missing; the customer is told, nothing is promised.

    It is kept as it was, with what was found. Raises ValueError without `missing`,
    StateChangedError where it is not held any more.
    """
    if not missing.strip():
        raise ValueError("a return says what is missing")
    mine = locked(application, State.HELD)
    keep_version(mine, ending=Attempt.Ending.RETURNED, by=by, now=now, note=missing.strip())
    mine.state, mine.returned_at, mine.returned_by = State.RETURNED, now, by
    mine.return_note = missing.strip()
    mine.save(update_fields=["state", "returned_at", "returned_by", "return_note"])
    reviewed(mine, now=now)
    record(mine, Event.Kind.RETURNED, at=now, by=by, note=mine.return_note)
    kept_until = coverage_kept_until(mine) or clock.today(now)
    mails.tell_returned(mine, keeps_coverage_until=kept_until, now=now)
    return mine


def coverage_kept_until(application: Application) -> date | None:
    """The last day on which a returned application keeps its coverage day; None if not returned."""
    if application.returned_at is None:
        return None
    return keeps_coverage_until(
        returned_on=clock.today(application.returned_at),
        days=settings.LICENSE_RETURN_DAYS,
        calendar=load_calendar(),
    )


def preview_again(application: Application, wanted: Wanted, *, now: datetime) -> Preview:
    """What sending a returned application again at `now` would mean; changes nothing.

    Coverage keeps the day it was judged for where it comes back in time, otherwise it
    is judged anew, as the moves are.
    """
    return preview(wanted, now=now, coverage=_kept_coverage(application, now=now))


@transaction.atomic(durable=True)
def send_again(
    application: Application, wanted: Wanted, *, by: User, shown: Shown | None, now: datetime
) -> Application:
    """Take in what was returned: checked anew, with a new clock from `now` (2-2d).

    Raises StateChangedError where it is not returned any more, OutcomeChangedError
    where `shown` had another kind of outcome.
    """
    mine = locked(application, State.RETURNED)
    current = preview_again(mine, wanted, now=now)
    if shown and shown.outcome != current.admission.outcome:
        raise OutcomeChangedError(current)
    written = [*write(mine, wanted), *judge(mine, current, now=now)]
    mine.returned_at, mine.returned_by, mine.return_note = None, None, ""
    mine.shown = shown.as_json() if shown else {}
    mine.save(update_fields=[*written, "returned_at", "returned_by", "return_note", "shown"])
    record(mine, Event.Kind.SENT_AGAIN, at=now, by=by, note=wanted.note)
    admitted(mine, now=now)
    mails.acknowledge(mine, now=now)
    return mine


def _kept_coverage(application: Application, *, now: datetime) -> CoverageDecision | None:
    until = coverage_kept_until(application)
    in_time = until is not None and clock.today(now) <= until
    return application.coverage_decision if in_time else None
