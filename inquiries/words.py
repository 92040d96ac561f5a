"""Inquiries in the reader's words: reasons with the coverage among them, badges, what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.domain.coverage import CoverageDecision
from contracts.models import Contract
from contracts.received import received_words
from contracts.words import clause_label, coverage_reason, coverage_way_forward
from inquiries.domain.content import Content
from inquiries.domain.outcome import Change, Later
from inquiries.models import Inquiry
from inquiries.statuses import FACTS, Status, Tone
from supportdesk.presenting.dates import day_text, time_text, tokyo_day, tokyo_text
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.models import Promise
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


def received_by(inquiry: Inquiry) -> str:
    """FAX で受け付け、担当 中村が入力; with the day and time of arrival where it was another."""
    text = received_words(inquiry.channel, inquiry.entered_by)
    if not text or inquiry.entered_at is None or inquiry.entered_at == inquiry.sent_at:
        return text
    told = _("%(text)s（届いた日時 %(arrived)s、入力 %(entered)s）")
    return told % {
        "text": text,
        "arrived": tokyo_text(inquiry.sent_at),
        "entered": tokyo_text(inquiry.entered_at),
    }


def change_reason(change: Change) -> str:
    """Why the promise is another than 確認 had shown."""
    return {
        "cutoff": _("送信が本日分の締切を過ぎたため、翌営業日の扱いになりました。"),
        "calendar": _("確認画面のあとで休業日が告知されたため、日が変わりました。"),
        "time": _("確認画面から送信までに時間がたったため、日が変わりました。"),
    }[change.cause]


def badge(inquiry: Inquiry, scheduled_at: datetime | None = None) -> tuple[Tone, str]:
    """Kind and word of the state badge that the customer sees."""
    if scheduled_at is not None:
        return "scheduled", _("%(at)s に送信") % {"at": tokyo_text(scheduled_at)}
    return FACTS[inquiry.status].tone, str(Status(inquiry.status).label)


def staff_badge(inquiry: Inquiry, scheduled_at: datetime | None) -> tuple[Tone, str]:
    """The same for staff, who also see that somebody is writing."""
    if scheduled_at is not None:
        return "scheduled", _("送信予約済み")
    if inquiry.status == Status.HELD:
        return "outside", _("期間外")
    if inquiry.status == Status.IN_PROGRESS and inquiry.answer_drafts.all():
        return "working", _("回答を作成中")
    return badge(inquiry)


@dataclass(frozen=True, slots=True)
class LaterRow:
    when: str
    received: str
    promised_on: date


@dataclass(frozen=True, slots=True)
class LaterTable:
    """送信が遅れた場合; `moves`: the aimed-at day is not the same in every row."""

    rows: tuple[LaterRow, ...]

    @property
    def moves(self) -> bool:
        return len({row.promised_on for row in self.rows}) > 1


def later_table(rows: Sequence[Later], *, now: datetime) -> LaterTable:
    """What sending later brings, in words; of a table with one row nothing is told."""
    today = tokyo_day(now)
    if len(rows) == 1:
        return LaterTable(())
    first = LaterRow(_until(rows[1], today), _received(rows[0], today), rows[0].promised_on)
    others = (
        LaterRow(_since(row, today), _received(row, None), row.promised_on) for row in rows[1:]
    )
    return LaterTable((first, *others))


def _until(following: Later, today: date) -> str:
    told = _("%(at)s より前") if following.inclusive else _("%(at)s まで")
    return told % {"at": _moment(following.since, today)}


def _since(row: Later, today: date) -> str:
    told = _("%(at)s から") if row.inclusive else _("%(at)s を過ぎると")
    return told % {"at": _moment(row.since, today)}


def _moment(at: datetime | None, today: date) -> str:
    if at is None:
        return ""
    return time_text(at) if tokyo_day(at) == today else tokyo_text(at)


def _received(row: Later, today: date | None) -> str:
    if row.received_at is not None:
        return tokyo_text(row.received_at)
    return _("本日、送信した時刻") if today else _("送信した時刻")


def occurred_words(said: Content | Inquiry) -> str:
    """11月20日(金) 14:30, or the day alone."""
    if said.occurred_on is None:
        return ""
    day = day_text(said.occurred_on)
    at = said.occurred_time
    return f"{day} {time_text(at.hour * 60 + at.minute)}" if at else day


def not_covered_words(contract: Contract, coverage: CoverageDecision) -> dict[str, Any]:
    """Why no date can be promised, and every way on: for inquiries/_not_covered.html."""
    return {
        "reason": coverage_reason(coverage),
        "way_forward": coverage_way_forward(coverage),
        "clause_label": clause_label(coverage.clause),
        "ways": ways_forward(contract, coverage),
    }


def ways_forward(contract: Contract, coverage: CoverageDecision) -> list[dict[str, str]]:
    """Where a customer without coverage can go from here; the contract's page first."""
    url = reverse("contracts:detail", args=[contract.number])
    label = _("期間と再開のしかたを見る")
    if coverage.state in ("not_begun", "in_gap"):
        label = _("サポート期間を見る")
    return [
        {"url": url, "label": label},
        {"url": reverse("contracts:list"), "label": _("ほかのご契約を見る")},
    ]


def promise_words(promise: Promise) -> str:
    """11月17日(火)のうちに最初の回答."""
    told = {
        Promise.Rule.RECEPTION_TARGET: _("%(day)sのうちに最初の回答"),
        Promise.Rule.REVIEW_TARGET: _("%(day)sのうちに確認の結果"),
    }.get(Promise.Rule(promise.rule), _("%(day)sに回答の送信"))
    return told % {"day": day_text(promise.promised_on)}
