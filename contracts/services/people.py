"""The people of a customer: who may sign in, who manages them, and what mail reaches whom.

Contract contacts manage their colleagues; the staff manage everybody. What a colleague changes is
checked again behind the customer's lock, so that two who act at once never leave a customer
without anybody who could act.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts.domain.people import FAILED_MAIL_COUNTS
from contracts.domain.writing import mail_address
from contracts.mails import people as mails
from contracts.models import Contact, Customer, Invitation
from contracts.services.errors import RefusedError
from supportdesk.accounts.models import User
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.promises import services as promises

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
    welcome: bool = False,
    now: datetime,
) -> Contact:
    """Let a person of the customer sign in at once: creates the user, without a password, and the
    contact, and with `welcome` tells them. Whose address is not proven yet is invited instead
    (services.invitations).

    Raises RefusedError for a mail address that cannot be used or is registered already, and for a
    customer that was merged into another.
    """
    address = clean_address(email)
    try:
        with transaction.atomic(durable=True):
            _hold(customer)
            user = User.objects.create_user(address, name=name, joined_at=now)
            contact = Contact.objects.create(
                customer=customer,
                user=user,
                name_kana=name_kana,
                department=department,
                phone=phone,
                is_contract=is_contract,
                is_technical=is_technical,
                is_renewal=is_renewal,
            )
            if welcome:
                mails.welcome(contact, now=now)
            return contact
    except IntegrityError as error:
        raise RefusedError(_("このメールアドレスはすでに登録されています。")) from error


def rename_contact(contact: Contact, name: str) -> None:
    """Correct the name that a contact is called by; in the caller's transaction."""
    User.objects.filter(pk=contact.user_id).update(name=name)


def change_own_facts(
    contact: Contact, *, name: str, name_kana: str, department: str, phone: str, language: str
) -> None:
    """What contacts say about themselves, and the language (ja, en) they are spoken to in."""
    with transaction.atomic(durable=True):
        User.objects.filter(pk=contact.user_id).update(name=name, language=language)
        Contact.objects.filter(pk=contact.pk).update(
            name_kana=name_kana, department=department, phone=phone
        )


def manages_people(user: User, customer: Customer) -> bool:
    """Whether this person may invite, change and switch off the people of the customer."""
    if user.is_staff:
        return user.is_active and not user.view_only
    return customer.contacts.contract_contacts().filter(user=user).exists()


def change_roles(
    contact: Contact,
    *,
    is_contract: bool,
    is_technical: bool,
    is_renewal: bool,
    by: User,
    now: datetime,
) -> None:
    """A contract contact gives a colleague, or themself, other roles; who manages nobody any more
    has no invitations under way.

    Raises RefusedError where `by` does not manage these people (any more), where no role is left,
    and where nobody would be left who does.
    """
    if not (is_contract or is_technical or is_renewal):
        raise RefusedError(_("役割を1つ以上選んでください。"))
    with transaction.atomic(durable=True):
        hold_people(contact.customer, by)
        if not is_contract:
            _check_others_manage(contact)
            Invitation.objects.open().filter(invited_by=contact.user_id).update(withdrawn_at=now)
        Contact.objects.filter(pk=contact.pk).update(
            is_contract=is_contract, is_technical=is_technical, is_renewal=is_renewal
        )


def switch_off_contact(
    contact: Contact, *, successor: Contact | None = None, now: datetime
) -> None:
    """Staff take away a contact's access, from their next request on; what they did stays theirs.

    What is still open is told to `successor`, or else as `whom_to_write` says.
    """
    with transaction.atomic(durable=True):
        _hold(contact.customer)
        retire(contact, successor, now=now)


def let_colleague_go(
    contact: Contact, *, successor: Contact | None = None, by: User, now: datetime
) -> None:
    """A contract contact takes away the access of a colleague who left or gets no mail any more.

    A successor gets their roles beside the own ones. Raises RefusedError where `by` does not manage
    these people (any more), for themself, and where the successor is not an active colleague.
    """
    with transaction.atomic(durable=True):
        let_go_within(contact, successor=successor, by=by, now=now)


def let_go_within(
    contact: Contact, *, successor: Contact | None = None, by: User, now: datetime
) -> None:
    """`let_colleague_go`, in the caller's transaction."""
    hold_people(contact.customer, by)
    if contact.user_id == by.pk:
        raise RefusedError(
            _("ご自身のアクセスは止められません。ほかの契約の担当の方か、当社にご依頼ください。")
        )
    _check_others_manage(contact)
    if successor and not (
        Contact.objects.active().filter(pk=successor.pk, customer=contact.customer_id).exists()
    ):
        raise RefusedError(_("引き継ぐ方は、いま有効なご担当者から選んでください。"))
    retire(contact, successor, now=now)
    if successor:
        _pass_roles_on(contact, successor)


def switch_on_contact(contact: Contact) -> None:
    """Give a contact who was switched off their access back."""
    with transaction.atomic(durable=True):
        revive(contact)


def revive(contact: Contact) -> None:
    """`switch_on_contact`, in the caller's transaction."""
    Contact.objects.filter(pk=contact.pk).update(is_active=True, replaced_by=None)
    User.objects.filter(pk=contact.user_id).update(is_active=True)
    contact.is_active = contact.user.is_active = True
    contact.replaced_by = None


def retire(contact: Contact, successor: Contact | None, *, now: datetime) -> None:
    """Switch off within the caller's transaction: open promises and waiting mails go on to
    whoever is written to instead; invitations to and by this person count no more."""
    Contact.objects.filter(pk=contact.pk).update(is_active=False, replaced_by=successor)
    User.objects.filter(pk=contact.user_id).update(is_active=False)
    contact.is_active = contact.user.is_active = False
    contact.replaced_by = successor
    theirs = Invitation.objects.open().filter(customer=contact.customer_id)
    for invitations in (theirs.filter(email=contact.email), theirs.filter(invited_by=contact.user)):
        invitations.update(withdrawn_at=now)
    hand_over(contact)


def hand_over(contact: Contact) -> None:
    """What is promised to a contact switched off, and what waits to be mailed to them, goes to
    whoever is written to in their place; in the caller's transaction."""
    instead = whom_to_write(contact)
    if instead.pk != contact.pk:
        promises.readdress(contact.email, instead.email)
        outbox.readdress(contact.email, instead.email)


def whom_to_write(contact: Contact) -> Contact:
    """Who gets what concerns this contact: themself; once switched off whoever took over, however
    often; else a contract contact of the customer; else nobody better is known."""
    seen: set[int] = set()
    one: Contact | None = contact
    while one and not (one.is_active and one.user.is_active) and one.pk not in seen:
        seen.add(one.pk)
        one = one.replaced_by
    if one and one.pk not in seen:
        return one
    others = Contact.objects.contract_contacts().filter(customer=contact.customer_id)
    return others.select_related("user").order_by("pk").first() or contact


def reader_of(user: User) -> User:
    """The same for the user who asked: whom the desk writes to about it now."""
    contact = Contact.objects.filter(user=user).select_related("user", "replaced_by__user").first()
    return whom_to_write(contact).user if contact else user


def unreached(contacts: Iterable[Contact], *, now: datetime) -> set[str]:
    """The addresses among the contacts' to which a mail of the last weeks could not be sent."""
    failed = Mail.objects.filter(
        state=Mail.State.FAILED,
        recipient__in=[contact.email for contact in contacts],
        put_at__gte=now - FAILED_MAIL_COUNTS,
    )
    return set(failed.values_list("recipient", flat=True))


def hold_people(customer: Customer, by: User) -> Customer:
    """Lock a customer's people until the transaction ends, for somebody who manages them.

    Raises RefusedError for anybody else.
    """
    locked = _hold(customer)
    if not manages_people(by, locked):
        raise RefusedError(_("契約の担当の方だけが、ご担当者を変更できます。"))
    return locked


def _hold(customer: Customer) -> Customer:
    """Foreign keys are checked at commit only: without this, a merge would leave behind whoever
    is added meanwhile."""
    locked = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if locked.is_merged:
        raise RefusedError(_("すでに統合されたお客さまです。"))
    return locked


def _pass_roles_on(contact: Contact, successor: Contact) -> None:
    """Whoever takes over has the roles of both."""
    roles = ("is_contract", "is_technical", "is_renewal")
    added = {role: True for role in roles if getattr(contact, role)}
    if added:
        Contact.objects.filter(pk=successor.pk).update(**added)


def _check_others_manage(contact: Contact) -> None:
    others = Contact.objects.contract_contacts().filter(customer=contact.customer_id)
    if not others.exclude(pk=contact.pk).exists():
        raise RefusedError(
            _(
                "契約の担当の方がいなくなるため、変更できません。先にほかの方を契約の担当にしてください。"
            )
        )
