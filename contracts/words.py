"""Periods and coverage in the reader's words: for pages, mails, the admin and the other apps.

Dates are told with their year, as everywhere on contracts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.domain.coverage import CoverageDecision
from contracts.domain.periods import Fact, PeriodDecision, Step
from contracts.models import Order
from supportdesk.presenting.dates import day_text

# A covered contract is about to end from here on; the pages then show the days in amber.
ENDS_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class StepWords:
    """One reason as `components/steps.html` prints it."""

    mark: str
    title: str
    detail: str
    clause: str
    clause_label: str
    short: str = ""
    own: bool = False


def clause_label(clause: str) -> str:
    """約款 3(2) for 3-2a: the numbering that the customer reads in the terms."""
    article, _dash, paragraph = clause.partition("-")
    if article == "1":  # what 1-3 says stands below the paragraphs of article 1
        return _("約款 %(article)s") % {"article": article}
    return _("約款 %(article)s(%(paragraph)s)") % {"article": article, "paragraph": paragraph[0]}


def kind_word(kind: str) -> str:
    """初年度, 更新, 満了後の更新, 再継続."""
    return str(Order.Kind(kind).label)


def days_word(days: int) -> str:
    return ngettext("%(days)d日", "%(days)d日", days) % {"days": days}


def plain_day(day: date) -> str:
    """2026年11月30日: with its year and without its weekday, in ranges of years."""
    return date_format(day, _("Y年n月j日"))


def _day(day: Fact) -> str:
    return day_text(day, year=True) if isinstance(day, date) else str(day)


# --- A period ---------------------------------------------------------------------


def start_reason(decision: PeriodDecision) -> str:
    """Why the period starts when it does, in a line of a table."""
    on_the_first = decision.accepted_on.day == 1
    if decision.kind == "initial":
        if decision.entitled_from < decision.starts_on:
            return _("購入日から対象。基本の期間は受付日の翌月1日から")
        return _("受付日の当月1日から") if on_the_first else _("受付日の翌月1日から")
    if decision.kind == "renewal":
        return _("期間内のご注文。満了の翌日から")
    if on_the_first:
        return _("満了後のご注文。受付日の当月1日から")
    return _("満了後のご注文。受付日の翌月1日から")


def period_steps(decision: PeriodDecision) -> list[StepWords]:
    """All reasons of a period in order, the period itself last."""
    return [_step_words(step) for step in decision.steps]


def _step_words(step: Step) -> StepWords:
    title, detail = _STEP_WORDS[step.kind]
    facts = {name: _day(fact) for name, fact in step.facts.items()}
    return StepWords(
        mark={"gap": "passed", "one_year": "promise"}.get(step.kind, "decided"),
        title=title() % facts,
        detail=detail() % facts,
        clause=step.clause,
        clause_label=clause_label(step.clause),
    )


_STEP_WORDS: dict[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "first_order": (
        lambda: _("はじめての年間サポートです"),
        lambda: _("ご注文の受付は %(accepted_on)s です。"),
    ),
    "month_first": (
        lambda: _("%(starts_on)s から始まります"),
        lambda: _("受付日の翌月1日から（1日の受付なら、その日から）です。"),
    ),
    "from_purchase": (
        lambda: _("%(purchased_on)s の購入日から対象です"),
        lambda: _("基本の期間が始まる前も、購入日からサポートをご利用いただけます。"),
    ),
    "in_term": (
        lambda: _("期間内のご注文です"),
        lambda: _("受付は %(accepted_on)s、前の期間は %(previous_expiry)s の 24:00 までです。"),
    ),
    "day_after_expiry": (
        lambda: _("%(starts_on)s から始まります"),
        lambda: _("前の期間が満了する %(previous_expiry)s の翌日からです。途切れません。"),
    ),
    "after_expiry": (
        lambda: _("満了後のご注文です"),
        lambda: _("前の期間は %(previous_expiry)s に満了し、受付は %(accepted_on)s です。"),
    ),
    "within_a_year": (
        lambda: _("満了から1年がたっていません"),
        lambda: _("%(recontinuation_from)s より前の受付なので、通常の年間サポートです。"),
    ),
    "year_passed": (
        lambda: _("満了から1年以上がたっています"),
        lambda: _("%(recontinuation_from)s 以降の受付なので、再継続年間サポートが必要です。"),
    ),
    "gap": (
        lambda: _("空白が %(days)s日 できます"),
        lambda: _("%(starts_on)s から %(ends_on)s まではサポートの対象外です。"),
    ),
    "one_year": (
        lambda: _("%(ends_on)s までの1年間です"),
        lambda: _("%(starts_on)s から、満了日の 24:00 までです。"),
    ),
}


def flag_words(flags: Iterable[str]) -> list[str]:
    """What staff should look at before they record an order."""
    words = {
        "purchase_after_acceptance": _("初回ライセンス購入日が、注文の受付日より後です。"),
        "purchase_long_before_acceptance": _(
            "初回ライセンス購入日から注文の受付日まで、3か月以上あいています。"
        ),
        "order_before_previous_period": _(
            "前の期間が始まる前の注文です。最後の満了日の翌日からの更新として扱います。"
        ),
    }
    return [words[flag] for flag in flags]


# --- Coverage ---------------------------------------------------------------------


def coverage_badge(decision: CoverageDecision) -> tuple[str, str]:
    """Kind and word of the state badge."""
    if decision.state == "provided":
        return "ok", _("証書の発行待ちとして対応")
    if decision.covered:
        return "ok", _("サポート期間内")
    if decision.state == "not_begun":
        return "scheduled", _("開始前")
    return "outside", _("期間外")


def coverage_reason(decision: CoverageDecision) -> str:
    """Why the product is covered on the day or not, and since or until when, in full sentences."""
    return _REASONS[decision.state](decision)


def coverage_way_forward(decision: CoverageDecision) -> str:
    """What an order received on the day would bring; empty where one is in, or none is needed."""
    ordered = decision.if_ordered_today
    if ordered is None:
        return ""
    text = _("%(on)sのご注文なら、%(first)s から %(last)s まで対象になります。")
    if ordered.kind == "recontinuation":
        text = _(
            "満了から1年以上がたっているため、再継続年間サポートのご注文が必要です。"
            "%(on)sのご注文なら、%(first)s から %(last)s まで対象になります。"
        )
    return text % {
        "on": day_text(ordered.accepted_on),
        "first": _day(ordered.starts_on),
        "last": _day(ordered.ends_on),
    }


def _covered(decision: CoverageDecision) -> str:
    period = decision.period
    assert period is not None  # noqa: S101  what "covered" means
    if decision.clause == "3-1":
        text = _("初回ライセンスの購入日から対象です。基本の期間は %(first)s 〜 %(last)s です。")
        return text % {"first": _day(period.starts_on), "last": _day(period.ends_on)}
    text = _("%(last)s の 24:00 まで、サポートの対象です。")
    return text % {"last": _day(decision.covered_until or period.ends_on)}


def _provided(decision: CoverageDecision) -> str:
    text = _("ご注文を受け付け、証書の発行待ちとして %(last)s まで対応します。")
    return text % {"last": _day(decision.covered_until or decision.on)}


def _not_begun(decision: CoverageDecision) -> str:
    first = decision.upcoming.entitled_from if decision.upcoming else decision.on
    return _("サポートは %(first)s から始まります。") % {"first": _day(first)}


def _in_gap(decision: CoverageDecision) -> str:
    gap = decision.gap
    assert gap is not None  # noqa: S101  what "in a gap" means
    text = _("%(first)s から %(last)s までの %(days)s は、サポートの空白（対象外）です。")
    return text % {
        "first": _day(gap.starts_on),
        "last": _day(gap.ends_on),
        "days": days_word(gap.days),
    }


def _expired(decision: CoverageDecision) -> str:
    text = _("サポートは %(last)s に満了しました（%(days)s前）。")
    return text % {
        "last": _day(decision.ends_on or decision.on),
        "days": days_word(decision.days_ago),
    }


def _other_product(decision: CoverageDecision) -> str:
    text = _(
        "「%(others)s」のサポートでは「%(product)s」は対象になりません。"
        "「%(product)s」の年間サポートが別に必要です。"
    )
    others = _("」「").join(decision.other_products)
    return text % {"others": others, "product": decision.product}


def _none(decision: CoverageDecision) -> str:
    text = _("「%(product)s」の年間サポートは、まだご注文をいただいていません。")
    return text % {"product": decision.product}


_REASONS: dict[str, Callable[[CoverageDecision], str]] = {
    "covered": _covered,
    "provided": _provided,
    "not_begun": _not_begun,
    "in_gap": _in_gap,
    "expired": _expired,
    "other_product": _other_product,
    "none": _none,
}
