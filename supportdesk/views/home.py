"""The first page: what sending now would mean, what waits for the customer, what is under way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import inquiries.services as inquiries
import licensing.services as licensing
from contracts.glance import at_a_glance
from contracts.models import Customer
from supportdesk import clock


@dataclass(frozen=True, slots=True)
class Row:
    """A hairline row; `asked` is what the customer owes, empty when it is our turn."""

    title: str
    url: str
    meta: str
    asked: str
    badge: tuple[str, str]


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The same hero for everybody; the lists for a signed-in customer."""
    contact = getattr(request.user, "contact", None)
    customer = contact.customer if contact else None
    return render(request, "home.html", {"brief": True, **_lists(request, customer)})


def _lists(request: HttpRequest, customer: Customer | None) -> dict[str, Any]:
    if customer is None:
        return {}
    now = clock.of(request)
    rows = _rows(customer, now)
    return {
        "customer": customer,
        "waiting": [row for row in rows if row.asked],
        "under_way": [row for row in rows if not row.asked],
        "glance": at_a_glance(customer, clock.today(now)),
    }


def _rows(customer: Customer, now: datetime) -> list[Row]:
    """Inquiries first, then applications, each in the order its app gives."""
    asked = [
        Row(row.title, row.url, row.kind, row.waiting_for or "", row.badge)
        for row in inquiries.home_rows(customer, now)
    ]
    moves = [
        Row(row.title, row.url, row.meta, row.asked, (row.badge.kind, row.badge.word))
        for row in licensing.home_rows(customer, now)
    ]
    return asked + moves
