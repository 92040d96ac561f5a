"""Mail that goes out because, and only because, a transaction committed.

The row is the record. Two clocks are compared in SQL: `due_at` with the desk's
(which a demo may move), leases and back-offs with the machine's own.
"""

from datetime import datetime
from typing import ClassVar, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

# In a sub-select each is read once for a statement, and an index can serve the comparison.
DESK_NOW = Func(template="(SELECT desk_now())", output_field=models.DateTimeField())
REAL_NOW = Func(template="(SELECT clock_timestamp())", output_field=models.DateTimeField())

# A secret ends with the mail that carried it.
SPENT_CONTENT = Case(
    When(secret=True, then=Value(b"")), default=F("content"), output_field=models.BinaryField()
)


class MailQuerySet(models.QuerySet["Mail"]):
    def unsent(self) -> Self:
        """Waiting or on their way."""
        return self.filter(state__in=[Mail.State.QUEUED, Mail.State.SENDING])

    def claimable(self) -> Self:
        """Queued, due by the desk's clock and not backing off."""
        rested = Q(retry_at__isnull=True) | Q(retry_at__lte=REAL_NOW)
        return self.filter(rested, state=Mail.State.QUEUED, due_at__lte=DESK_NOW)

    def overdue(self, now: datetime) -> Self:
        """Unsent although due at `now` (aware), and not resting between two tries."""
        return self.unsent().filter(due_at__lte=now).exclude(retry_at__gt=REAL_NOW)


class Mail(models.Model):
    """One mail to one recipient. What was rendered never changes once it has been tried."""

    class State(models.TextChoices):
        QUEUED = "queued", _("送信待ち")
        SENDING = "sending", _("送信中")
        SENT = "sent", _("送信済み")
        WITHDRAWN = "withdrawn", _("取り消し")
        FAILED = "failed", _("送信できません")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("種類"), max_length=40)
    subject_key = models.CharField(_("対象"), max_length=120)
    # 0, or the how-manieth deliberate resend of the same, with its reason.
    copy = models.PositiveSmallIntegerField(_("再送の回"), default=0)
    reason = models.CharField(_("再送の理由"), max_length=200, blank=True)

    recipient = models.CharField(_("宛先"), max_length=320)
    bounce_token = models.CharField(max_length=32, unique=True, editable=False)
    subject = models.TextField(_("件名"))
    # As rendered, without the headers that come from the row (`message.prologue`);
    # encrypted when secret.
    content = models.BinaryField(editable=False)
    secret = models.BooleanField(_("秘匿"), default=False)

    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.QUEUED)
    put_at = models.DateTimeField(_("登録日時"))
    due_at = models.DateTimeField(_("送信予定"))
    dated_at = models.DateTimeField(_("最初の試行"), null=True, blank=True)  # its Date header
    sent_at = models.DateTimeField(_("送信日時"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("取り消し日時"), null=True, blank=True)

    attempts = models.PositiveSmallIntegerField(_("試行回数"), default=0)
    last_error = models.TextField(_("最後のエラー"), blank=True)
    # Refused when everybody was: queued again, and refused once more it has failed.
    put_back = models.BooleanField(default=False, db_default=False, editable=False)
    # The machine's clock, never the desk's.
    retry_at = models.DateTimeField(_("再試行"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("メール")
        verbose_name_plural = _("メール")
        ordering: ClassVar = ["-due_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="mail_unsent_by_due",
            ),
            models.Index(
                fields=["leased_until"], condition=Q(state="sending"), name="mail_sending_by_lease"
            ),
            models.Index(
                fields=["recipient"], condition=Q(state="failed"), name="mail_failed_by_recipient"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_key", "kind", "copy"], name="mail_put_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "withdrawn", "failed"]),
                name="mail_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_token__isnull=False, leased_until__isnull=False)
                | (~Q(state="sending") & Q(lease_token__isnull=True, leased_until__isnull=True)),
                name="mail_sending_is_leased",
            ),
            models.CheckConstraint(
                condition=Q(state="sent") ^ Q(sent_at__isnull=True), name="mail_sent_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") ^ Q(withdrawn_at__isnull=True),
                name="mail_withdrawn_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(secret=False) | ~Q(state__in=["sent", "withdrawn"]) | Q(content=b""),
                name="mail_secret_bytes_end_with_it",
            ),
            models.CheckConstraint(
                condition=Q(copy=0) ^ ~Q(reason=""), name="mail_resent_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"

    @property
    def message_id(self) -> str:
        """The same at every attempt, so that a repeat is recognised as one."""
        return f"<{self.id}@{settings.BOUNCE_DOMAIN}>"

    @property
    def envelope_sender(self) -> str:
        """Where a bounce of this one mail comes back to; the token cannot be guessed."""
        return f"bounces+{self.bounce_token}@{settings.BOUNCE_DOMAIN}"


class QueueStop(models.Model):
    """There is a row while nothing goes out, or goes out slowly, because of the relay."""

    class Kind(models.TextChoices):
        CONFIGURATION = "configuration", _("設定の誤り（要対応）")
        UNREACHABLE = "unreachable", _("中継サーバーの応答待ち")
        DOUBT = "doubt", _("宛先が続けて拒否されました（要確認）")

    only_row = models.BooleanField(primary_key=True, default=True, editable=False)
    kind = models.CharField(_("種類"), max_length=15, choices=Kind)
    reason = models.TextField(_("理由"))
    stopped_at = models.DateTimeField(_("停止日時"))
    strikes = models.PositiveIntegerField(_("続けて失敗した回数"), default=1)
    # By the machine's clock: until then nothing is tried, then one mail.
    resume_at = models.DateTimeField(_("次の試行"))

    class Meta:
        verbose_name = _("送信の停止")
        verbose_name_plural = _("送信の停止")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(only_row=True), name="queue_stop_only_row"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Home(models.Model):
    """The database that this desk's mails go out from: a restored one is another (`restored`)."""

    only_row = models.BooleanField(primary_key=True, default=True, editable=False)
    system = models.CharField(max_length=20)  # PostgreSQL's own number of the cluster
    database = models.BigIntegerField()  # and of the database within it

    class Meta:
        verbose_name = _("送信元のデータベース")
        verbose_name_plural = _("送信元のデータベース")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(only_row=True), name="home_only_row"),
        ]

    def __str__(self) -> str:
        return f"{self.system}/{self.database}"
