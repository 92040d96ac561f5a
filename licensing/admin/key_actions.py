"""What staff may do to a key: mail it again, or end it for cause. Each asks once, with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from licensing import services
from licensing.key_words import not_shown_words, row_of
from licensing.models import Key
from licensing.services import AlreadyRevokedError, NobodyToSendToError, NotShownError
from supportdesk import clock
from supportdesk.accounts.access import person
from supportdesk.admin import ReadOnly


class ReasonForm(forms.Form):
    """Why: kept with what is done, and told to the customer."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=200,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        error_messages={
            "required": _("理由を入力してください"),
            "max_length": _("200文字以内で入力してください"),
        },
    )


class KeyActions(ReadOnly):
    """The two buttons of a key's page and the pages behind them."""

    actions_detail = ("resend", "revoke")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/resend/", wrap(self.resend_view), name="key_resend"),
            path("<int:pk>/revoke/", wrap(self.revoke_view), name="key_revoke"),
            *super().get_urls(),
        ]

    def has_resend_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change something, and on a page only while there is a text to send."""
        if not request.user.has_perm("licensing.change_key"):
            return False
        key = Key.objects.filter(pk=object_id).first() if object_id else None
        return key is None or services.not_shown_because(key, now=clock.of(request)) is None

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not request.user.has_perm("licensing.change_key"):
            return False
        return object_id is None or Key.objects.filter(pk=object_id, revoked_at=None).exists()

    @action(description=_("キーを再送する"), url_path="to-resend", permissions=["resend"])
    def resend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:key_resend", object_id)

    @action(description=_("キーを取り消す"), url_path="to-revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:key_revoke", object_id)

    def resend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The recipients and a reason; then a new mail with the same text to each of them."""
        key = self._key(request, pk)
        if why := services.not_shown_because(key, now=clock.of(request)):
            messages.warning(request, not_shown_words(why))
            return _back(key)
        form = ReasonForm(request.POST or None)
        if not form.is_valid():
            return self._asked(request, key, form, gettext("キーの再送"), "resend")
        try:
            resend = services.resend_key(key, **self._done(request, form))
        except NobodyToSendToError:
            messages.error(request, gettext("契約または技術のご担当者が登録されていません。"))
        except NotShownError as error:
            messages.warning(request, not_shown_words(error.why))
        else:
            names = gettext("、").join(each["name"] for each in resend.recipients)
            text = gettext("%(names)s 様へ再送します。お客さまの履歴にも残ります。")
            messages.success(request, text % {"names": names})
        return _back(key)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What it means where the server never asks, and a reason; then it counts no more."""
        key = self._key(request, pk)
        if key.revoked_at:
            messages.warning(request, gettext("このキーは、すでに取り消されています。"))
            return _back(key)
        form = ReasonForm(request.POST or None)
        if not form.is_valid():
            return self._asked(request, key, form, gettext("キーの取り消し"), "revoke")
        try:
            services.revoke_key(key, **self._done(request, form))
        except AlreadyRevokedError:
            messages.warning(request, gettext("このキーは、すでに取り消されています。"))
        else:
            messages.success(request, gettext("取り消しました。次の失効リストに載ります。"))
        return _back(key)

    def _key(self, request: HttpRequest, pk: int) -> Key:
        if not request.user.has_perm("licensing.change_key"):
            raise PermissionDenied
        rows = Key.objects.select_related("license__contract__customer", "application")
        return get_object_or_404(rows, pk=pk)

    def _done(self, request: HttpRequest, form: ReasonForm) -> dict[str, Any]:
        return {
            "reason": form.cleaned_data["reason"],
            "by": person(request),
            "now": clock.of(request),
        }

    def _asked(
        self, request: HttpRequest, key: Key, form: ReasonForm, title: str, verb: str
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": Key._meta,
            "title": title,
            "verb": verb,
            "key": key,
            "row": row_of(key, now=clock.of(request)),
            "recipients": services.recipients_of(key),
            "form": form,
        }
        return TemplateResponse(request, "admin/licensing/key_action.html", context)


def _back(key: Key) -> HttpResponse:
    return redirect("admin:licensing_key_change", key.pk)
