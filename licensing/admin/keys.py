"""Licences and keys, to read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from licensing.models import Key, License
from supportdesk.admin import ReadOnly
from supportdesk.presenting.dates import tokyo_text


@admin.register(Key)
class KeyAdmin(ReadOnly):
    """Server, code and state; the signed text itself is never shown here."""

    list_display = ("serial", "customer", "license", "server_name", "code", "state_badge", "issued")
    list_filter = ("klass",)
    search_fields = (
        "serial",
        "server_name",
        "host_code",
        "license__number",
        "license__contract__customer__name",
    )
    list_select_related = ("license__contract__customer",)
    list_fullwidth = True
    ordering = ("-issued_at",)
    fields = (
        "serial",
        "state_words",
        "klass",
        "license",
        "application_link",
        "server_name",
        "code",
        "kid",
        "text",
        "issued",
        "replaces",
        "ended",
        "revocation_reason",
    )
    readonly_fields = ("state_words", "code", "text", "application_link", "issued", "ended")

    @display(description=_("お客さま"), ordering="license__contract__customer__name_kana")
    def customer(self, key: Key) -> str:
        return key.license.contract.customer.name

    @display(description=_("ホストコード"), ordering="host_code")
    def code(self, key: Key) -> str:
        return key.shown_host_code

    @display(
        description=_("状態"),
        label={"issued": "success", "superseded": "default", "revoked": "danger"},
    )
    def state_badge(self, key: Key) -> tuple[str, str]:
        return key.state.value, key.state_label

    @display(description=_("状態"))  # unfold draws a label in lists only
    def state_words(self, key: Key) -> str:
        return key.state_label

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


class KeysInline(TabularInline):
    model = Key
    fields = ("serial", "klass", "server_name", "code", "state_words")
    readonly_fields = fields
    extra = 0
    can_delete = False

    @admin.display(description=_("ホストコード"))
    def code(self, key: Key) -> str:
        return key.shown_host_code

    @admin.display(description=_("状態"))
    def state_words(self, key: Key) -> str:
        return key.state_label

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(License)
class LicenseAdmin(ModelAdmin):
    list_display = ("number", "label", "contract", "quantity")
    search_fields = ("number", "label", "contract__number", "contract__customer__name")
    autocomplete_fields = ("contract",)
    list_select_related = ("contract__customer", "contract__product")
    inlines = (KeysInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: License | None = None) -> Any:
        """A licence never moves to another contract."""
        return ("contract",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
