"""What happened to an application, step by step: when, by whom and why."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from licensing.models.applications import Application
from supportdesk.promises.models import Promise


class Event(models.Model):
    """One step of an application. Written once, in the transaction of the step itself."""

    class Kind(models.TextChoices):
        SENT = "sent", _("申請を受け取りました")
        HELD = "held", _("担当が確認しています")
        ACCEPTED = "accepted", _("申請を受理しました")
        RETURNED = "returned", _("訂正をお願いしました")
        SENT_AGAIN = "sent_again", _("訂正した申請を受け取りました")
        CORRECTED = "corrected", _("申請の内容を訂正しました")
        REFUSED = "refused", _("キーを発行できないとお知らせしました")
        WITHDRAWN = "withdrawn", _("申請を取り下げました")
        PROVISIONAL_ASKED = "provisional_asked", _("暫定キーを希望されました")
        PROVISIONAL_ISSUED = "provisional_issued", _("暫定キーを発行しました")
        ISSUED = "issued", _("正式キーを発行しました")
        OVERLAP_ISSUED = "overlap_issued", _("並行稼働キーを発行しました")
        SUPERSEDED = "superseded", _("前のキーを失効にしました")
        STOPPED = "stopped", _("いまのサーバーの停止を確認しました")
        RESIGNED = "resigned", _("キーを署名し直しました")

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="log", verbose_name=_("申請")
    )
    kind = models.CharField(_("できごと"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("日時"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("行った人"),
        help_text=_("空欄は自動"),
    )
    note = models.TextField(_("理由"), blank=True)
    # What was promised by this step, as the ledger has it.
    promise = models.ForeignKey(
        Promise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("お約束")
    )
    key = models.ForeignKey(
        "Key", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("キー")
    )

    class Meta:
        verbose_name = _("申請の経過")
        verbose_name_plural = _("申請の経過")
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
