"""The inquiries, and who may see them."""

from typing import ClassVar, Self

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
