"""A list of the admin whose rows go out as a file and come in from one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin


def may_import(request: HttpRequest) -> bool:
    return request.user.has_perm("imports.add_importrun")


def may_export(request: HttpRequest) -> bool:
    """A copy of everything is more than a look: view-only staff look, and take none along."""
    return request.user.has_perm("imports.add_export")


class InAndOut(ModelAdmin):  # type: ignore[misc]
    """Above the list: what it shows as a file, and the way to bring one in."""

    csv_kind = ""
    list_before_template = "admin/imports/_links.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_import": may_import(request), "may_export": may_export(request)}
        page: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **may})
        return page
