"""One inquiry as staff work on it: thread, memo, answer box, and what surrounds it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inquiries import services
from inquiries.admin.surroundings import surroundings
from inquiries.domain.text import storable
from inquiries.entries import entries_for_staff
from inquiries.forms import AnswerForm, AssignForm, MemoForm, ReasonForm
from inquiries.models import AnswerDraft, Inquiry
from inquiries.services.answering import ANSWERABLE
from inquiries.services.queue import in_order, row_of, scheduled_at, with_people
from inquiries.statuses import Status
from inquiries.uploads import take_files
from inquiries.words import occurred_words, staff_badge
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.business_calendar.services import load_calendar
from supportdesk.presenting.dates import tokyo_text

OUTDATED = gettext_lazy(
    "ほかの人の操作で、このお問い合わせが変わりました。新しい内容を確かめてから、"
    "もう一度承認してください。書いた内容は残っています。"
)


class PageViews:
    """The views of one inquiry, for its ModelAdmin."""

    admin_site: Any
    has_view_permission: Callable[..., bool]
    has_change_permission: Callable[..., bool]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        inquiry = self._inquiry(request, object_id)
        if request.method == "POST":
            self._require_change(request, inquiry)
            return self._answered(request, inquiry)
        return self._page(request, inquiry)

    # -- the answer box ----------------------------------------------------------------

    def _answered(self, request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
        by, now, action = person(request), clock.of(request), request.POST.get("action", "")
        form = AnswerForm(request.POST)
        draft = _save_draft(request, inquiry)
        for reason in take_files(request, draft, by=by, now=now):
            form.add_error("attachments", reason)
        if action.startswith("remove:"):
            services.detach(draft, action.removeprefix("remove:"))
        if action != "approve":
            if form.errors.get("attachments"):
                messages.error(request, " ".join(map(str, form.errors["attachments"])))
            if request.POST.get("quietly"):
                return HttpResponse(status=204)
            if action == "draft":
                messages.success(request, _("下書きを保存しました。まだ送信されません。"))
            return redirect("admin:inquiries_inquiry_change", inquiry.pk)
        if not form.is_valid():
            return self._page(request, inquiry, form)
        return self._approve(request, inquiry, form)

    def _approve(self, request: HttpRequest, inquiry: Inquiry, form: AnswerForm) -> HttpResponse:
        now = clock.of(request)
        approval = services.Approval(**_approval(form.cleaned_data))
        try:
            answer = services.approve(inquiry.pk, approval, by=person(request), now=now)
        except services.OutdatedError:
            return self._again(request, inquiry, form, str(OUTDATED))
        except services.ReleaseMovedError:
            return self._again(request, inquiry, form, _moved_words(inquiry, now))
        except services.NotPossibleError:
            return self._again(request, inquiry, form, _("いまの状態では回答を送れません。"))
        at = answer.mail.due_at if answer.mail else now
        told = (
            _("回答を承認しました。%(at)s に送信します。")
            if at > now
            else _("回答を送信しました。")
        )
        messages.success(request, told % {"at": tokyo_text(at)})
        return redirect("admin:inquiries_inquiry_changelist")

    def _again(
        self, request: HttpRequest, inquiry: Inquiry, form: AnswerForm, why: str
    ) -> HttpResponse:
        """The page comes back with everything typed, says why, and asks anew."""
        messages.error(request, why)
        return self._page(request, self._inquiry(request, str(inquiry.pk)), form, asks_anew=True)

    # -- everything else that is done to it --------------------------------------------

    def do(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """One button, one service; then the page again."""
        return require_POST(self._do)(request, pk, verb)

    def _do(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        inquiry = self._inquiry(request, str(pk))
        self._require_change(request, inquiry)
        if verb not in _VERBS:
            raise Http404
        form_class, act, done = _VERBS[verb]
        form = form_class(request.POST)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
            return self._page(request, inquiry)
        try:
            act(request, inquiry, form.cleaned_data)
        except services.TooLateError:
            messages.error(request, _("この回答は、もう送信が始まっています。"))
        except services.NotPossibleError:
            messages.error(request, _("ほかの人の操作で状態が変わったため、できませんでした。"))
        else:
            messages.success(request, str(done))
        return redirect("admin:inquiries_inquiry_change", pk)

    # -- the page ----------------------------------------------------------------------

    def _page(
        self,
        request: HttpRequest,
        inquiry: Inquiry,
        form: AnswerForm | None = None,
        *,
        asks_anew: bool = False,
    ) -> HttpResponse:
        now, me = clock.of(request), person(request)
        drafts = AnswerDraft.objects.filter(inquiry=inquiry).select_related("author")
        draft = next((one for one in drafts if one.author_id == me.pk), None)
        choices = services.choices_for(inquiry, now=now)
        at = scheduled_at(inquiry)
        context = {
            **self.admin_site.each_context(request),
            "opts": Inquiry._meta,
            "title": inquiry.subject,
            "original": inquiry,  # unfold's way to the page's title
            "inquiry": inquiry,
            "badge": staff_badge(inquiry, at),
            "row": row_of(inquiry, now=now, calendar=load_calendar()),
            "entries": entries_for_staff(inquiry, now=now),
            "scheduled_at": at,
            "draft": draft,
            "others_drafting": [one for one in drafts if one.author_id != me.pk],
            "choices": choices,
            "form": _asking(form, draft, inquiry, choices, asks_anew=asks_anew),
            "memo_form": MemoForm(),
            "reason_form": ReasonForm(),
            "assign_form": AssignForm(initial={"person": inquiry.assigned_to}),
            "can_answer": inquiry.status in ANSWERABLE and self.has_change_permission(request),
            "can_change": self.has_change_permission(request),
            "is_held": inquiry.status == Status.HELD,
            "occurred": occurred_words(inquiry),
            **surroundings(inquiry, now=now),
        }
        return TemplateResponse(request, "admin/inquiries/page.html", context)

    def _inquiry(self, request: HttpRequest, object_id: str) -> Inquiry:
        if not self.has_view_permission(request):
            raise PermissionDenied
        inquiries = in_order(with_people(Inquiry.objects.all()), now=clock.of(request))
        if not object_id.isdecimal():
            raise Http404
        return get_object_or_404(inquiries, pk=int(object_id))

    def _require_change(self, request: HttpRequest, inquiry: Inquiry) -> None:
        if not self.has_change_permission(request, inquiry):
            raise PermissionDenied


def _save_draft(request: HttpRequest, inquiry: Inquiry) -> AnswerDraft:
    """Whatever comes of it, what was typed is kept first."""
    typed = {
        name: storable(request.POST.get(name, "")) for name in ("body", "waiting_for", "reason")
    }
    return services.save_answer_draft(
        inquiry,
        by=person(request),
        body=typed["body"],
        waiting_for=typed["waiting_for"][:120],
        reason=typed["reason"][:200],
        now=clock.of(request),
    )


def _approval(cleaned: dict[str, Any]) -> dict[str, Any]:
    names = ("body", "way", "reason", "waiting_for", "seen_version", "seen_rule_at")
    return {name: cleaned[name] for name in names}


def _moved_words(inquiry: Inquiry, now: datetime) -> str:
    at = services.choices_for(inquiry, now=now).rule.at
    return _(
        "承認するあいだに締切を過ぎたため、規約どおりでは %(at)s の送信になります。"
        "いつ送るかを、もう一度選んでください。まだ送信されていません。"
    ) % {"at": tokyo_text(at)}


def _asking(
    form: AnswerForm | None,
    draft: AnswerDraft | None,
    inquiry: Inquiry,
    choices: Any,
    *,
    asks_anew: bool,
) -> AnswerForm:
    """The box: what was typed, with the present version and moments in its hidden fields."""
    asked = {
        "way": choices.offered[0].way,
        "seen_version": inquiry.version,
        "seen_rule_at": "" if choices.at_once else choices.rule.at.isoformat(),
    }
    if form is None:
        kept = {n: getattr(draft, n) for n in ("body", "waiting_for", "reason")} if draft else {}
        return AnswerForm(initial={**kept, **asked})
    if asks_anew:
        form.data = {**dict(form.data.items()), **asked}
    return form


type _Act = Callable[[HttpRequest, Inquiry, dict[str, Any]], object]


def _memo(request: HttpRequest, inquiry: Inquiry, said: dict[str, Any]) -> object:
    now = clock.of(request)
    return services.add_memo(inquiry.pk, body=said["memo"], by=person(request), now=now)


def _assign(request: HttpRequest, inquiry: Inquiry, said: dict[str, Any]) -> object:
    now = clock.of(request)
    return services.assign(inquiry.pk, to=said["person"], by=person(request), now=now)


def _accept(request: HttpRequest, inquiry: Inquiry, said: dict[str, Any]) -> object:
    now = clock.of(request)
    return services.accept(inquiry.pk, reason=said["reason"], by=person(request), now=now)


def _refuse(request: HttpRequest, inquiry: Inquiry, said: dict[str, Any]) -> object:
    now = clock.of(request)
    return services.refuse(inquiry.pk, reason=said["reason"], by=person(request), now=now)


def _waiting_answer(request: HttpRequest, inquiry: Inquiry) -> int:
    answer = inquiry.messages.scheduled(clock.of(request)).order_by("mail__due_at").first()
    if answer is None:
        raise services.TooLateError
    return answer.pk


def _withdraw(request: HttpRequest, inquiry: Inquiry, said: dict[str, Any]) -> object:
    answer_pk, now = _waiting_answer(request, inquiry), clock.of(request)
    return services.withdraw_answer(answer_pk, by=person(request), now=now)


def _send_now(request: HttpRequest, inquiry: Inquiry, said: dict[str, Any]) -> object:
    answer_pk, now = _waiting_answer(request, inquiry), clock.of(request)
    return services.send_scheduled_now(
        answer_pk, by=person(request), reason=said["reason"], now=now
    )


_VERBS: dict[str, tuple[type[forms.Form], _Act, Any]] = {
    "memo": (MemoForm, _memo, gettext_lazy("内部メモを残しました。")),
    "assign": (AssignForm, _assign, gettext_lazy("担当を変えました。")),
    "accept": (ReasonForm, _accept, gettext_lazy("対象として受け付け、お客さまに知らせました。")),
    "refuse": (ReasonForm, _refuse, gettext_lazy("対象外とし、お客さまに知らせました。")),
    "withdraw-answer": (
        forms.Form,
        _withdraw,
        gettext_lazy("送信を取り消しました。内容は下書きに戻しました。"),
    ),
    "send-now": (ReasonForm, _send_now, gettext_lazy("すぐに送信します。")),
}
