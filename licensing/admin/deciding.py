"""What staff decide of an application that is held: accept, return, refuse; each with a reason."""

from dataclasses import dataclass
from typing import Any, Literal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from licensing import services
from licensing.models import Application
from licensing.services import StateChangedError
from licensing.words import findings_of
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.business_calendar.services import load_calendar
from supportdesk.promises.domain.rules import cutoff_release

type Verb = Literal["accept", "return", "refuse"]


@dataclass(frozen=True, slots=True)
class Deciding:
    """The words of one decision: its page, field, empty field, button, and what is said then."""

    title: Any
    label: Any
    missing: Any
    button: Any
    done: Any


DECIDING: dict[Verb, Deciding] = {
    "accept": Deciding(
        _("申請の受理"),
        _("受理する理由（必須、記録に残ります）"),
        _("受理する理由を入力してください"),
        _("この理由で受理する"),
        _("受理し、お客さまにメールでお知らせしました。"),
    ),
    "return": Deciding(
        _("お客さまへの差し戻し"),
        _("直していただくこと（必須、お客さまにお伝えします）"),
        _("お客さまに直していただくことを入力してください"),
        _("この内容で差し戻す"),
        _("差し戻し、お客さまにメールでお知らせしました。"),
    ),
    "refuse": Deciding(
        _("申請のお断り"),
        _("お断りする理由（必須、お客さまにお伝えします）"),
        _("お断りする理由を入力してください"),
        _("この理由でお断りする"),
        _("お断りし、お客さまにメールでお知らせしました。"),
    ),
}


class DecisionForm(forms.Form):
    """Why: kept with the decision, and told to the customer where it is returned or refused."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, deciding: Deciding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["required"] = deciding.missing


class DecidingViews:
    """Three pages for the ModelAdmin of applications; view-only staff have none."""

    admin_site: Any

    def deciding_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/accept/", wrap(self.accept_view), name="application_accept"),
            path("<int:pk>/return/", wrap(self.return_view), name="application_return"),
            path("<int:pk>/refuse/", wrap(self.refuse_view), name="application_refuse"),
        ]

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, "accept")

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, "return")

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, "refuse")

    def _decide(self, request: HttpRequest, pk: int, verb: Verb) -> HttpResponse:
        if not request.user.has_perm("licensing.change_application"):
            raise PermissionDenied
        application = get_object_or_404(Application.objects.for_pages(), pk=pk)
        back = redirect("admin:licensing_application_change", pk)
        if application.state != Application.State.HELD:
            messages.warning(request, gettext("この申請は、もう確認待ちではありません。"))
            return back
        form = DecisionForm(request.POST or None, deciding=DECIDING[verb])
        if not form.is_valid():
            return self._asked_again(request, application, form, verb)
        try:
            _DO[verb](application, request, form.cleaned_data["reason"])
        except StateChangedError:
            messages.warning(
                request, gettext("ほかの担当者が先に判断しました。内容をご確認ください。")
            )
        else:
            messages.success(request, DECIDING[verb].done)
        return back

    def _asked_again(
        self, request: HttpRequest, application: Application, form: DecisionForm, verb: Verb
    ) -> HttpResponse:
        """What it would mean, and why: before anything is done."""
        accepting = verb == "accept"
        context = {
            **self.admin_site.each_context(request),
            "opts": Application._meta,
            "title": DECIDING[verb].title,
            "deciding": DECIDING[verb],
            "application": application,
            "findings": findings_of(application),
            "decision": cutoff_release(clock.of(request), load_calendar()) if accepting else None,
            "form": form,
        }
        return TemplateResponse(request, "admin/licensing/decide.html", context)


def _accept(application: Application, request: HttpRequest, reason: str) -> None:
    by = person(request)
    services.accept_held(application, by=by, note=reason, now=clock.of(request))


def _return(application: Application, request: HttpRequest, reason: str) -> None:
    by = person(request)
    services.return_to_customer(application, by=by, missing=reason, now=clock.of(request))


def _refuse(application: Application, request: HttpRequest, reason: str) -> None:
    by = person(request)
    services.refuse(application, by=by, reason=reason, now=clock.of(request))


_DO = {"accept": _accept, "return": _return, "refuse": _refuse}
