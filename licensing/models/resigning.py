"""That all a withdrawn signing key signed is to be signed anew."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# What could not be signed anew rests so long before it is tried again.
RETRY_AFTER = timedelta(minutes=1)


class Resigning(models.Model):
    """署名のやり直し: ordered once for each signing key that was withdrawn; the issuer does it."""

    kid = models.CharField(_("署名鍵"), max_length=16, unique=True)
    reason = models.CharField(_("理由"), max_length=200)
    ordered_at = models.DateTimeField(_("指示した日時"))
    # Without a person it was ordered on the issuer's machine.
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("指示した人"),
    )
    # When the issuer found nothing more to sign.
    done_at = models.DateTimeField(_("終えた日時"), null=True, blank=True)
    # What could not be signed anew, and why: number of the key or certificate → reason.
    failures = models.JSONField(_("署名し直せないもの"), default=dict, blank=True)
    failed_at = models.DateTimeField(_("最後に失敗した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("署名のやり直し")
        verbose_name_plural = _("署名のやり直し")
        ordering: ClassVar = ["-ordered_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kid="") & ~Q(reason=""), name="resigning_of_a_key_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(failures={}) ^ Q(failed_at__isnull=False),
                name="resigning_failed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.kid

    def resting(self, now: datetime) -> frozenset[str]:
        """What failed in the last minute before `now` (aware) and is not tried yet."""
        if self.failed_at is None or self.failed_at <= now - RETRY_AFTER:
            return frozenset()
        return frozenset(self.failures)
