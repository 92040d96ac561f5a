"""注文受付済み・証書は後日: what was held is accepted, and its contract served meanwhile."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.forms.provisions import ProvisionForm
from contracts.services import RefusedError
from contracts.words import coverage_reason
from inquiries import services
from inquiries.models import Inquiry
from inquiries.statuses import Status
from supportdesk import clock
from supportdesk.accounts.access import person


class ProvidingView:
    """One page of an inquiry that is held, for its ModelAdmin."""

    admin_site: Any
    has_change_permission: Callable[..., bool]

    def provide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says what it does first; the inquiry and its contract are decided in one step."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        inquiries = Inquiry.objects.select_related("customer", "contract__product")
        inquiry = get_object_or_404(inquiries, pk=pk)
        back = reverse("admin:inquiries_inquiry_change", args=[pk])
        form = ProvisionForm(request.POST or None, today=clock.today(clock.of(request)))
        if inquiry.status != Status.HELD:
            messages.error(request, _("このお問い合わせは、もう確認待ちではありません。"))
            return redirect(back)
        if request.method == "POST" and form.is_valid() and self._provided(request, pk, form):
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": Inquiry._meta,
            "form": form,
            "title": _("注文受付済み・証書は後日"),
            "intro": _(
                "このお問い合わせを対象として受け付け、契約は期限まで期間内と同じに扱います。"
                "お客さまにはメールでお知らせします。"
            ),
            "listed": [
                f"{inquiry.number} {inquiry.subject}",
                f"{inquiry.customer.name}　{inquiry.contract}",
                coverage_reason(inquiry.coverage_decision),
            ],
            "back": back,
            "back_label": inquiry.number,
            "submit": _("対象として受け付ける"),
        }
        return TemplateResponse(request, "admin/contracts/form.html", context)

    def _provided(self, request: HttpRequest, pk: int, form: ProvisionForm) -> bool:
        by, now = person(request), clock.of(request)
        try:
            services.accept_with_certificate_to_follow(pk, **form.cleaned_data, by=by, now=now)
        except RefusedError as error:
            form.add_error(None, str(error))
            return False
        except services.NotPossibleError:
            messages.error(request, _("ほかの人の操作で状態が変わったため、できませんでした。"))
        else:
            messages.success(request, _("対象として受け付け、お客さまに知らせました。"))
        return True
