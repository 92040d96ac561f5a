"""The customers and their people."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from supportdesk.accounts.models import User
from supportdesk.history.tracking import recorded

Viewer = User | AnonymousUser


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: Viewer) -> Self:
        """Staff see every customer, a contact who is not switched off their own, others none."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        return self.filter(pk__in=Contact.objects.active().filter(user=user).values("customer"))


@recorded()
class Customer(models.Model):
    number = models.CharField(_("お客さま番号"), max_length=20, unique=True)
    name = models.CharField(_("会社名"), max_length=120)
    name_kana = models.CharField(_("会社名（フリガナ）"), max_length=160, blank=True)
    note = models.TextField(_("社内メモ"), blank=True)

    objects = models.Manager.from_queryset(CustomerQuerySet)()

    class Meta:
        verbose_name = _("お客さま")
        verbose_name_plural = _("お客さま")
        ordering: ClassVar = ["name_kana", "number"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_merged(self) -> bool:
        return hasattr(self, "merge")

    @property
    def current(self) -> "Customer":
        """This customer, or the one that it was merged into, however often."""
        return self.merge.into.current if self.is_merged else self


class CustomerName(models.Model):
    """A name that a customer had until a day; what was printed with it keeps it."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="former_names", verbose_name=_("お客さま")
    )
    name = models.CharField(_("会社名"), max_length=120)
    name_kana = models.CharField(_("会社名（フリガナ）"), max_length=160, blank=True)
    changed_at = models.DateTimeField(_("変更日時"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("変更した人"),
    )

    class Meta:
        verbose_name = _("以前の会社名")
        verbose_name_plural = _("以前の会社名")
        ordering: ClassVar = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class CustomerMerge(models.Model):
    """A customer that went into another; its row stays, so that its number is still found.

    `moved` lists what went over, by model and key: the record from which it could be put back.
    """

    source = models.OneToOneField(
        Customer, models.PROTECT, related_name="merge", verbose_name=_("統合前のお客さま")
    )
    into = models.ForeignKey(
        Customer, models.PROTECT, related_name="merges", verbose_name=_("統合先のお客さま")
    )
    reason = models.TextField(_("統合の理由"))
    moved = models.JSONField(_("移したもの"))
    merged_at = models.DateTimeField(_("統合日時"))
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("統合した人"),
    )

    class Meta:
        verbose_name = _("お客さまの統合")
        verbose_name_plural = _("お客さまの統合")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(source=F("into")), name="customer_merges_into_another"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="customer_merge_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.source.number} → {self.into.number}"


class Roles(models.Model):
    """What a contact of a customer is there for; one person may have several."""

    is_contract = models.BooleanField(_("契約の担当"), default=False)
    is_technical = models.BooleanField(_("技術の担当"), default=False)
    is_renewal = models.BooleanField(_("更新の担当"), default=False)

    class Meta:
        abstract = True

    @property
    def role_words(self) -> list[str]:
        """契約, 技術, 更新: those that this person has."""
        words = {"is_contract": _("契約"), "is_technical": _("技術"), "is_renewal": _("更新")}
        return [str(word) for name, word in words.items() if getattr(self, name)]


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True)

    def contract_contacts(self) -> Self:
        """Who manages the people of a customer, and is told what concerns all of them."""
        return self.active().filter(is_contract=True)

    def receiving_keys(self) -> Self:
        """Whom a license key may be mailed to (2-2b): contract and technical contacts still there.

        With their addresses, contract contacts first.
        """
        receiving = self.active().filter(Q(is_contract=True) | Q(is_technical=True))
        return receiving.select_related("user").order_by("-is_contract", "pk")


@recorded()
class Contact(Roles):
    """A person of a customer who signs in. Name and address are the user's, kept once."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contacts", verbose_name=_("お客さま")
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="contact",
        verbose_name=_("利用者"),
    )
    name_kana = models.CharField(_("氏名（フリガナ）"), max_length=120, blank=True)
    department = models.CharField(_("部署"), max_length=120, blank=True)
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    is_active = models.BooleanField(_("有効"), default=True)
    # Who took over from somebody switched off: what is still open is told to them.
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("後任"),
    )

    objects = models.Manager.from_queryset(ContactQuerySet)()

    class Meta:
        verbose_name = _("ご担当者")
        verbose_name_plural = _("ご担当者")
        ordering: ClassVar = ["customer", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(replaced_by=F("pk")), name="contact_replaced_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def email(self) -> str:
        return self.user.email
