"""The saved views of the queue: one set of words and conditions for tabs, filter and counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from inquiries.models import FINAL, Inquiry
from inquiries.services.queue import IN_QUEUE, awaited
from inquiries.statuses import Status
from supportdesk import clock
from supportdesk.accounts.models import User


@dataclass(frozen=True, slots=True)
class View:
    """A tab: its name in the address, its word, and which rows it shows to whom."""

    name: str
    word: str | LazyText
    rows: Q
    mine: bool = False

    def rows_for(self, user: User) -> Q:
        return self.rows & Q(assigned_to=user) if self.mine else self.rows


VIEWS = (
    View("", _("すべて"), IN_QUEUE),
    View("mine", _("自分の担当"), IN_QUEUE, mine=True),
    View("unassigned", _("未割当"), IN_QUEUE & Q(assigned_to=None)),
    View("to_decide", _("判断待ち"), Q(status=Status.HELD)),
    View(
        "waiting",
        _("返信待ち"),
        Q(status=Status.WAITING_CUSTOMER, scheduled_at__isnull=True),
    ),
    View("scheduled", _("送信予約"), Q(scheduled_at__isnull=False)),
)
DONE = View("done", _("終わったもの"), Q(status__in=[Status.ANSWERED, *FINAL]) & ~IN_QUEUE)


@dataclass(frozen=True, slots=True)
class Tab:
    word: str
    url: str
    count: int | None
    current: bool


def tabs(counts: Mapping[str, int], current: str) -> list[Tab]:
    """The tabs of a page that shows the view named `current`."""
    shown = [
        Tab(
            str(view.word),
            f"?view={view.name}" if view.name else "?",
            counts[key(view)],
            view.name == current,
        )
        for view in VIEWS
    ]
    return [*shown, Tab(str(DONE.word), f"?view={DONE.name}", None, current == DONE.name)]


def counts(inquiries: QuerySet[Inquiry], user: User) -> dict[str, int]:
    """How many rows each view shows to this person, in one query; `inquiries` from `in_order`.

    Every view but DONE shows a part of what is `awaited`: the others need not be among them.
    """
    counted: dict[str, int] = inquiries.order_by().aggregate(
        **{key(view): Count("pk", filter=view.rows_for(user)) for view in VIEWS}
    )
    return counted


def key(view: View) -> str:
    return f"in_{view.name or 'all'}"


class ViewFilter(admin.SimpleListFilter):
    """Which view the address names; the tabs above the list show it."""

    title = _("見え方")
    parameter_name = "view"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(view.name, view.word) for view in (*VIEWS[1:], DONE)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
        """Without a view: what is awaited, or everything where something is searched for."""
        named = self.value() or ""
        view = next((view for view in (*VIEWS, DONE) if view.name == named), VIEWS[0])
        if not named and request.GET.get("q"):
            return queryset
        if view is not DONE:
            queryset = queryset.filter(awaited(clock.of(request)))
        return queryset.filter(view.rows_for(request.user))  # type: ignore[arg-type]
