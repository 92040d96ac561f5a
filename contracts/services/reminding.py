"""Reminding people that a period ends: once for a stage, never after an order is in."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q

from contracts.domain.reminders import Expiries, expiries_due
from contracts.mails import renewals as mails
from contracts.models import (
    Contact,
    Contract,
    LastOrder,
    Nonrenewal,
    Provision,
    Reminder,
    RenewalRequest,
)
from contracts.models.renewals import LastOrderQuerySet
from contracts.services.holding import hold
from supportdesk import clock
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail

log = logging.getLogger(__name__)


def send_reminders(*, now: datetime, limit: int = 100) -> int:
    """Remind of every expiry whose stage is due at `now` (aware); give how many, `limit` at most.

    Only in reception hours of a business day. Each contract is decided anew under its lock, in a
    transaction of its own: an order, a wish not to renew or another worker that came first wins.
    """
    calendar = load_calendar()
    if not calendar.is_open(now):
        return 0
    stages = settings.RENEWAL_REMINDER_DAYS
    done = 0
    for expiries in expiries_due(on=clock.today(now), stages=stages, calendar=calendar):
        waiting = _to_be_reminded(expiries).order_by("ends_on")[: limit - done]
        for order_pk, contract_pk in waiting.values_list("pk", "contract_id"):
            done += _try_to_remind(order_pk, contract_pk, expiries, now=now)
    return done


def recipients_of(contract: Contract) -> list[Contact]:
    """Whom a renewal concerns: the renewal contacts, where there is none the contract's."""
    people = list(
        Contact.objects.active()
        .filter(Q(is_renewal=True) | Q(is_contract=True), customer=contract.customer_id)
        .select_related("user", "customer")
        .order_by("pk")
    )
    return [one for one in people if one.is_renewal] or people


def take_back_reminders(contract: Contract, *, now: datetime) -> int:
    """Withdraw what still waits to be sent of it, in the caller's transaction; give how many."""
    taken_back = 0
    for order in contract.orders.filter(reminders__isnull=False).distinct():
        waiting = Mail.objects.filter(
            state=Mail.State.QUEUED, subject_key__startswith=mails.reminders_about(order)
        )
        taken_back += sum(outbox.withdraw(mail, now) for mail in waiting)
    return taken_back


def _to_be_reminded(expiries: Expiries) -> LastOrderQuerySet:
    """Last periods that end in this span, neither reminded of at this stage nor given up."""
    own = {"order": OuterRef("pk")}
    reminded = Reminder.objects.filter(**own, stage=expiries.stage, expires_on=OuterRef("ends_on"))
    given_up = Nonrenewal.objects.filter(**own, undone_at=None)
    ending: LastOrderQuerySet = LastOrder.objects.last_of_contract().filter(
        ends_on__range=(expiries.first, expiries.last)
    )
    # 注文受付済み・証書は後日: the order is in, only its certificate is not.
    served = Provision.objects.filter(
        contract=OuterRef("contract"), ended_at=None, granted_until__gte=OuterRef("ends_on")
    )
    return ending.filter(~Exists(reminded), ~Exists(given_up), ~Exists(served))


def _try_to_remind(order_pk: int, contract_pk: int, expiries: Expiries, *, now: datetime) -> bool:
    """One that cannot be written stops no other: it is logged, and tried again with the next."""
    try:
        return _remind(order_pk, contract_pk, expiries, now=now)
    except OperationalError:  # the database is gone: nothing here is to blame
        raise
    except Exception:
        log.exception("no reminder for order %s", order_pk)
        return False


@transaction.atomic(durable=True)
def _remind(order_pk: int, contract_pk: int, expiries: Expiries, *, now: datetime) -> bool:
    hold(contract_pk)
    still = _to_be_reminded(expiries).select_related("contract__customer", "contract__product")
    order = still.filter(pk=order_pk).first()
    if order is None:
        return False
    contract = order.contract
    take_back_reminders(contract, now=now)  # of an earlier stage that a dead relay held up
    reminder = Reminder.objects.create(
        order=order, stage=expiries.stage, expires_on=order.ends_on, reminded_at=now
    )
    request = RenewalRequest.objects.open().filter(contract=contract).first()
    people = [] if request else recipients_of(contract)
    for contact in people:
        mails.remind(contact, order, expiries.stage, now=now)
    reminder.contacts.set(people)
    if not people:
        mails.urge_staff(order, expiries.stage, request, now=now)
        Reminder.objects.filter(pk=reminder.pk).update(told_staff=True)
    return True
