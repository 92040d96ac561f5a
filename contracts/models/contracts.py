"""The products, who has a contract for one, and the orders that bought its periods."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts.domain.coverage import Period, Provided
from contracts.domain.periods import PeriodDecision
from contracts.models.channels import CHANNELS
from contracts.models.people import Customer, Viewer
from supportdesk.history.tracking import recorded

if TYPE_CHECKING:
    from contracts.models.certificates import Certificate


@recorded()
class Product(models.Model):
    code = models.SlugField(_("製品コード"), max_length=40, unique=True)
    name = models.CharField(_("製品名"), max_length=120, unique=True)
    support_name = models.CharField(_("年間サポートの商品名"), max_length=160)
    recontinuation_name = models.CharField(_("再継続年間サポートの商品名"), max_length=160)

    class Meta:
        verbose_name = _("製品")
        verbose_name_plural = _("製品")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    def sold_as(self, kind: str) -> str:
        """The support product to buy for a period of this kind (3-3)."""
        return self.recontinuation_name if kind == "recontinuation" else self.support_name


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: Viewer) -> Self:
        """Contracts of the customers that this user may see: a stranger gets none."""
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def covering(self, on: date) -> Self:
        """Contracts covered on the Tokyo date `on`: by a period, advance days of 3-1 included,
        or by staff ahead of a certificate."""
        by_period = Q(pk__in=Order.objects.covering(on).values("contract"))
        return self.filter(by_period | Q(pk__in=Provision.objects.covering(on).values("contract")))

    def with_periods(self) -> Self:
        """With all that coverage and its pages read, in a fixed number of queries."""
        orders = Order.objects.standing().prefetch_related("certificates")
        provided = Provision.objects.filter(contract=OuterRef("pk")).as_json()
        return (
            self.select_related("customer", "product")
            .annotate(provided_json=ArraySubquery(provided))
            .prefetch_related(models.Prefetch("orders", orders, to_attr="standing_orders"))
        )


@recorded()
class Contract(models.Model):
    number = models.SlugField(_("契約番号"), max_length=20, unique=True)  # in addresses of pages
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contracts", verbose_name=_("お客さま")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="contracts", verbose_name=_("製品")
    )
    site = models.CharField(_("設置先"), max_length=80, blank=True, help_text=_("例：本社"))
    quantity = models.PositiveIntegerField(_("数量"), default=1)
    purchased_on = models.DateField(_("初回ライセンス購入日"), null=True, blank=True)
    support_service_number = models.CharField(_("サポートサービス番号"), max_length=30, blank=True)
    customised = models.BooleanField(_("カスタマイズ"), default=False)
    customisation_note = models.TextField(_("カスタマイズの内容"), blank=True)

    objects = models.Manager.from_queryset(ContractQuerySet)()

    class Meta:
        verbose_name = _("契約")
        verbose_name_plural = _("契約")
        ordering: ClassVar = ["customer", "product", "number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="contract_quantity_is_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def label(self) -> str:
        """The product and, where one customer has it twice, where it stands."""
        if not self.site:
            return self.product.name
        words = {"text": self.product.name, "name": self.site}
        return gettext("%(text)s（%(name)s）") % words

    def standing(self) -> list["Order"]:
        """Orders not withdrawn, oldest period first; from `with_periods()` without a query."""
        prefetched: list[Order] | None = getattr(self, "standing_orders", None)
        if prefetched is not None:
            return prefetched
        return list(self.orders.standing().prefetch_related("certificates"))

    def periods(self) -> list[Period]:
        """What coverage is decided from."""
        return [order.as_period(self.product.name) for order in self.standing()]

    def provided(self) -> list[Provided]:
        """What staff serve ahead of a certificate; from `with_periods()` without a query."""
        found: list[dict[str, str]] | None = getattr(self, "provided_json", None)
        if found is None:
            found = list(self.provisions.as_json())
        return [Provided.from_json({"product": self.product.name, **one}) for one in found]


class OrderQuerySet(models.QuerySet["Order"]):
    def standing(self) -> Self:
        """Not withdrawn, oldest period first."""
        return self.filter(withdrawn_at=None).order_by("starts_on")

    def covering(self, on: date) -> Self:
        return self.standing().filter(entitled_from__lte=on, ends_on__gte=on)

    def visible_to(self, user: Viewer) -> Self:
        return self.filter(contract__in=Contract.objects.visible_to(user))


@recorded(exclude=["decision"])
class Order(models.Model):
    """A request to buy or renew, and the support period it bought.

    `decision` is what the terms gave on the day it was recorded and never changes; the dates beside
    it govern and differ from it only where a certificate says otherwise (3-4).
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", _("初年度")
        RENEWAL = "renewal", _("更新")
        LATE_RENEWAL = "late_renewal", _("満了後の更新")
        RECONTINUATION = "recontinuation", _("再継続")

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="orders", verbose_name=_("契約")
    )
    kind = models.CharField(_("種類"), max_length=20, choices=Kind)
    accepted_on = models.DateField(_("受付日"))
    customer_order_number = models.CharField(_("お客さまの注文番号"), max_length=60, blank=True)
    # How the order came in; empty where nobody said.
    channel = models.CharField(_("受付の方法"), max_length=20, choices=CHANNELS, blank=True)
    entitled_from = models.DateField(_("サポートを受けられる最初の日"))
    starts_on = models.DateField(_("期間の始まり"))
    ends_on = models.DateField(_("期間の終わり"))
    decision = models.JSONField(_("期間の決まり方"))
    decision_note = models.TextField(_("確認した内容と判断"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("登録した人"),
    )
    recorded_at = models.DateTimeField(_("登録日時"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取り下げた人"),
    )
    withdrawn_at = models.DateTimeField(_("取り下げ日時"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("取り下げの理由"), blank=True)

    objects = models.Manager.from_queryset(OrderQuerySet)()

    class Meta:
        verbose_name = _("注文")
        verbose_name_plural = _("注文")
        ordering: ClassVar = ["-accepted_on", "-pk"]
        indexes: ClassVar = [
            # What ends next, and what has ended: reminders and the clerk's lists.
            models.Index(
                fields=["ends_on"], condition=Q(withdrawn_at=None), name="order_standing_by_end"
            ),
            # Which period of a contract is its last.
            models.Index(
                fields=["contract", "-starts_on"],
                condition=Q(withdrawn_at=None),
                name="order_standing_by_contract",
            ),
        ]
        constraints: ClassVar = [
            # Two clerks at once cannot make two periods for the same days.
            ExclusionConstraint(
                name="order_periods_never_overlap",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(withdrawn_at=None),
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message=_("この契約には、同じ日を含む期間がすでに登録されています"),
            ),
            models.CheckConstraint(
                condition=Q(entitled_from__lte=F("starts_on"), starts_on__lte=F("ends_on")),
                name="order_dates_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawal_reason=""),
                name="order_withdrawal_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.number} {self.get_kind_display()}"

    @property
    def decided(self) -> PeriodDecision:
        """The period as the terms computed it, whatever a certificate states since."""
        return PeriodDecision.from_json(self.decision)

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(self.decision["flags"])

    @property
    def certificate(self) -> "Certificate | None":
        """The certificate in force: the one that no other replaces."""
        certificates = list(self.certificates.all())
        replaced = {certificate.replaces_id for certificate in certificates}
        return next((one for one in certificates if one.pk not in replaced), None)

    def as_period(self, product: str) -> Period:
        certificate = self.certificate
        return Period(
            product=product,
            kind=self.kind,
            entitled_from=self.entitled_from,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            certificate=certificate.number if certificate else "",
        )


class ProvisionQuerySet(models.QuerySet["Provision"]):
    def covering(self, on: date) -> Self:
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def as_of(self, on: date) -> Self:
        """With the Tokyo date `on`, and whether a period covers it by now (3-4)."""
        orders = Order.objects.covering(on).filter(contract=OuterRef("contract"))
        as_of = models.Value(on, models.DateField())
        return self.annotate(as_of=as_of, has_certificate=models.Exists(orders))

    def as_json(self) -> "models.QuerySet[Provision, dict[str, str]]":
        """Their days, as one column that a subquery can give; oldest first."""
        days = JSONObject(starts_on="starts_on", ends_on="ends_on")
        served = self.filter(ends_on__gte=F("starts_on")).order_by("starts_on")
        return served.values_list(days, flat=True)


@recorded()
class Provision(models.Model):
    """Days that staff serve because an order is in and its certificate is still to come.

    Ended early by moving `ends_on` to the day before; one that was ended on its first day serves
    none. `granted_until` is the day it was given for and never changes.
    """

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="provisions", verbose_name=_("契約")
    )
    starts_on = models.DateField(_("対応の始まり"))
    ends_on = models.DateField(_("対応の終わり"))
    granted_until = models.DateField(_("認めた期限"))
    reason = models.CharField(_("認めた理由"), max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("認めた人")
    )
    granted_at = models.DateTimeField(_("認めた日時"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("終わらせた人"),
    )
    ended_at = models.DateTimeField(_("終わらせた日時"), null=True, blank=True)

    objects = models.Manager.from_queryset(ProvisionQuerySet)()

    class Meta:
        verbose_name = _("証書の発行待ちの対応")
        verbose_name_plural = _("証書の発行待ちの対応")
        ordering: ClassVar = ["-granted_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(granted_until__gte=F("starts_on")) & Q(granted_until__gte=F("ends_on")),
                name="provision_dates_are_in_order",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="provision_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ends_on=F("granted_until"))
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="provision_ended_by_somebody",
            ),
            # Two people at once cannot serve the same days twice.
            ExclusionConstraint(
                name="provisions_never_overlap",
                expressions=[
                    ("contract", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.number} {self.starts_on}"
