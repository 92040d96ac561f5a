"""The one ledger of what the desk owes: by when, why, and whether it was kept."""

from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from supportdesk.business_calendar.models import Closure
from supportdesk.history.tracking import recorded


class PromiseQuerySet(models.QuerySet["Promise"]):
    def owed(self) -> Self:
        return self.filter(state=Promise.State.OWED)

    def overdue(self, on: date) -> Self:
        """Owed, and their day has passed on the Tokyo date `on`."""
        return self.owed().filter(promised_on__lt=on)

    def due(self, now: datetime) -> Self:
        """Owed, with a release moment that has come."""
        return self.owed().filter(release_at__lte=now)


@recorded(exclude=["decision", "first_decision"])
class Promise(models.Model):
    """A row is self-sufficient: rule and clock start are all it takes to compute it again."""

    class Rule(models.TextChoices):
        RECEPTION_TARGET = "reception_target", _("最初の回答の目安")
        CUTOFF_RELEASE = "cutoff_release", _("キーの発行")
        ANSWER_RELEASE = "answer_release", _("回答の送信")
        REVIEW_TARGET = "review_target", _("確認の目安")

    class State(models.TextChoices):
        OWED = "owed", _("お約束中")
        KEPT = "kept", _("お約束を守りました")
        BROKEN = "broken", _("お約束を過ぎました")
        WITHDRAWN = "withdrawn", _("取り下げ")

    rule = models.CharField(_("規則"), max_length=20, choices=Rule, editable=False)
    state = models.CharField(
        _("状態"), max_length=10, choices=State, default=State.OWED, editable=False
    )
    clock_started_at = models.DateTimeField(_("起算"), editable=False)
    promised_on = models.DateField(_("お約束の日"), editable=False)
    release_at = models.DateTimeField(_("送付の時刻"), null=True, blank=True, editable=False)
    # The decision as it was made or last moved: steps, flags (promises.domain.Decision as JSON).
    decision = models.JSONField(_("理由"), editable=False)
    calendar_version = models.PositiveIntegerField(_("カレンダーの版"), editable=False)
    # As it was made: never rewritten, and a moved promise never comes before it.
    first_decision = models.JSONField(_("最初の理由"), editable=False)

    subject_kind = models.CharField(_("対象"), max_length=20, editable=False)
    subject_number = models.CharField(_("番号"), max_length=20, editable=False)
    subject_label = models.CharField(_("件名"), max_length=200, editable=False)
    subject_url_name = models.CharField(max_length=60, editable=False)
    recipient = models.EmailField(_("宛先"), editable=False)

    # The mail that keeps it, once there is one: kept when the relay took it in time.
    mail = models.ForeignKey(
        "outbox.Mail",
        verbose_name=_("メール"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="promises",
    )
    made_at = models.DateTimeField(_("お約束した日時"), editable=False)
    settled_at = models.DateTimeField(_("決着の日時"), null=True, blank=True, editable=False)
    broken_told_at = models.DateTimeField(_("お詫びの日時"), null=True, blank=True, editable=False)

    objects: ClassVar[PromiseQuerySet] = PromiseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("約束")
        verbose_name_plural = _("約束の記録")
        ordering: ClassVar = ["promised_on", "release_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["promised_on", "release_at"],
                condition=Q(state="owed"),
                name="promise_owed_by_day",
            ),
            models.Index(fields=["subject_kind", "subject_number"], name="promise_by_subject"),
            # The ledger, the newest first; and how many of a month were kept.
            models.Index(fields=["-promised_on", "-id"], include=["state"], name="promise_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule", "subject_kind", "subject_number", "clock_started_at"],
                name="promise_made_once",
            ),
            models.CheckConstraint(
                condition=Q(rule__in=["cutoff_release", "answer_release"])
                ^ Q(release_at__isnull=True),
                name="promise_release_only_by_cutoff",
            ),
            models.CheckConstraint(
                condition=Q(state="owed") ^ Q(settled_at__isnull=False),
                name="promise_settled_once_not_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_number} {self.subject_label}"


class PromiseMove(models.Model):
    """One move of a promise: from when to when, and the closure that did it."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="moves")
    closure = models.ForeignKey(
        Closure, verbose_name=_("休業日"), on_delete=models.PROTECT, related_name="moves"
    )
    from_on = models.DateField(_("変更前の日"))
    to_on = models.DateField(_("変更後の日"))
    from_release_at = models.DateTimeField(_("変更前の時刻"), null=True, blank=True)
    to_release_at = models.DateTimeField(_("変更後の時刻"), null=True, blank=True)
    moved_at = models.DateTimeField(_("変更日時"))

    class Meta:
        verbose_name = _("お約束の変更")
        verbose_name_plural = _("お約束の変更")
        ordering: ClassVar = ["moved_at", "id"]

    def __str__(self) -> str:
        return f"{self.promise} → {self.to_on}"
