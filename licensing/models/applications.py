"""The applications for a new key, and what became of them."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contracts.domain.channels import Channel
from contracts.domain.coverage import CoverageDecision
from contracts.models import Contact, Viewer
from contracts.models.channels import CHANNELS
from licensing.domain.admission import Admission
from licensing.domain.change import Change, Shown, change_since
from licensing.domain.moves import MoveCount
from licensing.host_codes import LONGEST, as_shown
from licensing.models.licenses import License
from supportdesk.business_calendar.models import TermsVersion
from supportdesk.history.tracking import recorded
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.models import Promise

RETRY_AFTER = timedelta(minutes=1)  # a key that could not be issued


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Viewer) -> Self:
        """Applications of the licences that this user may see: a stranger gets none."""
        return self.filter(license__in=License.objects.visible_to(user))

    def open(self) -> Self:
        """Held, returned or accepted: something is still to be done."""
        return self.filter(state__in=Application.OPEN_STATES)

    def awaiting_staff(self) -> Self:
        return self.filter(state=Application.State.HELD)

    def due(self, now: datetime) -> Self:
        """Accepted ones whose promised moment has come at `now` (aware), the oldest first.

        One that could not be issued rests a minute, so that it never stands before the others.
        """
        rested = Q(failed_at=None) | Q(failed_at__lte=now - RETRY_AFTER)
        accepted = self.filter(rested, state=Application.State.ACCEPTED)
        return accepted.filter(promise__release_at__lte=now).order_by("promise__release_at", "pk")

    def provisional_due(self, now: datetime) -> Self:
        """Accepted ones for which a provisional key is to be issued at once, the oldest first."""
        rested = Q(failed_at=None) | Q(failed_at__lte=now - RETRY_AFTER)
        asked = self.filter(rested, state=Application.State.ACCEPTED, provisional_due_at__lte=now)
        # An accepted one is promised for a moment: said here so that both rows can be locked.
        promised = asked.filter(promise__release_at__isnull=False)
        return promised.order_by("provisional_due_at", "pk")

    def for_pages(self) -> Self:
        """With all that a row or a page reads, in a fixed number of queries."""
        return self.select_related(
            "license__contract__customer",
            "license__contract__product",
            "applicant__user",
            "promise",
            "review_promise",
        )


@recorded(exclude=["coverage", "findings", "moves", "shown", "token", "body_digest"])
class Application(models.Model):
    """A request for a new key because the server changed (1-2), and what became of it."""

    class Kind(models.TextChoices):
        MOVE = "move", _("サーバーの変更")
        # A mistyped host code, within days of the key: no move, so none is counted.
        CORRECTION = "correction", _("ホストコードの訂正")

    class State(models.TextChoices):
        HELD = "held", _("確認中")
        RETURNED = "returned", _("お客さまの訂正待ち")
        ACCEPTED = "accepted", _("受理済み")
        ISSUED = "issued", _("発行済み")
        WITHDRAWN = "withdrawn", _("取り下げ")
        REFUSED = "refused", _("お断り")

    class Reason(models.TextChoices):
        REPLACEMENT = "replacement", _("サーバーの入れ替え")
        FAILURE = "failure", _("サーバーの故障")
        VIRTUALISATION = "virtualisation", _("仮想環境・クラウドへの移行")
        OTHER = "other", _("その他のサーバー変更")

    OPEN_STATES: ClassVar = [State.HELD, State.RETURNED, State.ACCEPTED]

    number = models.CharField(_("受付番号"), max_length=20, unique=True)
    license = models.ForeignKey(
        License, models.PROTECT, related_name="applications", verbose_name=_("ライセンス")
    )
    applicant = models.ForeignKey(
        Contact, models.PROTECT, related_name="+", verbose_name=_("申請した方")
    )
    kind = models.CharField(_("種別"), max_length=12, choices=Kind, default=Kind.MOVE)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("訂正する申請"),
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
    old_server_name = models.CharField(_("いまのサーバー名"), max_length=253)
    old_host_code = models.CharField(_("いまのホストコード"), max_length=LONGEST, blank=True)
    new_server_name = models.CharField(_("新しいサーバー名"), max_length=253)
    new_host_code = models.CharField(_("新しいホストコード"), max_length=LONGEST)
    new_os = models.CharField(_("新しいサーバーの OS"), max_length=80, blank=True)
    new_network = models.CharField(_("新しいサーバーのネットワーク"), max_length=120, blank=True)
    reason = models.CharField(_("変更の理由"), max_length=20, choices=Reason)
    note = models.TextField(_("ご連絡事項"), blank=True)
    planned_on = models.DateField(_("切り替えの予定日"), null=True, blank=True)
    # In the words that the customer ticked.
    declaration = models.TextField(_("いまのサーバーについてのお約束"), blank=True)
    wants_overlap = models.BooleanField(_("いまのサーバー用の期限付きキー"), default=False)
    provisional_reason = models.TextField(_("暫定キーの理由"), blank=True)
    # Set while a provisional key is to be issued at once.
    provisional_due_at = models.DateTimeField(null=True, blank=True, editable=False)

    state = models.CharField(_("状態"), max_length=10, choices=State)
    sent_at = models.DateTimeField(_("送信日時"))
    accepted_at = models.DateTimeField(_("受理日時"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("受理した人"),
        help_text=_("空欄は自動で受理"),
    )
    acceptance_note = models.TextField(_("受理の理由"), blank=True)
    issued_at = models.DateTimeField(_("発行日時"), null=True, blank=True)
    # The last attempt that failed, and why: staff see it while the issuer goes on trying.
    failed_at = models.DateTimeField(_("最後に失敗した日時"), null=True, blank=True, editable=False)
    failure = models.TextField(_("発行できない理由"), blank=True, editable=False)
    returned_at = models.DateTimeField(_("お返しした日時"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("お返しした人"),
    )
    return_note = models.TextField(_("お客さまに直していただくこと"), blank=True)
    withdrawn_at = models.DateTimeField(_("取り下げ日時"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("取り下げた人"),
    )
    refused_at = models.DateTimeField(_("お断りした日時"), null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("お断りした人"),
    )
    refusal_reason = models.TextField(_("お断りの理由"), blank=True)

    # Judged once, for the day it was sent, and kept.
    coverage = models.JSONField(_("サポート期間の判定"))
    # What the checks found: [{"kind": …, "clause": …}], empty when accepted at once.
    findings = models.JSONField(_("確認が必要な点"), default=list, blank=True)
    # How many moves there were when it was sent (licensing.domain.moves.MoveCount).
    moves = models.JSONField(_("移設の回数"), default=dict, blank=True)
    terms = models.ForeignKey(
        TermsVersion, models.PROTECT, related_name="+", verbose_name=_("適用した約款")
    )
    promise = models.OneToOneField(
        Promise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("キー発行のお約束"),
    )
    review_promise = models.OneToOneField(
        Promise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("確認の目安"),
    )
    # The decision that the confirmation showed, to be compared with what was promised.
    shown = models.JSONField(_("確認画面でのお約束"), default=dict, blank=True)
    # One form sent twice is one application; the digest tells a repeat from a changed form.
    token = models.UUIDField(unique=True, editable=False)
    body_digest = models.CharField(max_length=64, editable=False)

    objects = models.Manager.from_queryset(ApplicationQuerySet)()

    class Meta:
        verbose_name = _("再発行の申請")
        verbose_name_plural = _("再発行の申請")
        ordering: ClassVar = ["-sent_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["license"],
                condition=Q(state__in=["held", "returned", "accepted"]),
                name="application_one_open_per_license",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["held", "returned", "accepted", "issued", "withdrawn", "refused"]
                ),
                name="application_known_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["held", "returned"], accepted_at=None)
                | Q(state__in=["accepted", "issued"], accepted_at__isnull=False)
                | Q(state__in=["withdrawn", "refused"]),
                name="application_accepted_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) ^ Q(promise__isnull=False),
                name="application_accepted_is_promised",
            ),
            models.CheckConstraint(
                condition=Q(findings=[]) ^ Q(review_promise__isnull=False),
                name="application_held_has_its_target",
            ),
            models.CheckConstraint(
                condition=Q(state="issued") ^ Q(issued_at=None),
                name="application_issued_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") ^ Q(withdrawn_at=None),
                name="application_withdrawn_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refused_at__isnull=False) & ~Q(refusal_reason="")
                | ~Q(state="refused") & Q(refused_at=None, refusal_reason=""),
                name="application_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned_at__isnull=False) & ~Q(return_note="")
                | ~Q(state="returned") & Q(returned_at=None, return_note=""),
                name="application_returned_with_what_is_missing",
            ),
            models.CheckConstraint(
                condition=Q(kind="correction") ^ Q(corrects=None),
                name="application_correction_names_what_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(channel="web", entered_by=None)
                | ~Q(channel="web") & Q(entered_by__isnull=False),
                name="application_entered_for_them_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(provisional_due_at=None)
                | Q(state="accepted") & ~Q(provisional_reason=""),
                name="application_provisional_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        if self.corrects_id:
            return gettext("%(label)sのホストコードの訂正") % {"label": self.license.label}
        return gettext("%(label)sの移設") % {"label": self.license.label}

    @property
    def name(self) -> str:
        """What it is, with its number: for lists and the way here."""
        if self.corrects_id:
            return gettext("ホストコードの訂正 %(number)s") % {"number": self.number}
        return gettext("サーバー移設 %(number)s") % {"number": self.number}

    @property
    def is_open(self) -> bool:
        return self.state in Application.OPEN_STATES

    @property
    def shown_new_host_code(self) -> str:
        return as_shown(self.new_host_code, self)

    @property
    def shown_old_host_code(self) -> str:
        return as_shown(self.old_host_code, self)

    @property
    def admission(self) -> Admission:
        """What the checks found when it was sent."""
        return Admission.from_json(self.findings)

    @property
    def move_count(self) -> MoveCount | None:
        """The moves before it when it was judged; None for a correction, which is none."""
        return MoveCount.from_json(self.moves) if self.moves else None

    @property
    def change(self) -> Change | None:
        """What to tell because the promise was no longer the one that the confirmation showed."""
        made = self.review_promise or self.promise
        if not (self.shown and made):
            return None
        return change_since(Shown.from_json(self.shown), Decision.from_json(made.first_decision))

    @property
    def coverage_decision(self) -> CoverageDecision:
        return CoverageDecision.from_json(self.coverage)
