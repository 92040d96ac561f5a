"""Renewals ordered in the portal: a clerk accepts or declines them, the period shown first."""

import json
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, DateField, F, OuterRef, QuerySet, Subquery, When
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from contracts import services
from contracts.admin.pages import HistoryAdmin
from contracts.domain.periods import PeriodDecision
from contracts.forms.renewals import AcceptanceForm, DeclineForm
from contracts.models import Order, RenewalRequest
from contracts.renewal_words import consequence, outcome_words
from contracts.words import clause_label, flag_words, kind_word, period_steps
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.presenting.dates import day_text, tokyo_text
from supportdesk.templatetags.desk import state

_BADGES = {"open": "waiting", "accepted": "ok", "declined": "done", "withdrawn": "done"}


@admin.register(RenewalRequest)
class RenewalRequestAdmin(HistoryAdmin):
    """What waits comes first, the earliest expiry on top: a day late can be a month's gap."""

    list_display = ("subject", "customer", "expiry", "sent", "requester", "standing")
    list_filter = ("state",)
    search_fields = (
        "number",
        "contract__number",
        "contract__customer__name",
        "customer_order_number",
    )
    fields = (
        "number",
        "standing",
        "customer",
        "contract",
        "product",
        "quantity",
        "customer_order_number",
        "note",
        "requester",
        "sent",
        "shown_then",
        "order",
        "closed",
        "reason",
    )
    readonly_fields = (
        "standing",
        "customer",
        "product",
        "quantity",
        "requester",
        "sent",
        "shown_then",
        "closed",
    )
    actions_detail = ("accept", "decline")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RenewalRequest]:
        last = Order.objects.filter(contract=OuterRef("contract"), withdrawn_at=None)
        ends_on = Subquery(last.order_by("-starts_on").values("ends_on")[:1])
        requests: QuerySet[RenewalRequest] = super().get_queryset(request)
        return requests.select_related(
            "contract__customer", "contract__product", "requested_by__user", "closed_by"
        ).annotate(waiting_until=Case(When(state="open", then=ends_on), output_field=DateField()))

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return (F("waiting_until").asc(nulls_last=True), "-sent_at")

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may record orders, and on a page only while it waits."""
        if not self.has_act_permission(request):
            return False
        return object_id is None or RenewalRequest.objects.open().filter(pk=object_id).exists()

    # -- columns and fields ------------------------------------------------------------

    @display(description=_("ご注文"), ordering="number")
    def subject(self, row: RenewalRequest) -> str:
        return f"{row.number} {row.contract.number} {row.contract.label}"

    @display(description=_("お客さま"), ordering="contract__customer__name_kana")
    def customer(self, row: RenewalRequest) -> str:
        return row.contract.customer.name

    @display(description=_("いまの期間の終わり"), ordering="waiting_until")
    def expiry(self, row: RenewalRequest) -> str:
        until: date | None = row.waiting_until  # type: ignore[attr-defined]
        return day_text(until, year=True) if until else "–"

    @display(description=_("送信"), ordering="sent_at")
    def sent(self, row: RenewalRequest) -> str:
        return tokyo_text(row.sent_at)

    @display(description=_("注文された方"))
    def requester(self, row: RenewalRequest) -> str:
        return row.requested_by.name

    @display(description=_("状態"), ordering="state")
    def standing(self, row: RenewalRequest) -> SafeString:
        return state(_BADGES[row.state], row.get_state_display())

    @display(description=_("商品"))
    def product(self, row: RenewalRequest) -> str:
        return row.contract.product.sold_as("recontinuation" if row.recontinuation else "renewal")

    @display(description=_("数量"))
    def quantity(self, row: RenewalRequest) -> int:
        return row.contract.quantity

    @display(description=_("送信時に表示した期間"))
    def shown_then(self, row: RenewalRequest) -> str:
        shown = row.shown_period
        text = _("%(day)s に受け付けた場合　%(first)s 〜 %(last)s")
        return text % {
            "day": day_text(shown.accepted_on),
            "first": day_text(shown.starts_on, year=True),
            "last": day_text(shown.ends_on, year=True),
        }

    @display(description=_("判断"))
    def closed(self, row: RenewalRequest) -> str:
        if row.closed_at is None:
            return "–"
        return f"{tokyo_text(row.closed_at)} {row.closed_by or ''}"

    # -- deciding ----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/accept/", wrap(self.accept_view), name="renewal_accept"),
            path("<int:pk>/decline/", wrap(self.decline_view), name="renewal_decline"),
            *super().get_urls(),
        ]

    @action(description=_("受け付ける"), url_path="to-accept", permissions=["decide"])
    def accept(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:renewal_accept", object_id)

    @action(description=_("お断りする"), url_path="to-decline", permissions=["decide"])
    def decline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:renewal_decline", object_id)

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._to_decide(request, pk)
        if isinstance(row, HttpResponse):
            return row
        arrived, today = clock.today(row.sent_at), clock.today(clock.of(request))
        form = AcceptanceForm(
            request.POST or None, initial={"accepted_on": today}, first=arrived, today=today
        )
        pressed = "accept" in request.POST
        chosen = form.cleaned_data.get("accepted_on", today) if _checked(form) else today
        shown = services.preview_acceptance(row, accepted_on=chosen)
        if pressed and form.is_valid() and (order := self._accept(request, row, form, shown)):
            messages.success(
                request, _("注文を登録し、お客さまに期間をお知らせしました。証書を発行します。")
            )
            return redirect("admin:contracts_order_change", order.pk)
        return self._acceptance_page(request, row, form, shown)

    def _accept(
        self,
        request: HttpRequest,
        row: RenewalRequest,
        form: AcceptanceForm,
        shown: PeriodDecision,
    ) -> Order | None:
        if request.POST.get("shown") != _as_text(shown):
            form.add_error(None, _("期間が変わりました。もう一度、下の内容を確認してください。"))
            return None
        try:
            return services.accept_renewal_request(
                row,
                shown=shown,
                reason=form.cleaned_data["reason"],
                decision_note=form.cleaned_data["decision_note"],
                by=person(request),
                now=clock.of(request),
            )
        except services.RefusedError as error:
            form.add_error(None, str(error))
            return None

    def _acceptance_page(
        self,
        request: HttpRequest,
        row: RenewalRequest,
        form: AcceptanceForm,
        shown: PeriodDecision,
    ) -> HttpResponse:
        last = row.contract.orders.standing().select_related("contract__product").last()
        arrived, today = clock.today(row.sent_at), clock.today(clock.of(request))
        compared = [
            (day, consequence(last, decision), clause_label(decision.clause), decision.clause)
            for day in sorted({arrived, today}, reverse=True)
            if last and (decision := services.preview_acceptance(row, accepted_on=day))
        ]
        return self.page(
            request,
            "renewal_accept.html",
            form,
            title=_("更新のご注文の受付"),
            row=row,
            compared=compared if len(compared) > 1 else [],
            arrived=arrived,
            outcomes=outcome_words(last, arrived) if last else [],
            shown=shown,
            shown_text=_as_text(shown),
            kind=kind_word(shown.kind),
            steps=period_steps(shown),
            flags=flag_words(shown.flags),
            wrong_product=services.wrong_product(
                row.contract.product, shown, recontinuation=row.recontinuation
            ),
            product=row.contract.product.sold_as(shown.kind),
        )

    def decline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._to_decide(request, pk)
        if isinstance(row, HttpResponse):
            return row
        form = DeclineForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                services.decline_renewal_request(
                    row,
                    reason=form.cleaned_data["reason"],
                    by=person(request),
                    now=clock.of(request),
                )
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("お断りし、お客さまにメールでお知らせしました。"))
                return redirect("admin:contracts_renewalrequest_change", pk)
        return self.page(
            request,
            "form.html",
            form,
            title=_("更新のご注文をお断りする"),
            intro=_("理由をお客さまにメールでお知らせします。期間は変わりません。"),
            listed=[f"{row.number}　{row.contract.customer.name}　{row.contract}"],
            back=reverse("admin:contracts_renewalrequest_change", args=[pk]),
            back_label=row.number,
            submit=_("この理由でお断りする"),
        )

    def _to_decide(self, request: HttpRequest, pk: int) -> RenewalRequest | HttpResponse:
        if not self.has_decide_permission(request):
            return redirect("admin:contracts_renewalrequest_changelist")
        everything = RenewalRequest.objects.select_related(
            "contract__customer", "contract__product", "requested_by__user"
        )
        row = get_object_or_404(everything, pk=pk)
        if row.is_open:
            return row
        messages.warning(request, _("このご注文は、もう受付を待っていません。"))
        return redirect("admin:contracts_renewalrequest_change", pk)


def _checked(form: Form) -> bool:
    """Whether anything was typed: what of it is right can be read afterwards."""
    form.is_valid()
    return form.is_bound


def _as_text(shown: PeriodDecision) -> str:
    return json.dumps(shown.as_json(), sort_keys=True)
