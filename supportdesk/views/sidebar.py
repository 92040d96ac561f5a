"""The staff's sidebar: their work in their words, with how much of it waits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from licensing.models import Key
from licensing.services import withdrawn_kids
from supportdesk import clock

type Rows = Callable[[Any, HttpRequest], QuerySet[Model]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A list of the admin: its name, its model, and what of it waits for staff."""

    name: str
    model: str
    waiting: Rows | None = None


def _signed_with_withdrawn(orders: Any, request: HttpRequest) -> QuerySet[Model]:
    """Keys that products take and nobody should believe: most desks never see one."""
    kids = withdrawn_kids()
    today = clock.today(clock.of(request))
    return Key.objects.to_be_signed_anew(kids, today) if kids else Key.objects.none()


_GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        gettext_noop("問い合わせ"),
        (
            Entry(
                gettext_noop("対応の順番"),
                "inquiries.Inquiry",
                lambda inquiries, request: inquiries.awaiting_staff(),
            ),
            Entry(
                gettext_noop("送信予約"),
                "inquiries.Message",
                lambda messages, request: messages.scheduled(clock.of(request)),
            ),
            Entry(gettext_noop("約束の記録"), "promises.Promise"),
        ),
    ),
    (
        gettext_noop("ライセンス"),
        (
            Entry(
                gettext_noop("再発行の申請"),
                "licensing.Application",
                lambda applications, request: applications.awaiting_staff(),
            ),
            Entry(gettext_noop("キー"), "licensing.Key"),
            Entry(gettext_noop("失効リスト"), "licensing.RevocationList"),
            Entry(gettext_noop("ライセンス"), "licensing.License"),
            Entry(
                gettext_noop("停止の報告待ち"),
                "licensing.ServerStop",
                lambda stops, request: stops.overdue(clock.today(clock.of(request))),
            ),
            Entry(gettext_noop("暫定キーの受け付け"), "licensing.ProvisionalKeys"),
            Entry(gettext_noop("署名のやり直し"), "licensing.Resigning", _signed_with_withdrawn),
        ),
    ),
    (
        gettext_noop("契約"),
        (
            Entry(gettext_noop("お客さま"), "contracts.Customer"),
            Entry(
                gettext_noop("届かないメールの連絡"),
                "contracts.MailboxReport",
                lambda reports, request: reports.filter(state="open"),
            ),
            Entry(gettext_noop("契約と期間"), "contracts.Contract"),
            Entry(
                gettext_noop("更新のご注文"),
                "contracts.RenewalRequest",
                lambda requests, request: requests.awaiting_staff(),
            ),
            Entry(gettext_noop("満了と更新"), "contracts.LastOrder"),
            Entry(gettext_noop("証書"), "contracts.Certificate"),
            Entry(gettext_noop("製品"), "contracts.Product"),
            Entry(gettext_noop("CSV の取り込み"), "imports.ImportRun"),
        ),
    ),
    (
        gettext_noop("運営"),
        (
            Entry(gettext_noop("営業日と休業"), "business_calendar.Closure"),
            Entry(
                gettext_noop("送信箱"),
                "outbox.Mail",
                lambda mails, request: mails.filter(state="failed"),
            ),
            # A relay that is only busy comes back by itself; any other stop waits for somebody.
            Entry(
                gettext_noop("送信の停止"),
                "outbox.QueueStop",
                lambda stops, request: stops.exclude(kind="unreachable"),
            ),
            Entry(gettext_noop("書き出しの記録"), "imports.Export"),
            Entry(gettext_noop("担当者"), "accounts.StaffMember"),
            Entry(gettext_noop("変更履歴"), "history.Change"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """unfold's shape of the sidebar: only lists that exist and that this person may see."""
    return [
        {"title": gettext(title), "items": [_item(entry, request) for entry in entries]}
        for title, listed in _GROUPS
        if (entries := [entry for entry in listed if _may_see(entry, request)])
    ]


def _may_see(entry: Entry, request: HttpRequest) -> bool:
    model = apps.get_model(entry.model)
    if not admin.site.is_registered(model):
        return False
    return admin.site.get_model_admin(model).has_view_permission(request)


def _item(entry: Entry, request: HttpRequest) -> dict[str, Any]:
    return {
        "title": gettext(entry.name),
        "link": reverse("admin:{}_{}_changelist".format(*entry.model.lower().split("."))),
        "badge": _count(entry, request),
        "badge_variant": "default",
    }


def _count(entry: Entry, request: HttpRequest) -> int:
    if entry.waiting is None:
        return 0
    return entry.waiting(apps.get_model(entry.model).objects, request).count()
