"""The error summary of a form: one row a field, in the words that stand below the field."""

from dataclasses import dataclass

from django.forms import BaseForm


@dataclass(frozen=True, slots=True)
class SummaryRow:
    target: str  # the id of the field to go to; empty for what concerns the form as a whole
    text: str


def summary_rows(form: BaseForm) -> list[SummaryRow]:
    """Every error of a bound form, in the order of its fields; hidden ones have no place to go."""
    rows = [SummaryRow("", str(error)) for error in form.non_field_errors()]
    for field in form:
        target = "" if field.is_hidden else _target(field.id_for_label, field.auto_id)
        rows += [SummaryRow(target, str(error)) for error in field.errors]
    return rows


def _target(of_label: str, auto_id: str | bool) -> str:
    """The first control of a group of choices, or the control itself."""
    return of_label or f"{auto_id}_0"
