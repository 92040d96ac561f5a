"""People who are asked to join a customer's contacts, and mailboxes reported dead."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.people import Contact, Customer, Roles
from supportdesk.history.tracking import recorded


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither accepted nor taken back; expired ones too, which can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


@recorded(exclude=["token_hash"])
class Invitation(Roles):
    """Nobody is a contact before they accept: no user, no sign-in, no key mailed.

    The link's token is known to its mail alone; here lies its hash. Sending again is a new row.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="invitations", verbose_name=_("お客さま")
    )
    email = models.EmailField(_("メールアドレス"), max_length=254)
    name = models.CharField(_("氏名"), max_length=80)
    language = models.CharField(
        _("招待メールのことば"), max_length=2, choices=[("ja", "日本語"), ("en", "English")]
    )
    # Whose place the invited person takes.
    replaces = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("引き継ぐ前の方"),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("招待した人"),
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(_("送信日時"))
    expires_at = models.DateTimeField(_("期限"))
    accepted_at = models.DateTimeField(_("登録日時"), null=True, blank=True)
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("ご担当者"),
    )
    withdrawn_at = models.DateTimeField(_("取り消し日時"), null=True, blank=True)

    objects = models.Manager.from_queryset(InvitationQuerySet)()

    class Meta:
        verbose_name = _("招待")
        verbose_name_plural = _("招待")
        ordering: ClassVar = ["-sent_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="invitation_accepted_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) ^ Q(contact__isnull=False),
                name="invitation_accepted_by_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(accepted_at__lt=F("expires_at")),
                name="invitation_accepted_in_time",
            ),
            models.CheckConstraint(
                condition=Q(is_contract=True) | Q(is_technical=True) | Q(is_renewal=True),
                name="invitation_has_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def has_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


@recorded()
class MailboxReport(models.Model):
    """Somebody says that mail does not reach them any more; staff find out who it is.

    What was typed is kept as typed; `contract` is set only if both numbers were right.
    """

    class State(models.TextChoices):
        OPEN = "open", _("確認待ち")
        INVITED = "invited", _("招待済み")
        REFUSED = "refused", _("見送り")

    contract_number = models.CharField(_("契約番号"), max_length=40)
    support_service_number = models.CharField(_("サポートサービス番号"), max_length=40)
    name = models.CharField(_("氏名"), max_length=80)
    email = models.EmailField(_("新しいメールアドレス"), max_length=254)
    words = models.TextField(_("ご連絡の内容"), max_length=1000, blank=True)
    contract = models.ForeignKey(
        "contracts.Contract",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="mailbox_reports",
        verbose_name=_("一致した契約"),
    )
    received_at = models.DateTimeField(_("受付日時"))
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(_("対応日時"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("対応した人"),
    )
    note = models.TextField(_("確かめたこと"), blank=True)

    class Meta:
        verbose_name = _("届かないメールの連絡")
        verbose_name_plural = _("届かないメールの連絡")
        ordering: ClassVar = ["-received_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & ~Q(note=""),
                name="mailbox_report_decided_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name
