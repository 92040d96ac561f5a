"""What changes contracts, and the one way to ask who is covered.

`now` is an aware instant, `on` a Tokyo date.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts import mails
from contracts.domain.coverage import CoverageDecision, decide_coverage
from contracts.domain.periods import PeriodDecision, decide_period
from contracts.domain.writing import mail_address
from contracts.models import Certificate, Contact, Contract, Customer, Order, Product
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import Closure
from supportdesk.numbering import next_number_of_year


class RefusedError(Exception):
    """What was asked cannot be done; the message says why and what to do, in the reader's words."""


# --- Orders -----------------------------------------------------------------------


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
    by: User | None,
    now: datetime,
) -> Order:
    """Record an order with the period that `preview_order` showed; issue its certificate (3-4).

    `recontinuation` says which support product was ordered (3-3); `decision_note` what staff
    decided on the flags. Raises RefusedError where the acceptance lies in the future, the wrong
    product was ordered, flags are undecided, or another order came in since the preview.
    """
    _check_order(contract, shown, recontinuation, decision_note, clock.today(now))
    with transaction.atomic(durable=True):
        locked = _hold(contract.pk)
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
            entitled_from=shown.entitled_from,
            starts_on=shown.starts_on,
            ends_on=shown.ends_on,
            decision=shown.as_json(),
            decision_note=decision_note,
            recorded_by=by,
            recorded_at=now,
        )
        _issue_certificate(order, on=clock.today(now), by=by)
    return order


def _hold(contract_pk: int) -> Contract:
    """The contract, locked: what is decided from its periods stays true until the commit."""
    return Contract.objects.select_for_update(no_key=True).get(pk=contract_pk)


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

    Rows and certificates stay as they were, marked. Raises RefusedError without a reason, and
    where the order was withdrawn before.
    """
    if not reason.strip():
        raise RefusedError(_("取り下げの理由を入力してください。"))
    with transaction.atomic(durable=True):
        _hold(order.contract_id)
        withdrawn = [order, *orders_hanging_on(order)]
        if not Order.objects.filter(pk=order.pk, withdrawn_at=None).exists():
            raise RefusedError(_("この注文は、すでに取り下げられています。"))
        Order.objects.filter(pk__in=[one.pk for one in withdrawn]).update(
            withdrawn_at=now, withdrawn_by=by, withdrawal_reason=reason
        )
    return withdrawn


# --- Certificates -----------------------------------------------------------------


def replace_certificate(
    certificate: Certificate,
    *,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: User | None,
    now: datetime,
) -> Certificate:
    """Issue a certificate with other dates in place of `certificate`; its dates govern (3-4).

    Advance coverage from the purchase day (3-1) stays. Raises RefusedError where it was replaced
    or its order withdrawn before, the dates are reversed, or they meet another period.
    """
    if ends_on < starts_on:
        raise RefusedError(_("期間の終わりには、期間の始まり以降の日付を入力してください。"))
    if not reason.strip():
        raise RefusedError(_("差し替えの理由を入力してください。"))
    try:
        with transaction.atomic(durable=True):
            _hold(certificate.order.contract_id)
            order = Order.objects.get(pk=certificate.order_id)
            if order.withdrawn_at or order.certificate != certificate:
                raise RefusedError(_("この証書は、すでに差し替えられたか、取り下げられています。"))
            _govern(order, starts_on, ends_on)
            return _issue_certificate(
                order, on=clock.today(now), by=by, replaces=certificate, reason=reason
            )
    except IntegrityError as error:
        raise RefusedError(
            _("この契約のほかの期間と重なります。期間を確認してください。")
        ) from error


def _govern(order: Order, starts_on: date, ends_on: date) -> None:
    in_advance = order.entitled_from < order.starts_on
    order.entitled_from = min(order.entitled_from, starts_on) if in_advance else starts_on
    order.starts_on, order.ends_on = starts_on, ends_on
    order.save(update_fields=["entitled_from", "starts_on", "ends_on"])


def _issue_certificate(
    order: Order,
    *,
    on: date,
    by: User | None,
    replaces: Certificate | None = None,
    reason: str = "",
) -> Certificate:
    return Certificate.objects.create(
        number=next_number_of_year("certificate", on),
        order=order,
        issued_on=on,
        starts_on=order.starts_on,
        ends_on=order.ends_on,
        replaces=replaces,
        reason=reason,
        issued_by=by,
    )


# --- Coverage ---------------------------------------------------------------------


def coverage_of(contract: Contract, on: date) -> CoverageDecision:
    """Whether this contract's product is covered by its own periods on the Tokyo date `on`."""
    return decide_coverage(periods=contract.periods(), product=contract.product.name, on=on)


def coverages_for(customer: Customer, on: date) -> list[tuple[Contract, CoverageDecision]]:
    """All contracts of a customer with their coverage on the Tokyo date, in few queries."""
    contracts = Contract.objects.with_periods().filter(customer=customer)
    return [(contract, coverage_of(contract, on)) for contract in contracts]


def coverage_of_product(customer: Customer, product: Product, on: date) -> CoverageDecision:
    """Whether the customer has `product` covered by any contract; another never counts (1-3)."""
    contracts = Contract.objects.with_periods().filter(customer=customer)
    periods = [period for contract in contracts for period in contract.periods()]
    return decide_coverage(periods=periods, product=product.name, on=on)


# --- Contacts ---------------------------------------------------------------------

_ADDRESS_LENGTH = 254


def clean_address(text: str) -> str:
    """A mail address as it is stored: one, half-width, lower case, deliverable by SMTP without
    extensions. Raises RefusedError for anything else, such as two dots in a row before the @."""
    address = mail_address(text)
    try:
        EmailValidator()(address)
        local = address.rpartition("@")[0]
        if not local.isascii() or '"' in local or not address.isprintable():
            raise ValidationError("quoted, not ASCII or invisible")
        if len(address) > _ADDRESS_LENGTH:
            raise ValidationError("too long")
    except ValidationError as error:
        raise RefusedError(
            _("メールアドレスを1つ、taro@example.co.jp の形で入力してください。")
        ) from error
    return address


def register_contact(
    customer: Customer,
    *,
    email: str,
    name: str,
    name_kana: str = "",
    department: str = "",
    phone: str = "",
    is_contract: bool = False,
    is_technical: bool = False,
    is_renewal: bool = False,
    now: datetime,
) -> Contact:
    """Let a person of the customer sign in: creates the user, without a password, and the contact.

    Raises RefusedError for a mail address that cannot be used or is registered already.
    """
    address = clean_address(email)
    try:
        with transaction.atomic(durable=True):
            user = User.objects.create_user(address, name=name, joined_at=now)
            return Contact.objects.create(
                customer=customer,
                user=user,
                name_kana=name_kana,
                department=department,
                phone=phone,
                is_contract=is_contract,
                is_technical=is_technical,
                is_renewal=is_renewal,
            )
    except IntegrityError as error:
        raise RefusedError(_("このメールアドレスはすでに登録されています。")) from error


def rename_contact(contact: Contact, name: str) -> None:
    """Correct the name that a contact is called by; in the caller's transaction."""
    User.objects.filter(pk=contact.user_id).update(name=name)


def switch_off_contact(contact: Contact) -> None:
    """Take away a contact's access, from their next request on; what they did stays theirs."""
    _switch_contact(contact, is_active=False)


def switch_on_contact(contact: Contact) -> None:
    """Give a contact who was switched off their access back."""
    _switch_contact(contact, is_active=True)


def _switch_contact(contact: Contact, *, is_active: bool) -> None:
    with transaction.atomic(durable=True):
        Contact.objects.filter(pk=contact.pk).update(is_active=is_active)
        User.objects.filter(pk=contact.user_id).update(is_active=is_active)
    contact.is_active = contact.user.is_active = is_active


# --- Closures -----------------------------------------------------------------------


@transaction.atomic(durable=True)
def tell_of_closures(*, now: datetime) -> int:
    """Mail the contract contacts what was announced with that ticked (2-1c); give how many mails.

    One mail each for all closures that wait to be told; each closure is told
    once, whoever and how many run this.
    """
    waiting = Closure.objects.to_be_told().select_for_update(skip_locked=True)
    closures = list(waiting.order_by("starts_on"))
    if not closures:
        return 0
    Closure.objects.filter(pk__in=[c.pk for c in closures]).update(notified_at=now)
    contacts = Contact.objects.active().filter(is_contract=True).select_related("customer", "user")
    return len([mails.closures_announced(contact, closures, now=now) for contact in contacts])
