"""Invitations, and what is told about mailboxes that get no mail any more.

The form for dead mailboxes is open to everybody: what a visitor typed there goes into no mail.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from contracts.models import Contact, Invitation, MailboxReport
from supportdesk import clock
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import reading_on
from supportdesk.presenting.language import in_the_desks_language, in_the_language_of
from supportdesk.presenting.letters import letter, page


@in_the_language_of(lambda invitation, *_, **__: invitation)
def invite(invitation: Invitation, token: str, *, now: datetime) -> Mail:
    """The link, once: its bytes are a secret and end with the mail."""
    return _put(
        "invitation",
        f"invitation:{invitation.pk}",
        invitation.email,
        _("【年間サポートデスク】ご担当者としての登録のご案内"),
        {
            "invitation": invitation,
            "roles": _("・").join(invitation.role_words),
            "url": page("contracts:invitation", token),
        },
        now=now,
        secret=True,
    )


@in_the_language_of(lambda contact, *_, **__: contact.user)
def welcome(contact: Contact, *, now: datetime) -> Mail:
    """To somebody whom staff registered without an invitation: that they may sign in, and how."""
    return _put(
        "contact_registered",
        f"contact:{contact.pk}",
        contact.email,
        _("【年間サポートデスク】ご担当者として登録しました"),
        {
            "contact": contact,
            "roles": _("・").join(contact.role_words),
            "url": page("account_request_login_code"),
        },
        now=now,
    )


@in_the_language_of(lambda contact, *_, **__: contact.user)
def mailbox_reported(contact: Contact, report: MailboxReport, *, now: datetime) -> Mail:
    """To the contract contacts only: somebody gave this contract's numbers in the open form."""
    return _put(
        "mailbox_reported",
        f"mailbox:{report.pk}:{contact.pk}",
        contact.email,
        _("【年間サポートデスク】メールの届かない方のご連絡を受け付けました"),
        {"contact": contact, "report": report, "url": page("contracts:people")},
        now=now,
    )


@in_the_language_of(lambda contact, *_, **__: contact.user)
def mailbox_decided(contact: Contact, report: MailboxReport, *, now: datetime) -> Mail:
    """To the contract contacts only: what staff did about it."""
    return _put(
        "mailbox_decided",
        f"mailbox:{report.pk}:{contact.pk}",
        contact.email,
        _("【年間サポートデスク】メールの届かない方のご連絡について"),
        {"contact": contact, "report": report, "url": page("contracts:people")},
        now=now,
    )


@in_the_desks_language
def tell_staff_of_report(report: MailboxReport, *, now: datetime) -> Mail:
    """Somebody has to find out who it is; the words stay on the staff's page."""
    return _put(
        "mailbox_staff",
        f"mailbox:{report.pk}",
        settings.SUPPORT_TEAM_EMAIL,
        _("【要確認】メールの届かない方のご連絡"),
        {"report": report, "url": page("admin:contracts_mailboxreport_change", str(report.pk))},
        now=now,
    )


def _put(
    kind: str,
    subject_key: str,
    recipient: str,
    subject: str,
    context: dict[str, Any],
    *,
    now: datetime,
    secret: bool = False,
) -> Mail:
    with reading_on(clock.today(now)):
        body = letter(f"mails/contracts/{kind}.txt", context)
    return outbox.put(
        kind=kind,
        subject_key=subject_key,
        recipient=recipient,
        subject=subject,
        body=body,
        due_at=now,
        now=now,
        secret=secret,
    )
