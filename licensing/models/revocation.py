"""The revocation lists as they were published."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RevocationList(models.Model):
    """失効リスト: the keys that work no more, signed. Written once, numbered, never altered."""

    number = models.PositiveIntegerField(_("番号"), unique=True)
    issued_at = models.DateTimeField(_("発行日時"))
    # The last Tokyo date before whoever reads it must call it stale.
    next_on = models.DateField(_("次の発行の期限"))
    count = models.PositiveIntegerField(_("載っているキー"))
    digest = models.CharField(_("一覧の SHA-256"), max_length=64)
    kid = models.CharField(_("署名鍵"), max_length=16)
    text = models.TextField(_("公開した内容"))

    class Meta:
        verbose_name = _("失効リスト")
        verbose_name_plural = _("失効リスト")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__gte=1) & ~Q(text="") & ~Q(kid=""),
                name="revocation_list_is_whole",
            )
        ]

    def __str__(self) -> str:
        return str(self.number)

    def due(self, now: datetime) -> bool:
        """Whether the next one is due at `now` (aware) though nothing changed."""
        until = self.issued_at + timedelta(hours=settings.REVOCATION_LIST_HOURS)
        return not self.issued_at <= now < until
