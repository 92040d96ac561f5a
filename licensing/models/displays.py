"""Who saw the signed text of a key, and to whom it was mailed again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licensing.models.licenses import Key


class KeyDisplay(models.Model):
    """One look at a key's text. Written in the transaction that unseals it."""

    class How(models.TextChoices):
        SHOWN = "shown", _("画面に表示")
        DOWNLOADED = "downloaded", _("ファイルに保存")

    key = models.ForeignKey(Key, models.PROTECT, related_name="displays", verbose_name=_("キー"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("見た人")
    )
    how = models.CharField(_("方法"), max_length=10, choices=How)
    at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("キーの表示")
        verbose_name_plural = _("キーの表示")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(how__in=["shown", "downloaded"]), name="key_display_known_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.at:%Y-%m-%d %H:%M}"


class KeyResend(models.Model):
    """The same text mailed again by staff, with the reason: nothing new was issued."""

    key = models.ForeignKey(Key, models.PROTECT, related_name="resends", verbose_name=_("キー"))
    reason = models.CharField(_("再送の理由"), max_length=200)
    recipients = models.JSONField(_("宛先"))  # names and addresses as they were
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("再送した人")
    )
    at = models.DateTimeField(_("日時"))

    class Meta:
        verbose_name = _("キーの再送")
        verbose_name_plural = _("キーの再送")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="key_resent_for_a_reason"),
            models.CheckConstraint(condition=~Q(recipients=[]), name="key_resent_to_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.at:%Y-%m-%d %H:%M}"
