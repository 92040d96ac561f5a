"""Earlier versions of an application: as it was before the customer changed it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licensing.models.applications import Application
from supportdesk.promises.models import Promise


class Attempt(models.Model):
    """What an application said, found and promised until it was returned or corrected."""

    class Ending(models.TextChoices):
        RETURNED = "returned", _("お返ししたもの")
        CORRECTED = "corrected", _("お客さまが訂正したもの")

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="attempts", verbose_name=_("申請")
    )
    number = models.PositiveSmallIntegerField(_("回"))
    ending = models.CharField(_("終わり方"), max_length=10, choices=Ending)
    sent_at = models.DateTimeField(_("送信日時"))
    # The fields of the form by name, as they were (licensing.services.versions.FIELDS).
    said = models.JSONField(_("申請の内容"))
    findings = models.JSONField(_("確認が必要な点"), default=list, blank=True)
    coverage = models.JSONField(_("サポート期間の判定"))
    accepted_at = models.DateTimeField(_("受理日時"), null=True, blank=True)
    promise = models.ForeignKey(
        Promise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("キー発行のお約束"),
    )
    review_promise = models.ForeignKey(
        Promise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("確認の目安"),
    )
    ended_at = models.DateTimeField(_("終わった日時"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("行った人")
    )
    note = models.TextField(_("直していただくこと"), blank=True)

    class Meta:
        verbose_name = _("前の申請の内容")
        verbose_name_plural = _("前の申請の内容")
        ordering: ClassVar = ["application", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="attempt_counted_once"),
            models.CheckConstraint(
                condition=~Q(ending="returned") | ~Q(note=""), name="attempt_returned_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}-{self.number}"
