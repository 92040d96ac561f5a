"""The certificates that state the periods (3-4), with all that they print, and their PDFs."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.domain.certificates import CertificateFields
from contracts.models.contracts import Contract, Order
from contracts.models.people import Viewer
from supportdesk.history.tracking import recorded
from supportdesk.indexes import found_within

# One that could not be signed rests so long before it is tried again.
RETRY_AFTER = timedelta(minutes=1)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: Viewer) -> Self:
        """Certificates of the contracts that this user may see: a stranger gets none."""
        return self.filter(order__contract__in=Contract.objects.visible_to(user))

    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def to_be_signed_anew(self, kids: Collection[str], on: date) -> Self:
        """What these signing keys signed and is not over on the Tokyo date `on`."""
        in_use = Q(replaced_by=None, order__withdrawn_at=None, ends_on__gte=on)
        return self.filter(in_use, kid__in=kids)

    def to_be_signed(self, now: datetime) -> Self:
        """What the issuer still owes at `now` (aware): what somebody waits for comes first."""
        rested = Q(failed_at=None) | Q(failed_at__lte=now - RETRY_AFTER)
        unsigned = self.filter(rested, signed_at=None, order__withdrawn_at=None)
        return unsigned.order_by("-announce", "pk")


@recorded(exclude=["printed", "signed_text"])
class Certificate(models.Model):
    """年間サポート証書. Never altered: a correction is a new one that names the one it replaces.

    The row keeps all that the paper prints as it was on the day, whatever becomes of customer,
    product and contract later. A trigger of the database refuses every change of it, and of the
    signature once there is one.
    """

    number = models.CharField(_("証書番号"), max_length=20, unique=True)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="certificates", verbose_name=_("注文")
    )
    issued_on = models.DateField(_("発行日"))
    entitled_from = models.DateField(_("サポートを受けられる最初の日"))
    starts_on = models.DateField(_("期間の始まり"))
    ends_on = models.DateField(_("期間の終わり"))
    customer_name = models.CharField(_("宛名"), max_length=120)
    product_code = models.CharField(_("製品コード"), max_length=40)
    product_name = models.CharField(_("製品名"), max_length=120)
    support_name = models.CharField(_("年間サポートの商品名"), max_length=160)
    quantity = models.PositiveIntegerField(_("数量"))
    contract_number = models.CharField(_("契約番号"), max_length=20)
    site = models.CharField(_("設置先"), max_length=80, blank=True)
    kind = models.CharField(_("種類"), max_length=20, choices=Order.Kind)
    support_service_number = models.CharField(_("サポートサービス番号"), max_length=30, blank=True)
    # Who issued it, desk, hours and version of the terms in the words of that day.
    printed = models.JSONField(_("発行元と窓口の表記"))
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
    # Off for what the customer has had for long: imported ones and those of a demo's past.
    announce = models.BooleanField(_("メールで送る"), default=True)
    signed_text = models.TextField(_("署名済みの記載"), blank=True)
    kid = models.CharField(_("署名の鍵"), max_length=16, blank=True)
    signed_at = models.DateTimeField(_("署名日時"), null=True, blank=True)
    failed_at = models.DateTimeField(_("署名できなかった日時"), null=True, blank=True)
    failure = models.TextField(_("署名できない理由"), blank=True)

    objects = models.Manager.from_queryset(CertificateQuerySet)()

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
                condition=Q(entitled_from__lte=F("starts_on"), starts_on__lte=F("ends_on")),
                name="certificate_dates_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""),
                name="certificate_replacement_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_text="", kid="")
                | (Q(signed_at__isnull=False) & ~Q(signed_text="") & ~Q(kid="")),
                name="certificate_signature_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["announce", "id"],
                condition=Q(signed_at=None),
                name="certificate_to_be_signed",
            ),
            found_within("number", "certificate_number_within"),
            found_within("customer_name", "certificate_name_within"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def replacement(self) -> "Certificate | None":
        """The certificate that took this one's place."""
        return getattr(self, "replaced_by", None)

    @property
    def fields(self) -> CertificateFields:
        """What is signed."""
        return CertificateFields(
            number=self.number,
            issued_on=self.issued_on,
            kind=self.kind,
            product=self.product_code,
            quantity=self.quantity,
            contract=self.contract_number,
            entitled_from=self.entitled_from,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            replaces=self.replaces.number if self.replaces else "",
        )


class CertificateDocument(models.Model):
    """The PDF as it was first handed out: drawn once, given unchanged ever after."""

    certificate = models.OneToOneField(
        Certificate,
        models.PROTECT,
        primary_key=True,
        related_name="document",
        verbose_name=_("年間サポート証書"),
    )
    pdf = models.BinaryField(_("PDF"))
    drawn_at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("証書のPDF")
        verbose_name_plural = _("証書のPDF")

    def __str__(self) -> str:
        return self.certificate.number
