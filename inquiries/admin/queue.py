"""対応の順番: the queue, most urgent promise first."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display
from unfold.views import ChangeList

from inquiries import services
from inquiries.admin.entering import EnteringViews
from inquiries.admin.page import PageViews
from inquiries.admin.providing import ProvidingView
from inquiries.admin.views_of_queue import ViewFilter, counts, tabs
from inquiries.models import Inquiry
from inquiries.services.queue import awaited, in_order, row_of, scheduled_at, strip, with_people
from inquiries.words import staff_badge
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.accounts.models import User
from supportdesk.admin import ManyRows
from supportdesk.business_calendar.services import load_calendar


class QueueList(ChangeList):
    """Computes what is left of each promise once for the whole page."""

    result_list: Any

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Inquiry]) -> list[Any]:
        """The queue's own order, whatever the address asks for."""
        return list(queryset.query.order_by)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        now, calendar = clock.of(request), load_calendar()
        self.result_list = list(self.result_list)
        for inquiry in self.result_list:
            vars(inquiry)["row"] = row_of(inquiry, now=now, calendar=calendar)


@admin.register(Inquiry)
class InquiryAdmin(PageViews, ProvidingView, EnteringViews, ManyRows):
    list_display = (
        "promise_cell",
        "left_cell",
        "subject_cell",
        "customer_cell",
        "state_cell",
        "person",
    )
    list_display_links = None
    list_filter = (ViewFilter, "category", "status", "assigned_to")
    list_filter_sheet = True
    list_fullwidth = True
    list_per_page = 50
    list_before_template = "admin/inquiries/strip.html"
    list_after_template = "admin/inquiries/order_note.html"
    search_fields = ("number", "subject", "customer__name", "asked_by__name", "contract__number")
    actions = ("take", "release_selected")
    actions_list = ("enter_for_customer",)
    show_full_result_count = False

    class Media:
        css = {"all": ["supportdesk/desk-work.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Inquiry]:
        return in_order(with_people(super().get_queryset(request)), now=clock.of(request))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueList]:
        return QueueList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/do/<str:verb>/", wrap(self.do), name="inquiry_do"),
            path("enter/", wrap(self.choose), name="inquiry_choose"),
            path("enter/<int:pk>/", wrap(self.enter), name="inquiry_enter"),
            path("<int:pk>/provide/", wrap(self.provide), name="inquiry_provide"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        now = clock.of(request)
        waiting = in_order(Inquiry.objects.filter(awaited(now)), now=now)
        counted = counts(waiting, person(request))
        context = {
            "title": _("対応の順番"),
            "strip": strip(now),
            "counts": counted,
            "tabs": tabs(counted, request.GET.get("view", "")),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    # -- columns -----------------------------------------------------------------------

    @display(description=_("お約束"))
    def promise_cell(self, inquiry: Inquiry) -> SafeString:
        return _cell("promise", inquiry)

    @display(description=_("残り（受付時間で）"))
    def left_cell(self, inquiry: Inquiry) -> SafeString:
        return _cell("left", inquiry)

    @display(description=_("件名"))
    def subject_cell(self, inquiry: Inquiry) -> SafeString:
        return _cell("subject", inquiry)

    @display(description=_("お客さま"))
    def customer_cell(self, inquiry: Inquiry) -> SafeString:
        return _cell("customer", inquiry)

    @display(description=_("状態"))
    def state_cell(self, inquiry: Inquiry) -> SafeString:
        return _cell("state", inquiry)

    @display(description=_("担当"))
    def person(self, inquiry: Inquiry) -> SafeString:
        return _cell("person", inquiry)

    # -- in a customer's name ----------------------------------------------------------

    @action(
        description=_("お客さまの代わりに登録"), url_path="for-customer", permissions=["change"]
    )
    def enter_for_customer(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:inquiry_choose")

    # -- actions -----------------------------------------------------------------------

    @admin.action(description=_("自分の担当にする"), permissions=["change"])
    def take(self, request: HttpRequest, queryset: QuerySet[Inquiry]) -> None:
        self._assign(request, queryset, to=person(request))

    @admin.action(description=_("担当を外す"), permissions=["change"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[Inquiry]) -> None:
        self._assign(request, queryset, to=None)

    def _assign(
        self, request: HttpRequest, queryset: QuerySet[Inquiry], *, to: User | None
    ) -> None:
        now, by = clock.of(request), person(request)
        assigned = list(queryset.values_list("pk", flat=True))
        for pk in assigned:
            services.assign(pk, to=to, by=by, now=now)
        told = ngettext("%(n)d件の担当を変えました。", "%(n)d件の担当を変えました。", len(assigned))
        messages.success(request, told % {"n": len(assigned)})


def _cell(name: str, inquiry: Inquiry) -> SafeString:
    at = scheduled_at(inquiry)
    context = {
        "inquiry": inquiry,
        "row": vars(inquiry)["row"],
        "scheduled_at": at,
        "badge": staff_badge(inquiry, at),
    }
    return render_to_string(f"admin/inquiries/cells/{name}.html", context)
