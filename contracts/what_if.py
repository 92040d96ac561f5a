"""更新の時期をくらべる: what an order accepted on some day would buy, in words and on a track."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from contracts.domain.dates import ONE_DAY, day_after
from contracts.domain.periods import PeriodDecision, recontinuation_from
from contracts.models import Contract
from contracts.timeline import Bar, Scale
from contracts.words import clause_label, start_reason
from supportdesk.presenting.dates import day_text, month_text

_A_YEAR = timedelta(days=365)
_BEYOND_THE_BOUNDARY = timedelta(days=120)
_ROOM_BETWEEN_MONTHS = 18.0


@dataclass(frozen=True, slots=True)
class Zone:
    """Days with the same kind of outcome. The words are two: which days, and what then."""

    kind: str  # "continues", "gap", "again"
    bar: Bar
    days: str
    outcome: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    decision: PeriodDecision
    zones: tuple[Zone, ...]
    months: tuple[tuple[str, str], ...]  # place and name
    product: str
    reason: str
    clause_label: str
    position: int  # of the slider, in days from the first
    length: int


def days_to_compare(today: date, last_expiry: date | None) -> tuple[date, date]:
    """From today to some months beyond the day that needs the re-continuation product (3-3)."""
    boundary = recontinuation_from(last_expiry) + _BEYOND_THE_BOUNDARY if last_expiry else today
    return today, max(boundary, today + _A_YEAR)


def what_if(contract: Contract, decision: PeriodDecision, days: tuple[date, date]) -> WhatIf:
    """Everything the panel shows of one decision; `days` are the first and last to compare."""
    periods = contract.periods()
    first, last = days
    scale = Scale(first, last)
    zones = _zones(periods[-1].ends_on, decision, scale) if periods else ()
    return WhatIf(
        decision=decision,
        zones=tuple(zones),
        months=tuple(_months(scale)),
        product=contract.product.sold_as(decision.kind),
        reason=start_reason(decision),
        clause_label=clause_label(decision.clause),
        position=(decision.accepted_on - first).days,
        length=(last - first).days,
    )


def _zones(last_expiry: date, decision: PeriodDecision, scale: Scale) -> list[Zone]:
    late, again = day_after(last_expiry), recontinuation_from(last_expiry)
    outcomes = [
        ("continues", scale.first, _until(last_expiry), _("途切れずに続きます")),
        ("gap", late, _since(late), _("受付の翌月1日に再開、空白ができます")),
        ("again", again, _since(again), _("再継続年間サポートが必要です")),
    ]
    starts = [max(start, scale.first) for _kind, start, _days, _outcome in outcomes]
    zones = []
    for (kind, _start, days, outcome), (start, end) in zip(
        outcomes, pairwise([*starts, day_after(scale.last)]), strict=True
    ):
        if start < end:
            bar = scale.span("whatif", start, end - ONE_DAY)
            chosen = start <= decision.accepted_on < end
            zones.append(Zone(kind, bar, days, outcome, chosen))
    return zones


def _until(day: date) -> str:
    return _("%(day)sまで") % {"day": day_text(day)}


def _since(day: date) -> str:
    return _("%(day)sから") % {"day": day_text(day)}


def _months(scale: Scale) -> list[tuple[str, str]]:
    """Today, and the half-years that have room on the track."""
    named = [(0.0, _("今日"))]
    for year in range(scale.first.year, scale.last.year + 1):
        for month in (1, 7):
            place = scale.at(date(year, month, 1))
            if named[-1][0] + _ROOM_BETWEEN_MONTHS <= place <= 100 - _ROOM_BETWEEN_MONTHS / 2:
                named.append((place, month_text(date(year, month, 1))))
    return [(f"{place:.2f}%", name) for place, name in named]
