"""What staff add to the week and the public holidays: closures, horizons and the terms in force."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from supportdesk.history.tracking import recorded


class ClosureQuerySet(models.QuerySet["Closure"]):
    def announced(self) -> Self:
        """Those that count: a draft or a withdrawn closure closes nothing."""
        return self.filter(announced_at__isnull=False, withdrawn_at__isnull=True)

    def drafts(self) -> Self:
        return self.filter(announced_at__isnull=True, withdrawn_at__isnull=True)

    def to_be_told(self) -> Self:
        """Announced, with a mail to the contract contacts ticked that is still owed (2-1c)."""
        return self.announced().filter(notify=True, notified_at__isnull=True)


@recorded()
class Closure(models.Model):
    """Days that differ from the week: closed, half a day, or opened in addition (2-1c)."""

    class Kind(models.TextChoices):
        CLOSURE = "closure", _("休業")
        HALF_DAY = "half_day", _("時間短縮")
        EXTRA_OPENING = "extra_opening", _("臨時営業")

    name = models.CharField(_("名称"), max_length=60, help_text=_("例　年末年始休業"))
    kind = models.CharField(_("種類"), max_length=20, choices=Kind, default=Kind.CLOSURE)
    starts_on = models.DateField(_("最初の日"))
    ends_on = models.DateField(_("最後の日"))
    opens_at = models.TimeField(_("開始時刻"), null=True, blank=True)
    closes_at = models.TimeField(_("終了時刻"), null=True, blank=True)
    sends = models.BooleanField(
        _("回答とキーも送る"),
        default=False,
        help_text=_("土日祝の臨時営業で、受付だけでなく回答とキーの送付も行う場合"),
    )
    notify = models.BooleanField(_("契約のご担当者にメールで知らせる"), default=False)
    # Set once the mails are in the outbox; until then a worker owes them.
    notified_at = models.DateTimeField(_("お知らせした日時"), null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(_("告知日時"), null=True, blank=True, editable=False)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("告知した人"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("取消日時"), null=True, blank=True, editable=False)

    objects: ClassVar[ClosureQuerySet] = ClosureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("休業日")
        verbose_name_plural = _("営業日と休業")
        ordering: ClassVar = ["-starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="closure_ends_after_it_starts",
                violation_error_message=_("最後の日は、最初の日以降にしてください"),
            ),
            models.CheckConstraint(
                condition=Q(kind="closure", opens_at__isnull=True, closes_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__gt=F("opens_at")),
                name="closure_has_hours_when_open",
                violation_error_message=_(
                    "時間短縮と臨時営業には、開始時刻と終了時刻を入力してください"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """The one row that says which calendar is in force.

    Whoever makes a promise holds it FOR SHARE, whoever announces a closure
    FOR UPDATE: so no promise is made on a calendar that is being changed.
    """

    only_row = models.BooleanField(primary_key=True, default=True, editable=False)
    number = models.PositiveIntegerField(_("版"), default=1, editable=False)
    closures_known_until = models.DateField(
        _("休業日を告知済みの最終日"),
        null=True,
        blank=True,
        help_text=_("この日より先のお約束には「休業日は未告知」と添えます"),
    )

    class Meta:
        verbose_name = _("カレンダーの版")
        verbose_name_plural = _("カレンダーの版")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(only_row=True), name="calendar_version_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)


class TermsVersionQuerySet(models.QuerySet["TermsVersion"]):
    def in_force(self, on: date) -> Self:
        return self.filter(in_force_from__lte=on).order_by("-in_force_from")


class TermsVersion(models.Model):
    """The support terms as they stood from a day on; a request keeps its version (4)."""

    number = models.CharField(_("版"), max_length=20, unique=True)
    title = models.CharField(_("表題"), max_length=120)
    in_force_from = models.DateField(_("施行日"), unique=True)
    # [{"clause": "2-1b", "label": "約款 2(1)", "text_ja": …, "text_en": …}, …]
    clauses = models.JSONField(_("条項"), default=list)
    common_terms_url = models.URLField(_("共通約款"), blank=True)

    objects: ClassVar[TermsVersionQuerySet] = TermsVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("年間サポート約款")
        verbose_name_plural = _("年間サポート約款")
        ordering: ClassVar = ["-in_force_from"]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
