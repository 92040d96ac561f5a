"""Applications: what staff look at, accept, return and refuse. Only services write."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from contracts.services import withdrawn_since
from contracts.words import coverage_reason
from licensing import services
from licensing.admin.entering import EnteringViews
from licensing.admin.lines import lines
from licensing.admin.moving import WithTimeLine
from licensing.admin.providing import ProvidingView
from licensing.changes import changes_since
from licensing.models import Application
from licensing.services import StateChangedError
from licensing.words import findings_of, history_of, moves_words
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.presenting.dates import day_text, tokyo_text
from supportdesk.promises.domain.rules import cutoff_release
from supportdesk.promises.models import Promise

type Verb = Literal["accept", "return", "refuse"]


@dataclass(frozen=True, slots=True)
class Deciding:
    """The words of one decision: its page, its field, its button, and what is said afterwards."""

    title: Any
    label: Any
    button: Any
    done: Any


DECIDING: dict[Verb, Deciding] = {
    "accept": Deciding(
        _("申請の受理"),
        _("受理する理由（必須、記録に残ります）"),
        _("この理由で受理する"),
        _("受理し、お客さまにメールでお知らせしました。"),
    ),
    "return": Deciding(
        _("お客さまへの差し戻し"),
        _("直していただくこと（必須、お客さまにお伝えします）"),
        _("この内容で差し戻す"),
        _("差し戻し、お客さまにメールでお知らせしました。"),
    ),
    "refuse": Deciding(
        _("申請のお断り"),
        _("お断りする理由（必須、お客さまにお伝えします）"),
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
        error_messages={"required": _("理由を入力してください")},
    )


@admin.register(Application)
class ApplicationAdmin(ProvidingView, EnteringViews, WithTimeLine):
    list_display = ("promised", "subject", "customer", "state_badge", "sent")
    list_filter = ("state", "kind", "reason")
    list_fullwidth = True
    search_fields = (
        "number",
        "license__number",
        "license__contract__customer__name",
        "new_server_name",
        "new_host_code",
        "old_server_name",
    )
    actions_detail = ("accept", "provide", "send_back", "refuse")
    actions_list = ("enter_for_customer",)
    fieldsets = (
        (
            None,
            {"fields": ("number", "kind", "state", "promised", "checks", "counted", "customer")},
        ),
        (
            _("申請の内容"),
            {
                "fields": (
                    "license",
                    "applicant",
                    "channel",
                    "old_server",
                    "new_server",
                    "new_os",
                    "new_network",
                    "reason",
                    "planned",
                    "wants_overlap",
                    "provisional_reason",
                    "declaration",
                    "note",
                )
            },
        ),
        (
            _("経過"),
            {"fields": ("events", "versions", "coverage_words", "terms", "failure", "failed_at")},
        ),
        (
            _("判断"),
            {"fields": ("acceptance_note", "accepted_by", "return_note", "refusal_reason")},
        ),
    )
    readonly_fields = (
        "promised",
        "checks",
        "counted",
        "customer",
        "old_server",
        "new_server",
        "planned",
        "events",
        "versions",
        "coverage_words",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return Application.objects.for_pages()

    def get_ordering(self, request: HttpRequest) -> tuple[OrderBy, ...]:
        return _most_urgent_first()

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change something, and on a page only while there is something to decide."""
        if not request.user.has_perm("licensing.change_application"):
            return False
        return (
            object_id is None or Application.objects.awaiting_staff().filter(pk=object_id).exists()
        )

    # -- columns and fields ------------------------------------------------------------

    @display(description=_("お約束"))
    def promised(self, application: Application) -> str:
        promise = application.promise or application.review_promise
        if promise is None:
            return "–"
        if promise.release_at:
            return gettext("%(at)s にキーを発行") % {"at": tokyo_text(promise.release_at)}
        return gettext("%(day)sのうちに確認（当社の目安）") % {"day": day_text(promise.promised_on)}

    @display(description=_("申請"), ordering="number")
    def subject(self, application: Application) -> str:
        return f"{application.number} {application.title}"

    @display(description=_("お客さま"), ordering="license__contract__customer__name_kana")
    def customer(self, application: Application) -> str:
        return application.license.contract.customer.name

    @display(
        description=_("状態"),
        ordering="state",
        label={
            "held": "warning",
            "returned": "default",
            "accepted": "info",
            "issued": "success",
            "refused": "danger",
            "withdrawn": "default",
        },
    )
    def state_badge(self, application: Application) -> tuple[str, str]:
        return application.state, application.get_state_display()

    @display(description=_("送信"), ordering="sent_at")
    def sent(self, application: Application) -> str:
        return tokyo_text(application.sent_at)

    @display(description=_("いまのサーバー"))
    def old_server(self, application: Application) -> str:
        return f"{application.old_server_name} {application.shown_old_host_code}"

    @display(description=_("新しいサーバー"))
    def new_server(self, application: Application) -> str:
        return f"{application.new_server_name} {application.shown_new_host_code}"

    @display(description=_("切り替えの予定日"))
    def planned(self, application: Application) -> str:
        return day_text(application.planned_on) if application.planned_on else gettext("未定")

    @display(description=_("確認が必要な点"))
    def checks(self, application: Application) -> SafeString | str:
        found = findings_of(application)
        return lines(f"{each.title} — {each.detail}" for each in found) or gettext("なし")

    @display(description=_("移設の回数"))
    def counted(self, application: Application) -> str:
        if application.corrects:
            text = gettext("%(number)s のホストコードの訂正なので、数えません")
            return text % {"number": application.corrects.number}
        return moves_words(application.move_count) if application.move_count else "–"

    @display(description=_("サポート期間の判定"))
    def coverage_words(self, application: Application) -> SafeString:
        coverage = application.coverage_decision
        withdrawn = render_to_string(
            "admin/contracts/_withdrawn_order.html", {"order": withdrawn_since(coverage)}
        )
        return format_html("{} {}", coverage_reason(coverage), mark_safe(withdrawn))  # noqa: S308

    @display(description=_("履歴"))
    def events(self, application: Application) -> SafeString | str:
        steps = history_of(application, for_staff=True)
        return lines(f"{tokyo_text(each.at)} {each.what}" for each in steps)

    @display(description=_("前の申請の内容"))
    def versions(self, application: Application) -> SafeString | str:
        return lines(_versions(application)) or gettext("なし")

    # -- deciding ----------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/accept/", wrap(self.accept_view), name="application_accept"),
            path("<int:pk>/return/", wrap(self.return_view), name="application_return"),
            path("<int:pk>/refuse/", wrap(self.refuse_view), name="application_refuse"),
            path("<int:pk>/provide/", wrap(self.provide_view), name="application_provide"),
            path("enter/", wrap(self.choose), name="application_choose"),
            path("enter/<int:pk>/", wrap(self.enter), name="application_enter"),
            *super().get_urls(),
        ]

    @action(description=_("受理する"), url_path="to-accept", permissions=["decide"])
    def accept(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:application_accept", object_id)

    @action(description=_("お断りする"), url_path="to-refuse", permissions=["decide"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:application_refuse", object_id)

    @action(description=_("差し戻す"), url_path="to-return", permissions=["decide"])
    def send_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:application_return", object_id)

    @action(
        description=_("注文受付済み・証書は後日"), url_path="to-provide", permissions=["decide"]
    )
    def provide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:application_provide", object_id)

    @action(
        description=_("お客さまの代わりに登録"), url_path="for-customer", permissions=["decide"]
    )
    def enter_for_customer(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:application_choose")

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, "accept")

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, "return")

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, "refuse")

    def _decide(self, request: HttpRequest, pk: int, verb: Verb) -> HttpResponse:
        if not self.has_decide_permission(request):
            return redirect("admin:index")
        application = get_object_or_404(Application.objects.for_pages(), pk=pk)
        back = redirect("admin:licensing_application_change", pk)
        if application.state != Application.State.HELD:
            messages.warning(request, gettext("この申請は、もう確認待ちではありません。"))
            return back
        form = DecisionForm(request.POST or None)
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
            "title": DECIDING[verb].title,
            "deciding": DECIDING[verb],
            "application": application,
            "findings": findings_of(application),
            "decision": cutoff_release(clock.of(request), load_calendar()) if accepting else None,
            "form": form,
        }
        return TemplateResponse(request, "admin/licensing/decide.html", context)


def _accept(application: Application, request: HttpRequest, reason: str) -> None:
    by = cast("User", request.user)
    services.accept_held(application, by=by, note=reason, now=clock.of(request))


def _return(application: Application, request: HttpRequest, reason: str) -> None:
    by = cast("User", request.user)
    services.return_to_customer(application, by=by, missing=reason, now=clock.of(request))


def _refuse(application: Application, request: HttpRequest, reason: str) -> None:
    by = cast("User", request.user)
    services.refuse(application, by=by, reason=reason, now=clock.of(request))


_DO = {"accept": _accept, "return": _return, "refuse": _refuse}


def _versions(application: Application) -> Iterator[str]:
    """Each earlier version: when it was sent, how it ended, what it promised, what changed then."""
    attempts = list(application.attempts.select_related("promise", "review_promise"))
    for place, attempt in enumerate(attempts):
        facts = {
            "number": attempt.number,
            "sent": tokyo_text(attempt.sent_at),
            "ended": tokyo_text(attempt.ended_at),
            "how": attempt.get_ending_display(),
        }
        yield gettext("%(number)d回目　送信 %(sent)s、%(how)s %(ended)s") % facts
        if attempt.note:
            yield f"　{attempt.note}"
        if promise := attempt.promise or attempt.review_promise:
            yield gettext("　お約束 %(due)s（%(state)s）") % {
                "due": _due(promise),
                "state": promise.get_state_display(),
            }
        later = attempts[place + 1] if place + 1 < len(attempts) else application
        for change in changes_since(attempt, later):
            yield f"　{change.label}　{change.before} → {change.after}"


def _due(promise: Promise) -> str:
    return tokyo_text(promise.release_at) if promise.release_at else day_text(promise.promised_on)


def _most_urgent_first() -> tuple[OrderBy, ...]:
    """What is under way by its promised day, then the finished, the newest first."""
    # What went back to the customer owes nothing until it comes again.
    is_open = Q(state__in=[Application.State.HELD, Application.State.ACCEPTED])
    promised_on = Coalesce("promise__promised_on", "review_promise__promised_on")
    owed_on = Case(When(is_open, then=promised_on))
    return owed_on.asc(nulls_last=True), F("sent_at").desc()
