"""What the staff's page of an application shows: the customer's page, and what is for staff."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contracts.services import withdrawn_since
from contracts.words import clause_label, coverage_badge, coverage_reason
from licensing import services
from licensing.changes import FieldChange, changes_since
from licensing.history import history_of_move
from licensing.key_words import rows_of_move
from licensing.models import Application
from licensing.timeline import meter, picture_of
from licensing.words import badge_of, findings_of, reasons, received_by
from supportdesk.presenting.dates import day_text, tokyo_text
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.models import Promise


def page_of(application: Application, *, now: datetime) -> dict[str, Any]:
    """All but the buttons, for whoever looks at `now` (aware)."""
    return {
        "application": application,
        "badge": badge_of(application, now=now),
        "findings": findings_of(application),
        "received": received_by(application),
        "kept_until": services.coverage_kept_until(application),
        "versions": list(_versions(application)),
        **_coverage(application),
        **_promised(application),
        **_moving(application, now=now),
    }


def _coverage(application: Application) -> dict[str, Any]:
    coverage = application.coverage_decision
    return {
        "coverage_badge": coverage_badge(coverage),
        "coverage_reason": coverage_reason(coverage),
        "coverage_clause": coverage.clause,
        "coverage_clause_label": clause_label(coverage.clause),
        "coverage_on": coverage.on,
        "withdrawn_order": withdrawn_since(coverage),
    }


def _promised(application: Application) -> dict[str, Any]:
    promise = application.promise
    if promise is None:
        return {"promise": application.review_promise}
    decision = Decision.from_json(promise.decision)
    return {"promise": promise, "steps": reasons(decision, application.coverage_decision)}


def _moving(application: Application, *, now: datetime) -> dict[str, Any]:
    """The time line, the keys, the count, the old server and what happened."""
    keys = services.keys_of(application)
    move, number = services.move_of(application, keys), services.move_number(application)
    return {
        "picture": move and picture_of(move, application, keys, now=now),
        "rows": rows_of_move(application, keys, move, now=now),
        "number": number,
        "meter": number and meter(number),
        "stop": move and services.stop_of(application, move),
        "history": history_of_move(application, keys, for_staff=True),
    }


def _versions(application: Application) -> Iterator[dict[str, Any]]:
    """Each earlier version: when it was sent, how it ended, what it promised, what changed then."""
    attempts = list(application.attempts.select_related("promise", "review_promise"))
    for place, attempt in enumerate(attempts):
        facts = {
            "number": attempt.number,
            "sent": tokyo_text(attempt.sent_at),
            "ended": tokyo_text(attempt.ended_at),
            "how": attempt.get_ending_display(),
        }
        promise = attempt.promise or attempt.review_promise
        later = attempts[place + 1] if place + 1 < len(attempts) else application
        changes: list[FieldChange] = changes_since(attempt, later)
        yield {
            "head": _("%(number)d回目　送信 %(sent)s、%(how)s %(ended)s") % facts,
            "note": attempt.note,
            "promised": promise and _promised_words(promise),
            "changes": changes,
        }


def _promised_words(promise: Promise) -> str:
    at = tokyo_text(promise.release_at) if promise.release_at else day_text(promise.promised_on)
    return _("お約束 %(due)s（%(state)s）") % {"due": at, "state": promise.get_state_display()}
