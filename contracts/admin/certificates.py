from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import DateField, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from contracts import services
from contracts.admin.pages import HistoryAdmin, computed_beside
from contracts.forms.orders import ReplacementForm
from contracts.models import Certificate, Contract
from contracts.pdf_files import certificate_name, pdf_file
from contracts.services.standing import state_on
from contracts.words import plain_day
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.admin import ManyRows
from supportdesk.imports.links import InAndOut
from supportdesk.outbox.models import Mail
from supportdesk.templatetags.desk import state

_STATES = {
    "in_force": ("ok", _("有効")),
    "not_begun": ("scheduled", _("開始前")),
    "expired": ("done", _("満了")),
}


@admin.register(Certificate)
class CertificateAdmin(ManyRows, InAndOut, HistoryAdmin):
    """Issued with an order, never altered: a correction is a new one (3-4)."""

    csv_kind = "certificates"
    list_display = ("number", "customer", "contract", "span", "issued", "standing")
    list_filter = (("signed_at", EmptyFieldListFilter), "kind")
    list_select_related = (
        "order__contract__customer",
        "order__contract__product",
        "replaced_by",
        "replaces",
    )
    search_fields = (
        "number",
        "customer_name",
        "order__contract__number",
        "order__contract__customer__name",
    )
    date_hierarchy = "issued_on"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "number",
                    "standing",
                    "customer",
                    "contract",
                    "order",
                    "issued_on",
                    "span",
                    "computed",
                    "replaces",
                    "reason",
                    "issued_by",
                )
            },
        ),
        (
            _("証書に記載した内容"),
            {
                "fields": (
                    "customer_name",
                    "product_name",
                    "support_name",
                    "quantity",
                    "contract_number",
                    "site",
                    "kind",
                    "entitled_from",
                    "support_service_number",
                )
            },
        ),
        (
            _("署名と送付"),
            {"fields": ("signed_at", "kid", "signed_text", "failure", "failed_at", "mailed")},
        ),
    )
    readonly_fields = ("customer", "contract", "span", "computed", "standing", "mailed")
    actions_detail = ("save_pdf", "replace")

    def get_queryset(self, request: HttpRequest) -> Any:
        today = Value(clock.today(clock.of(request)), output_field=DateField())
        return super().get_queryset(request).annotate(as_of=today)

    @display(description=_("お客さま"), ordering="order__contract__customer__name")
    def customer(self, certificate: Certificate) -> str:
        return certificate.order.contract.customer.name

    @display(description=_("契約"), ordering="order__contract__number")
    def contract(self, certificate: Certificate) -> Contract:
        return certificate.order.contract

    @display(description=_("期間"), ordering="starts_on")
    def span(self, certificate: Certificate) -> SafeString:
        days = plain_day(certificate.starts_on), plain_day(certificate.ends_on)
        return format_html('<span class="nb">{} 〜</span> <span class="nb">{}</span>', *days)

    @display(description=_("発行日"), ordering="issued_on")
    def issued(self, certificate: Certificate) -> SafeString:
        return format_html('<span class="nb">{}</span>', plain_day(certificate.issued_on))

    @display(description=_("約款から決まる期間"))
    def computed(self, certificate: Certificate) -> str:
        return computed_beside(certificate.order, certificate)

    @display(description=_("状態"))
    def standing(self, certificate: Certificate) -> SafeString:
        if certificate.order.withdrawn_at:
            return state("done", str(_("注文の取り下げ")))
        replacement = getattr(certificate, "replaced_by", None)
        if replacement:
            text = _("%(number)s に差し替え") % {"number": replacement.number}
            return state("done", text)
        if certificate.failed_at:
            return state("broken", str(_("発行できません")))
        if not certificate.signed_at:
            return state("working", str(_("発行中")))
        kind, word = _STATES[state_on(certificate, vars(certificate)["as_of"])]
        return state(kind, str(word))

    @display(description=_("メール"))
    def mailed(self, certificate: Certificate) -> SafeString | str:
        if not certificate.announce:
            return str(_("送りません（お客さまにお渡し済みの証書）"))
        mails = Mail.objects.filter(subject_key__startswith=f"certificate:{certificate.number}:")
        lines = [(mail.recipient, mail.get_state_display()) for mail in mails.order_by("pk")]
        return format_html_join(mark_safe("<br>"), "{}　{}", lines) or "—"

    @action(description=_("PDF を保存"), url_path="pdf", permissions=["view"])
    def save_pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The bytes that the customer has; what the customer did not get yet is kept as drawn."""
        certificates = Certificate.objects.select_related("replaces")
        certificate = get_object_or_404(certificates, pk=object_id)
        if not certificate.signed_at:
            messages.warning(request, _("この証書は発行中です。発行されてから保存してください。"))
            return redirect("admin:contracts_certificate_change", certificate.pk)
        content = services.document_of(certificate, now=clock.of(request))
        plain = f"certificate-{certificate.number}.pdf"
        return pdf_file(content, name=certificate_name(certificate), plain=plain)

    @action(description=_("訂正して差し替える"), url_path="replace", permissions=["act"])
    def replace(self, request: HttpRequest, object_id: str) -> HttpResponse:
        certificate = get_object_or_404(Certificate.objects.select_related("order"), pk=object_id)
        dates: dict[str, Any] = {
            "starts_on": certificate.starts_on,
            "ends_on": certificate.ends_on,
        }
        form = ReplacementForm(request.POST or None, initial=dates)
        if request.method == "POST" and form.is_valid():
            try:
                new = services.replace_certificate(
                    certificate, **form.cleaned_data, by=person(request), now=clock.of(request)
                )
            except services.RefusedError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("新しい証書を発行しました。"))
                return redirect("admin:contracts_certificate_change", new.pk)
        return self.page(
            request,
            "form.html",
            form,
            title=_("証書の差し替え"),
            intro=_(
                "証書は書き換えません。新しい番号の証書を発行し、その期間がこの注文の期間になります。"
            ),
            back=reverse("admin:contracts_certificate_change", args=[certificate.pk]),
            back_label=certificate.number,
            submit=_("この内容で発行する"),
        )
