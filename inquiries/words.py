"""Inquiries in the reader's words: reasons with the coverage among them, badges, what changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contracts.domain.coverage import CoverageDecision
from contracts.models import Contract
from contracts.words import coverage_reason
from inquiries.domain.outcome import Change
from inquiries.models import Inquiry
from inquiries.statuses import FACTS, Status, Tone
from supportdesk.presenting.dates import day_text, tokyo_text
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.steps import ShownStep, present


def confirmation_steps(
    decision: Decision, coverage: CoverageDecision, contract: Contract
) -> list[ShownStep]:
    """The reasons of the promise, with the coverage behind the reception (or first, if none)."""
    steps = present(decision)
    places = (i for i, step in enumerate(decision.steps, start=1) if step.kind in _COVERED_AFTER)
    steps.insert(next(places, 0), coverage_step(coverage, contract))
    return steps


# Received, or held for a decision: the coverage stands behind it, before the counting of days.
_COVERED_AFTER = ("received_at_once", "received_later", "held")


def coverage_step(coverage: CoverageDecision, contract: Contract) -> ShownStep:
    """Covered until when, by which certificate; or why not (article 3)."""
    parts = [coverage_reason(coverage)]
    if coverage.covered and contract.customised:
        parts.append(_("カスタマイズした内容も対象です。"))
    if coverage.period and coverage.period.certificate:
        parts.append(_("証書 %(number)s") % {"number": coverage.period.certificate})
    return ShownStep(
        mark="decided",
        title=_("サポートの対象") if coverage.covered else _("サポートの対象か確認が必要です"),
        detail=f"{contract.label}　{''.join(parts)}",
        short=contract.label,
        clause=coverage.clause,
    )


def change_reason(change: Change) -> str:
    """Why the promise is another than 確認 had shown."""
    return {
        "cutoff": _("送信が本日分の締切 17:00 を過ぎたため、翌営業日の扱いになりました。"),
        "calendar": _("確認の画面のあとで休業日が告知されたため、日が変わりました。"),
        "time": _("確認の画面から送信までに時間がたったため、日が変わりました。"),
    }[change.cause]


def badge(inquiry: Inquiry, scheduled_at: datetime | None = None) -> tuple[Tone, str]:
    """Kind and word of the state badge that the customer sees."""
    if scheduled_at is not None:
        return "scheduled", _("%(at)s に送信") % {"at": tokyo_text(scheduled_at)}
    return FACTS[inquiry.status].tone, str(Status(inquiry.status).label)


def days_in_words(rows: Sequence[Any]) -> str:
    """Whether the aimed-at day stays the same in every row of 送信が遅れた場合."""
    if len({row.promised_on for row in rows}) > 1:
        return ""
    return (
        _("どちらも、目安の日は変わりません。") if len(rows) > 1 else day_text(rows[0].promised_on)
    )
