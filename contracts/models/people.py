"""The customers and their people."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from supportdesk.accounts.models import User

Viewer = User | AnonymousUser


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: Viewer) -> Self:
        """Staff see every customer, a contact who is not switched off their own, others none."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        return self.filter(pk__in=Contact.objects.active().filter(user=user).values("customer"))


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


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True)

    def receiving_keys(self) -> Self:
        """Who a license key may be mailed to: contract and technical contacts still there."""
        return self.active().filter(Q(is_contract=True) | Q(is_technical=True))


class Contact(models.Model):
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
    is_contract = models.BooleanField(_("契約の担当"), default=False)
    is_technical = models.BooleanField(_("技術の担当"), default=False)
    is_renewal = models.BooleanField(_("更新の担当"), default=False)
    is_active = models.BooleanField(_("有効"), default=True)

    objects = models.Manager.from_queryset(ContactQuerySet)()

    class Meta:
        verbose_name = _("ご担当者")
        verbose_name_plural = _("ご担当者")
        ordering: ClassVar = ["customer", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def email(self) -> str:
        return self.user.email
