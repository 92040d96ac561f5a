"""注文受付済み・証書は後日: the contract of a held application is served, and it is accepted.

Where something else holds it too, only the contract is served; the rest is decided as ever.
"""

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
from licensing import services
from licensing.models import Application
from supportdesk import clock
from supportdesk.accounts.access import person


class ProvidingView:
    """One page of an application that is held, for its ModelAdmin."""

    admin_site: Any

    def provide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm("licensing.change_application"):
            raise PermissionDenied
        application = get_object_or_404(Application.objects.for_pages(), pk=pk)
        back = reverse("admin:licensing_application_change", args=[pk])
        if application.state != Application.State.HELD:
            messages.warning(request, _("この申請は、もう確認待ちではありません。"))
            return redirect(back)
        form = ProvisionForm(request.POST or None, today=clock.today(clock.of(request)))
        if request.method == "POST" and form.is_valid() and _provided(request, application, form):
            return redirect(back)
        only = services.held_for_coverage_only(application)
        context = {
            **self.admin_site.each_context(request),
            "opts": Application._meta,
            "form": form,
            "title": _("注文受付済み・証書は後日"),
            "intro": _("この申請を受理し、契約は期限まで期間内と同じに扱います。")
            if only
            else _(
                "契約を期限まで期間内と同じに扱います。申請のほかの点は、続けて確認してください。"
            ),
            "listed": [
                f"{application.number} {application.title}",
                application.license.contract.customer.name,
                coverage_reason(application.coverage_decision),
            ],
            "back": back,
            "back_label": application.number,
            "submit": _("受理する") if only else _("対応を始める"),
        }
        return TemplateResponse(request, "admin/contracts/form.html", context)


def _provided(request: HttpRequest, application: Application, form: ProvisionForm) -> bool:
    by, now = person(request), clock.of(request)
    try:
        accepted = services.accept_with_certificate_to_follow(
            application, **form.cleaned_data, by=by, now=now
        )
    except RefusedError as error:
        form.add_error(None, str(error))
        return False
    except services.StateChangedError:
        messages.warning(request, _("ほかの担当者が先に判断しました。内容をご確認ください。"))
    else:
        told = _("受理し、お客さまにメールでお知らせしました。")
        messages.success(request, told if accepted else _("証書の発行待ちとして対応します。"))
    return True
