"""Requests of people who cannot sign in: taken alike, compared later, passed on to contacts.

The page stores what was typed and says the same words whatever it was. A worker compares
the two numbers afterwards, so that neither the words nor the time tell whether they were
right. What was asked becomes an application only when a registered contact signs in,
sees it and sends it: nobody else may promise anything about the customer's server, and
keys go to registered contacts anyway.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from contracts.models import Contact, Contract
from licensing import mails
from licensing.models import License, MoveRequest

State = MoveRequest.State
# Contacts of one customer hear of such requests once in this time.
QUIET = timedelta(days=1)


@transaction.atomic(durable=True)
def take_request(
    *, certificate_number: str, service_number: str, typed: Mapping[str, str], now: datetime
) -> MoveRequest:
    """Keep what somebody typed, right or wrong; a worker looks at it in a second."""
    return MoveRequest.objects.create(
        token=uuid4(),
        certificate_number=certificate_number,
        service_number=service_number,
        typed=dict(typed),
        received_at=now,
        expires_at=now + timedelta(days=settings.LICENSE_REQUEST_DAYS),
    )


def answer_requests(*, now: datetime, limit: int = 50) -> int:
    """Compare what waits with the contracts, and mail the registered contacts of those that fit.

    Gives how many were looked at. Any number may run at once.
    """
    waiting = list(MoveRequest.objects.waiting().values_list("pk", flat=True)[:limit])
    return sum(_answer(pk, now=now) for pk in waiting)


@transaction.atomic(durable=True)
def _answer(pk: int, *, now: datetime) -> bool:
    rows = MoveRequest.objects.waiting().select_for_update(skip_locked=True, no_key=True)
    request = rows.filter(pk=pk).first()
    if request is None:
        return False
    contract = _contract_of(request)
    if contract is None:
        _settle(request, State.UNKNOWN)
    # Whoever asks again and again reaches nobody more than once a day.
    elif _heard_lately(contract, now=now):
        _settle(request, State.TOO_MANY)
    else:
        _pass_on(request, contract, now=now)
    return True


def _contract_of(request: MoveRequest) -> Contract | None:
    """The contract that both numbers belong to; nothing matches an empty number."""
    if not (request.certificate_number and request.service_number):
        return None
    # Whoever asks for several at once waits here: the limit counts what was passed on.
    found = Contract.objects.select_for_update(no_key=True, of=("self",)).filter(
        orders__certificates__number=request.certificate_number,
        orders__withdrawn_at=None,
        support_service_number=request.service_number,
    )
    return found.first()


def _heard_lately(contract: Contract, *, now: datetime) -> bool:
    return MoveRequest.objects.filter(
        customer=contract.customer_id, received_at__gt=now - QUIET
    ).exists()


def _settle(request: MoveRequest, state: MoveRequest.State) -> None:
    """What was typed is of no use any more: only that somebody asked is kept."""
    request.state, request.typed = state, {}
    request.certificate_number = request.service_number = ""
    request.save(update_fields=["state", "typed", "certificate_number", "service_number"])


def _pass_on(request: MoveRequest, contract: Contract, *, now: datetime) -> None:
    licenses = list(License.objects.filter(contract=contract)[:2])
    request.state, request.customer_id = State.PASSED_ON, contract.customer_id
    request.license = licenses[0] if len(licenses) == 1 else None
    request.save(update_fields=["state", "customer", "license"])
    contacts = Contact.objects.receiving_keys().filter(customer=contract.customer_id)
    for contact in contacts.select_related("customer"):
        mails.pass_on(request, to=contact, now=now)
