"""What the admins of this app share: nothing is deleted, a form's page, a person who acts."""

from typing import Any

from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from contracts.models import Certificate, Order
from contracts.words import plain_day


class KeptAdmin(ModelAdmin):
    """Rows stay: orders, certificates and requests name them."""

    list_filter_sheet = True
    list_fullwidth = True
    list_disable_select_all = True
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool
    ) -> None:
        """Write only what was changed, so that two people do not undo each other."""
        own = {field.name for field in obj._meta.concrete_fields}
        changed = [name for name in form.changed_data if name in own]
        obj.save(update_fields=changed if change else None)

    def page(
        self, request: HttpRequest, template: str, form: Form | ModelForm[Any], **context: Any
    ) -> HttpResponse:
        """A page of ours inside the admin's frame."""
        frame = self.admin_site.each_context(request)
        context |= {"opts": self.model._meta, "form": form}
        return TemplateResponse(request, f"admin/contracts/{template}", {**frame, **context})


class HistoryAdmin(KeptAdmin):
    """To be read: it grows through services alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may do what the pages' buttons do; view-only staff may not."""
        return request.user.has_perm("contracts.change_order")


def computed_beside(order: Order, certificate: Certificate | None) -> str:
    """The period that the terms gave, and that the certificate wins where it differs (3-4)."""
    decided = order.decided
    span = f"{plain_day(decided.starts_on)} 〜 {plain_day(decided.ends_on)}"
    if certificate is None:
        return span
    if (decided.starts_on, decided.ends_on) == (certificate.starts_on, certificate.ends_on):
        return span
    return f"{span}　{_('証書の期間と異なります（証書が優先）')}"
