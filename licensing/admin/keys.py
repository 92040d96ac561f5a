"""Licences and keys, to read."""

from datetime import date
from typing import Any, cast

from django.contrib import admin
from django.db.models import DateField, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from licensing.admin.key_actions import KeyActions
from licensing.admin.lines import lines
from licensing.admin.search import keys_matching, licenses_matching
from licensing.domain.standing import Standing
from licensing.history import key_events
from licensing.key_words import class_word, state_word, validity_words
from licensing.models import Key, License
from licensing.models.licenses import KeyQuerySet, LicenseQuerySet
from licensing.services import standing_of
from supportdesk import clock
from supportdesk.admin import ManyRows, Prefilled
from supportdesk.imports.links import InAndOut
from supportdesk.presenting.dates import day_text, tokyo_text


class InForce(admin.SimpleListFilter):
    """By what a key is worth today."""

    title = _("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [
            ("current", gettext("いまのキー")),
            ("overlap", gettext("並行稼働中")),
            ("provisional", gettext("暫定キー（正式キーの発行前）")),
            ("listed", gettext("失効リストに載るもの")),
            ("revoked", gettext("取り消し")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Key]) -> QuerySet[Key]:
        today, keys = clock.today(clock.of(request)), cast("KeyQuerySet", queryset)
        match self.value():
            case "current":
                return keys.current()
            case "overlap":
                return keys.running_beside(today)
            case "provisional":
                return keys.open_provisional()
            case "listed":
                return keys.on_revocation_list(today)
            case "revoked":
                return keys.exclude(revoked_at=None)
        return keys


@admin.register(Key)
class KeyAdmin(ManyRows, InAndOut, KeyActions):
    """Server, code and state; the signed text itself is never shown here."""

    csv_kind = "keys"

    list_display = (
        "serial",
        "customer",
        "kind_and_issue",
        "server",
        "state_badge",
        "until",
    )
    list_filter = (InForce, "klass")
    search_fields = ("serial",)  # what is searched: `get_search_results`
    search_help_text = _("サーバー名・ホストコード・キー番号・ライセンス番号・証書番号・会社名")
    list_select_related = ("license__contract__customer",)
    list_fullwidth = True
    ordering = ("-issued_at",)
    fields = (
        "serial",
        "state_words",
        "kind",
        "license",
        "application_link",
        "server_name",
        "code",
        "kid",
        "text",
        "issued",
        "validity",
        "replaces",
        "resigns",
        "ended",
        "tolerated",
        "revocation_reason",
        "revoked_by",
        "looks",
    )
    readonly_fields = (
        "state_words",
        "kind",
        "code",
        "text",
        "application_link",
        "issued",
        "validity",
        "ended",
        "tolerated",
        "looks",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Key]:
        """Each row knows the day on which it is looked at: its state depends on it."""
        today = clock.today(clock.of(request))
        keys = super().get_queryset(request).defer("sealed_text")
        return keys.annotate(seen_on=Value(today, DateField()))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Key], search_term: str
    ) -> tuple[QuerySet[Key], bool]:
        """The whole of what was typed is one thing: a code has blanks, a name has none."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(keys_matching(search_term)), False

    @display(description=_("種類"), ordering="klass")
    def kind(self, key: Key) -> str:
        return class_word(key)

    @display(description=_("種類と発行"), ordering="issued_at")
    def kind_and_issue(self, key: Key) -> SafeString:
        """In a column the state tells the rest."""
        foreign = key.klass == Key.Class.FOREIGN
        kind = gettext("移行前のキー") if foreign else key.get_klass_display()
        return format_html("{}<small>{}</small>", kind, tokyo_text(key.issued_at))

    @display(description=_("サーバー"), ordering="server_name")
    def server(self, key: Key) -> SafeString:
        return format_html("{}<small>{}</small>", key.server_name, key.shown_host_code)

    @display(description=_("使える最後の日"))
    def until(self, key: Key) -> str:
        standing = _standing(key)
        if standing.until is None:
            return gettext("期限なし") if standing.in_force else "–"
        return day_text(standing.until)

    @display(description=_("お客さま"), ordering="license__contract__customer__name_kana")
    def customer(self, key: Key) -> SafeString:
        license_ = key.license
        return format_html("{}<small>{}</small>", license_.contract.customer.name, license_.label)

    @display(description=_("ホストコード"), ordering="host_code")
    def code(self, key: Key) -> str:
        return key.shown_host_code

    @display(
        description=_("状態"),
        label={
            "current": "success",
            "provisional": "info",
            "overlap": "warning",
            "superseded": "default",
            "expired": "default",
            "revoked": "danger",
        },
    )
    def state_badge(self, key: Key) -> tuple[str, str]:
        standing = _standing(key)
        runs_on = standing.state == "overlap"  # a customer's word is that it works
        return standing.state, gettext("並行稼働中") if runs_on else state_word(standing)

    @display(description=_("状態"))  # unfold draws a label in lists only
    def state_words(self, key: Key) -> str:
        return state_word(_standing(key))

    @display(description=_("使える期間"))
    def validity(self, key: Key) -> str:
        return validity_words(key, _standing(key))

    @display(description=_("並行して使える最後の日"))
    def tolerated(self, key: Key) -> str:
        return day_text(key.tolerated_until) if key.tolerated_until else "–"

    @display(description=_("表示・再送・取り消し"))
    def looks(self, key: Key) -> SafeString | str:
        events = sorted(key_events([key]), key=lambda event: event.at, reverse=True)
        return lines(f"{tokyo_text(each.at)} {each.what}" for each in events) or gettext("なし")

    @display(description=_("発行"), ordering="issued_at")
    def issued(self, key: Key) -> str:
        return tokyo_text(key.issued_at)

    @display(description=_("失効"))
    def ended(self, key: Key) -> str:
        at = key.revoked_at or key.superseded_at
        return tokyo_text(at) if at else "–"

    @display(description=_("キーの本文"))
    def text(self, key: Key) -> str:
        if key.klass == Key.Class.FOREIGN:
            return gettext("記録なし（移行前に発行）")
        return gettext("•••••（暗号化して保管。表示できません）")

    @display(description=_("申請"))
    def application_link(self, key: Key) -> SafeString | str:
        if key.application is None:
            return "–"
        url = reverse("admin:licensing_application_change", args=[key.application.pk])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, key.application)


def _standing(key: Key) -> Standing:
    on: date = key.seen_on  # type: ignore[attr-defined]
    return standing_of(key, on)


class KeysInline(TabularInline):
    model = Key
    show_title = False
    show_change_link = True
    fields = ("serial", "kind", "server_name", "code", "state_words", "validity")
    readonly_fields = fields
    extra = 0
    can_delete = False

    @admin.display(description=_("ホストコード"))
    def code(self, key: Key) -> str:
        return key.shown_host_code

    def get_queryset(self, request: HttpRequest) -> QuerySet[Key]:
        today = clock.today(clock.of(request))
        return super().get_queryset(request).annotate(seen_on=Value(today, DateField()))

    @admin.display(description=_("種類"))
    def kind(self, key: Key) -> str:
        return class_word(key)

    @admin.display(description=_("状態"))
    def state_words(self, key: Key) -> str:
        return state_word(_standing(key))

    @admin.display(description=_("使える期間"))
    def validity(self, key: Key) -> str:
        return validity_words(key, _standing(key))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(License)
class LicenseAdmin(ManyRows, Prefilled):
    list_display = ("number", "label", "customer", "contract", "current", "quantity")
    list_fullwidth = True
    search_fields = ("number", "label", "contract__number", "contract__customer__name")
    search_help_text = _("サーバー名・ホストコード・キー番号・ライセンス番号・証書番号・会社名")
    autocomplete_fields = ("contract",)
    list_select_related = ("contract__customer", "contract__product")
    inlines = (KeysInline,)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[License], search_term: str
    ) -> tuple[QuerySet[License], bool]:
        """By what it is called and by what its keys are."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(licenses_matching(search_term)), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[License]:
        return cast("LicenseQuerySet", super().get_queryset(request)).with_current_key()

    @display(description=_("お客さま"), ordering="contract__customer__name_kana")
    def customer(self, license_: License) -> str:
        return license_.contract.customer.name

    @display(description=_("いまのサーバー"))
    def current(self, license_: License) -> SafeString | str:
        key = license_.current_key
        return format_html("{}<small>{}</small>", key.server_name, key.serial) if key else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: License | None = None) -> Any:
        """A licence never moves to another contract."""
        return ("contract",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
