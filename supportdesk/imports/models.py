"""What was imported by whom and when; and, while it is checked, every line of the file."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

MOST_ATTEMPTS = 3  # a file that ends its worker each time is given up


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def waiting(self) -> Self:
        """A worker has something to do for them, the oldest first."""
        return self.filter(state__in=ImportRun.WORKERS).order_by("pk")


class ImportRun(models.Model):
    """One file on its way in. Checked first; written only after somebody has confirmed."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("確認中")
        CHECKED = "checked", _("確認待ち")
        CONFIRMED = "confirmed", _("取り込み中")
        APPLIED = "applied", _("取り込み済み")
        FAILED = "failed", _("取り込めません")
        WITHDRAWN = "withdrawn", _("取りやめ")

    WORKERS: ClassVar = [State.UPLOADED, State.CONFIRMED]

    kind = models.CharField(_("種類"), max_length=30)
    file_name = models.CharField(_("ファイル名"), max_length=120)
    # Where the bytes lie until they are forgotten; nothing of the sender's name is in it.
    file = models.UUIDField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(_("サイズ"))
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.UPLOADED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("選んだ人")
    )
    uploaded_at = models.DateTimeField(_("選んだ日時"))
    checked_at = models.DateTimeField(_("確認した日時"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取り込んだ人"),
    )
    confirmed_at = models.DateTimeField(_("取り込みを決めた日時"), null=True, blank=True)
    settled_at = models.DateTimeField(_("終わった日時"), null=True, blank=True)
    total = models.PositiveIntegerField(_("行数"), default=0)
    new = models.PositiveIntegerField(_("新規"), default=0)
    changed = models.PositiveIntegerField(_("変更"), default=0)
    same = models.PositiveIntegerField(_("変更なし"), default=0)
    faulty = models.PositiveIntegerField(_("エラー"), default=0)
    # Of all that was shown: what is confirmed is what was seen.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    changed_since = models.BooleanField(_("確認の後に変わった"), default=False)
    failure = models.TextField(_("取り込めない理由"), blank=True)

    objects = models.Manager.from_queryset(ImportRunQuerySet)()

    class Meta:
        verbose_name = _("取り込み")
        verbose_name_plural = _("取り込み")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=["uploaded", "confirmed"]),
                name="import_waits_for_a_worker",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(faulty=0, confirmed_at__isnull=False),
                name="import_applied_whole_and_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(total=F("new") + F("changed") + F("same") + F("faulty")),
                name="import_counts_every_row",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(failure=""), name="import_fails_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def to_write(self) -> int:
        return self.new + self.changed

    @property
    def is_under_way(self) -> bool:
        return self.state in self.WORKERS


class ImportProgress(models.Model):
    """How far a worker is, written beside its transaction so that a page can show it."""

    run = models.OneToOneField(
        ImportRun, models.CASCADE, related_name="progress", primary_key=True, editable=False
    )
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("取り込みの進み具合")
        verbose_name_plural = _("取り込みの進み具合")

    def __str__(self) -> str:
        return f"{self.done}/{self.of}"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.of) if self.of else 0


class ImportRow(models.Model):
    """A line of a file that waits to be confirmed, and what would become of it."""

    class Outcome(models.TextChoices):
        NEW = "new", _("新規")
        CHANGED = "changed", _("変更")
        SAME = "same", _("変更なし")
        FAULTY = "faulty", _("エラー")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行"))
    key = models.CharField(max_length=300, blank=True)
    family = models.CharField(max_length=300, blank=True)
    raw = models.JSONField()
    cells = models.JSONField()
    outcome = models.CharField(_("結果"), max_length=10, choices=Outcome, default=Outcome.SAME)
    problems = models.JSONField(default=list)
    changes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("取り込む行")
        verbose_name_plural = _("取り込む行")
        ordering: ClassVar = ["run", "line"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "line"], name="import_row_once_per_line")
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "family", "line"], name="import_row_by_family"),
            models.Index(fields=["run", "outcome", "line"], name="import_row_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line}"


class Export(models.Model):
    """Who took a copy of what: customers' data left the desk."""

    kind = models.CharField(_("種類"), max_length=30)
    filters = models.CharField(_("絞り込み"), max_length=500, blank=True)
    rows = models.PositiveIntegerField(_("行数"))
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("書き出した人")
    )
    exported_at = models.DateTimeField(_("書き出した日時"))

    class Meta:
        verbose_name = _("書き出し")
        verbose_name_plural = _("書き出し")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.rows}"
