"""What happens around the end of a period: reminders, orders sent in the portal, and wishes."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from contracts.domain.periods import PeriodDecision
from contracts.models.contracts import Contract, Order, OrderQuerySet
from contracts.models.people import Contact, Viewer
from supportdesk.history.tracking import recorded


class Reminder(models.Model):
    """Somebody was reminded that the period of `order` ends. Once for a stage and an expiry.

    A certificate that moved the expiry (3-4) makes another expiry to be reminded of.
    """

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="reminders", verbose_name=_("注文")
    )
    stage = models.SmallIntegerField(_("満了までの日数"))  # below zero: days after it
    expires_on = models.DateField(_("満了日"))
    reminded_at = models.DateTimeField(_("案内した日時"))
    # Contacts in the portal; none where staff were told because an order waits, or nobody is there.
    contacts = models.ManyToManyField(Contact, related_name="+", verbose_name=_("宛先"))
    told_staff = models.BooleanField(_("担当者への知らせ"), default=False)

    class Meta:
        verbose_name = _("更新のご案内")
        verbose_name_plural = _("更新のご案内")
        ordering: ClassVar = ["-reminded_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "stage", "expires_on"], name="reminder_once_for_a_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.expires_on} {self.stage}"


class RenewalRequestQuerySet(models.QuerySet["RenewalRequest"]):
    def visible_to(self, user: Viewer) -> Self:
        """Requests for the contracts that this user may see: a stranger gets none."""
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def open(self) -> Self:
        """Neither accepted nor declined nor withdrawn."""
        return self.filter(state=RenewalRequest.State.OPEN)

    def awaiting_staff(self) -> Self:
        return self.open()


@recorded(exclude=["shown", "token"])
class RenewalRequest(models.Model):
    """A renewal ordered in the portal. It becomes an order when a clerk accepts it (3-2)."""

    class State(models.TextChoices):
        OPEN = "open", _("受付待ち")
        ACCEPTED = "accepted", _("受け付けました")
        DECLINED = "declined", _("お受けできません")
        WITHDRAWN = "withdrawn", _("取り下げ")

    number = models.CharField(_("受付番号"), max_length=20, unique=True)
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="renewal_requests", verbose_name=_("契約")
    )
    requested_by = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("注文された方")
    )
    sent_at = models.DateTimeField(_("送信日時"))
    recontinuation = models.BooleanField(_("再継続年間サポートの注文"), default=False)
    customer_order_number = models.CharField(_("お客さまの注文番号"), max_length=60, blank=True)
    note = models.TextField(_("ご連絡事項"), blank=True)
    # What accepting on the day of sending would have meant, as the customer saw it.
    shown = models.JSONField(_("送信時に表示した期間"))
    token = models.UUIDField(unique=True, editable=False)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.OPEN)
    order = models.OneToOneField(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal_request",
        verbose_name=_("登録した注文"),
    )
    closed_at = models.DateTimeField(_("受付・お断り・取り下げの日時"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("判断した人"),
    )
    # Told to the customer where it is declined; why another day than today counts where accepted.
    reason = models.TextField(_("理由"), blank=True)

    objects = models.Manager.from_queryset(RenewalRequestQuerySet)()

    class Meta:
        verbose_name = _("更新のご注文")
        verbose_name_plural = _("更新のご注文")
        ordering: ClassVar = ["-sent_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state="open"),
                name="renewal_request_one_open_per_contract",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", order__isnull=False)
                | (~Q(state="accepted") & Q(order=None)),
                name="renewal_request_accepted_has_an_order",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="renewal_request_closed_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="renewal_request_declined_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.contract}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def shown_period(self) -> PeriodDecision:
        return PeriodDecision.from_json(self.shown)


@recorded()
class Nonrenewal(models.Model):
    """更新しない: nobody is reminded of this period's end. It can be undone, and is kept."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="nonrenewals", verbose_name=_("注文")
    )
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("記録した人")
    )
    marked_at = models.DateTimeField(_("記録した日時"))
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取り消した人"),
    )
    undone_at = models.DateTimeField(_("取り消した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("更新しない契約")
        verbose_name_plural = _("更新しない契約")
        ordering: ClassVar = ["-marked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(undone_at=None), name="nonrenewal_one_standing"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="nonrenewal_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.order)


class LastOrderQuerySet(OrderQuerySet):
    def last_of_contract(self) -> Self:
        """The last period of each contract: standing, and no later one is."""
        later = Order.objects.filter(
            contract=OuterRef("contract"), withdrawn_at=None, starts_on__gt=OuterRef("starts_on")
        )
        return self.filter(~Exists(later), withdrawn_at=None)


class LastOrder(Order):
    """An order as the clerk's lists of what ends and what has ended see it."""

    objects: ClassVar = models.Manager.from_queryset(LastOrderQuerySet)()

    class Meta:
        proxy = True
        verbose_name = _("満了と更新")
        verbose_name_plural = _("満了と更新")
        ordering: ClassVar = ["ends_on", "contract"]
