"""Orders and the periods they buy (article 3). `now` is an aware instant, `on` a Tokyo date."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.domain.periods import PeriodDecision, decide_period
from contracts.models import Contract, Order, Product
from contracts.services.certificates import issue_certificate
from contracts.services.errors import RefusedError
from contracts.services.holding import hold
from contracts.services.issuing import take_back_certificates
from contracts.services.reminding import take_back_reminders
from supportdesk import clock
from supportdesk.accounts.models import User


def preview_order(
    contract: Contract, *, accepted_on: date, purchased_on: date | None = None
) -> PeriodDecision:
    """The period that an order accepted on this Tokyo date would buy (article 3); changes nothing.

    `purchased_on` overrides the contract's day of first purchase. Raises ValueError as
    `decide_period` does.
    """
    previous = contract.orders.standing().last()
    return decide_period(
        accepted_on=accepted_on,
        purchased_on=purchased_on or contract.purchased_on,
        previous_expiry=previous.ends_on if previous else None,
        previous_starts_on=previous.starts_on if previous else None,
    )


def record_order(
    contract: Contract,
    *,
    shown: PeriodDecision,
    recontinuation: bool = False,
    purchased_on: date | None = None,
    customer_order_number: str = "",
    decision_note: str = "",
    channel: str = "",
    by: User | None,
    now: datetime,
) -> Order:
    """Record an order with the period that `preview_order` showed; issue its certificate (3-4).

    `recontinuation` says which support product was ordered (3-3); `decision_note` what staff
    decided on the flags; `channel` how it came in. Raises RefusedError where the acceptance lies
    in the future, the wrong product was ordered, flags are undecided, or another order came in
    since the preview.
    """
    with transaction.atomic(durable=True):
        return record_order_within(
            contract,
            shown=shown,
            recontinuation=recontinuation,
            purchased_on=purchased_on,
            customer_order_number=customer_order_number,
            decision_note=decision_note,
            channel=channel,
            by=by,
            now=now,
        )


def record_order_within(
    contract: Contract,
    *,
    shown: PeriodDecision,
    recontinuation: bool = False,
    purchased_on: date | None = None,
    customer_order_number: str = "",
    decision_note: str = "",
    channel: str = "",
    by: User | None,
    now: datetime,
) -> Order:
    """The same in the caller's transaction. A reminder that still waits is taken back."""
    _check_order(contract, shown, recontinuation, decision_note, clock.today(now))
    locked = hold(contract.pk)
    decision = preview_order(locked, accepted_on=shown.accepted_on, purchased_on=purchased_on)
    if decision != shown:
        raise RefusedError(
            _("確認の後に、この契約の注文が変わりました。もう一度、期間を確認してください。")
        )
    if purchased_on and purchased_on != locked.purchased_on:
        locked.purchased_on = purchased_on
        locked.save(update_fields=["purchased_on"])
    order = Order.objects.create(
        contract=locked,
        kind=shown.kind,
        accepted_on=shown.accepted_on,
        customer_order_number=customer_order_number,
        channel=channel,
        entitled_from=shown.entitled_from,
        starts_on=shown.starts_on,
        ends_on=shown.ends_on,
        decision=shown.as_json(),
        decision_note=decision_note,
        recorded_by=by,
        recorded_at=now,
    )
    issue_certificate(order, on=clock.today(now), by=by)
    take_back_reminders(locked, now=now)
    return order


def _check_order(
    contract: Contract,
    decision: PeriodDecision,
    recontinuation: bool,
    decision_note: str,
    today: date,
) -> None:
    if decision.accepted_on > today:
        raise RefusedError(_("受付日には、今日までの日付を入力してください。"))
    if problem := wrong_product(contract.product, decision, recontinuation=recontinuation):
        raise RefusedError(problem)
    if decision.flags and not decision_note.strip():
        raise RefusedError(_("確認が必要な点があります。確認した内容と判断を入力してください。"))


def wrong_product(product: Product, decision: PeriodDecision, *, recontinuation: bool) -> str:
    """Why the product ordered does not fit the day and which does (3-3); empty if it fits."""
    needed = decision.kind == "recontinuation"
    if needed == recontinuation:
        return ""
    if needed:
        text = _("満了から1年以上が過ぎているため、「%(product)s」の注文が必要です。")
    else:
        text = _("再継続は満了から1年以上が過ぎた場合の商品です。「%(product)s」を選んでください。")
    return text % {"product": product.sold_as(decision.kind)}


def orders_hanging_on(order: Order) -> list[Order]:
    """The later orders whose periods were decided from this one's, oldest first."""
    later = order.contract.orders.standing().filter(starts_on__gt=order.starts_on)
    return list(later.prefetch_related("certificates"))


def withdraw_order(order: Order, *, reason: str, by: User | None, now: datetime) -> list[Order]:
    """Withdraw an order and every later one that hangs on it; returns them all, oldest first.

    Rows and certificates stay as they were, marked; a certificate's mail that waits is taken
    back. Raises RefusedError without a reason, and
    where the order was withdrawn before.
    """
    if not reason.strip():
        raise RefusedError(_("取り下げの理由を入力してください。"))
    with transaction.atomic(durable=True):
        hold(order.contract_id)
        withdrawn = [order, *orders_hanging_on(order)]
        if not Order.objects.filter(pk=order.pk, withdrawn_at=None).exists():
            raise RefusedError(_("この注文は、すでに取り下げられています。"))
        Order.objects.filter(pk__in=[one.pk for one in withdrawn]).update(
            withdrawn_at=now, withdrawn_by=by, withdrawal_reason=reason
        )
        take_back_reminders(order.contract, now=now)
        take_back_certificates(withdrawn, now=now)
    return withdrawn
