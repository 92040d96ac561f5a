"""Requests of people who cannot sign in: answered to registered contacts only."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licensing.models.applications import Application
from licensing.models.licenses import License


class MoveRequestQuerySet(models.QuerySet["MoveRequest"]):
    def waiting(self) -> Self:
        """Not looked at yet, the oldest first."""
        return self.filter(state=MoveRequest.State.RECEIVED).order_by("received_at", "pk")

    def to_be_finished(self, token: object, now: datetime) -> Self:
        """What a registered contact may still finish at `now` (aware)."""
        return self.filter(token=token, state=MoveRequest.State.PASSED_ON, expires_at__gt=now)


class MoveRequest(models.Model):
    """What somebody typed who could not sign in; nothing happens until a contact finishes it.

    The page that takes it does the same whatever the two numbers are; a worker compares
    them afterwards.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("受け取りました")
        PASSED_ON = "passed_on", _("ご担当者へお送りしました")
        UNKNOWN = "unknown", _("番号が一致しません")
        TOO_MANY = "too_many", _("回数の上限を超えました")
        FINISHED = "finished", _("申請になりました")

    token = models.UUIDField(unique=True, editable=False)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.RECEIVED)
    certificate_number = models.CharField(_("証書番号"), max_length=20)
    service_number = models.CharField(_("サポートサービス番号"), max_length=30)
    typed = models.JSONField(_("新しいサーバー"), default=dict)
    received_at = models.DateTimeField(_("受け取った日時"))
    expires_at = models.DateTimeField(_("有効期限"))
    # The certificate's contract may have several licences; then the contact chooses.
    license = models.ForeignKey(
        License,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ライセンス"),
    )
    customer = models.ForeignKey(
        "contracts.Customer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("お客さま"),
    )
    application = models.OneToOneField(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="request",
        verbose_name=_("申請"),
    )

    objects = models.Manager.from_queryset(MoveRequestQuerySet)()

    class Meta:
        verbose_name = _("サインインなしのご依頼")
        verbose_name_plural = _("サインインなしのご依頼")
        ordering: ClassVar = ["-received_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["received_at"], condition=Q(state="received"), name="request_waiting"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["passed_on", "finished"]) ^ Q(customer=None),
                name="request_passed_on_to_a_customer",
            ),
            models.CheckConstraint(
                condition=Q(state="finished") ^ Q(application=None),
                name="request_finished_by_an_application",
            ),
        ]

    def __str__(self) -> str:
        return str(self.token)
