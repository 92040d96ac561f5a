"""The customer's inquiries: the list, one thread, and what they may do with it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contracts.words import coverage_badge
from inquiries import services
from inquiries.domain.text import storable
from inquiries.entries import entries_for_customer
from inquiries.forms import ReplyForm
from inquiries.models import Draft, Inquiry, InquiryQuerySet
from inquiries.services.home import list_rows
from inquiries.services.queue import in_order
from inquiries.statuses import Status
from inquiries.uploads import take_files, token_of
from inquiries.words import badge, occurred_words
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person
from supportdesk.business_calendar.services import load_calendar

ROWS_A_PAGE = 20


@customer_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All inquiries of the customer, newest first, colleagues' too."""
    now = clock.of(request)
    ordered = in_order(_visible(request), now=now).order_by("-sent_at", "-pk")
    page = Paginator(ordered, ROWS_A_PAGE).get_page(request.GET.get("page"))
    unsent = services.latest_draft(person(request))
    context = {"page": page, "rows": list_rows(page.object_list), "unsent": unsent}
    return render(request, "inquiries/list.html", context)


@customer_required
def thread(request: HttpRequest, number: str) -> HttpResponse:
    """One inquiry, everything said so far, and the reply."""
    inquiry = _inquiry(request, number)
    if request.method == "POST":
        return _reply(request, inquiry)
    return _page(request, inquiry, ReplyForm(initial=_typed_before(request, inquiry)))


def _reply(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    by, now, token = person(request), clock.of(request), token_of(request)
    form = ReplyForm(request.POST)
    typed = {name: storable(request.POST.get(name, "")) for name in ReplyForm.TYPED}
    try:
        draft = services.save_draft(token, by=by, typed=typed, now=now, inquiry=inquiry)
    except services.SpentError:
        return redirect("inquiries:thread", inquiry.number)
    except services.NotYoursError as error:
        raise Http404 from error
    refused = take_files(request, draft, by=by, now=now)
    action = request.POST.get("action", "")
    if action.startswith("remove:"):
        services.detach(draft, action.removeprefix("remove:"))
    if action.startswith(("remove:", "attach")) and not refused:
        return redirect(f"{reverse('inquiries:thread', args=[inquiry.number])}#reply")
    if action == "send" and form.is_valid() and not refused:
        return _send_reply(request, inquiry, draft, form)
    for reason in refused:
        form.add_error("attachments", reason)
    return _page(request, inquiry, form)


def _send_reply(
    request: HttpRequest, inquiry: Inquiry, draft: Draft, form: ReplyForm
) -> HttpResponse:
    now = clock.of(request)
    try:
        services.reply(draft.pk, body=form.cleaned_data["text"], by=person(request), now=now)
    except services.NotPossibleError:
        text = _("このお問い合わせには、いまは返信できません。書いた内容は残っています。")
        messages.error(request, text)
    else:
        messages.success(request, _("返信を受け付けました。"))
    return redirect("inquiries:thread", inquiry.number)


def _typed_before(request: HttpRequest, inquiry: Inquiry) -> dict[str, Any]:
    draft = services.latest_draft(person(request), inquiry)
    return dict(draft.typed) if draft else {}


def _page(request: HttpRequest, inquiry: Inquiry, form: ReplyForm) -> HttpResponse:
    now = clock.of(request)
    entries = entries_for_customer(inquiry, now=now)
    scheduled = inquiry.messages.scheduled(now).order_by("mail__due_at").first()
    draft = services.latest_draft(person(request), inquiry)
    coverage = inquiry.coverage_decision
    context = {
        "inquiry": inquiry,
        "badge": badge(inquiry, scheduled.mail.due_at if scheduled and scheduled.mail else None),
        "waits": inquiry.status == Status.WAITING_CUSTOMER and scheduled is None,
        "entries": entries,
        "writers": list(dict.fromkeys(e.name for e in entries if e.kind == "customer")),
        "form": form if inquiry.facts.customer_may_write else None,
        "draft": draft,
        "token": draft.pk if draft else uuid4(),
        "received_at": load_calendar().next_open(now),
        "coverage": coverage,
        "coverage_badge": coverage_badge(coverage),
        "occurred": occurred_words(inquiry),
        "can_close": services.can_close(inquiry),
        "can_withdraw": services.can_withdraw(inquiry),
    }
    return render(request, "inquiries/thread.html", context)


@customer_required
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Solved: asked once more, because it ends what the desk does."""
    inquiry = _inquiry(request, number)
    if request.method != "POST":
        return render(request, "inquiries/close.html", {"inquiry": inquiry})
    try:
        services.close(inquiry.pk, by=person(request), now=clock.of(request))
    except services.NotPossibleError:
        messages.error(request, _("このお問い合わせは、いまは閉じられません。"))
    else:
        messages.success(request, _("お問い合わせを閉じました。ご確認ありがとうございました。"))
    return redirect("inquiries:thread", number)


@customer_required
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take an inquiry back before it was answered: one click."""
    inquiry = _inquiry(request, number)
    try:
        services.withdraw(inquiry.pk, by=person(request), now=clock.of(request))
    except services.NotPossibleError:
        messages.error(request, _("回答の準備が進んでいるため、取り下げられません。"))
    else:
        messages.success(request, _("お問い合わせを取り下げました。"))
    return redirect("inquiries:thread", number)


def _visible(request: HttpRequest) -> InquiryQuerySet:
    return Inquiry.objects.visible_to(person(request)).select_related(
        "customer", "contract__product", "asked_by", "promise__mail", "terms"
    )


def _inquiry(request: HttpRequest, number: str) -> Inquiry:
    return get_object_or_404(_visible(request), number=number)
