"""Applications: the queue, what staff look at first, and the page of each. Only services write."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.views import ChangeList

from licensing.admin.deciding import DecidingViews
from licensing.admin.entering import EnteringViews
from licensing.admin.page import page_of
from licensing.admin.providing import ProvidingView
from licensing.admin.stop_entry import StopEntryView
from licensing.models import Application
from licensing.words import badge_of, findings_of
from supportdesk import clock
from supportdesk.admin import ManyRows, ReadOnly
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.services import load_calendar
from supportdesk.promises.domain.urgency import time_left


class ApplicationList(ChangeList):
    """Computes what is left of each promise once for the whole page."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        now, calendar = clock.of(request), load_calendar()
        self.result_list = list(self.result_list)
        for application in self.result_list:
            vars(application)["row"] = _row(application, now=now, calendar=calendar)


@admin.register(Application)
class ApplicationAdmin(
    DecidingViews, ProvidingView, StopEntryView, EnteringViews, ManyRows, ReadOnly
):
    list_display = ("promise_cell", "left_cell", "subject_cell", "customer_cell", "state_cell")
    list_display_links = None
    list_filter = ("state", "kind", "reason", "channel")
    list_filter_sheet = True
    list_fullwidth = True
    list_per_page = 50
    list_after_template = "admin/licensing/order_note.html"
    search_fields = (
        "number",
        "license__number",
        "license__contract__customer__name",
        "new_server_name",
        "new_host_code",
        "old_server_name",
    )
    search_help_text = _("受付番号・会社名・サーバー名・ライセンス番号")
    show_full_result_count = False
    change_form_before_template = "admin/licensing/page_before.html"
    actions_list = ("enter_for_customer",)

    class Media:
        css = {"all": ["supportdesk/desk-work.css", "supportdesk/licensing.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return Application.objects.for_pages().select_related("entered_by", "returned_by")

    def get_ordering(self, request: HttpRequest) -> tuple[OrderBy, ...]:
        return _most_urgent_first()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """None: its own page says all of it, in the order in which it matters."""
        return []

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ApplicationList]:
        return ApplicationList

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            *self.deciding_urls(),
            path("<int:pk>/provide/", wrap(self.provide_view), name="application_provide"),
            path("<int:pk>/stop/", wrap(self.stop_view), name="application_stop"),
            path("enter/", wrap(self.choose), name="application_choose"),
            path("enter/<int:pk>/", wrap(self.enter), name="application_enter"),
            *super().get_urls(),
        ]

    def has_enter_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("licensing.change_application")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = extra_context or {}
        application = self.get_object(request, object_id)
        if application is not None:
            may_change = request.user.has_perm("licensing.change_application")
            page = page_of(application, now=clock.of(request)) | {"may_change": may_change}
            context = context | {"page": page, "application": application}
        return super().change_view(request, object_id, form_url, context)

    # -- columns -----------------------------------------------------------------------

    @display(description=_("お約束"))
    def promise_cell(self, application: Application) -> SafeString:
        return _cell("promise", application)

    @display(description=_("残り（受付時間で）"))
    def left_cell(self, application: Application) -> SafeString:
        return _cell("left", application)

    @display(description=_("申請"))
    def subject_cell(self, application: Application) -> SafeString:
        return _cell("subject", application)

    @display(description=_("お客さま"))
    def customer_cell(self, application: Application) -> SafeString:
        return _cell("customer", application)

    @display(description=_("状態"))
    def state_cell(self, application: Application) -> SafeString:
        return _cell("state", application)

    # -- in a customer's name ----------------------------------------------------------

    @action(description=_("お客さまの代わりに登録"), url_path="for-customer", permissions=["enter"])
    def enter_for_customer(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:application_choose")


def _row(application: Application, *, now: Any, calendar: BusinessCalendar) -> dict[str, Any]:
    """What the queue says of an application; only one that is held waits for staff."""
    held = application.state == Application.State.HELD
    owed = application.review_promise if held else None
    left = owed and time_left(
        owed.promised_on, since=owed.clock_started_at, now=now, calendar=calendar
    )
    return {
        "left": left,
        "urgent": bool(left and (left.by_exception or left.broken)) or bool(_stuck(application)),
        "stuck": _stuck(application),
        "findings": findings_of(application) if held else [],
        "badge": badge_of(application, now=now),
    }


def _stuck(application: Application) -> str:
    return application.failure if application.state == Application.State.ACCEPTED else ""


def _cell(name: str, application: Application) -> SafeString:
    context = {"application": application, "row": vars(application)["row"]}
    return SafeString(render_to_string(f"admin/licensing/cells/{name}.html", context).strip())


def _most_urgent_first() -> tuple[OrderBy, ...]:
    """What is under way by its promised day, what waits for the customer, then the finished."""
    state, promised_on = (
        Application.State,
        Coalesce("promise__promised_on", "review_promise__promised_on"),
    )
    under_way = Q(state__in=[state.HELD, state.ACCEPTED])
    # What went back to the customer owes nothing until it comes again.
    rank = Case(When(under_way, then=0), When(state=state.RETURNED, then=1), default=2)
    owed_on = Case(When(under_way, then=promised_on))
    return rank.asc(), owed_on.asc(nulls_last=True), F("sent_at").desc()
