"""What the desk remembers of questions and answers. Only services write here."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.domain.channels import Channel
from contracts.domain.coverage import CoverageDecision
from contracts.models import Contract, Customer, Viewer
from contracts.models.channels import CHANNELS
from inquiries.statuses import FACTS, Status, StatusFacts, having
from supportdesk.business_calendar.models import TermsVersion
from supportdesk.history.tracking import recorded
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise

SUBJECT_LENGTH = 60
FINAL = [Status.CLOSED, Status.REFUSED, Status.WITHDRAWN]


class Category(models.TextChoices):
    OPERATION = "operation", _("操作・設定")  # 1-1a
    INCIDENT = "incident", _("障害")  # 1-1b
    UPGRADE = "upgrade", _("更新作業")  # 1-1c
    MIGRATION = "migration", _("データ移行")  # 1-1d


class Topic(models.TextChoices):
    """The second choice of 操作・設定; only the first may also go to the customer centre (2-1g)."""

    USAGE = "usage", _("使い方・設定")
    ENVIRONMENT = "environment", _("サーバー・OSの環境")


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: Viewer) -> Self:
        """Staff see all, colleagues of one customer each other's, a stranger none."""
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(status__in=having(open=True))

    def awaiting_staff(self) -> Self:
        """The next step is the desk's."""
        return self.filter(status__in=having(open=True, ours=True))


@recorded(exclude=["coverage", "changed_from", "form_token", "content_hash"])
class Inquiry(models.Model):
    number = models.CharField(_("受付番号"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="inquiries", verbose_name=_("お客さま")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="inquiries", verbose_name=_("契約")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="inquiries",
        verbose_name=_("お問い合わせの方"),
    )
    category = models.CharField(_("種別"), max_length=20, choices=Category)
    topic = models.CharField(_("内訳"), max_length=20, choices=Topic, blank=True)
    subject = models.CharField(_("件名"), max_length=SUBJECT_LENGTH)
    environment = models.CharField(_("環境"), max_length=200, blank=True)
    # A Tokyo wall date, and the time of day where the customer gave one.
    occurred_on = models.DateField(_("発生した日"), null=True, blank=True)
    occurred_time = models.TimeField(_("発生した時刻"), null=True, blank=True)

    # How it reached the desk; what staff entered in the customer's name says so everywhere.
    channel = models.CharField(
        _("受付の方法"), max_length=20, choices=CHANNELS, default=Channel.WEB.value
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("入力した担当"),
    )
    entered_at = models.DateTimeField(_("入力した日時"), null=True, blank=True)

    status = models.CharField(_("状態"), max_length=20, choices=Status)
    # The time that counts: of the form, or of the arrival that staff state.
    sent_at = models.DateTimeField(_("送信日時"))
    moved_at = models.DateTimeField(_("最後に動いた日時"))
    waiting_for = models.CharField(_("お客さまへのお願い"), max_length=120, blank=True)
    accepted_at = models.DateTimeField(_("対象とした日時"), null=True, blank=True)
    closed_at = models.DateTimeField(_("終わった日時"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_inquiries",
        limit_choices_to={"is_staff": True},
        verbose_name=_("担当"),
    )

    # Coverage is judged once, on the day of sending, and kept with its reason.
    covered = models.BooleanField(_("サポート期間内"))
    coverage = models.JSONField(_("対象の判断"))
    terms = models.ForeignKey(
        TermsVersion, models.PROTECT, related_name="+", verbose_name=_("年間サポート約款")
    )
    # What governs now: the review of a held request, then the first reply.
    promise = models.ForeignKey(
        Promise, models.PROTECT, null=True, related_name="+", verbose_name=_("約束")
    )
    # What 確認 had shown, where the promise had become another by the time of sending.
    changed_from = models.JSONField(_("確認画面との違い"), null=True, blank=True)

    # One form, one inquiry, however often it is sent.
    form_token = models.UUIDField(unique=True, editable=False)
    content_hash = models.CharField(max_length=64, editable=False)
    # Raised by every change that another person's open page must know of.
    version = models.PositiveIntegerField(_("版"), default=1, editable=False)

    objects = models.Manager.from_queryset(InquiryQuerySet)()

    class Meta:
        verbose_name = _("お問い合わせ")
        verbose_name_plural = _("対応の順番")
        ordering: ClassVar = ["-sent_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-sent_at"], name="inquiry_of_customer"),
            models.Index(
                fields=["status", "moved_at"], condition=~Q(status__in=FINAL), name="inquiry_open"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="inquiry_known_status"
            ),
            models.CheckConstraint(
                condition=Q(category=Category.OPERATION) ^ Q(topic=""),
                name="inquiry_topic_only_of_operation",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.WAITING_CUSTOMER) ^ Q(waiting_for=""),
                name="inquiry_waits_for_something_named",
            ),
            models.CheckConstraint(
                condition=Q(status__in=FINAL) ^ Q(closed_at__isnull=True),
                name="inquiry_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.WEB.value, entered_by=None, entered_at=None)
                | Q(
                    ~Q(channel=Channel.WEB.value),
                    entered_by__isnull=False,
                    entered_at__isnull=False,
                    entered_at__gte=F("sent_at"),
                ),
                name="inquiry_entered_by_somebody",
            ),
            # Nobody works on what is not covered unless staff took it.
            models.CheckConstraint(
                condition=Q(covered=True)
                | Q(accepted_at__isnull=False)
                | Q(status__in=[Status.HELD, Status.REFUSED, Status.WITHDRAWN]),
                name="inquiry_covered_or_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def facts(self) -> StatusFacts:
        return FACTS[self.status]

    @property
    def coverage_decision(self) -> CoverageDecision:
        return CoverageDecision.from_json(self.coverage)

    @property
    def kind_words(self) -> str:
        """操作・設定（使い方・設定）, 障害."""
        if not self.topic:
            return str(self.get_category_display())
        words = {"text": self.get_category_display(), "name": self.get_topic_display()}
        return str(_("%(text)s（%(name)s）") % words)


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
