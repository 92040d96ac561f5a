"""The revocation lists, to read: number, age, and whether the next one is overdue."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from licensing.models import RevocationList
from licensing.services import list_standing
from supportdesk import clock
from supportdesk.admin import ReadOnly
from supportdesk.presenting.dates import day_text, tokyo_text


@admin.register(RevocationList)
class RevocationListAdmin(ReadOnly):
    """Published by the issuer by itself; nobody writes one by hand."""

    list_display = ("title", "issued", "next", "count", "kid")
    list_fullwidth = True
    list_before_template = "admin/licensing/revocation_age.html"
    fields = ("title", "issued", "next", "count", "kid", "digest", "text")
    readonly_fields = ("title", "issued", "next")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RevocationList]:
        """A list may be long: it is read for its own page only."""
        rows: QuerySet[RevocationList] = super().get_queryset(request)
        return rows.defer("text")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        standing = list_standing(now=clock.of(request))
        context = {**(extra_context or {}), "standing": standing}
        return super().changelist_view(request, extra_context=context)

    @display(description=_("号"), ordering="number")
    def title(self, listed: RevocationList) -> str:
        return _("第%(number)d号") % {"number": listed.number}

    @display(description=_("発行"), ordering="issued_at")
    def issued(self, listed: RevocationList) -> str:
        return tokyo_text(listed.issued_at)

    @display(description=_("次の発行の期限"), ordering="next_on")
    def next(self, listed: RevocationList) -> str:
        return day_text(listed.next_on)
