"""Applications: what staff look at, accept and refuse. Only services write."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from contracts.words import coverage_reason
from licensing import services
from licensing.admin.lines import lines
from licensing.models import Application
from licensing.services import StateChangedError
from licensing.words import finding_words, history_of
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.admin import ReadOnly
from supportdesk.business_calendar.services import load_calendar
from supportdesk.presenting.dates import day_text, tokyo_text
from supportdesk.promises.domain.rules import cutoff_release


class DecisionForm(forms.Form):
    """Why: kept with the decision, and told to the customer where it is refused."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        error_messages={"required": _("理由を入力してください")},
    )


@admin.register(Application)
class ApplicationAdmin(ReadOnly):
    list_display = ("promised", "subject", "customer", "state_badge", "sent")
    list_filter = ("state", "reason")
    list_fullwidth = True
    search_fields = (
        "number",
        "license__number",
        "license__contract__customer__name",
        "new_server_name",
        "new_host_code",
        "old_server_name",
    )
    actions_detail = ("accept", "refuse")
    fieldsets = (
        (None, {"fields": ("number", "state", "promised", "checks", "customer")}),
        (
            _("申請の内容"),
            {
                "fields": (
                    "license",
                    "applicant",
                    "old_server_name",
                    "new_server",
                    "reason",
                    "planned",
                    "note",
                )
            },
        ),
        (_("経過"), {"fields": ("events", "coverage_words", "terms", "failure", "failed_at")}),
        (_("判断"), {"fields": ("acceptance_note", "accepted_by", "refusal_reason", "refused_by")}),
    )
    readonly_fields = (
        "promised",
        "checks",
        "customer",
        "new_server",
        "planned",
        "events",
        "coverage_words",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return Application.objects.for_pages()

    def get_ordering(self, request: HttpRequest) -> tuple[OrderBy, ...]:
        return _most_urgent_first()

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change something, and on a page only while there is something to decide."""
        if not request.user.has_perm("licensing.change_application"):
            return False
        return (
            object_id is None or Application.objects.awaiting_staff().filter(pk=object_id).exists()
        )

    # -- columns and fields ------------------------------------------------------------

    @display(description=_("お約束"))
    def promised(self, application: Application) -> str:
        promise = application.promise or application.review_promise
        if promise is None:
            return "–"
        if promise.release_at:
            return gettext("%(at)s にキーを発行") % {"at": tokyo_text(promise.release_at)}
        return gettext("%(day)sのうちに確認（当社の目安）") % {"day": day_text(promise.promised_on)}

    @display(description=_("申請"), ordering="number")
    def subject(self, application: Application) -> str:
        return f"{application.number} {application.title}"

    @display(description=_("お客さま"), ordering="license__contract__customer__name_kana")
    def customer(self, application: Application) -> str:
        return application.license.contract.customer.name

    @display(
        description=_("状態"),
        ordering="state",
        label={
            "held": "warning",
            "accepted": "info",
            "issued": "success",
            "refused": "danger",
            "withdrawn": "default",
        },
    )
    def state_badge(self, application: Application) -> tuple[str, str]:
        return application.state, application.get_state_display()

    @display(description=_("送信"), ordering="sent_at")
    def sent(self, application: Application) -> str:
        return tokyo_text(application.sent_at)

    @display(description=_("新しいサーバー"))
    def new_server(self, application: Application) -> str:
        return f"{application.new_server_name} {application.shown_new_host_code}"

    @display(description=_("切り替えの予定日"))
    def planned(self, application: Application) -> str:
        return day_text(application.planned_on) if application.planned_on else gettext("未定")

    @display(description=_("確認が必要な点"))
    def checks(self, application: Application) -> SafeString | str:
        found = finding_words(application.admission, application.coverage_decision)
        return lines(f"{each.title} — {each.detail}" for each in found) or gettext("なし")

    @display(description=_("サポート期間の判定"))
    def coverage_words(self, application: Application) -> str:
        return coverage_reason(application.coverage_decision)

    @display(description=_("履歴"))
    def events(self, application: Application) -> SafeString | str:
        return lines(f"{tokyo_text(each.at)} {each.what}" for each in history_of(application))

    # -- deciding ----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/accept/", wrap(self.accept_view), name="application_accept"),
            path("<int:pk>/refuse/", wrap(self.refuse_view), name="application_refuse"),
            *super().get_urls(),
        ]

    @action(description=_("受理する"), url_path="to-accept", permissions=["decide"])
    def accept(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:application_accept", object_id)

    @action(description=_("お断りする"), url_path="to-refuse", permissions=["decide"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:application_refuse", object_id)

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, accepting=True)

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, accepting=False)

    def _decide(self, request: HttpRequest, pk: int, *, accepting: bool) -> HttpResponse:
        if not self.has_decide_permission(request):
            return redirect("admin:index")
        application = get_object_or_404(Application.objects.for_pages(), pk=pk)
        back = redirect("admin:licensing_application_change", pk)
        if application.state != Application.State.HELD:
            messages.warning(request, gettext("この申請は、もう確認待ちではありません。"))
            return back
        form = DecisionForm(request.POST or None)
        if not form.is_valid():
            return self._asked_again(request, application, form, accepting=accepting)
        by, now, reason = cast("User", request.user), clock.of(request), form.cleaned_data["reason"]
        try:
            if accepting:
                services.accept_held(application, by=by, note=reason, now=now)
                messages.success(request, gettext("受理し、お客さまにメールでお知らせしました。"))
            else:
                services.refuse(application, by=by, reason=reason, now=now)
                messages.success(request, gettext("お断りし、お客さまにメールでお知らせしました。"))
        except StateChangedError:
            messages.warning(
                request, gettext("ほかの担当者が先に判断しました。内容をご確認ください。")
            )
        return back

    def _asked_again(
        self, request: HttpRequest, application: Application, form: DecisionForm, *, accepting: bool
    ) -> HttpResponse:
        """What it would mean, and why: before anything is done."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("申請の受理") if accepting else gettext("申請のお断り"),
            "application": application,
            "findings": finding_words(application.admission, application.coverage_decision),
            "decision": cutoff_release(clock.of(request), load_calendar()) if accepting else None,
            "form": form,
        }
        return TemplateResponse(request, "admin/licensing/decide.html", context)


def _most_urgent_first() -> tuple[OrderBy, ...]:
    """What is under way by its promised day, then the finished, the newest first."""
    is_open = Q(state__in=Application.OPEN_STATES)
    promised_on = Coalesce("promise__promised_on", "review_promise__promised_on")
    owed_on = Case(When(is_open, then=promised_on))
    return owed_on.asc(nulls_last=True), F("sent_at").desc()
