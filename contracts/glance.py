"""A customer's contracts at a glance: state, end and a bar each, and what expires next."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from contracts.domain.coverage import CoverageDecision
from contracts.models import Contract, Customer
from contracts.services import coverages_for
from contracts.timeline import Bar, Scale, Tick, mini, table_scale
from contracts.words import ENDS_SOON_DAYS, coverage_badge, days_word
from supportdesk.presenting.dates import day_text


@dataclass(frozen=True, slots=True)
class Row:
    contract: Contract
    coverage: CoverageDecision
    bars: tuple[Bar, ...]

    @property
    def badge(self) -> tuple[str, str]:
        return coverage_badge(self.coverage)

    @property
    def ends_soon(self) -> bool:
        """A period is about to end; days served ahead of a certificate are no such end."""
        decision = self.coverage
        return decision.period is not None and decision.days_left <= ENDS_SOON_DAYS

    @property
    def note(self) -> str:
        """What to know about the end: the days left, or when it goes on or could go on."""
        decision = self.coverage
        if decision.state == "provided":
            return _("この日までに証書を発行します")
        if self.ends_soon:
            return _("あと %(days)s") % {"days": days_word(decision.days_left)}
        if decision.upcoming:
            return _("%(day)sから始まります") % {"day": day_text(decision.upcoming.entitled_from)}
        if decision.if_ordered_today:
            again = decision.if_ordered_today.kind == "recontinuation"
            text = _("再継続で%(day)sから") if again else _("%(day)sから再開できます")
            return text % {"day": day_text(decision.if_ordered_today.starts_on)}
        return _("まだご注文がありません") if decision.state == "none" else ""


@dataclass(frozen=True, slots=True)
class Glance:
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    today: str

    @property
    def shows_before(self) -> bool:
        """Some bar begins with the days between a purchase and its base period."""
        return any(bar.kind == "before" for row in self.rows for bar in row.bars)

    @property
    def shows_provided(self) -> bool:
        """Some bar is served ahead of its certificate."""
        return any(bar.kind == "provided" for row in self.rows for bar in row.bars)

    @property
    def next_to_end(self) -> Row | None:
        """The covered contract that ends first."""
        covered = [row for row in self.rows if row.coverage.period]
        return min(covered, key=lambda row: row.coverage.days_left, default=None)


def at_a_glance(customer: Customer, on: date) -> Glance:
    """All contracts of a customer as they stand on the Tokyo date `on`, in few queries."""
    decisions = coverages_for(customer, on)
    scale = _scale(decisions, on)
    return Glance(
        rows=tuple(
            Row(contract, decision, mini(contract.periods(), on, scale, contract.provided()))
            for contract, decision in decisions
        ),
        ticks=scale.ticks(),
        today=f"{scale.at(on):.2f}%",
    )


def _scale(decisions: list[tuple[Contract, CoverageDecision]], on: date) -> Scale:
    ends = [period.ends_on for contract, _decision in decisions for period in contract.periods()]
    return table_scale(on, ends)
