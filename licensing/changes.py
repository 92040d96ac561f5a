"""What a correction changes, field by field in the reader's words: for the pages and the admin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from licensing.host_codes import as_shown
from licensing.models import Application, Attempt
from licensing.services import Wanted
from licensing.services.versions import FIELDS, said, values_of
from supportdesk.presenting.dates import day_text


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an application: its name, what it said, what it says then."""

    label: str
    before: str
    after: str


def field_changes(application: Application, wanted: Wanted) -> list[FieldChange]:
    """What `wanted` says otherwise than the application, in the order of the form."""
    new = values_of(wanted)
    return _changes(application, {name: getattr(application, name) for name in FIELDS}, new)


def changes_since(attempt: Attempt, later: Attempt | Application) -> list[FieldChange]:
    """What an earlier version of an application said otherwise than the one after it."""
    after = later.said if isinstance(later, Attempt) else said(later)
    return _changes(attempt.application, attempt.said, after)


def _changes(
    of: Application, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[FieldChange]:
    return [
        FieldChange(label_of(name), _shown(of, name, before[name]), _shown(of, name, after[name]))
        for name in FIELDS
        if before[name] != after[name]
    ]


def label_of(name: str) -> str:
    """What a field of the application is called."""
    return str(Application._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _shown(of: Application, name: str, value: Any) -> str:
    if name == "new_host_code":
        return as_shown(value, of)
    if name == "reason":
        return str(Application.Reason(value).label)
    if name == "wants_overlap":
        return _("希望する") if value else _("希望しない")
    if name == "planned_on":
        day = date.fromisoformat(value) if isinstance(value, str) and value else value
        return day_text(day) if day else _("未定")
    return str(value) or _("（なし）")
