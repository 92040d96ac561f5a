"""The old server of a move: asked for, and reported, to be shut down."""

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from contracts.domain.channels import Channel
from contracts.models import Viewer
from contracts.models.channels import CHANNELS
from licensing.domain.plan import report_by
from licensing.models.applications import Application
from licensing.models.licenses import Key, License
from supportdesk.clock import TOKYO
from supportdesk.history.tracking import recorded


class ServerStopQuerySet(models.QuerySet["ServerStop"]):
    def visible_to(self, user: Viewer) -> Self:
        return self.filter(key__license__in=License.objects.visible_to(user))

    def unreported(self) -> Self:
        """Still waited for: a key revoked for cause leaves no server, one signed anew does."""
        runs = Q(key__revoked_at=None) | Q(key__resigned_by__isnull=False)
        return self.filter(runs, reported_at=None)

    def overdue(self, on: date) -> Self:
        """Not reported although the last day to do so has passed on the Tokyo date `on`."""
        return self.unreported().filter(report_by__lt=on)


@recorded()
class ServerStop(models.Model):
    """That the server of a replaced key is to be shut down: one row a key, from the issue on."""

    key = models.OneToOneField(Key, models.PROTECT, related_name="stop", verbose_name=_("前のキー"))
    application = models.OneToOneField(
        Application, models.PROTECT, related_name="stop", verbose_name=_("申請")
    )
    report_by = models.DateField(_("報告の期限"))
    reminded_at = models.DateTimeField(_("お知らせした日時"), null=True, blank=True)
    stopped_on = models.DateField(_("停止した日"), null=True, blank=True)
    note = models.TextField(_("ご連絡事項"), blank=True)
    reported_at = models.DateTimeField(_("報告の日時"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("報告した人"),
    )
    channel = models.CharField(
        _("受付の方法"), max_length=12, choices=CHANNELS, default=Channel.WEB.value
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("代わりに入力した人"),
    )

    objects = models.Manager.from_queryset(ServerStopQuerySet)()

    class Meta:
        verbose_name = _("停止の報告")
        verbose_name_plural = _("停止の報告待ち")
        ordering: ClassVar = ["report_by", "pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["report_by"], condition=Q(reported_at=None), name="stop_unreported_by_day"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stopped_on=None, reported_at=None, reported_by=None, note="")
                | Q(stopped_on__isnull=False, reported_at__isnull=False, reported_by__isnull=False),
                name="stop_reported_by_somebody_with_its_day",
            ),
            models.CheckConstraint(
                condition=Q(reported_at=None)
                | Q(stopped_on__lte=TruncDate("reported_at", tzinfo=TOKYO)),
                name="stop_reported_after_it_happened",
            ),
            models.CheckConstraint(
                condition=Q(channel="web", entered_by=None)
                | ~Q(channel="web") & Q(entered_by__isnull=False, reported_at__isnull=False),
                name="stop_entered_for_them_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.key.server_name}"


def asked_of(key: Key, application: Application) -> ServerStop:
    """The row to be written for a replaced key; `tolerated_until` must be known."""
    if key.tolerated_until is None:
        raise ValueError("a key that nothing tolerates leaves no server to wait for")
    return ServerStop(key=key, application=application, report_by=report_by(key.tolerated_until))
