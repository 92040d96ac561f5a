"""The customer's pages: all contracts at a glance, and one contract with its time line."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from contracts.certificate_rows import certificate_rows
from contracts.glance import at_a_glance
from contracts.history import period_rows
from contracts.models import Contract, Customer
from contracts.services import coverage_of
from contracts.views.renewals import call_to_renew
from contracts.what_if_page import what_if_page
from contracts.words import (
    ENDS_SOON_DAYS,
    coverage_badge,
    coverage_reason,
    coverage_way_forward,
)
from supportdesk import clock
from supportdesk.accounts.access import customer_required


@customer_required
def contract_list(request: HttpRequest) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.visible_to(request.user))
    glance = at_a_glance(customer, clock.today(clock.of(request)))
    return render(request, "contracts/list.html", {"glance": glance, "customer": customer})


@customer_required
def contract_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One contract; `?on=` asks what an order accepted on that day would buy."""
    visible = Contract.objects.with_periods().visible_to(request.user)
    contract = get_object_or_404(visible, number=number)
    today = clock.today(clock.of(request))
    context = {"contract": contract, **what_if_page(contract, request.GET, today, request.path)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "contracts/_renewal.html", context)
    coverage = coverage_of(contract, today)
    context |= {
        "form": context["what_if_form"],  # the page's title says so where its date is wrong
        "coverage": coverage,
        "badge": coverage_badge(coverage),
        "reason": coverage_reason(coverage),
        "way_forward": coverage_way_forward(coverage),
        "ends_soon": coverage.covered and coverage.days_left <= ENDS_SOON_DAYS,
        "rows": period_rows(contract, today),
        **_certificates(contract),
        **call_to_renew(request, contract, today),
    }
    return render(request, "contracts/detail.html", context)


def _certificates(contract: Contract) -> dict[str, Any]:
    """All that are signed, for their file; apart from them those that count no longer."""
    rows = certificate_rows(contract)
    return {"certificates": rows, "certificates_past": [row for row in rows if not row.in_force]}
