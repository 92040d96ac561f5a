"""Ordering a renewal in the portal (入力 → 確認 → 完了), taking it back, and saying no to one.

What was typed travels in the form itself: nothing is kept before it is sent, and going back, a
reload or a second window lose nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contracts import services
from contracts.domain.periods import PeriodDecision
from contracts.forms.renewals import NonrenewalForm, RenewalForm
from contracts.models import Contract, Order, RenewalRequest
from contracts.renewal_words import consequence, outcome_words
from contracts.timeline import picture
from contracts.words import clause_label, kind_word
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person
from supportdesk.business_calendar.services import current_terms, load_calendar

_SALT = "contracts.renewal.shown"


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def renew(request: HttpRequest, number: str) -> HttpResponse:
    """All three screens: `step` says which button was pressed."""
    contract, contact = _contract(request, number), person(request).contact
    token = _token(request)
    sent = RenewalRequest.objects.visible_to(contact.user).filter(token=token).first()
    if sent:
        return redirect("contracts:renewal", sent.number)
    problem = services.why_not_to_order(contract, clock.today(clock.of(request)))
    if problem or not services.may_order(contact):
        return _cannot(request, contract, problem)
    step = request.POST.get("step", "")
    form = RenewalForm(request.POST if step else None)
    if step not in {"confirm", "send"} or not form.is_valid():
        # Back from 確認: nothing is judged, nothing lost.
        typed = RenewalForm(initial=request.POST.dict()) if step == "back" else form
        return _page(request, "contracts/renew.html", contract, typed, token)
    if step == "send":
        return _send(request, contract, form, token)
    return _page(request, "contracts/renew_confirm.html", contract, form, token)


def _send(request: HttpRequest, contract: Contract, form: RenewalForm, token: UUID) -> HttpResponse:
    shown = _shown(request)
    try:
        if shown is None:
            raise services.ShownChangedError
        sent = services.send_renewal_request(
            contract,
            contact=person(request).contact,
            token=token,
            shown=shown,
            **form.cleaned_data,
            now=clock.of(request),
        )
    except services.ShownChangedError:
        return _page(request, "contracts/renew_confirm.html", contract, form, token, changed=True)
    except services.RefusedError as error:
        return _cannot(request, contract, str(error))
    return redirect(reverse("contracts:renewal", args=[sent.number]) + "?sent=1")


@customer_required
def renewal(request: HttpRequest, number: str) -> HttpResponse:
    """What became of an order sent in the portal."""
    sent = _request(request, number)
    today = clock.today(clock.of(request))
    last = sent.contract.orders.standing().last()
    context = {
        "sent": sent,
        "just_sent": "sent" in request.GET and sent.is_open,
        "badge": _BADGES[sent.state],
        "product": _product(sent),
        "outcomes": outcome_words(last, today) if last and sent.is_open else [],
        "may_withdraw": sent.is_open and services.may_order(person(request).contact),
        **_accepted(sent),
    }
    return render(request, "contracts/renewal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, then take back what no clerk has accepted yet."""
    sent = _request(request, number)
    if request.method == "POST" and services.may_order(person(request).contact):
        try:
            services.withdraw_renewal_request(sent, by=person(request), now=clock.of(request))
        except services.RefusedError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("更新のご注文を取り下げました。"))
        return redirect("contracts:renewal", sent.number)
    return render(request, "contracts/renewal_withdraw.html", {"sent": sent})


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def nonrenewal(request: HttpRequest, number: str) -> HttpResponse:
    """更新しない: say what it means, then record it."""
    contract, contact = _contract(request, number), person(request).contact
    form = NonrenewalForm(request.POST or None)
    last = contract.orders.standing().last()
    if last is None or not services.may_order(contact):
        return _cannot(request, contract, "" if last else _("更新する期間がありません。"))
    if request.method == "POST" and form.is_valid():
        try:
            services.mark_not_renewing(
                contract, reason=form.cleaned_data["reason"], by=contact.user, now=clock.of(request)
            )
        except services.RefusedError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("更新しないことを承りました。ご案内のメールを止めます。"))
        return redirect("contracts:detail", contract.number)
    context = {"contract": contract, "form": form, "last": last}
    return render(request, "contracts/nonrenewal.html", context)


@require_POST
@customer_required
def undo_nonrenewal(request: HttpRequest, number: str) -> HttpResponse:
    """Change one's mind: reminders go on."""
    contract, contact = _contract(request, number), person(request).contact
    if services.may_order(contact) and services.undo_not_renewing(
        contract, by=contact.user, now=clock.of(request)
    ):
        messages.success(request, _("「更新しない」を取り消しました。満了の前にご案内します。"))
    return redirect("contracts:detail", contract.number)


def call_to_renew(request: HttpRequest, contract: Contract, today: date) -> dict[str, Any]:
    """What the contract's page offers about its renewal; for `contracts/_renew.html`."""
    return {
        "may_order": services.may_order(person(request).contact),
        "who_orders": services.recipients_of(contract),
        "why_not": services.why_not_to_order(contract, today),
        "open_request": contract.renewal_requests.open().first(),
        "nonrenewal": services.not_renewing(contract),
        "has_orders": bool(contract.standing()),
    }


# --- Pages ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An acceptance on one day, and what it would mean."""

    on: date
    decision: PeriodDecision
    words: str
    clause_label: str


def _page(
    request: HttpRequest,
    template: str,
    contract: Contract,
    form: RenewalForm,
    token: UUID,
    *,
    changed: bool = False,
) -> HttpResponse:
    now = clock.of(request)
    today, last = clock.today(now), _last(contract)
    calendar = load_calendar()
    earliest_at = calendar.next_open(now)
    accepted_today = _acceptance(contract, last, today)
    earliest = _acceptance(contract, last, clock.today(earliest_at))
    context = {
        "contract": contract,
        "contact": person(request).contact,
        "last": last,
        "form": form,
        "token": token,
        "changed": changed,
        "product": contract.product.sold_as(accepted_today.decision.kind),
        "again": accepted_today.decision.kind == "recontinuation",
        "accepted": accepted_today,
        "today": today,
        "picture": picture(contract.periods(), today, earliest.decision, contract.provided()),
        "is_open": calendar.is_open(now),
        "closes_at": _closes_at(now) if calendar.is_open(now) else None,
        "earliest_at": earliest_at,
        "earliest": earliest,
        "may_be_later": earliest.on != today,
        "worse_later": earliest.decision.starts_on != accepted_today.decision.starts_on,
        "is_last_day": last.ends_on == today,
        "outcomes": outcome_words(last, today),
        "terms": current_terms(today),
        "shown": signing.dumps(accepted_today.decision.as_json(), salt=_SALT),
    }
    return render(request, template, context, status=409 if changed else 200)


def _closes_at(now: datetime) -> datetime:
    return load_calendar().closing(clock.today(now))


def _acceptance(contract: Contract, last: Order, on: date) -> Acceptance:
    decision = services.preview_order(contract, accepted_on=on)
    return Acceptance(on, decision, consequence(last, decision), clause_label(decision.clause))


def _cannot(request: HttpRequest, contract: Contract, problem: str) -> HttpResponse:
    context = {
        "contract": contract,
        "problem": problem,
        "open_request": contract.renewal_requests.open().first(),
        "may_order": services.may_order(person(request).contact),
        "who_orders": services.recipients_of(contract),
    }
    return render(request, "contracts/renew_cannot.html", context)


def _accepted(sent: RenewalRequest) -> dict[str, Any]:
    order = sent.order
    if order is None:
        return {}
    before = sent.contract.orders.filter(starts_on__lt=order.starts_on, withdrawn_at=None)
    previous = before.order_by("starts_on").last()
    return {
        "order": order,
        "kind": kind_word(order.kind),
        "consequence": consequence(previous, order.decided) if previous else "",
        "clause": order.decided.clause,
        "clause_label": clause_label(order.decided.clause),
    }


_BADGES = {
    "open": ("working", RenewalRequest.State.OPEN.label),
    "accepted": ("ok", RenewalRequest.State.ACCEPTED.label),
    "declined": ("done", RenewalRequest.State.DECLINED.label),
    "withdrawn": ("done", RenewalRequest.State.WITHDRAWN.label),
}


def _product(sent: RenewalRequest) -> str:
    return sent.contract.product.sold_as("recontinuation" if sent.recontinuation else "renewal")


def _last(contract: Contract) -> Order:
    last = contract.orders.standing().select_related("contract__product").last()
    assert last is not None  # noqa: S101  why_not_to_order() has looked
    return last


def _shown(request: HttpRequest) -> PeriodDecision | None:
    """What this confirmation showed; None where it was not ours."""
    try:
        return PeriodDecision.from_json(signing.loads(request.POST.get("shown", ""), salt=_SALT))
    except signing.BadSignature:
        return None


def _token(request: HttpRequest) -> UUID:
    """The form's own from its first page: sent twice, it is one order."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return uuid4()


def _contract(request: HttpRequest, number: str) -> Contract:
    visible = Contract.objects.with_periods().visible_to(request.user)
    return get_object_or_404(visible, number=number)


def _request(request: HttpRequest, number: str) -> RenewalRequest:
    visible = RenewalRequest.objects.visible_to(request.user).select_related(
        "contract__product", "contract__customer", "requested_by__user", "order", "closed_by"
    )
    return get_object_or_404(visible, number=number)
