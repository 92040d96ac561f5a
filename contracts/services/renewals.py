"""Renewals ordered in the portal, and the wish not to renew. `now` is an aware instant."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.domain.channels import Channel
from contracts.domain.periods import PeriodDecision
from contracts.mails import renewals as mails
from contracts.models import Contact, Contract, Nonrenewal, Order, RenewalRequest
from contracts.services.errors import RefusedError
from contracts.services.holding import hold
from contracts.services.orders import preview_order, record_order_within
from contracts.services.people import whom_to_write
from contracts.services.reminding import take_back_reminders
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import load_calendar
from supportdesk.numbering import REQUESTS, next_number
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail

_OUTDATED = gettext_lazy("この画面は古くなりました。もう一度、はじめから入力してください。")


class ShownChangedError(Exception):
    """What accepting today would mean differs from what was shown; nothing is stored."""


def may_order(contact: Contact) -> bool:
    """Whether this person orders for the customer: contract and renewal contacts do."""
    return contact.is_contract or contact.is_renewal


def why_not_to_order(contract: Contract, on: date) -> str:
    """Why no renewal can be ordered in the portal on the Tokyo date `on`; empty if one can."""
    last = contract.orders.standing().last()
    if last is None:
        return _("はじめてのご注文は、担当の営業または販売店へお申し付けください。")
    if on < last.starts_on:
        return _("次の期間のご注文を、すでに承っています。")
    under_way = contract.renewal_requests.open().first()
    if under_way:
        text = _("更新のご注文 %(number)s が、受付を待っています。")
        return text % {"number": under_way.number}
    return ""


def send_renewal_request(
    contract: Contract,
    *,
    contact: Contact,
    token: UUID,
    shown: PeriodDecision,
    customer_order_number: str = "",
    note: str = "",
    now: datetime,
) -> RenewalRequest:
    """Store a renewal ordered in the portal, acknowledge it and tell staff, in one transaction.

    `shown` is what the customer saw for an acceptance today; the product it names is what is
    ordered (3-3). The same `token` gives the request that it made. Raises RefusedError where
    this contact may not order or there is nothing to order, ShownChangedError where the
    consequences are others by now.
    """
    if not may_order(contact):
        raise RefusedError(_("更新のご注文は、契約または更新のご担当者が行えます。"))
    try:
        with transaction.atomic(durable=True):
            locked = hold(contract.pk)
            if repeated := RenewalRequest.objects.filter(token=token).first():
                return _repeated(repeated, contract, contact)
            if problem := why_not_to_order(locked, clock.today(now)):
                raise RefusedError(problem)
            if preview_order(locked, accepted_on=clock.today(now)) != shown:
                raise ShownChangedError
            request = RenewalRequest.objects.create(
                number=next_number(REQUESTS, clock.today(now)),
                contract=locked,
                requested_by=contact,
                sent_at=now,
                recontinuation=shown.kind == "recontinuation",
                customer_order_number=customer_order_number,
                note=note,
                shown=shown.as_json(),
                token=token,
            )
            take_back_reminders(locked, now=now)
            mails.acknowledge(request, contact, now=now)
            mails.ask_staff(request, due_at=load_calendar().next_open(now), now=now)
            return request
    except IntegrityError as error:  # the token of another contract's form, at that moment
        raise RefusedError(str(_OUTDATED)) from error


def _repeated(request: RenewalRequest, contract: Contract, contact: Contact) -> RenewalRequest:
    if (request.contract_id, request.requested_by_id) != (contract.pk, contact.pk):
        raise RefusedError(str(_OUTDATED))
    return request


def preview_acceptance(request: RenewalRequest, *, accepted_on: date) -> PeriodDecision:
    """The period if the request were accepted on this Tokyo date (article 3); changes nothing.

    Raises RefusedError for a day before it was sent.
    """
    if accepted_on < clock.today(request.sent_at):
        raise RefusedError(_("受付日には、注文が届いた日以降の日付を入力してください。"))
    return preview_order(request.contract, accepted_on=accepted_on)


def accept_renewal_request(
    request: RenewalRequest,
    *,
    shown: PeriodDecision,
    reason: str = "",
    decision_note: str = "",
    by: User,
    now: datetime,
) -> Order:
    """Accept it: record the order, issue its certificate and tell the customer the period.

    The day of acceptance counts (3-2). It is today's; an earlier one, not before the request was
    sent, needs `reason`, which is kept with the order. Raises RefusedError as `record_order` does
    (another product by now, flags undecided), and where somebody was first.
    """
    preview_acceptance(request, accepted_on=shown.accepted_on)
    earlier = shown.accepted_on != clock.today(now)
    if earlier and not reason.strip():
        raise RefusedError(_("今日以外の日を受付日とする理由を入力してください。"))
    with transaction.atomic(durable=True):
        hold(request.contract_id)
        current = _still_open(request)
        order = record_order_within(
            current.contract,
            shown=shown,
            recontinuation=current.recontinuation,
            customer_order_number=current.customer_order_number,
            channel=Channel.WEB,
            decision_note="\n".join(
                part for part in (decision_note, reason if earlier else "") if part
            ),
            by=by,
            now=now,
        )
        _close(current, RenewalRequest.State.ACCEPTED, reason=reason, by=by, now=now, order=order)
        mails.tell_accepted(current, whom_to_write(current.requested_by), now=now)
    return order


def decline_renewal_request(
    request: RenewalRequest, *, reason: str, by: User, now: datetime
) -> None:
    """Decline it for a reason that the customer is told. Raises RefusedError without, or late."""
    if not reason.strip():
        raise RefusedError(_("お断りする理由を入力してください。"))
    with transaction.atomic(durable=True):
        hold(request.contract_id)
        current = _still_open(request)
        _close(current, RenewalRequest.State.DECLINED, reason=reason, by=by, now=now)
        mails.tell_declined(current, whom_to_write(current.requested_by), now=now)


def withdraw_renewal_request(request: RenewalRequest, *, by: User, now: datetime) -> None:
    """The customer takes it back before it is accepted. Raises RefusedError afterwards."""
    with transaction.atomic(durable=True):
        hold(request.contract_id)
        current = _still_open(request)
        _close(current, RenewalRequest.State.WITHDRAWN, by=by, now=now)
        for mail in Mail.objects.filter(kind=mails.TO_STAFF, subject_key=mails.key_of(current)):
            outbox.withdraw(mail, now)
        mails.tell_withdrawn(current, whom_to_write(current.requested_by), now=now)


def _still_open(request: RenewalRequest) -> RenewalRequest:
    """The row as it is now, under the contract's lock."""
    everything = RenewalRequest.objects.select_related(
        "contract__product", "contract__customer", "requested_by__user", "requested_by__customer"
    )
    current = everything.get(pk=request.pk)
    if not current.is_open:
        text = _("この更新のご注文は、もう受付を待っていません（%(state)s）。")
        raise RefusedError(text % {"state": current.get_state_display()})
    return current


def _close(
    request: RenewalRequest,
    state: RenewalRequest.State,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    order: Order | None = None,
) -> None:
    request.state, request.order, request.reason = state, order, reason.strip()
    request.closed_by, request.closed_at = by, now
    request.save(update_fields=["state", "order", "reason", "closed_by", "closed_at"])


# --- 更新しない --------------------------------------------------------------------------------


def mark_not_renewing(contract: Contract, *, reason: str, by: User, now: datetime) -> Nonrenewal:
    """Nobody is reminded of the last period's end any more; what waits is taken back.

    Raises RefusedError without a period, while an order of the portal waits, and a second time.
    """
    try:
        with transaction.atomic(durable=True):
            hold(contract.pk)
            last = contract.orders.standing().last()
            if last is None:
                raise RefusedError(_("更新する期間がありません。"))
            if contract.renewal_requests.open().exists():
                raise RefusedError(_("先に、受付を待っている更新のご注文を取り下げてください。"))
            mark = Nonrenewal.objects.create(
                order=last, reason=reason.strip(), marked_by=by, marked_at=now
            )
            take_back_reminders(contract, now=now)
            return mark
    except IntegrityError as error:
        raise RefusedError(_("この契約は、すでに「更新しない」と記録されています。")) from error


def undo_not_renewing(contract: Contract, *, by: User, now: datetime) -> bool:
    """Reminders go on from the next stage that is due. False where nothing was marked."""
    standing = Nonrenewal.objects.filter(order__contract=contract, undone_at=None)
    with transaction.atomic(durable=True):
        hold(contract.pk)
        return standing.update(undone_by=by, undone_at=now) > 0


def not_renewing(contract: Contract) -> Nonrenewal | None:
    """The standing wish not to renew the contract's last period."""
    last = contract.orders.standing().last()
    if last is None:
        return None
    return last.nonrenewals.filter(undone_at=None).select_related("marked_by").first()
