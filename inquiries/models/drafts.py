"""What is being written, and the files of drafts and messages."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Viewer
from inquiries.models.inquiries import Inquiry
from inquiries.models.messages import Message


class Draft(models.Model):
    """A form on its way through the three screens; its id is the form's token.

    Kept as typed, faults included, so that neither an error nor going back
    loses anything. Gone once it is sent.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="inquiry_drafts",
        verbose_name=_("書いている人"),
    )
    # Of a reply: the inquiry that it answers.
    inquiry = models.ForeignKey(
        Inquiry, models.CASCADE, null=True, related_name="+", verbose_name=_("お問い合わせ")
    )
    typed = models.JSONField(_("入力内容"), default=dict)
    saved_at = models.DateTimeField(_("保存日時"))

    class Meta:
        verbose_name = _("送信前のお問い合わせ")
        verbose_name_plural = _("送信前のお問い合わせ")
        ordering: ClassVar = ["-saved_at"]

    def __str__(self) -> str:
        return str(self.typed.get("subject") or self.pk)


class AnswerDraft(models.Model):
    """What one of the staff has written and not approved; everybody has their own."""

    inquiry = models.ForeignKey(
        Inquiry, models.CASCADE, related_name="answer_drafts", verbose_name=_("お問い合わせ")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("書いた人")
    )
    body = models.TextField(_("本文"), blank=True)
    waiting_for = models.CharField(_("お客さまへのお願い"), max_length=120, blank=True)
    reason = models.CharField(_("例外とする理由"), max_length=200, blank=True)
    saved_at = models.DateTimeField(_("保存日時"))

    class Meta:
        verbose_name = _("回答の下書き")
        verbose_name_plural = _("回答の下書き")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inquiry", "author"], name="answer_draft_one_each")
        ]

    def __str__(self) -> str:
        return f"{self.inquiry.number} {self.author}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def readable_by(self, user: Viewer, now: datetime) -> Self:
        """Of messages that this person may read, and of their own drafts."""
        if not user.is_authenticated:
            return self.none()
        own = Q(draft__user=user) | Q(answer_draft__author=user)
        messages = Message.objects.filter(inquiry__in=Inquiry.objects.visible_to(user))
        if not user.is_staff:
            messages = messages.shown_to_customer(now)
        return self.filter(own | Q(message__in=messages))


class Attachment(models.Model):
    """A file under a name of our own, outside every web root; its row is its only way out."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    draft = models.ForeignKey(Draft, models.CASCADE, null=True, related_name="attachments")
    answer_draft = models.ForeignKey(
        AnswerDraft, models.CASCADE, null=True, related_name="attachments"
    )
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="attachments")
    name = models.CharField(_("ファイル名"), max_length=120)
    content_type = models.CharField(_("形式"), max_length=60)
    size = models.PositiveIntegerField(_("大きさ"))
    sha256 = models.CharField(_("ハッシュ値"), max_length=64)
    locked = models.BooleanField(_("パスワード付き"), default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("添付した人")
    )
    uploaded_at = models.DateTimeField(_("添付日時"))
    place = models.PositiveSmallIntegerField(_("順番"))  # among those that came together

    objects = models.Manager.from_queryset(AttachmentQuerySet)()

    class Meta:
        verbose_name = _("添付ファイル")
        verbose_name_plural = _("添付ファイル")
        ordering: ClassVar = ["uploaded_at", "place"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, answer_draft=None, message=None)
                | Q(draft=None, answer_draft__isnull=False, message=None)
                | Q(draft=None, answer_draft=None, message__isnull=False),
                name="attachment_belongs_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name
