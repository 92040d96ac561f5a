"""The licences of a contract, and the keys issued for them."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Viewer
from licensing.domain.admission import Server
from licensing.host_codes import LONGEST, as_shown
from supportdesk.clock import TOKYO
from supportdesk.history.tracking import recorded
from supportdesk.indexes import found_within


class LicenseQuerySet(models.QuerySet["License"]):
    def visible_to(self, user: Viewer) -> Self:
        """Licences of the contracts that this user may see."""
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def with_current_key(self) -> Self:
        """With contract, product and the current key, in a fixed number of queries."""
        return self.select_related("contract__customer", "contract__product").prefetch_related(
            models.Prefetch("keys", Key.objects.current(), to_attr="current_keys")
        )


@recorded()
class License(models.Model):
    """One slot of a contract: the right to run the product on one server."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="licenses", verbose_name=_("契約")
    )
    number = models.CharField(_("ライセンス番号"), max_length=20, unique=True)
    label = models.CharField(_("名称"), max_length=80, help_text=_("例：本社サーバー"))
    quantity = models.PositiveIntegerField(_("数量"), default=1)

    objects = models.Manager.from_queryset(LicenseQuerySet)()

    class Meta:
        verbose_name = _("ライセンス")
        verbose_name_plural = _("ライセンス")
        ordering: ClassVar = ["contract", "number"]
        indexes: ClassVar = [found_within("number", "license_number_within")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="license_quantity_positive")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def current_key(self) -> "Key | None":
        """The key that products accept today; from `with_current_key()` without a query."""
        prefetched: list[Key] | None = getattr(self, "current_keys", None)
        keys = self.keys.current() if prefetched is None else prefetched
        return next(iter(keys), None)


class KeyQuerySet(models.QuerySet["Key"]):
    def current(self) -> Self:
        """The one key of each licence that is neither superseded nor revoked."""
        return self.filter(
            klass__in=Key.CURRENT_CLASSES, superseded_at__isnull=True, revoked_at__isnull=True
        )

    def on_revocation_list(self, on: date) -> Self:
        """What no product accepts any more on the Tokyo date `on`, other than by its own end.

        Revoked for cause, or superseded and tolerated no longer; one that was given no
        tolerance is listed from the day after it was superseded.
        """
        began = datetime.combine(on, time.min, TOKYO)
        untolerated = Q(tolerated_until=None, superseded_at__lt=began)
        # What follows from the rest is said for the index key_ended, which holds just these.
        ended = self.filter(Q(superseded_at__isnull=False) | Q(revoked_at__isnull=False))
        return ended.filter(Q(revoked_at__isnull=False) | Q(tolerated_until__lt=on) | untolerated)

    def running_beside(self, on: date) -> Self:
        """Those of old servers that products still take beside a successor on that Tokyo date."""
        dated = Q(klass=Key.Class.OVERLAP, valid_until__gte=on)
        tolerated = Q(superseded_at__isnull=False, tolerated_until__gte=on)
        return self.filter(dated | tolerated, revoked_at=None)

    def open_provisional(self) -> Self:
        """Provisional keys that no regular one has replaced yet, whatever their last day."""
        return self.filter(
            klass=Key.Class.PROVISIONAL, superseded_at__isnull=True, revoked_at__isnull=True
        )

    def to_be_signed_anew(self, kids: Collection[str], on: date) -> Self:
        """What these signing keys signed and products still take on the Tokyo date `on`.

        Of the keys that a successor has ended, the old server's whose parallel run goes on after
        that day, unless it has a key of its own for the while.
        """
        own = Key.objects.filter(
            klass=Key.Class.OVERLAP, application=models.OuterRef("replaced_by__application")
        )
        in_force = Q(valid_until=None) | Q(valid_until__gte=on)
        tolerated = Q(klass=Key.Class.REGULAR, tolerated_until__gt=on) & ~models.Exists(own)
        signed = self.filter(kid__in=kids, revoked_at=None)
        return signed.filter(in_force, Q(superseded_at=None) | tolerated)

    def visible_to(self, user: Viewer) -> Self:
        return self.filter(license__in=License.objects.visible_to(user))


@recorded(exclude=["sealed_text"])
class Key(models.Model):
    """A license key as it was issued. Nothing but its end is ever written to it again."""

    class Class(models.TextChoices):
        REGULAR = "regular", _("正式キー")
        # Dated, for the new server until its regular key comes …
        PROVISIONAL = "provisional", _("暫定キー")
        # … and for the old server while both run.
        OVERLAP = "overlap", _("並行稼働キー")
        # Issued before the desk kept them: known by server and code, without a signed text.
        FOREIGN = "foreign", _("現行キー（移行前に発行）")

    CURRENT_CLASSES: ClassVar = [Class.REGULAR, Class.FOREIGN]

    license = models.ForeignKey(
        License, models.PROTECT, related_name="keys", verbose_name=_("ライセンス")
    )
    application = models.ForeignKey(
        "Application",
        models.PROTECT,
        related_name="keys",
        null=True,
        blank=True,
        verbose_name=_("申請"),
    )
    klass = models.CharField(_("種類"), max_length=12, choices=Class, default=Class.REGULAR)
    issue_number = models.PositiveIntegerField(_("発行回数"))
    serial = models.CharField(_("キー番号"), max_length=30, unique=True)
    kid = models.CharField(_("署名鍵"), max_length=16, blank=True)
    server_name = models.CharField(_("サーバー名"), max_length=253)
    host_code = models.CharField(_("ホストコード"), max_length=LONGEST)
    # The signed text, encrypted with FIELD_ENCRYPTION_KEYS: here and nowhere else.
    sealed_text = models.BinaryField(editable=False, default=b"")
    issued_at = models.DateTimeField(_("発行日時"))
    # Tokyo dates, inclusive, as they are inside the signature; without an end it is perpetual.
    valid_from = models.DateField(_("使える最初の日"), null=True, blank=True)
    valid_until = models.DateField(_("使える最後の日"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("置き換えたキー"),
    )
    # The key in whose place this one was signed, because its signing key was withdrawn: the
    # same machine, class and last day. It ends no other and is no move.
    resigns = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resigned_by",
        verbose_name=_("署名し直す前のキー"),
    )
    superseded_at = models.DateTimeField(_("失効日時"), null=True, blank=True)
    # The last Tokyo date on which products still take it beside the key that replaced it.
    tolerated_until = models.DateField(_("並行して使える最後の日"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("取り消し日時"), null=True, blank=True)
    revocation_reason = models.TextField(_("取り消しの理由"), blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取り消した人"),
    )

    objects = models.Manager.from_queryset(KeyQuerySet)()

    class Meta:
        verbose_name = _("キー")
        verbose_name_plural = _("キー")
        ordering: ClassVar = ["license", "-issue_number"]
        indexes: ClassVar = [
            models.Index(
                fields=["host_code"],
                condition=Q(superseded_at=None, revoked_at=None),
                name="key_in_force_by_host_code",
            ),
            # The issuer asks every second which ones these are.
            models.Index(
                fields=["serial"],
                condition=Q(superseded_at__isnull=False) | Q(revoked_at__isnull=False),
                name="key_ended",
            ),
            # The workers ask every second whose overlap runs out.
            models.Index(
                fields=["tolerated_until"],
                condition=Q(tolerated_until__isnull=False),
                name="key_tolerated_by_day",
            ),
            # The register, the newest first; and what staff search it by on the telephone.
            models.Index(fields=["-issued_at", "-id"], name="key_newest"),
            found_within("server_name", "key_server_within"),
            found_within("serial", "key_serial_within"),
            GinIndex(name="key_host_code_within", fields=["host_code"], opclasses=["gin_trgm_ops"]),
        ]
        constraints: ClassVar = [
            # Never two: whatever code does, a licence has one current key …
            models.UniqueConstraint(
                fields=["license"],
                condition=Q(klass__in=["regular", "foreign"], superseded_at=None, revoked_at=None),
                name="key_one_current_per_license",
            ),
            # … and an application brings one regular key, and one for the old server, unless
            # they are signed anew.
            models.UniqueConstraint(
                fields=["application", "klass"],
                condition=Q(klass__in=["regular", "overlap"], resigns=None),
                name="key_one_per_request",
            ),
            models.UniqueConstraint(
                fields=["license"],
                condition=Q(klass="provisional", superseded_at=None, revoked_at=None),
                name="key_one_provisional_per_license",
            ),
            models.UniqueConstraint(fields=["license", "issue_number"], name="key_counted_once"),
            models.CheckConstraint(
                condition=Q(klass="foreign", application=None, kid="", sealed_text=b"")
                | Q(klass__in=["regular", "provisional", "overlap"])
                & Q(valid_from__isnull=False)
                & ~Q(kid="")
                & ~Q(sealed_text=b""),
                name="key_is_signed_unless_foreign",
            ),
            models.CheckConstraint(
                condition=Q(klass__in=["regular", "foreign"]) | Q(valid_until__isnull=False),
                name="key_for_a_while_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None)
                | Q(valid_from=None)
                | Q(valid_until__gte=F("valid_from")),
                name="key_dates_are_in_order",
            ),
            models.CheckConstraint(
                condition=Q(tolerated_until=None) | Q(superseded_at__isnull=False),
                name="key_tolerated_once_superseded",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) ^ ~Q(revocation_reason=""),
                name="key_revoked_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def has_text(self) -> bool:
        """Whether the desk keeps its signed text: not of a key issued before it did."""
        return self.klass != Key.Class.FOREIGN

    @property
    def shown_host_code(self) -> str:
        return as_shown(self.host_code, self)

    @property
    def server(self) -> Server:
        return Server(name=self.server_name, host_code=self.host_code)
