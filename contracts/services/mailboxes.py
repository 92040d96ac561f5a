"""Somebody whose mailbox is dead, and whom no colleague can help: the open form to the staff.

The visitor gets the same answer whatever they typed; what comes of it is told to the contract
contacts of the customer only, who know their people.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.mails import people as mails
from contracts.models import Contact, Contract, Customer, Invitation, MailboxReport
from contracts.services.errors import RefusedError
from contracts.services.invitations import Invited, invite_within
from supportdesk.accounts.models import User


def report_dead_mailbox(
    *,
    contract_number: str,
    support_service_number: str,
    name: str,
    email: str,
    words: str,
    now: datetime,
) -> MailboxReport:
    """Keep what a visitor typed for the staff, who are told of it at once.

    Only where contract number and support service number fit together its contract contacts are
    told, too; otherwise the same work is done for nobody, so that time tells nothing.
    """
    with transaction.atomic(durable=True):
        contract = Contract.objects.filter(
            number__iexact=contract_number, support_service_number__iexact=support_service_number
        ).exclude(support_service_number="")
        report = MailboxReport.objects.create(
            contract_number=contract_number,
            support_service_number=support_service_number,
            name=name,
            email=email,
            words=words,
            contract=contract.first(),
            received_at=now,
        )
        mails.tell_staff_of_report(report, now=now)
        if report.contract is None:
            _rehearse(report, now)
        for contact in contract_contacts_of(report):
            mails.mailbox_reported(contact, report, now=now)
    return report


def invite_for_report(
    report: MailboxReport,
    who: Invited,
    *,
    replaces: Contact | None,
    note: str,
    by: User,
    now: datetime,
) -> Invitation:
    """Staff made sure who it is, and say in `note` how: invite the new address, in the place of
    `replaces`, and tell the contract contacts.

    Raises RefusedError without a note, for a report decided before or without a contract, and as
    `invite` does; then nothing has changed.
    """
    if report.contract is None:
        raise RefusedError(_("番号の一致する契約がないため、招待できません。"))
    with transaction.atomic(durable=True):
        _decide(report, MailboxReport.State.INVITED, note, by, now)
        customer = report.contract.customer
        return invite_within(customer, who, replaces=replaces, by=by, now=now)


def refuse_report(report: MailboxReport, *, note: str, by: User, now: datetime) -> None:
    """Staff could not make sure who it is, or it was nobody: nothing changes.

    Raises RefusedError without a note, and for a report decided before.
    """
    with transaction.atomic(durable=True):
        _decide(report, MailboxReport.State.REFUSED, note, by, now)


def contract_contacts_of(report: MailboxReport) -> list[Contact]:
    """Who is answered: the contract contacts of the contract that was found."""
    if report.contract is None:
        return []
    contacts = report.contract.customer.contacts.contract_contacts()
    return list(contacts.select_related("customer", "user"))


def _decide(report: MailboxReport, state: str, note: str, by: User, now: datetime) -> None:
    if not note.strip():
        raise RefusedError(_("確かめたことを入力してください。"))
    still_open = MailboxReport.objects.filter(pk=report.pk, state=MailboxReport.State.OPEN)
    if not still_open.update(state=state, note=note, decided_by=by, decided_at=now):
        raise RefusedError(_("このご連絡は、すでに対応が終わっています。"))
    report.refresh_from_db()
    for contact in contract_contacts_of(report):
        mails.mailbox_decided(contact, report, now=now)


def _rehearse(report: MailboxReport, now: datetime) -> None:
    """The work of one mail that nobody gets."""
    nobody = Contact(customer=Customer(name=""), user=User(email=settings.SUPPORT_TEAM_EMAIL))
    with transaction.atomic():
        mails.mailbox_reported(nobody, report, now=now)
        transaction.set_rollback(True)
