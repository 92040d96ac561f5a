"""Inviting people to a customer's contacts: by mail, once, for a day.

Nobody becomes a contact before they accept. The token has 256 bits and stands in its mail
alone; the desk keeps its hash.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts.domain.people import (
    INVITATION_LASTS,
    MOST_OF_A_CUSTOMER,
    MOST_TO_ONE_ADDRESS,
    OF_A_CUSTOMER_WITHIN,
    ONE_ADDRESS_WITHIN,
)
from contracts.mails import people as mails
from contracts.models import Contact, Customer, Invitation
from contracts.services.errors import RefusedError
from contracts.services.people import (
    clean_address,
    hold_people,
    let_go_within,
    manages_people,
    retire,
    revive,
)
from supportdesk.accounts.models import User

type Fault = Literal["unknown", "used", "withdrawn", "expired", "registered"]


class UnusableError(Exception):
    """An invitation that cannot be accepted, and why."""

    def __init__(self, fault: Fault, invitation: Invitation | None = None) -> None:
        super().__init__(fault)
        self.fault, self.invitation = fault, invitation


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """Who is asked to join, as somebody typed it."""

    email: str
    name: str
    is_contract: bool = False
    is_technical: bool = False
    is_renewal: bool = False
    language: str = "ja"


def invite(
    customer: Customer,
    who: Invited,
    *,
    replaces: Contact | None = None,
    by: User,
    now: datetime,
) -> Invitation:
    """Mail an invitation for 24 hours; an earlier one to the same address counts no more.

    `by` is staff or a contract contact. Whether the address belongs to somebody of another
    customer is not told: it shows when the invitation is accepted. Raises RefusedError for an
    address that cannot be used or is a colleague's already, without a role, beyond the limits,
    and where `by` does not manage these people.
    """
    with transaction.atomic(durable=True):
        return invite_within(customer, who, replaces=replaces, by=by, now=now)


def invite_within(
    customer: Customer,
    who: Invited,
    *,
    replaces: Contact | None = None,
    by: User,
    now: datetime,
) -> Invitation:
    """`invite`, in the caller's transaction."""
    address = clean_address(who.email)
    if not (who.is_contract or who.is_technical or who.is_renewal):
        raise RefusedError(_("役割を1つ以上選んでください。"))
    locked = hold_people(customer, by)
    locked.invitations.open().filter(email=address).update(withdrawn_at=now)
    _check_address(locked, address)
    _check_limits(locked, address, now)
    token = token_urlsafe(32)
    invitation = Invitation.objects.create(
        customer=locked,
        email=address,
        name=who.name,
        is_contract=who.is_contract,
        is_technical=who.is_technical,
        is_renewal=who.is_renewal,
        language=who.language,
        replaces=replaces,
        invited_by=by,
        token_hash=_hashed(token),
        sent_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    mails.invite(invitation, token, now=now)
    return invitation


def hand_over_to_new(contact: Contact, who: Invited, *, by: User, now: datetime) -> Invitation:
    """Switch off a colleague whose mailbox is dead and invite whoever takes their place.

    Raises RefusedError as `let_colleague_go` and `invite` do; then nothing has changed.
    """
    with transaction.atomic(durable=True):
        let_go_within(contact, by=by, now=now)
        return invite_within(contact.customer, who, replaces=contact, by=by, now=now)


def invite_again(invitation: Invitation, *, by: User, now: datetime) -> Invitation:
    """A new invitation with the same facts for 24 hours; the old link counts no more.

    Raises RefusedError as `invite` does, and for one that was accepted or taken back.
    """
    with transaction.atomic(durable=True):
        if not Invitation.objects.open().select_for_update().filter(pk=invitation.pk).exists():
            raise RefusedError(_("この招待は、すでに使われたか取り消されています。"))
        who = Invited(
            email=invitation.email,
            name=invitation.name,
            is_contract=invitation.is_contract,
            is_technical=invitation.is_technical,
            is_renewal=invitation.is_renewal,
            language=invitation.language,
        )
        return invite_within(invitation.customer, who, replaces=invitation.replaces, by=by, now=now)


def withdraw_invitation(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Take an invitation back: its link counts no more. Raises RefusedError where it was accepted
    or taken back before, and where `by` does not manage these people."""
    with transaction.atomic(durable=True):
        hold_people(invitation.customer, by)
        if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=now):
            raise RefusedError(_("この招待は、すでに使われたか取り消されています。"))


def invitation_of(token: str, *, now: datetime) -> Invitation:
    """The invitation that a link leads to; looking at it changes nothing: mail scanners do.

    Raises UnusableError for one that cannot be accepted at `now`.
    """
    return _usable(Invitation.objects.filter(token_hash=_hashed(token)).first(), now)


def accept_invitation(
    token: str,
    *,
    name: str,
    name_kana: str = "",
    department: str = "",
    phone: str = "",
    language: str,
    now: datetime,
) -> Contact:
    """Make the invited person a contact who may sign in: once, whoever and how many press.

    A colleague who was switched off before comes back with the roles of the invitation. Whoever
    is replaced loses their access now at the latest, and what is open for them goes on to the new
    contact. Raises UnusableError, and changes nothing, where the invitation cannot be used.
    """
    facts = {"name_kana": name_kana, "department": department, "phone": phone}
    try:
        with transaction.atomic(durable=True):
            held = Invitation.objects.select_for_update().filter(token_hash=_hashed(token))
            invitation = _usable(held.first(), now)
            contact = _join(invitation, name=name, language=language, facts=facts, now=now)
            invitation.accepted_at, invitation.contact = now, contact
            invitation.save(update_fields=["accepted_at", "contact"])
            _take_over(invitation, contact, now)
    except IntegrityError as error:  # registered by somebody else in this very moment
        raise UnusableError("registered") from error
    return contact


def _usable(invitation: Invitation | None, now: datetime) -> Invitation:
    if invitation is None:
        raise UnusableError("unknown")
    if invitation.accepted_at:
        raise UnusableError("used", invitation)
    by = invitation.invited_by
    if invitation.withdrawn_at or (by and not manages_people(by, invitation.customer)):
        raise UnusableError("withdrawn", invitation)
    if invitation.has_expired(now):
        raise UnusableError("expired", invitation)
    return invitation


def _join(
    invitation: Invitation, *, name: str, language: str, facts: dict[str, str], now: datetime
) -> Contact:
    roles = {role: getattr(invitation, role) for role in ("is_contract", "is_technical")}
    roles["is_renewal"] = invitation.is_renewal
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = User.objects.create_user(
            invitation.email, name=name, language=language, joined_at=now
        )
        return Contact.objects.create(customer=invitation.customer, user=user, **roles, **facts)
    known = Contact.objects.filter(user=user, customer=invitation.customer, is_active=False)
    contact = known.select_for_update().select_related("user").first()
    if contact is None:  # somebody of another customer, of ours, or a colleague by now
        raise UnusableError("registered", invitation)
    revive(contact)
    Contact.objects.filter(pk=contact.pk).update(**roles, **facts)
    User.objects.filter(pk=user.pk).update(name=name, language=language)
    return contact


def _take_over(invitation: Invitation, contact: Contact, now: datetime) -> None:
    before = invitation.replaces
    if before is None or before.pk == contact.pk:
        return
    retire(before, contact, now=now)


def _check_address(customer: Customer, address: str) -> None:
    if customer.contacts.active().filter(user__email=address).exists():
        raise RefusedError(_("このアドレスの方は、すでにご担当者として登録されています。"))


def _check_limits(customer: Customer, address: str, now: datetime) -> None:
    recent = customer.invitations.filter(sent_at__gt=now - OF_A_CUSTOMER_WITHIN)
    to_one = recent.filter(email=address, sent_at__gt=now - ONE_ADDRESS_WITHIN)
    if to_one.count() >= MOST_TO_ONE_ADDRESS or recent.count() >= MOST_OF_A_CUSTOMER:
        raise RefusedError(
            _("招待の回数が多すぎます。しばらく待ってから、もう一度お試しください。")
        )


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
