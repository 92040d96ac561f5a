"""The people of a customer: who may sign in, and what mail reaches them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from contracts.domain.writing import mail_address
from contracts.models import Contact, Customer
from contracts.services.errors import RefusedError
from supportdesk.accounts.models import User

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
