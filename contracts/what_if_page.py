"""The time line and the what-if beside it, as the customer's and the staff's page show them."""

from datetime import date
from typing import Any

from django.http import QueryDict

from contracts.forms.what_if import WhatIfForm
from contracts.models import Contract
from contracts.services import preview_order
from contracts.timeline import picture
from contracts.what_if import days_to_compare, what_if


def what_if_page(contract: Contract, asked: QueryDict, today: date, url: str) -> dict[str, Any]:
    """For `contracts/_renewal.html`; `asked` may hold `on`, the day that `url` is asked about."""
    periods = contract.periods()
    days = days_to_compare(today, periods[-1].ends_on if periods else None)
    form = WhatIfForm(
        asked if "on" in asked else None, initial={"on": today}, first=days[0], last=days[1]
    )
    on = form.cleaned_data["on"] if form.is_valid() else today
    decision = preview_order(contract, accepted_on=on)
    return {
        "what_if_form": form,
        "what_if_url": url,
        "today": today,
        "picture": picture(periods, today, decision, contract.provided()),
        "what_if": what_if(contract, decision, days),
    }
