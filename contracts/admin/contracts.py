from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import DateField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from contracts.admin.wishes import RenewalParts
from contracts.domain.coverage import CoverageDecision
from contracts.forms.contracts import ContractForm
from contracts.history import period_rows
from contracts.models import Contract
from contracts.services import coverage_of
from contracts.words import coverage_badge, coverage_reason, coverage_way_forward, plain_day
from supportdesk import clock
from supportdesk.admin import ManyRows
from supportdesk.imports.links import InAndOut
from supportdesk.templatetags.desk import state

# What the periods were decided from: once there is an order it stays.
_FIXED_BY_ORDERS = ("number", "customer", "product", "purchased_on")


@admin.register(Contract)
class ContractAdmin(ManyRows, InAndOut, RenewalParts):
    csv_kind = "contracts"
    form = ContractForm
    list_display = (
        "number",
        "customer",
        "product",
        "site",
        "coverage_badge",
        "ends",
        "customisation",
    )
    list_filter = ("product", "customised")
    search_fields = ("number", "support_service_number", "site", "customer__name")
    readonly_fields = ("coverage",)
    fieldsets = (
        (None, {"fields": ("coverage", "number", "customer", "product", "site", "quantity")}),
        (
            _("購入とサポート"),
            {"fields": ("purchased_on", "support_service_number")},
        ),
        (_("カスタマイズ"), {"fields": ("customised", "customisation_note")}),
    )
    actions_detail = (
        "record_order",
        "provide",
        "not_renewing",
    )
    change_form_after_template = "admin/contracts/_periods.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contract]:
        """With their periods, and the Tokyo date of this request for the columns to read."""
        contracts: QuerySet[Contract] = super().get_queryset(request)
        today = Value(clock.today(clock.of(request)), DateField())
        return contracts.with_periods().annotate(as_of=today)  # type: ignore[attr-defined]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Contract | None = None
    ) -> tuple[str, ...]:
        fixed = _FIXED_BY_ORDERS if obj and obj.standing() else ()
        return (*self.readonly_fields, *fixed)

    def get_fieldsets(self, request: HttpRequest, obj: Contract | None = None) -> Any:
        """A new contract has no coverage to show yet."""
        sets = super().get_fieldsets(request, obj)
        if obj is not None:
            return sets
        first = {"fields": tuple(name for name in sets[0][1]["fields"] if name != "coverage")}
        return ((None, first), *sets[1:])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **options: Any
    ) -> HttpResponse:
        contract: Contract | None = options.get("obj")
        if contract is not None:
            context["periods"] = period_rows(contract, _today(contract))
            provisions = contract.provisions.as_of(_today(contract))
            context["provisions"] = provisions.select_related("granted_by", "ended_by")
            context |= self.renewal_parts(request, contract, _today(contract))
        return super().render_change_form(request, context, **options)

    @display(description=_("状態"))
    def coverage_badge(self, contract: Contract) -> SafeString:
        return state(*coverage_badge(_coverage(contract)))

    @display(description=_("期間の終わり"))
    def ends(self, contract: Contract) -> str:
        ends_on = _coverage(contract).ends_on
        return plain_day(ends_on) if ends_on else ""

    @display(description=_("カスタマイズ"), ordering="customised")
    def customisation(self, contract: Contract) -> str:
        return str(_("対象")) if contract.customised else ""

    @display(description=_("今日のサポート"))
    def coverage(self, contract: Contract) -> SafeString:
        decision = _coverage(contract)
        reason = f"{coverage_reason(decision)}{coverage_way_forward(decision)}"
        return format_html("{} {}", state(*coverage_badge(decision)), reason)

    @action(description=_("注文を登録"), url_path="record-order", permissions=["change"])
    def record_order(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = get_object_or_404(Contract, pk=object_id)
        return redirect(f"{reverse('admin:contracts_order_add')}?contract={contract.number}")

    @action(description=_("注文受付済み・証書は後日"), url_path="provide", permissions=["change"])
    def provide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        contract = get_object_or_404(Contract, pk=object_id)
        return redirect(f"{reverse('admin:contracts_provision_add')}?contract={contract.number}")


def _today(contract: Contract) -> date:
    as_of: date = contract.as_of  # type: ignore[attr-defined]
    return as_of


def _coverage(contract: Contract) -> CoverageDecision:
    return coverage_of(contract, _today(contract))
