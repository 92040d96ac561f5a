"""The certificates that state the periods (3-4)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contracts import Order


class Certificate(models.Model):
    """年間サポート証書. Never altered: a correction is a new one that names the one it replaces."""

    number = models.CharField(_("証書番号"), max_length=20, unique=True)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="certificates", verbose_name=_("注文")
    )
    issued_on = models.DateField(_("発行日"))
    starts_on = models.DateField(_("期間の始まり"))
    ends_on = models.DateField(_("期間の終わり"))
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("差し替え前の証書"),
    )
    reason = models.TextField(_("差し替えの理由"), blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("発行した人"),
    )

    class Meta:
        verbose_name = _("年間サポート証書")
        verbose_name_plural = _("年間サポート証書")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(replaces=None),
                name="certificate_one_original_per_order",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="certificate_dates_are_in_order"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""),
                name="certificate_replacement_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number
