"""What staff read; the rows themselves lie beside each tracked model, written by triggers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoRows(models.Manager["Change"]):
    """There is no table to ask: whoever does is told that it is empty."""

    def get_queryset(self) -> models.QuerySet["Change"]:
        return super().get_queryset().none()


class Change(models.Model):
    """The list of all changes: a page and a permission without a table of its own."""

    objects = NoRows()

    class Meta:
        managed = False
        default_permissions: ClassVar = ("view",)
        verbose_name = _("変更履歴")
        verbose_name_plural = _("変更履歴")
