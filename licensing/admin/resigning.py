"""署名のやり直し: what a withdrawn signing key signed, and the button that has it signed anew."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from licensing import services
from licensing.admin.key_actions import ReasonForm
from licensing.admin.lines import lines
from licensing.models import Resigning
from licensing.services import NotWithdrawnError, Withdrawn
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.admin import ReadOnly
from supportdesk.presenting.dates import tokyo_text


@admin.register(Resigning)
class ResigningAdmin(ReadOnly):
    """Withdrawing a signing key is done beside the issuer; this is what follows from it."""

    list_display = ("kid", "ordered", "who", "reason", "progress")
    list_fullwidth = True
    list_before_template = "admin/licensing/withdrawn_keys.html"
    fields = ("kid", "reason", "ordered", "who", "progress", "failed")
    readonly_fields = ("ordered", "who", "progress", "failed")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.order_view)
        return [path("<str:kid>/order/", view, name="resigning_order"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "withdrawn": services.withdrawn_keys(now=clock.of(request)),
            "may_order": request.user.has_perm("licensing.change_key"),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def order_view(self, request: HttpRequest, kid: str) -> HttpResponse:
        """How much it is and what happens, and a reason; then the issuer does it by itself."""
        if not request.user.has_perm("licensing.change_key"):
            raise PermissionDenied
        withdrawn = _find(request, kid)
        form = ReasonForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "opts": self.model._meta,
                "title": gettext("署名のやり直し"),
                "withdrawn": withdrawn,
                "form": form,
            }
            return TemplateResponse(request, "admin/licensing/resigning_order.html", context)
        try:
            services.order_resigning(
                kid,
                reason=form.cleaned_data["reason"],
                by=person(request),
                now=clock.of(request),
            )
        except NotWithdrawnError as error:
            raise Http404 from error
        messages.success(
            request, gettext("署名のやり直しを始めました。進み具合はこの一覧に出ます。")
        )
        return redirect("admin:licensing_resigning_changelist")

    # -- columns and fields ------------------------------------------------------------

    @display(description=_("指示"), ordering="ordered_at")
    def ordered(self, order: Resigning) -> str:
        return tokyo_text(order.ordered_at)

    @display(description=_("指示した人"))
    def who(self, order: Resigning) -> str:
        return order.ordered_by.name if order.ordered_by else gettext("運用コマンド")

    @display(description=_("状態"))
    def progress(self, order: Resigning) -> str:
        if order.done_at:
            return gettext("%(at)s に完了") % {"at": tokyo_text(order.done_at)}
        if order.failures:
            return gettext("署名し直せないものが %(n)d件あります") % {"n": len(order.failures)}
        return gettext("署名し直しています")

    @display(description=_("署名し直せないもの"))
    def failed(self, order: Resigning) -> SafeString | str:
        return lines(f"{name}　{why}" for name, why in order.failures.items()) or gettext("なし")


def _find(request: HttpRequest, kid: str) -> Withdrawn:
    for each in services.withdrawn_keys(now=clock.of(request)):
        if each.kid == kid:
            return each
    raise Http404
