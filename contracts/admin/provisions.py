from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from contracts import services
from contracts.admin.pages import HistoryAdmin
from contracts.forms.provisions import ProvisionEndForm, ProvisionForm
from contracts.models import Contract, Provision
from contracts.words import coverage_badge, coverage_reason, plain_day
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.templatetags.desk import state


@admin.register(Provision)
class ProvisionAdmin(HistoryAdmin):
    """Orders that are in without their certificate: who serves whom, until when, and why."""

    list_display = ("contract", "customer", "span", "reason", "granted_by", "standing")
    list_select_related = ("contract__customer", "contract__product", "granted_by")
    search_fields = ("contract__number", "contract__customer__name", "reason")
    fields = (
        "contract",
        "standing",
        "span",
        "granted_until",
        "reason",
        "granted_by",
        "granted_at",
        "ended_by",
        "ended_at",
    )
    readonly_fields = ("standing", "span")
    actions_detail = ("end",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provision]:
        today = clock.today(clock.of(request))
        provisions: QuerySet[Provision] = super().get_queryset(request)
        return provisions.as_of(today)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_act_permission(request)

    @display(description=_("お客さま"), ordering="contract__customer__name")
    def customer(self, provision: Provision) -> str:
        return provision.contract.customer.name

    @display(description=_("対応する日"), ordering="starts_on")
    def span(self, provision: Provision) -> str:
        if provision.ends_on < provision.starts_on:
            return str(_("なし（初日に終了）"))
        return f"{plain_day(provision.starts_on)} 〜 {plain_day(provision.ends_on)}"

    @display(description=_("状態"))
    def standing(self, provision: Provision) -> SafeString:
        if provision.ended_at:
            return state("done", str(_("終了（担当者）")))
        if provision.ends_on < vars(provision)["as_of"]:
            return state("done", str(_("終了（期限）")))
        if vars(provision)["has_certificate"]:
            return state("done", str(_("証書あり")))
        return state("ok", str(_("対応中")))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Begins at a contract: what is served is one contract's product."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        contracts = Contract.objects.with_periods()
        contract = contracts.filter(number=request.GET.get("contract", "")).first()
        if contract is None:
            text = _("契約を選び、「注文受付済み・証書は後日」を押してください。")
            messages.info(request, text)
            return redirect("admin:contracts_contract_changelist")
        today = clock.today(clock.of(request))
        form = ProvisionForm(request.POST or None, today=today)
        if request.method == "POST" and form.is_valid():
            try:
                services.provide(
                    contract, **form.cleaned_data, by=person(request), now=clock.of(request)
                )
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("証書の発行待ちとして対応します。"))
                return redirect("admin:contracts_contract_change", contract.pk)
        coverage = services.coverage_of(contract, today)
        return self.page(
            request,
            "form.html",
            form,
            title=_("注文受付済み・証書は後日"),
            intro=_(
                "注文を受け付けたが証書がまだの契約を、期限まで期間内と同じに扱います。"
                "誰が・いつ・なぜ認めたかは記録に残ります。"
            ),
            listed=[
                f"{contract.customer.name}　{contract}",
                f"{coverage_badge(coverage)[1]}　{coverage_reason(coverage)}",
            ],
            back=reverse("admin:contracts_contract_change", args=[contract.pk]),
            back_label=contract.number,
            submit=_("この内容で対応を始める"),
        )

    @action(description=_("対応を終える"), url_path="end", permissions=["act"])
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One page that says what it does; nothing is undone by a stray click."""
        provision = get_object_or_404(Provision.objects.select_related("contract"), pk=object_id)
        form = ProvisionEndForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                services.end_provision(provision, by=person(request), now=clock.of(request))
            except services.RefusedError as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("対応を終えました。今日から期間外に戻ります。"))
            return redirect("admin:contracts_provision_change", provision.pk)
        return self.page(
            request,
            "form.html",
            form,
            title=_("証書の発行待ちの対応を終える"),
            intro=_("今日から期間外に戻ります。受け付け済みのものは、最後まで対応します。"),
            listed=[f"{provision.contract}　{self.span(provision)}"],
            back=reverse("admin:contracts_provision_change", args=[provision.pk]),
            back_label=provision.contract.number,
            submit=_("対応を終える"),
        )
