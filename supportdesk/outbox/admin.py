"""The queue as staff see it: to read, retry and withdraw. Only services write; no secret shows."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from supportdesk import clock
from supportdesk.admin import ManyRows, ReadOnly
from supportdesk.outbox import services
from supportdesk.outbox.message import body_of
from supportdesk.outbox.models import Mail, QueueStop
from supportdesk.presenting.dates import tokyo_text

# Where it went wrong (domain.Stage), before the relay's own words.
_STAGES = {
    "CONNECT": _("中継サーバーへの接続"),
    "TRUST": _("暗号化の確認"),
    "AUTH": _("中継サーバーの認証"),
    "MAIL": _("差出人の指定"),
    "RCPT": _("宛先の指定"),
    "DATA": _("本文の送信"),
    "END": _("本文の受け取り"),
    "OURS": _("本システムの処理"),
}


class ReadAndPress(ReadOnly):
    """Read by people, who press buttons when they may."""

    list_fullwidth = True

    def has_deliver_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.change_mail")


@admin.register(Mail)
class MailAdmin(ManyRows, ReadAndPress):
    list_display = ("due", "subject", "recipient", "state_badge", "attempts", "sent")
    list_filter = ("state",)
    search_fields = ("subject", "recipient", "subject_key")
    actions = ("retry", "withdraw")
    fieldsets = (
        (None, {"fields": ("subject", "recipient", "state", "error", "body")}),
        (_("経過"), {"fields": ("put", "due", "attempts", "retry_after", "sent", "withdrawn")}),
        (_("再送"), {"fields": ("copy", "reason")}),
    )
    readonly_fields = (
        "error",
        "body",
        "put",
        "due",
        "retry_after",
        "sent",
        "withdrawn",
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        stop = QueueStop.objects.first()
        if stop:
            messages.error(request, _stop_words(stop))
        return super().changelist_view(request, extra_context)

    @action(description=_("もう一度送信する"), permissions=["deliver"])
    def retry(self, request: HttpRequest, mails: QuerySet[Mail]) -> None:
        done = sum(services.retry(mail) for mail in mails)
        _tell(request, done, ngettext("%d 件を再び送信します。", "%d 件を再び送信します。", done))

    @action(description=_("送信を取り消す"), permissions=["deliver"])
    def withdraw(self, request: HttpRequest, mails: QuerySet[Mail]) -> None:
        done = sum(services.withdraw(mail, clock.of(request)) for mail in mails)
        _tell(request, done, ngettext("%d 件を取り消しました。", "%d 件を取り消しました。", done))

    @display(
        description=_("状態"),
        ordering="state",
        label={
            Mail.State.QUEUED: "info",
            Mail.State.SENDING: "warning",
            Mail.State.SENT: "success",
            Mail.State.FAILED: "danger",
        },
    )
    def state_badge(self, mail: Mail) -> tuple[str, str]:
        return mail.state, mail.get_state_display()

    @display(description=_("送信予定"), ordering="due_at")
    def due(self, mail: Mail) -> str:
        return tokyo_text(mail.due_at)

    @display(description=_("送信日時"), ordering="sent_at")
    def sent(self, mail: Mail) -> str:
        return tokyo_text(mail.sent_at) if mail.sent_at else "–"

    @display(description=_("登録日時"))
    def put(self, mail: Mail) -> str:
        return tokyo_text(mail.put_at)

    @display(description=_("次の試行"))
    def retry_after(self, mail: Mail) -> str:
        return tokyo_text(mail.retry_at) if mail.retry_at else "–"

    @display(description=_("取り消し日時"))
    def withdrawn(self, mail: Mail) -> str:
        return tokyo_text(mail.withdrawn_at) if mail.withdrawn_at else "–"

    @display(description=_("最後のエラー"))
    def error(self, mail: Mail) -> str:
        return _error_words(mail.last_error) or "–"

    @display(description=_("本文"))
    def body(self, mail: Mail) -> str:
        if mail.secret:
            return gettext("秘匿のため表示しません。")
        if not mail.content:
            return gettext("保存期間を過ぎたため、本文は残っていません。")
        return linebreaksbr(body_of(mail))


@admin.register(QueueStop)
class QueueStopAdmin(ReadAndPress):
    list_display = ("kind", "why", "stopped", "strikes", "next_try")
    list_display_links = None
    actions = ("resume",)

    @action(description=_("送信を再開する"), permissions=["deliver"])
    def resume(self, request: HttpRequest, stops: QuerySet[QueueStop]) -> None:
        if services.resume():
            messages.success(request, gettext("送信を再開しました。"))

    @display(description=_("理由"))
    def why(self, stop: QueueStop) -> str:
        return _error_words(stop.reason)

    @display(description=_("停止日時"))
    def stopped(self, stop: QueueStop) -> str:
        return tokyo_text(stop.stopped_at)

    @display(description=_("次の試行"))
    def next_try(self, stop: QueueStop) -> str:
        return tokyo_text(stop.resume_at)


def _tell(request: HttpRequest, done: int, words: str) -> None:
    """Say what was done; what no longer could be is shown by the list itself."""
    if done:
        messages.success(request, words % done)
    else:
        messages.warning(request, gettext("選んだメールは、もうその状態ではありません。"))


def _error_words(error: str) -> str:
    stage, _colon, words = error.partition(": ")
    if stage in _STAGES:
        return f"{_STAGES[stage]}: {words}"
    return gettext(error) if error else ""


def _stop_words(stop: QueueStop) -> str:
    return format_html(
        '{} <a href="{}">{}</a>',
        gettext("メールの送信が止まっています（%(why)s）。") % {"why": _error_words(stop.reason)},
        reverse("admin:outbox_queuestop_changelist"),
        gettext("停止の内容と再開"),
    )
