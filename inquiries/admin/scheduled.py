"""送信予約: approved answers that wait for their moment."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from inquiries.models import Message
from supportdesk import clock
from supportdesk.templatetags.desk import tokyo


@admin.register(Message)
class ScheduledAnswers(ModelAdmin):
    """Read here; withdrawn or sent at once on the page of their inquiry."""

    list_display = ("due", "subject", "customer", "author")
    list_display_links = None
    list_fullwidth = True
    search_fields = ("inquiry__number", "inquiry__subject", "inquiry__customer__name")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        scheduled = Message.objects.scheduled(clock.of(request))
        return scheduled.select_related("mail", "inquiry__customer", "author")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("mail__due_at", "pk")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("送信予約"), **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        known = int(object_id) if object_id.isdecimal() else 0
        answer = get_object_or_404(Message, pk=known)
        return redirect("admin:inquiries_inquiry_change", answer.inquiry_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("送信"))
    def due(self, answer: Message) -> SafeString | str:
        return tokyo(answer.mail.due_at if answer.mail else None)

    @display(description=_("件名"))
    def subject(self, answer: Message) -> SafeString:
        url = reverse("admin:inquiries_inquiry_change", args=[answer.inquiry_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', url, answer.inquiry)

    @display(description=_("お客さま"))
    def customer(self, answer: Message) -> str:
        return answer.inquiry.customer.name
