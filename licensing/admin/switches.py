"""The switch of provisional keys: one row, changed by its service with a reason."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from licensing import services
from licensing.models import ProvisionalKeys
from supportdesk import clock
from supportdesk.accounts.access import person


@admin.register(ProvisionalKeys)
class ProvisionalKeysAdmin(ModelAdmin):
    change_form_before_template = "admin/licensing/switch_before.html"
    fields = ("offered", "note", "changed_by", "changed_at")
    readonly_fields = ("changed_by", "changed_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not ProvisionalKeys.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one switch: straight to it, or to setting it for the first time."""
        switch = ProvisionalKeys.objects.first()
        if switch:
            return redirect("admin:licensing_provisionalkeys_change", switch.pk)
        if self.has_add_permission(request):
            return redirect("admin:licensing_provisionalkeys_add")
        return super().changelist_view(request, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """One switch: there is none to add after it, and nothing to go on editing."""
        context |= {
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
            "offered_now": services.are_offered(),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: ProvisionalKeys, form: Any, change: Any
    ) -> None:
        by = person(request)
        saved = services.switch_provisional(
            offered=obj.offered, note=obj.note, by=by, now=clock.of(request)
        )
        obj.pk, obj.changed_at, obj.changed_by = saved.pk, saved.changed_at, saved.changed_by
