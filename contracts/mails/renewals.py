"""What the people of a contract, and staff, are told about its renewal."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from contracts.models import Contact, Order, RenewalRequest
from contracts.renewal_words import consequence, outcome_words
from contracts.words import clause_label, kind_word
from supportdesk import clock
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import day_text, reading_on
from supportdesk.presenting.language import in_the_desks_language, in_the_language_of
from supportdesk.presenting.letters import letter, page

REMINDER = "renewal_reminder"
TO_STAFF = "renewal_request_to_staff"


def reminders_about(order: Order) -> str:
    """How the subject of every reminder of this period's end begins."""
    return f"order:{order.pk}:reminder:"


@in_the_language_of(lambda contact, *_, **__: contact.user)
def remind(contact: Contact, order: Order, stage: int, *, now: datetime) -> Mail:
    """When the period ends, and what an order brings by which day (3-2, 3-3)."""
    today = clock.today(now)
    left = (order.ends_on - today).days
    with reading_on(today):
        facts = {
            "label": order.contract.label,
            "day": day_text(order.ends_on),
            "left": left,
        }
        return _put(
            REMINDER,
            f"{reminders_about(order)}{stage}:{order.ends_on:%Y%m%d}:{contact.pk}",
            _reminder_subject(left) % facts,
            {
                "contact": contact,
                "order": order,
                "left": left,
                "outcomes": outcome_words(order, today),
                "url": page("contracts:renew", order.contract.number),
                "contract_url": page("contracts:detail", order.contract.number),
            },
            recipient=contact.email,
            now=now,
        )


def _reminder_subject(left: int) -> str:
    if left > 0:
        return _(
            "【更新のご案内】%(label)s の年間サポートは %(day)s に満了します（あと %(left)s日）"
        )
    if left == 0:
        return _("【更新のご案内】%(label)s の年間サポートは本日 %(day)s に満了します")
    return _("【更新のご案内】%(label)s の年間サポートは %(day)s に満了しました")


@in_the_desks_language
def urge_staff(order: Order, stage: int, request: RenewalRequest | None, *, now: datetime) -> Mail:
    """Instead of a reminder: an order of the customer waits, or nobody can be reminded."""
    with reading_on(clock.today(now)):
        facts = {"label": order.contract.number, "day": day_text(order.ends_on)}
        subject = (
            _("【要受付】更新のご注文が受付を待っています（%(label)s、満了 %(day)s）")
            if request
            else _("【要確認】更新をご案内できる宛先がありません（%(label)s、満了 %(day)s）")
        )
        url = (
            page("admin:contracts_renewalrequest_change", str(request.pk))
            if request
            else page("admin:contracts_contract_change", str(order.contract_id))
        )
        return _put(
            "renewal_urge",
            f"{reminders_about(order)}{stage}:{order.ends_on:%Y%m%d}:staff",
            subject % facts,
            {"order": order, "request": request, "url": url},
            recipient=settings.SUPPORT_TEAM_EMAIL,
            now=now,
        )


# --- An order sent in the portal ------------------------------------------------------------


@in_the_language_of(lambda _request, to, **_: to.user)
def acknowledge(request: RenewalRequest, to: Contact, *, now: datetime) -> Mail:
    """Received, not accepted yet: the day of acceptance counts, and what it will mean."""
    subject = _("【受付番号 %(number)s】更新のご注文を受け取りました")
    return _to_customer("renewal_received", request, subject, to, now=now)


@in_the_language_of(lambda _request, to, **_: to.user)
def tell_accepted(request: RenewalRequest, to: Contact, *, now: datetime) -> Mail:
    """The period that the order bought, by which clause, and its certificate."""
    subject = _("【受付番号 %(number)s】更新のご注文を受け付けました")
    return _to_customer("renewal_accepted", request, subject, to, now=now)


@in_the_language_of(lambda _request, to, **_: to.user)
def tell_declined(request: RenewalRequest, to: Contact, *, now: datetime) -> Mail:
    """Why not, and what to do."""
    subject = _("【受付番号 %(number)s】更新のご注文をお受けできません")
    return _to_customer("renewal_declined", request, subject, to, now=now)


@in_the_language_of(lambda _request, to, **_: to.user)
def tell_withdrawn(request: RenewalRequest, to: Contact, *, now: datetime) -> Mail:
    """The customer took it back."""
    subject = _("【受付番号 %(number)s】更新のご注文を取り下げました")
    return _to_customer("renewal_withdrawn", request, subject, to, now=now)


@in_the_desks_language
def ask_staff(request: RenewalRequest, *, due_at: datetime, now: datetime) -> Mail:
    """Somebody must accept it; told at the next open instant."""
    subject = _("【要受付】更新のご注文 %(number)s")
    with reading_on(clock.today(now)):
        return _put(
            TO_STAFF,
            key_of(request),
            subject % {"number": request.number},
            {
                **_facts(request, now),
                "url": page("admin:contracts_renewalrequest_change", str(request.pk)),
            },
            recipient=settings.SUPPORT_TEAM_EMAIL,
            now=now,
            due_at=due_at,
        )


def key_of(request: RenewalRequest) -> str:
    return f"renewal:{request.number}"


def _to_customer(
    kind: str, request: RenewalRequest, subject: str, to: Contact, *, now: datetime
) -> Mail:
    with reading_on(clock.today(now)):
        return _put(
            kind,
            key_of(request),
            subject % {"number": request.number},
            {**_facts(request, now), "contact": to},
            recipient=to.email,
            now=now,
        )


def _facts(request: RenewalRequest, now: datetime) -> dict[str, Any]:
    contract, order = request.contract, request.order
    standing = contract.orders.standing()
    previous = (standing.filter(starts_on__lt=order.starts_on) if order else standing).last()
    decided = order.decided if order else None
    return {
        "request": request,
        "previous": previous,
        "product": contract.product.sold_as("recontinuation" if request.recontinuation else ""),
        "outcomes": outcome_words(previous, clock.today(now)) if previous else [],
        "order": order,
        "kind": kind_word(order.kind) if order else "",
        "consequence": consequence(previous, decided) if previous and decided else "",
        "clause": clause_label(decided.clause) if decided else "",
        "url": page("contracts:renewal", request.number),
        "contract_url": page("contracts:detail", contract.number),
        "renew_url": page("contracts:renew", contract.number),
    }


def _put(
    kind: str,
    subject_key: str,
    subject: str,
    context: dict[str, Any],
    *,
    recipient: str,
    now: datetime,
    due_at: datetime | None = None,
) -> Mail:
    return outbox.put(
        kind=kind,
        subject_key=subject_key,
        recipient=recipient,
        subject=subject,
        body=letter(f"mails/contracts/{kind}.txt", context),
        due_at=due_at or now,
        now=now,
    )
