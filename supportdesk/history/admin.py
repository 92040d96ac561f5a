from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from supportdesk.history import pages
from supportdesk.history.models import Change


@admin.register(Change)
class ChangeAdmin(ModelAdmin):
    """A list without a table: it is read from every model's own history."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        staff = get_user_model()._default_manager.filter(is_staff=True)
        people = list(staff.order_by("name").values_list("pk", "name"))
        return pages.of_all(self.admin_site, request, opts=self.opts, people=people)
