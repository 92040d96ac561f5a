"""What an order brings by which day, in the reader's words: for mails, forms and pages."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from contracts.domain.dates import ONE_DAY, day_after
from contracts.domain.periods import PeriodDecision
from contracts.domain.reminders import Outcome, outcomes
from contracts.models import Order
from contracts.words import clause_label, days_word
from supportdesk.presenting.dates import day_text, span_text


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """Two sentences: on which days the order is accepted, and what then."""

    kind: str
    days: str
    consequence: str
    clause: str
    clause_label: str


def outcome_words(order: Order, on: date) -> list[OutcomeWords]:
    """What follows the period of `order`, by the day from `on` on which the next is accepted."""
    told = outcomes(expiry=order.ends_on, on=on)
    words = [_words(order, outcome) for outcome in told]
    before, again = told[-2:] if len(told) > 1 else (None, told[-1])
    if before and before.last and day_after(before.last) < again.first:
        words.insert(-1, _later_still(day_after(before.last), again.first - ONE_DAY))
    return words


def consequence(order: Order, decision: PeriodDecision) -> str:
    """What this decision means after the period of `order`, in one or two sentences."""
    facts = {
        "first": day_text(decision.starts_on, year=True),
        "last": day_text(decision.ends_on, year=True),
        "gap": _gap(decision),
        "product": order.contract.product.sold_as(decision.kind),
    }
    if decision.kind == "recontinuation":
        text = _("「%(product)s」のご注文が必要です。%(first)s から始まり、%(gap)s。")
    elif decision.kind == "renewal":
        text = _("途切れずに続きます。%(first)s から %(last)s までです。")
    else:
        text = _("%(first)s から始まり、%(gap)s。")
    return text % facts


def _gap(decision: PeriodDecision) -> str:
    if decision.gap is None:
        return _("空白はできません")
    text = _("空白が %(days)s できます（%(span)s）")
    span = span_text(decision.gap.starts_on, decision.gap.ends_on)
    return text % {"days": days_word(decision.gap.days), "span": span}


def _words(order: Order, outcome: Outcome) -> OutcomeWords:
    decision = outcome.decision
    return OutcomeWords(
        kind=decision.kind,
        days=_days(outcome),
        consequence=_product_needed(order, decision)
        if outcome.last is None
        else consequence(order, decision),
        clause=decision.clause,
        clause_label=clause_label(decision.clause),
    )


def _later_still(first: date, last: date) -> OutcomeWords:
    """The months that are not told one by one."""
    return OutcomeWords(
        kind="late_renewal",
        days=span_text(first, last),
        consequence=_(
            "受付日の翌月1日（1日の受付なら、その日）から始まり、遅れるほど空白が長くなります。"
        ),
        clause="3-2b",
        clause_label=clause_label("3-2b"),
    )


def _days(outcome: Outcome) -> str:
    first = day_text(outcome.first, year=True)
    if outcome.last is None:
        return _("%(day)s から") % {"day": first}
    if outcome.decision.kind == "renewal":
        return _("%(day)s まで") % {"day": day_text(outcome.last, year=True)}
    if outcome.first == outcome.last:
        return first
    return span_text(outcome.first, outcome.last)


def _product_needed(order: Order, decision: PeriodDecision) -> str:
    text = _("満了から1年以上がたつため、「%(product)s」のご注文が必要です。")
    return text % {"product": order.contract.product.sold_as(decision.kind)}
