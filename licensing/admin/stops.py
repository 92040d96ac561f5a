"""Which old servers customers still have to report as shut down, the longest overdue first."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import DateField, F, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from contracts.received import received_words
from licensing.models import ServerStop
from licensing.models.stops import ServerStopQuerySet
from supportdesk import clock
from supportdesk.admin import ManyRows, ReadOnly
from supportdesk.presenting.dates import day_text, tokyo_text


class Reported(admin.SimpleListFilter):
    """Who is still to report: what the list opens with; who has reported is one choice away."""

    title = _("報告")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [
            ("running", gettext("並行稼働中")),
            ("overdue", gettext("期限を超過")),
            ("yes", gettext("報告済み")),
            ("all", gettext("すべて")),
        ]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The first choice is not everything but everybody who is still to report."""
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = gettext("報告待ち")
            yield choice

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ServerStop]
    ) -> QuerySet[ServerStop]:
        today = clock.today(clock.of(request))
        stops = cast("ServerStopQuerySet", queryset)
        match self.value():
            case "running":
                return stops.unreported().filter(key__tolerated_until__gte=today)
            case "overdue":
                return stops.overdue(today)
            case "yes":
                return stops.exclude(reported_at=None)
            case "all":
                return stops
        return stops.unreported()


@admin.register(ServerStop)
class ServerStopAdmin(ManyRows, ReadOnly):
    list_display = ("overlap_end", "deadline", "customer", "server", "state_badge", "stopped")
    list_filter = (Reported,)
    list_filter_sheet = False
    actions_detail = ("told",)
    list_fullwidth = True
    list_select_related = (
        "application__license__contract__customer",
        "key",
        "reported_by",
        "entered_by",
    )
    search_fields = (
        "application__number",
        "key__server_name",
        "key__serial",
        "application__license__contract__customer__name",
    )
    search_help_text = _("受付番号・会社名・サーバー名・キー番号")
    fields = (
        "application_link",
        "customer",
        "server",
        "overlap_end",
        "deadline",
        "reminded",
        "stopped",
        "reported",
        "note",
    )
    readonly_fields = (
        "application_link",
        "customer",
        "server",
        "overlap_end",
        "deadline",
        "reminded",
        "stopped",
        "reported",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServerStop]:
        """Each row knows the day on which it is looked at."""
        today = clock.today(clock.of(request))
        return super().get_queryset(request).annotate(seen_on=Value(today, DateField()))

    def get_ordering(self, request: HttpRequest) -> tuple[OrderBy | str, ...]:
        return F("reported_at").desc(nulls_first=True), "report_by", "pk"

    def has_tell_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change something, and on a page only while the stop is waited for."""
        if not request.user.has_perm("licensing.change_application"):
            return False
        rows = ServerStop.objects.unreported()
        return object_id is None or rows.filter(pk=object_id).exists()

    @action(description=_("停止の連絡を登録"), url_path="to-tell", permissions=["tell"])
    def told(self, request: HttpRequest, object_id: str) -> HttpResponse:
        stop = get_object_or_404(ServerStop, pk=object_id)
        return redirect("admin:application_stop", stop.application_id)

    @display(description=_("報告の期限"), ordering="report_by")
    def deadline(self, stop: ServerStop) -> str:
        return day_text(stop.report_by)

    @display(description=_("お客さま"))
    def customer(self, stop: ServerStop) -> str:
        return stop.application.license.contract.customer.name

    @display(description=_("旧サーバー"), ordering="key__server_name")
    def server(self, stop: ServerStop) -> str:
        return f"{stop.key.server_name}（{stop.application.number}）"

    @display(description=_("並行稼働の終わり"))
    def overlap_end(self, stop: ServerStop) -> str:
        return day_text(stop.key.tolerated_until) if stop.key.tolerated_until else "–"

    @display(
        description=_("状態"),
        label={
            "running": "info",
            "waiting": "warning",
            "overdue": "danger",
            "reported": "success",
            "ended": "default",
        },
    )
    def state_badge(self, stop: ServerStop) -> tuple[str, str]:
        if stop.reported_at:
            return "reported", gettext("報告済み")
        if stop.report_by < stop.seen_on:  # type: ignore[attr-defined]
            return "overdue", gettext("期限を超過")
        if stop.key.tolerated_until and stop.key.tolerated_until >= stop.seen_on:  # type: ignore[attr-defined]
            return "running", gettext("並行稼働中")
        return "waiting", gettext("報告待ち")

    @display(description=_("停止した日"))
    def stopped(self, stop: ServerStop) -> str:
        return day_text(stop.stopped_on) if stop.stopped_on else "–"

    @display(description=_("お知らせ"))
    def reminded(self, stop: ServerStop) -> str:
        return tokyo_text(stop.reminded_at) if stop.reminded_at else "–"

    @display(description=_("報告"))
    def reported(self, stop: ServerStop) -> str:
        if stop.reported_at is None or stop.reported_by is None:
            return "–"
        received = received_words(stop.channel, stop.entered_by)
        told = gettext("%(name)s 様") % {"name": stop.reported_by.name}
        return f"{tokyo_text(stop.reported_at)}　{told}　{received}".rstrip("　")

    @display(description=_("申請"))
    def application_link(self, stop: ServerStop) -> SafeString:
        url = reverse("admin:licensing_application_change", args=[stop.application.pk])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, stop.application)
