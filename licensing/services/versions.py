"""What an application said before it was changed: kept, never rewritten."""

from datetime import datetime
from typing import Any

from licensing.models import Application, Attempt
from licensing.services.previewing import Wanted
from supportdesk.accounts.models import User

# What a customer may put right, as it is called on the application.
FIELDS = (
    "old_server_name",
    "new_server_name",
    "new_host_code",
    "new_os",
    "new_network",
    "reason",
    "planned_on",
    "note",
    "wants_overlap",
)
# What is inside the signed key: changing it changes what is issued.
BINDING = frozenset({"new_server_name", "new_host_code"})


def said(application: Application) -> dict[str, Any]:
    """The fields of an application as they are now, as JSON keeps them."""
    values = {name: getattr(application, name) for name in FIELDS}
    planned_on = values["planned_on"]
    return values | {"planned_on": planned_on and planned_on.isoformat()}


def changed_fields(application: Application, wanted: Wanted) -> tuple[str, ...]:
    """Which fields `wanted` says otherwise, in the order of the form."""
    new = values_of(wanted)
    return tuple(name for name in FIELDS if getattr(application, name) != new[name])


def values_of(wanted: Wanted) -> dict[str, Any]:
    """The fields of an application that it writes."""
    return {
        "old_server_name": wanted.old_server_name,
        "new_server_name": wanted.new.name,
        "new_host_code": wanted.new.host_code,
        "new_os": wanted.os,
        "new_network": wanted.network,
        "reason": wanted.reason,
        "planned_on": wanted.planned_on,
        "note": wanted.note,
        "wants_overlap": wanted.wants_overlap,
    }


def keep_version(
    application: Application, *, ending: Attempt.Ending, by: User, now: datetime, note: str = ""
) -> Attempt:
    """Keep the application as it is now, with what was found and promised, before it changes.

    In the caller's transaction, with the application's row locked.
    """
    return Attempt.objects.create(
        application=application,
        number=application.attempts.count() + 1,
        ending=ending,
        sent_at=application.sent_at,
        said=said(application),
        findings=application.findings,
        coverage=application.coverage,
        accepted_at=application.accepted_at,
        promise=application.promise,
        review_promise=application.review_promise,
        ended_at=now,
        ended_by=by,
        note=note,
    )


def write(application: Application, wanted: Wanted) -> list[str]:
    """Put what `wanted` says on the application, unsaved; give the names of the fields."""
    for name, value in values_of(wanted).items():
        setattr(application, name, value)
    return list(FIELDS)
