"""What staff can switch off while the desk runs."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from supportdesk.history.tracking import recorded


@recorded()
class ProvisionalKeys(models.Model):
    """Whether provisional keys are offered now. One row; none means that they are."""

    offered = models.BooleanField(_("暫定キーを受け付ける"), default=True)
    note = models.CharField(_("理由"), max_length=200)
    changed_at = models.DateTimeField(_("変更日時"), editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("変更した人"),
    )

    class Meta:
        verbose_name = _("暫定キーの受け付け")
        verbose_name_plural = _("暫定キーの受け付け")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="provisional_keys_one_switch")
        ]

    def __str__(self) -> str:
        return str(_("受け付けています") if self.offered else _("受け付けていません"))
