"""The ledger, to read; and the closures, to draft, preview, announce and withdraw."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from supportdesk import clock
from supportdesk.admin import ManyRows, ReadOnly
from supportdesk.business_calendar.models import CalendarVersion, Closure
from supportdesk.outbox.message import body_of
from supportdesk.promises import closures, services
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.forms import (
    ApologyForm,
    ClosureFileForm,
    ClosureForm,
    ConfirmedRowsForm,
    HorizonForm,
)
from supportdesk.promises.models import Promise, PromiseMove
from supportdesk.promises.steps import present
from supportdesk.templatetags.desk import day, span_of_days, tokyo


class MovesInline(admin.TabularInline[PromiseMove, Promise]):
    model = PromiseMove
    fields = ("moved_at", "closure", "from_on", "to_on")
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Promise)
class PromiseAdmin(ManyRows, ReadOnly):
    list_display = ("when", "rule", "subject", "recipient", "state_badge", "settled")
    list_filter = ("state", "rule")
    search_fields = ("subject_number", "subject_label", "recipient")
    list_fullwidth = True
    list_before_template = "admin/promises/record_strip.html"
    ordering = ("-promised_on", "-id")
    inlines = (MovesInline,)
    fields = (
        "rule",
        "state",
        "subject_number",
        "subject_label",
        "recipient",
        "clock_started_at",
        "promised_on",
        "release_at",
        "reasons",
        "made_at",
        "settled_at",
        "broken_told_at",
        "calendar_version",
    )
    readonly_fields = ("reasons",)
    actions_detail = ("apology",)

    @action(description=_("お詫びの文面を直す"), url_path="apology", permissions=["reword"])
    def apology(self, request: HttpRequest, object_id: str) -> HttpResponse:
        promise = get_object_or_404(Promise, pk=object_id)
        mail = services.apology_of(promise)
        if mail is None:
            raise Http404
        form = ApologyForm(request.POST or None, initial={"body": body_of(mail)})
        if request.method == "POST" and form.is_valid():
            if services.reword_apology(promise, body=form.cleaned_data["body"]):
                messages.success(request, _("お詫びの文面を保存しました。"))
                return self._to_promise(promise)
            form.add_error("body", _("送信が始まったため、保存できませんでした"))
        return TemplateResponse(
            request,
            "admin/promises/apology.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.model._meta,
                "title": _("お詫びの文面"),
                "promise": promise,
                "mail": mail,
                "form": form,
            },
        )

    def has_reword_permission(self, request: HttpRequest, object_id: str) -> bool:
        """While an apology waits, whoever may read the ledger may word it."""
        promise = Promise.objects.filter(pk=object_id, state=Promise.State.BROKEN).first()
        mail = promise and services.apology_of(promise)
        return bool(mail and mail.state == mail.State.QUEUED and mail.dated_at is None)

    def _to_promise(self, promise: Promise) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:promises_promise_change", args=[promise.pk]))

    @display(description=_("お約束"), ordering="promised_on")
    def when(self, promise: Promise) -> str:
        return str(tokyo(promise.release_at) if promise.release_at else day(promise.promised_on))

    @display(description=_("対象"), ordering="subject_number")
    def subject(self, promise: Promise) -> str:
        return f"{promise.subject_number} {promise.subject_label}"

    @display(
        description=_("状態"),
        ordering="state",
        label={"owed": "info", "kept": "success", "broken": "danger", "withdrawn": "warning"},
    )
    def state_badge(self, promise: Promise) -> tuple[str, str]:
        return promise.state, promise.get_state_display()

    @display(description=_("決着の日時"), ordering="settled_at")
    def settled(self, promise: Promise) -> str:
        return str(tokyo(promise.settled_at)) if promise.settled_at else ""

    @display(description=_("理由"))
    def reasons(self, promise: Promise) -> str:
        steps = present(Decision.from_json(promise.decision))
        return render_to_string("components/steps.html", {"steps": steps})

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = services.record_of(on=clock.today(clock.of(request)))
        return super().changelist_view(request, {**(extra_context or {}), "record": record})


@admin.register(Closure)
class ClosureAdmin(ModelAdmin):
    form = ClosureForm
    list_display = ("name", "days", "kind", "state_badge", "told", "announced")
    list_filter = ("kind",)
    search_fields = ("name",)
    list_before_template = "admin/promises/closures_before_list.html"
    actions = ("announce_selected",)
    actions_list = ("import_file",)
    actions_detail = ("announce", "withdraw")
    fieldsets = (
        (None, {"fields": ("name", "kind", ("starts_on", "ends_on"))}),
        (
            _("時間短縮・臨時営業の時刻"),
            {"fields": (("opens_at", "closes_at"), "sends")},
        ),
        (_("お知らせ"), {"fields": ("notify",)}),
    )

    # -- who may do what: an announced closure is history, only drafts change --

    def has_change_permission(self, request: HttpRequest, obj: Closure | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or obj.announced_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Closure | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.announced_at is None)

    def has_announce_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("business_calendar.change_closure")

    # -- list ------------------------------------------------------------------

    @display(description=_("日"), ordering="starts_on")
    def days(self, closure: Closure) -> str:
        return str(span_of_days(closure.starts_on, closure.ends_on))

    @display(
        description=_("状態"),
        label={"draft": "warning", "announced": "success", "withdrawn": "danger"},
    )
    def state_badge(self, closure: Closure) -> tuple[str, str]:
        if closure.withdrawn_at:
            return "withdrawn", str(_("取り消し済み"))
        if closure.announced_at:
            return "announced", str(_("告知済み"))
        return "draft", str(_("下書き"))

    @display(description=_("契約のご担当者へのメール"))
    def told(self, closure: Closure) -> str:
        if closure.notified_at:
            return str(tokyo(closure.notified_at))
        return str(_("知らせる") if closure.notify else _("知らせない"))

    @display(description=_("告知日時"), ordering="announced_at")
    def announced(self, closure: Closure) -> str:
        return str(tokyo(closure.announced_at)) if closure.announced_at else ""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = CalendarVersion.objects.get()
        context = {
            "horizon_form": HorizonForm(initial={"until": version.closures_known_until}),
            "closures_known_until": version.closures_known_until,
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    # -- what leads to the preview -----------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("announce/", wrap(self.announce_view), name="closures_announce"),
            path("<int:pk>/withdraw/", wrap(self.withdraw_view), name="closure_withdraw"),
            path("horizon/", wrap(self.horizon_view), name="closures_horizon"),
            path("import/", wrap(self.import_view), name="closures_import"),
            *super().get_urls(),
        ]

    def response_add(
        self, request: HttpRequest, obj: Closure, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.info(request, _("下書きを保存しました。まだ告知していません。"))
        return self._to_preview([obj])

    def response_change(self, request: HttpRequest, obj: Closure) -> HttpResponse:
        messages.info(request, _("下書きを保存しました。まだ告知していません。"))
        return self._to_preview([obj])

    @action(
        description=_("告知の影響を見る"),
        url_path="announce",
        permissions=["announce"],
    )
    def announce(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._to_preview([get_object_or_404(Closure, pk=object_id)])

    @action(
        description=_("取り消しの影響を見る"),
        url_path="withdraw-preview",
        permissions=["announce"],
    )
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:closure_withdraw", args=[object_id]))

    @admin.action(description=_("選んだ下書きをまとめて告知する（先に影響を確認）"))
    def announce_selected(self, request: HttpRequest, queryset: QuerySet[Closure]) -> HttpResponse:
        return self._to_preview(list(queryset))

    @action(description=_("ファイルから取り込む"), url_path="import-file", permissions=["announce"])
    def import_file(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:closures_import"))

    def _to_preview(self, drafts: list[Closure]) -> HttpResponse:
        query = "&".join(f"id={closure.pk}" for closure in drafts)
        return HttpResponseRedirect(f"{reverse('admin:closures_announce')}?{query}")

    # -- preview, then act ---------------------------------------------------------

    def announce_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        ids = [int(pk) for pk in request.GET.getlist("id") if pk.isdecimal()]
        drafts = list(Closure.objects.drafts().filter(pk__in=ids).order_by("starts_on"))
        if not drafts:
            messages.warning(request, _("告知できる下書きがありません。"))
            return self._to_list()
        now = clock.of(request)
        if request.method == "POST":
            try:
                moves = closures.announce_closures(
                    drafts,
                    preview_version=_posted_version(request),
                    by=request.user,  # type: ignore[arg-type]
                    now=now,
                )
            except (closures.CalendarChangedError, closures.NothingToDoError):
                messages.warning(request, _CHANGED)
            else:
                messages.success(request, _moved_message(_("告知しました。"), len(moves)))
                return self._to_list()
        preview = closures.preview_announcement(drafts, now=now)
        return self._preview(request, preview, closures=drafts, withdrawing=False)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._require(request)
        closure = get_object_or_404(Closure.objects.announced(), pk=pk)
        now = clock.of(request)
        if request.method == "POST":
            try:
                moves = closures.withdraw_closure(
                    closure, preview_version=_posted_version(request), now=now
                )
            except (closures.CalendarChangedError, closures.NothingToDoError):
                messages.warning(request, _CHANGED)
            else:
                messages.success(request, _moved_message(_("取り消しました。"), len(moves)))
                return self._to_list()
        preview = closures.preview_withdrawal(closure, now=now)
        return self._preview(request, preview, closures=[closure], withdrawing=True)

    def _preview(
        self, request: HttpRequest, preview: closures.Preview, **context: Any
    ) -> HttpResponse:
        title = _("休業の取り消しの確認") if context["withdrawing"] else _("休業の告知の確認")
        return self._page(request, "closure_preview.html", title=title, preview=preview, **context)

    # -- horizon and import ------------------------------------------------------------

    def horizon_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        form = HorizonForm(request.POST or None)
        if form.is_valid():
            closures.announce_horizon(form.cleaned_data["until"])
            messages.success(request, _("休業日を告知済みの最終日を保存しました。"))
        elif form.errors:
            messages.error(request, form.errors["until"].as_text())
        return self._to_list()

    def import_view(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        confirmed = ConfirmedRowsForm(request.POST if "rows" in request.POST else None)
        if confirmed.is_valid():
            drafts = confirmed.save()
            messages.success(request, _("下書きとして取り込みました。まだ告知していません。"))
            return self._to_preview(drafts) if drafts else self._to_list()
        form = ClosureFileForm(
            request.POST if request.FILES or request.method == "POST" else None,
            request.FILES or None,
        )
        reading = form.cleaned_data["file"] if form.is_valid() else None
        return self._page(
            request,
            "closure_import.html",
            title=_("休業日の取り込み"),
            form=form,
            reading=reading,
            confirmed=ConfirmedRowsForm.showing(reading) if reading else None,
        )

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/promises/{name}",
            {**self.admin_site.each_context(request), "opts": self.model._meta, **context},
        )

    def _to_list(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:business_calendar_closure_changelist"))

    def _require(self, request: HttpRequest) -> None:
        if not self.has_announce_permission(request):
            raise PermissionDenied


_CHANGED = _("確認のあいだにカレンダーが変わりました。もう一度ご確認ください。")


def _posted_version(request: HttpRequest) -> int:
    posted = request.POST.get("version", "")
    return int(posted) if posted.isdecimal() else -1


def _moved_message(done: Any, moved: int) -> str:
    told = ngettext(
        "%(moved)d件のお約束を変更し、お客さまにお知らせしました。",
        "%(moved)d件のお約束を変更し、お客さまにお知らせしました。",
        moved,
    ) % {"moved": moved}
    return f"{done}{told if moved else _('変わるお約束はありません。')}"
