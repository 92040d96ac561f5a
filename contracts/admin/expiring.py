"""満了と更新: what ends by month, what has ended, what was never renewed. Read only."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from contracts.admin.pages import HistoryAdmin
from contracts.expiring import HEADER, Row, boundary_words, months, rows_of, table_row
from contracts.models import LastOrder
from contracts.words import plain_day
from supportdesk import clock, tables
from supportdesk.admin import ManyRows
from supportdesk.presenting.dates import day_text
from supportdesk.templatetags.desk import state

EXPIRING, LAPSED, NEVER = "expiring", "lapsed", "never"
LISTS = {
    EXPIRING: _("満了予定"),
    LAPSED: _("満了済み"),
    NEVER: _("一度も更新されていない"),
}
_AT_A_TIME = 500


class WhichList(admin.SimpleListFilter):
    """Which of the lists the address names; the tabs above it show it."""

    title = _("一覧")
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, LISTS[name]) for name in (LAPSED, NEVER)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LastOrder]) -> QuerySet[LastOrder]:
        return queryset.filter(_rows_of_list(self.value() or EXPIRING, _today(request)))


class WhichMonth(admin.SimpleListFilter):
    """満了予定 of one month, 2026-11; anything else is every month."""

    title = _("満了の月")
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        value = request.GET.get("month", "")
        return [(value, value)]  # the months stand above the list

    def queryset(self, request: HttpRequest, queryset: QuerySet[LastOrder]) -> QuerySet[LastOrder]:
        first = _month(self.value())
        if first is None:
            return queryset
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        return queryset.filter(ends_on__range=(first, last))


class ExpiryList(ChangeList):
    """Finds what every row tells once for the whole page."""

    result_list: Any

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[LastOrder]) -> list[Any]:
        ended = request.GET.get("list") in (LAPSED, NEVER)
        return ["-ends_on", "-pk"] if ended else ["ends_on", "pk"]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        for row in rows_of(self.result_list, _today(request)):
            vars(row.order)["row"] = row


@admin.register(LastOrder)
class LastOrderAdmin(ManyRows, HistoryAdmin):
    list_display = ("expiry", "customer", "contract_cell", "people", "reminder", "product", "now")
    list_display_links = None
    fields = ("contract", "kind", "accepted_on", "starts_on", "ends_on")
    list_filter = (WhichList, WhichMonth, "contract__product", "kind")
    list_per_page = 50
    list_before_template = "admin/contracts/expiring_before.html"
    search_fields = ("contract__number", "contract__customer__name", "contract__customer__number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LastOrder]:
        last: Any = LastOrder.objects.last_of_contract()
        found: QuerySet[LastOrder] = last.select_related("contract__customer", "contract__product")
        return found

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ExpiryList]:
        return ExpiryList

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("csv/", wrap(self.save_as_table), name="contracts_lastorder_csv"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        on = _today(request)
        shown = request.GET.get("list", EXPIRING)
        asked = request.GET.urlencode()
        context = {
            "lists": [
                (f"?list={name}" if name != EXPIRING else "?", word, name == shown)
                for name, word in LISTS.items()
            ],
            "months": months(LastOrder.objects.last_of_contract(), on) if shown == EXPIRING else [],
            "month": request.GET.get("month", ""),
            "csv_url": f"{reverse('admin:contracts_lastorder_csv')}?{asked}",
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def save_as_table(self, request: HttpRequest) -> StreamingHttpResponse:
        """What the list shows, all of it, for a spreadsheet."""
        orders = self.get_changelist_instance(request).get_queryset(request)
        response = StreamingHttpResponse(
            tables.written(_table(orders, _today(request))), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="renewals.csv"'
        return response

    # -- columns -----------------------------------------------------------------------

    @display(description=_("満了日"))
    def expiry(self, order: LastOrder) -> SafeString:
        row = _row(order)
        day, left = plain_day(order.ends_on), row.left_words
        return format_html('<span class="nb">{}<br>{}</span>', day, left)

    @display(description=_("お客さま"))
    def customer(self, order: LastOrder) -> SafeString:
        customer = order.contract.customer
        return format_html("{}<br>{}", customer.name, customer.number)

    @display(description=_("契約"))
    def contract_cell(self, order: LastOrder) -> SafeString:
        url = reverse("admin:contracts_contract_change", args=[order.contract_id])
        return format_html(
            '<a class="text-link" href="{}">{}</a><br>{}',
            url,
            order.contract.number,
            order.contract.label,
        )

    @display(description=_("更新の担当"))
    def people(self, order: LastOrder) -> str:
        return _row(order).people_words

    @display(description=_("最後のご案内"))
    def reminder(self, order: LastOrder) -> str:
        return _row(order).reminder_words

    @display(description=_("必要な商品"))
    def product(self, order: LastOrder) -> str:
        return boundary_words(_row(order))

    @display(description=_("状況"))
    def now(self, order: LastOrder) -> SafeString | str:
        row = _row(order)
        if row.request:
            url = reverse("admin:contracts_renewalrequest_change", args=[row.request.pk])
            badge = state("waiting", str(_("受付待ち")))
            return format_html('{} <a href="{}">{}</a>', badge, url, row.request.number)
        if row.nonrenewal:
            badge = state("done", str(_("更新しない")))
            marked = day_text(row.nonrenewal.marked_at)
            return format_html("{} {} {}", badge, marked, row.nonrenewal.reason)
        return ""


def _row(order: LastOrder) -> Row:
    row: Row = vars(order)["row"]
    return row


def _today(request: HttpRequest) -> date:
    return clock.today(clock.of(request))


def _rows_of_list(name: str, on: date) -> Q:
    if name == LAPSED:
        return Q(ends_on__lt=on)
    if name == NEVER:
        return Q(ends_on__lt=on, kind="initial")
    return Q(ends_on__gte=on)


def _month(text: str | None) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def _table(orders: QuerySet[LastOrder], on: date) -> Iterator[list[str]]:
    yield list(HEADER)
    page: list[LastOrder] = []
    for order in orders.iterator(chunk_size=_AT_A_TIME):
        page.append(order)
        if len(page) == _AT_A_TIME:
            yield from map(table_row, rows_of(page, on))
            page = []
    yield from map(table_row, rows_of(page, on))
