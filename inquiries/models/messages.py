"""What stands in the thread of an inquiry."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inquiries.models.inquiries import Inquiry
from supportdesk.history.tracking import recorded
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise


class MessageQuerySet(models.QuerySet["Message"]):
    def answers(self) -> Self:
        return self.filter(kind=Message.Kind.ANSWER, withdrawn_at=None)

    def scheduled(self, now: datetime) -> Self:
        """Approved answers whose moment has not come: they can still be withdrawn."""
        return self.answers().filter(mail__due_at__gt=now, mail__state=Mail.State.QUEUED)

    def shown_to_customer(self, now: datetime) -> Self:
        """No memo, no answer before the moment its mail goes, nothing that concerns staff only."""
        shown = Q(kind__in=[Message.Kind.QUESTION, Message.Kind.REPLY])
        answers = Q(kind=Message.Kind.ANSWER, withdrawn_at=None, mail__due_at__lte=now)
        events = Q(kind=Message.Kind.EVENT, event__in=PUBLIC_EVENTS)
        return self.filter(shown | answers | events)


@recorded(exclude=["body", "form_token"])
class Message(models.Model):
    """One entry of a thread: words of the customer or of the desk, a memo, or what happened."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("お問い合わせ")
        REPLY = "reply", _("お客さまの返信")
        ANSWER = "answer", _("回答")
        MEMO = "memo", _("内部メモ")
        EVENT = "event", _("できごと")

    class Event(models.TextChoices):
        RECEIVED = "received", _("受け付けました")
        HELD = "held", _("サポートの対象かどうかの確認を承りました")
        ACCEPTED = "accepted", _("サポートの対象として受け付けました")
        REFUSED = "refused", _("サポートの対象外とお返事しました")
        CLOSED = "closed", _("解決したので閉じました")
        REOPENED = "reopened", _("調査を再開しました")
        WITHDRAWN = "withdrawn", _("お問い合わせを取り下げました")
        ASSIGNED = "assigned", _("担当を決めました")
        ANSWER_WITHDRAWN = "answer_withdrawn", _("送信前の回答を取り消しました")
        SENT_NOW = "sent_now", _("予約した回答を、すぐに送信しました")

    inquiry = models.ForeignKey(
        Inquiry, models.PROTECT, related_name="messages", verbose_name=_("お問い合わせ")
    )
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    event = models.CharField(_("できごと"), max_length=20, choices=Event, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("書いた人"),
    )
    body = models.TextField(_("本文"), blank=True)
    posted_at = models.DateTimeField(_("日時"))
    # Of an answer: the mail that carries it, and why it did not wait for the rule's moment.
    mail = models.OneToOneField(
        Mail, models.PROTECT, null=True, related_name="answer", verbose_name=_("メール")
    )
    send_now_reason = models.CharField(_("すぐに送信した理由"), max_length=200, blank=True)
    # The promise of its moment, while it waits: an announced closure moves both.
    release = models.ForeignKey(
        Promise, models.PROTECT, null=True, related_name="+", verbose_name=_("送信の約束")
    )
    withdrawn_at = models.DateTimeField(_("取り消した日時"), null=True, blank=True)
    # One form, one reply, however often it is sent.
    form_token = models.UUIDField(null=True, unique=True, editable=False)

    objects = models.Manager.from_queryset(MessageQuerySet)()

    class Meta:
        verbose_name = _("やりとり")
        verbose_name_plural = _("やりとり")
        ordering: ClassVar = ["posted_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["inquiry", "posted_at"], name="message_of_inquiry"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="answer") ^ Q(mail__isnull=True), name="message_answer_is_mailed"
            ),
            models.CheckConstraint(
                condition=Q(kind="event") ^ Q(event=""), name="message_event_is_named"
            ),
            models.CheckConstraint(
                condition=Q(kind="event") | ~Q(body=""), name="message_says_something"
            ),
            models.UniqueConstraint(
                fields=["inquiry"], condition=Q(kind="question"), name="message_one_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry.number} {self.get_kind_display()}"


PUBLIC_EVENTS = [
    Message.Event.RECEIVED,
    Message.Event.HELD,
    Message.Event.ACCEPTED,
    Message.Event.REFUSED,
    Message.Event.CLOSED,
    Message.Event.REOPENED,
    Message.Event.WITHDRAWN,
]
