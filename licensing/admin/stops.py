"""Which old servers customers still have to report as shut down, the longest overdue first."""

from django.contrib import admin
from django.db.models import DateField, F, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from licensing.models import ServerStop
from supportdesk import clock
from supportdesk.admin import ReadOnly
from supportdesk.presenting.dates import day_text, tokyo_text


class Reported(admin.SimpleListFilter):
    """Who is still to report: what the list opens with."""

    title = _("報告")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [
            ("no", gettext("報告待ち")),
            ("overdue", gettext("期限を超過")),
            ("yes", gettext("報告済み")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ServerStop]
    ) -> QuerySet[ServerStop]:
        if self.value() == "no":
            return queryset.filter(reported_at=None)
        if self.value() == "overdue":
            today = clock.today(clock.of(request))
            return queryset.filter(reported_at=None, report_by__lt=today)
        return queryset.exclude(reported_at=None) if self.value() == "yes" else queryset


@admin.register(ServerStop)
class ServerStopAdmin(ReadOnly):
    list_display = ("deadline", "customer", "server", "overlap_end", "state_badge", "stopped")
    list_filter = (Reported,)
    list_fullwidth = True
    list_select_related = (
        "application__license__contract__customer",
        "key",
        "reported_by",
    )
    search_fields = ("application__number", "key__server_name", "key__serial")
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
        return F("reported_at").desc(nulls_first=True), "report_by"

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
        label={"waiting": "info", "overdue": "danger", "reported": "success"},
    )
    def state_badge(self, stop: ServerStop) -> tuple[str, str]:
        if stop.reported_at:
            return "reported", gettext("報告済み")
        if stop.report_by < stop.seen_on:  # type: ignore[attr-defined]
            return "overdue", gettext("期限を超過")
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
        return f"{tokyo_text(stop.reported_at)} {stop.reported_by.name}"

    @display(description=_("申請"))
    def application_link(self, stop: ServerStop) -> SafeString:
        url = reverse("admin:licensing_application_change", args=[stop.application.pk])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, stop.application)
