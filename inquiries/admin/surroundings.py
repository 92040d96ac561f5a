"""What stands beside an inquiry on the staff's page: its coverage, its customer's record."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from contracts.models import Contract
from contracts.services import withdrawn_since
from contracts.timeline import mini, table_scale
from contracts.words import clause_label, coverage_badge, coverage_reason, coverage_way_forward
from inquiries.models import Inquiry
from inquiries.statuses import having
from supportdesk import clock
from supportdesk.promises.models import Promise

A_YEAR = timedelta(days=365)


def surroundings(inquiry: Inquiry, *, now: datetime) -> dict[str, Any]:
    """The aside of the page; coverage as it was judged when the inquiry was sent."""
    coverage, today = inquiry.coverage_decision, clock.today(now)
    contract = Contract.objects.with_periods().get(pk=inquiry.contract_id)
    periods = contract.periods()
    scale = table_scale(today, [period.ends_on for period in periods])
    return {
        "contract": contract,
        "coverage": coverage,
        "coverage_badge": coverage_badge(coverage),
        "coverage_reason": coverage_reason(coverage),
        "coverage_clause": clause_label(coverage.clause),
        "way_forward": coverage_way_forward(coverage),
        "withdrawn_order": withdrawn_since(coverage),
        "bars": mini(periods, today, scale, contract.provided()),
        "ticks": scale.ticks(),
        "today_at": f"{scale.at(today):.2f}%",
        "record": _record(inquiry, now),
    }


def _record(inquiry: Inquiry, now: datetime) -> dict[str, int]:
    """How many inquiries are open; of a year's first replies, how many were kept."""
    others = Inquiry.objects.filter(customer=inquiry.customer_id)
    numbers = others.filter(sent_at__gte=now - A_YEAR).values("number")
    promises = Promise.objects.filter(subject_kind="inquiry", subject_number__in=numbers)
    settled = promises.filter(rule=Promise.Rule.RECEPTION_TARGET).aggregate(
        settled=Count("pk", filter=Q(state__in=[Promise.State.KEPT, Promise.State.BROKEN])),
        kept=Count("pk", filter=Q(state=Promise.State.KEPT)),
    )
    return {"open": others.filter(status__in=having(open=True)).count(), **settled}
