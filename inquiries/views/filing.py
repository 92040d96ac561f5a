"""入力 → 確認 → 完了. What is typed is kept; nothing is sent before its promise was seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from contracts.models import Customer, Product
from contracts.models.people import CustomerQuerySet
from contracts.services import coverages_for
from inquiries import services
from inquiries.domain.content import Content
from inquiries.domain.outcome import Change, Shown, decide_outcome, if_sent_later
from inquiries.domain.text import storable
from inquiries.forms import InquiryForm, Offer
from inquiries.models import Draft, Inquiry
from inquiries.uploads import take_files, token_of
from inquiries.words import (
    LaterTable,
    change_reason,
    confirmation_steps,
    later_table,
    not_covered_words,
    occurred_words,
)
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import current_terms, load_calendar
from supportdesk.presenting.countdown import countdown

SALT = "inquiries.confirm"
TOO_MANY = gettext_lazy(
    "まだ送信されていません。本日はこのご契約から多くのお問い合わせをいただいているため、"
    "明日以降に送信してください。入力した内容は残っています。お急ぎの場合は、"
    "送信済みのお問い合わせへの返信でお知らせください。"
)


# --- 入力 ----------------------------------------------------------------------------------


@customer_required
def new(request: HttpRequest, token: UUID | None = None) -> HttpResponse:
    """The form: a new one, the one left unsent, or the one that 確認 came from."""
    if request.method == "POST":
        return _typed(request)
    by = person(request)
    draft = _draft(token, by) if token else services.latest_draft(by)
    wanted = request.GET.get("contract", "")
    typed: dict[str, str] = dict(draft.typed) if draft else {}
    if wanted:
        typed["contract"] = wanted
    form = _form(request, typed if token and "checked" in request.GET else None, typed)
    return _input(request, form, draft.pk if draft else uuid4(), draft, continued=not token)


def _typed(request: HttpRequest) -> HttpResponse:
    by, now, token = person(request), clock.of(request), token_of(request)
    typed = {name: storable(request.POST.get(name, "")) for name in InquiryForm.TYPED}
    form = _form(request, request.POST, typed)
    try:
        draft = services.save_draft(token, by=by, typed=_kept(token, by, typed), now=now)
    except services.SpentError:
        return _come_back_to(request, form, token, by)
    except services.NotYoursError as error:
        raise Http404 from error
    action = request.POST.get("action", "")
    if action == "discard":
        services.discard_draft(draft)
        return redirect("inquiries:new")
    return _act(request, form, draft, action)


def _kept(token: UUID, by: User, typed: Mapping[str, str]) -> dict[str, str]:
    """Asking for a check belongs to a contract: it ends when another one is chosen."""
    before = Draft.objects.filter(pk=token, user=by).values_list("typed", flat=True).first() or {}
    same = before.get("contract") == typed["contract"]
    return {**typed, **({"check": before["check"]} if same and "check" in before else {})}


def _act(request: HttpRequest, form: InquiryForm, draft: Draft, action: str) -> HttpResponse:
    by, now = person(request), clock.of(request)
    refused = take_files(request, draft, by=by, now=now)
    if action.startswith("remove:"):
        services.detach(draft, action.removeprefix("remove:"))
    if action.startswith(("remove:", "attach")) and not refused:
        return redirect(f"{reverse('inquiries:edit', args=[draft.pk])}#field-attachments")
    if action.startswith(("remove:", "attach")):
        form = _form(request, None, draft.typed)
        return _input(request, form, draft.pk, draft, refused=refused)
    if form.is_valid() and not refused:
        return redirect("inquiries:confirm", draft.pk)
    return _input(request, form, draft.pk, draft, refused=refused)


def _come_back_to(request: HttpRequest, form: InquiryForm, token: UUID, by: User) -> HttpResponse:
    """A form that was sent before, come back to by the browser's way back."""
    if form.is_valid():
        content = form.content(ask_to_check=False)
        checked = form.content(ask_to_check=True)
        for one in (content, checked):
            try:
                return _done_with(
                    services.sent_before(token, services.hash_as_sent(one, token), by=by)
                )
            except services.AlreadySentError:
                continue
    sent = get_object_or_404(Inquiry, form_token=token, asked_by=by)
    return _conflict(request, sent)


def _conflict(request: HttpRequest, sent: Inquiry) -> HttpResponse:
    """This form was sent with other words: those stay as they are, what is typed may go on."""
    typed = {name: storable(request.POST.get(name, "")) for name in InquiryForm.TYPED}
    context = {"inquiry": sent, "typed": typed, "token": uuid4()}
    return render(request, "inquiries/conflict.html", context, status=409)


def _input(
    request: HttpRequest,
    form: InquiryForm,
    token: UUID,
    draft: Draft | None,
    *,
    refused: Sequence[str] = (),
    continued: bool = False,
) -> HttpResponse:
    for reason in refused:
        form.add_error("attachments", reason)
    chosen = form["contract"].value() or _first_choice(form)
    context = {
        "form": form,
        "token": token,
        "draft": draft,
        "continued": continued and draft is not None,
        "contact": person(request).contact,
        "others": [offer for offer in form.offers if not offer.selectable],
        "not_bought": Product.objects.exclude(contracts__customer__in=_customers(request)),
        **_promise_of(form.offers, chosen, clock.of(request)),
    }
    return render(request, "inquiries/new.html", context)


def _first_choice(form: InquiryForm) -> str:
    return next((offer.contract.number for offer in form.offers if offer.selectable), "")


@customer_required
@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """The promise beside the form, asked again when the product or the clock changes it."""
    number = request.GET.get("contract", "")
    context = _promise_of(_offers(request, number), number, clock.of(request))
    return render(request, "inquiries/_promise.html", context)


def _promise_of(offers: Sequence[Offer], number: str, now: datetime) -> dict[str, Any]:
    offer = next((one for one in offers if one.contract.number == number), None)
    if offer is None:
        return {"outcome": None}
    outcome = decide_outcome(offer.coverage, ask_to_check=False, at=now, calendar=load_calendar())
    return {
        "outcome": outcome,
        "contract": offer.contract,
        **not_covered_words(offer.contract, outcome.coverage),
    }


@customer_required
@require_POST
def upload(request: HttpRequest, token: UUID) -> HttpResponse:
    """Files sent while the form is still being written; the rows below the field come back."""
    by, now = person(request), clock.of(request)
    typed = {name: storable(request.POST.get(name, "")) for name in InquiryForm.TYPED}
    try:
        draft = services.save_draft(token, by=by, typed=_kept(token, by, typed), now=now)
    except (services.NotYoursError, services.SpentError) as error:
        raise Http404 from error
    refused = take_files(request, draft, by=by, now=now)
    return render(request, "inquiries/_files.html", {"draft": draft, "refused": refused})


# --- 確認 ----------------------------------------------------------------------------------


@customer_required
def confirm(request: HttpRequest, token: UUID) -> HttpResponse:
    """The promise with its reasons, before anything is sent; then the sending."""
    by = person(request)
    draft = Draft.objects.filter(pk=token, user=by, inquiry=None).first()
    if draft is None:
        return _sent_already(request, token, by)
    form = _form(request, draft.typed, draft.typed)
    if not form.is_valid():
        return redirect(f"{reverse('inquiries:edit', args=[token])}?checked=1")
    action = request.POST.get("action", "") if request.method == "POST" else ""
    if action in ("check", "uncheck"):
        return _ask_to_check(draft, wanted=action == "check", now=clock.of(request))
    content = form.content(ask_to_check=draft.typed.get("check") == "1")
    if action == "send":
        return _send(request, draft, content)
    return _confirmation(request, draft, content)


def _ask_to_check(draft: Draft, *, wanted: bool, now: datetime) -> HttpResponse:
    typed = {**draft.typed, "check": "1" if wanted else ""}
    services.save_draft(draft.pk, by=draft.user, typed=typed, now=now)
    return redirect("inquiries:confirm", draft.pk)


def _send(request: HttpRequest, draft: Draft, content: Content) -> HttpResponse:
    shown = _shown(request)
    if shown is None:
        return _confirmation(request, draft, content)
    try:
        inquiry = services.send(
            draft.pk, content, shown=shown, by=person(request), now=clock.of(request)
        )
    except services.ShowAgainError:
        return _confirmation(request, draft, content, before=shown)
    except services.AlreadySentError as error:
        return _conflict(request, error.inquiry)
    except services.TooManyError:
        messages.error(request, str(TOO_MANY))
        return _confirmation(request, draft, content)
    return _done_with(inquiry)


def _sent_already(request: HttpRequest, token: UUID, by: User) -> HttpResponse:
    sent = get_object_or_404(Inquiry, form_token=token, asked_by=by)
    shown = _shown(request) if request.method == "POST" else None
    if shown is not None and shown.content_hash != sent.content_hash:
        return _conflict(request, sent)
    return _done_with(sent)


def _confirmation(
    request: HttpRequest, draft: Draft, content: Content, *, before: Shown | None = None
) -> HttpResponse:
    now = clock.of(request)
    seen = services.preview(content, draft, by=person(request), now=now)
    outcome = seen.outcome
    context = {
        "draft": draft,
        "content": content,
        "contract": seen.contract,
        "contact": person(request).contact,
        "outcome": outcome,
        "shown": signing.dumps(seen.shown.as_json(), salt=SALT),
        "before": before,
        "kind_changed": before is not None and before.kind != seen.shown.kind,
        "content_changed": before is not None and before.content_hash != seen.shown.content_hash,
        "terms": current_terms(clock.today(now)),
        "words": _answers(content),
        "occurred": occurred_words(content),
        **not_covered_words(seen.contract, outcome.coverage),
    }
    if outcome.decision is not None:
        rows = if_sent_later(now, load_calendar()) if outcome.kind == "promised" else ()
        context |= {
            "steps": confirmation_steps(outcome.decision, outcome.coverage, seen.contract),
            "later": later_table(rows, now=now) if rows else LaterTable(()),
            "countdown": countdown(now, load_calendar()),
        }
    return render(request, "inquiries/confirm.html", context)


@customer_required
@require_safe
def minutes_left(request: HttpRequest) -> HttpResponse:
    """How many minutes are left now, for a confirmation that stays open."""
    left = countdown(clock.of(request), load_calendar())
    return render(request, "inquiries/_countdown.html", {"countdown": left})


def _answers(content: Content) -> Inquiry:
    """The words as the stored inquiry would show them."""
    return Inquiry(category=content.category, topic=content.topic)


def _shown(request: HttpRequest) -> Shown | None:
    try:
        return Shown.from_json(signing.loads(request.POST.get("shown", ""), salt=SALT))
    except signing.BadSignature:
        return None


# --- 完了 ----------------------------------------------------------------------------------


@customer_required
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what comes next, and what changed since 確認."""
    inquiry = get_object_or_404(
        Inquiry.objects.select_related("contract__product", "promise", "terms"),
        number=number,
        asked_by=person(request),
    )
    change = Change.from_json(inquiry.changed_from) if inquiry.changed_from else None
    context = {
        "inquiry": inquiry,
        "change": change,
        "change_reason": change_reason(change) if change else "",
        "can_withdraw": services.can_withdraw(inquiry),
    }
    return render(request, "inquiries/done.html", context)


def _done_with(inquiry: Inquiry) -> HttpResponse:
    return redirect("inquiries:done", inquiry.number)


# --- Shared --------------------------------------------------------------------------------


def _customers(request: HttpRequest) -> CustomerQuerySet:
    return Customer.objects.visible_to(person(request))


def _draft(token: UUID, by: User) -> Draft:
    return get_object_or_404(Draft, pk=token, user=by, inquiry=None)


def _form(
    request: HttpRequest, data: Mapping[str, Any] | None, typed: Mapping[str, str]
) -> InquiryForm:
    return InquiryForm(
        data,
        initial=dict(typed),
        offers=_offers(request, typed.get("contract", "")),
        today=clock.today(clock.of(request)),
    )


def _offers(request: HttpRequest, chosen: str) -> list[Offer]:
    """Own contracts, covered first; others are cards only where chosen, or if none is covered."""
    today = clock.today(clock.of(request))
    customer = _customers(request).first()
    pairs = coverages_for(customer, today) if customer else []
    none_covered = not any(coverage.covered for _contract, coverage in pairs)
    offers = [
        Offer(contract, coverage, coverage.covered or none_covered or contract.number == chosen)
        for contract, coverage in pairs
    ]
    return sorted(offers, key=lambda offer: not offer.coverage.covered)
