import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from contracts import services
from contracts.admin.pages import HistoryAdmin, computed_beside
from contracts.domain.periods import PeriodDecision
from contracts.forms.orders import OrderForm, WithdrawalForm
from contracts.models import Certificate, Order
from contracts.words import flag_words, period_steps, plain_day
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.templatetags.desk import state


@admin.register(Order)
class OrderAdmin(HistoryAdmin):
    list_display = ("contract", "kind", "span", "accepted_on", "certificate", "standing")
    list_filter = ("kind",)
    list_select_related = ("contract__customer", "contract__product")
    search_fields = (
        "contract__number",
        "contract__customer__name",
        "customer_order_number",
        "certificates__number",
    )
    date_hierarchy = "accepted_on"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "contract",
                    "standing",
                    "kind",
                    "accepted_on",
                    "channel",
                    "customer_order_number",
                    "entitled_from",
                    "span",
                    "certificate",
                )
            },
        ),
        (
            _("期間の決まり方"),
            {"fields": ("computed", "corrected", "reasons", "flags", "decision_note")},
        ),
        (
            _("記録"),
            {
                "fields": (
                    "recorded_by",
                    "recorded_at",
                    "withdrawn_by",
                    "withdrawn_at",
                    "withdrawal_reason",
                )
            },
        ),
    )
    readonly_fields = (
        "span",
        "certificate",
        "standing",
        "computed",
        "corrected",
        "reasons",
        "flags",
    )
    actions_detail = ("withdraw",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("certificates")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_act_permission(request)

    @display(description=_("期間"), ordering="starts_on")
    def span(self, order: Order) -> str:
        return f"{plain_day(order.starts_on)} 〜 {plain_day(order.ends_on)}"

    @display(description=_("証書"))
    def certificate(self, order: Order) -> str:
        return _linked(order.certificate) if order.certificate else ""

    @display(description=_("約款から決まる期間"))
    def computed(self, order: Order) -> str:
        return computed_beside(order, order.certificate)

    @display(description=_("証書の差し替え"))
    def corrected(self, order: Order) -> str:
        """What each correction replaced, and why (3-4)."""
        by_pk = {one.pk: one for one in order.certificates.all()}
        lines = [
            (_linked(by_pk[one.replaces_id]), _linked(one), one.reason)
            for one in sorted(by_pk.values(), key=lambda one: one.pk)
            if one.replaces_id
        ]
        return format_html_join(mark_safe("<br>"), "{} → {}　{}", lines) or "—"

    @display(description=_("状態"))
    def standing(self, order: Order) -> SafeString:
        if order.withdrawn_at:
            return state("done", str(_("取り下げ")))
        return state("ok", str(_("有効")))

    @display(description=_("理由"))
    def reasons(self, order: Order) -> SafeString:
        steps = period_steps(order.decided)
        return render_to_string("components/steps.html", {"steps": steps})

    @display(description=_("確認が必要な点"))
    def flags(self, order: Order) -> str:
        return " ".join(flag_words(order.flags))

    # --- Recording: the period is shown first, and what was shown is what is kept ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        today = clock.today(clock.of(request))
        initial = {"contract_number": request.GET.get("contract", ""), "accepted_on": today}
        form = OrderForm(request.POST or None, initial=initial, today=today)
        shown = form.preview() if form.is_bound and form.is_valid() else None
        if shown and "record" in request.POST:
            order = self._record(request, form, shown)
            if order:
                messages.success(request, _("注文を登録し、証書を発行しました。"))
                return redirect("admin:contracts_order_change", order.pk)
        return self.page(
            request,
            "order_add.html",
            form,
            title=_("注文の登録"),
            back=reverse("admin:contracts_order_changelist"),
            back_label=_("注文"),
            **(_preview_context(form, shown) if shown else {}),
        )

    def _record(self, request: HttpRequest, form: OrderForm, shown: PeriodDecision) -> Order | None:
        """None where it was refused, or where the page showed something else; the form says why."""
        if request.POST.get("shown") != _as_text(shown):
            form.add_error(None, _("期間が変わりました。もう一度、下の内容を確認してください。"))
            return None
        try:
            return services.record_order(
                form.contract,
                shown=shown,
                recontinuation=form.recontinuation,
                purchased_on=form.cleaned_data["purchased_on"],
                customer_order_number=form.cleaned_data["customer_order_number"],
                channel=form.cleaned_data["channel"],
                decision_note=form.cleaned_data["decision_note"],
                by=person(request),
                now=clock.of(request),
            )
        except services.RefusedError as error:
            form.add_error(None, str(error))
            return None

    # --- Withdrawing: what hangs on it is named first -------------------------------

    @action(description=_("注文を取り下げる"), url_path="withdraw", permissions=["act"])
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        orders = Order.objects.select_related("contract__product")
        order = get_object_or_404(orders, pk=object_id)
        form = WithdrawalForm(request.POST or None)
        withdrawn_too = [order, *services.orders_hanging_on(order)]
        if request.method == "POST" and form.is_valid():
            try:
                withdrawn = services.withdraw_order(
                    order,
                    reason=form.cleaned_data["reason"],
                    by=person(request),
                    now=clock.of(request),
                )
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                text = _("注文を %(count)s件 取り下げました。") % {"count": len(withdrawn)}
                messages.success(request, text)
                return redirect("admin:contracts_order_change", order.pk)
        return self.page(
            request,
            "form.html",
            form,
            title=_("注文の取り下げ"),
            intro=_("次の注文を取り下げます。証書は残り、この期間はサポートの対象外になります。"),
            listed=[_order_line(one) for one in withdrawn_too],
            stays=services.accepted_under(withdrawn_too),
            back=reverse("admin:contracts_order_change", args=[order.pk]),
            back_label=order.contract.number,
            submit=_("この内容で取り下げる"),
        )


def _linked(certificate: Certificate) -> SafeString:
    address = reverse("admin:contracts_certificate_change", args=[certificate.pk])
    return format_html('<a href="{}">{}</a>', address, certificate.number)


def _preview_context(form: OrderForm, shown: PeriodDecision) -> dict[str, Any]:
    return {
        "shown": shown,
        "shown_text": _as_text(shown),
        "contract": form.contract,
        "kind": Order.Kind(shown.kind).label,
        "steps": period_steps(shown),
        "flags": flag_words(shown.flags),
        "wrong_product": services.wrong_product(
            form.contract.product, shown, recontinuation=form.recontinuation
        ),
        "product": form.contract.product.sold_as(shown.kind),
        "waiting_request": form.contract.renewal_requests.open().first(),
    }


def _as_text(shown: PeriodDecision) -> str:
    return json.dumps(shown.as_json(), sort_keys=True)


def _order_line(order: Order) -> str:
    span = f"{plain_day(order.starts_on)} 〜 {plain_day(order.ends_on)}"
    number = order.certificate.number if order.certificate else ""
    return f"{order.get_kind_display()}　{span}　{number}"
