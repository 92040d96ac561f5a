"""The mail that brings a certificate, and what staff hear when one cannot go out."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from contracts.models import Certificate, Contact
from contracts.pdf_files import certificate_name
from contracts.words import plain_day
from supportdesk.outbox import services as outbox
from supportdesk.outbox.message import Attachment
from supportdesk.outbox.models import Mail
from supportdesk.presenting.language import in_the_desks_language, in_the_language_of
from supportdesk.presenting.letters import letter, page


def sent_with(number: str) -> str:
    """How the keys of the mails begin that bring the certificate of this number."""
    return f"certificate:{number}:contact:"


@in_the_language_of(lambda *_, to, **__: to.user)
def certificate_issued(certificate: Certificate, pdf: bytes, *, to: Contact, now: datetime) -> Mail:
    """The certificate itself, attached (3-4); put once for each contact."""
    url = page("contracts:detail", certificate.order.contract.number)
    return outbox.put(
        kind="certificate",
        subject_key=f"{sent_with(certificate.number)}{to.pk}",
        recipient=to.email,
        subject=_("【年間サポート証書】%(number)s をお送りします") % {"number": certificate.number},
        body=_letter(
            "certificate",
            {"certificate": certificate, "contact": to, "url": url},
        ),
        attachments=[Attachment(certificate_name(certificate), pdf, "application/pdf")],
        due_at=now,
        now=now,
    )


@in_the_desks_language
def tell_failure(certificate: Certificate, *, now: datetime) -> Mail:
    """It cannot be signed or drawn: staff must look, told once."""
    return _tell_staff(
        "certificate_failed", certificate, _("【至急】証書を発行できません %(number)s"), now=now
    )


@in_the_desks_language
def tell_no_recipient(certificate: Certificate, *, now: datetime) -> Mail:
    """It is issued, and nobody of the customer is there to be mailed."""
    return _tell_staff(
        "certificate_unsent", certificate, _("証書を送れるご担当者がいません %(number)s"), now=now
    )


def _tell_staff(kind: str, certificate: Certificate, subject: str, *, now: datetime) -> Mail:
    url = page("admin:contracts_certificate_change", certificate.pk)
    return outbox.put(
        kind=kind,
        subject_key=f"certificate:{certificate.number}",
        recipient=settings.SUPPORT_TEAM_EMAIL,
        subject=subject % {"number": certificate.number},
        body=_letter(kind, {"certificate": certificate, "url": url}),
        due_at=now,
        now=now,
    )


def _letter(template: str, context: dict[str, Any]) -> str:
    certificate: Certificate = context["certificate"]
    days = {
        name: plain_day(getattr(certificate, name))
        for name in ("entitled_from", "starts_on", "ends_on")
    }
    return letter(f"mails/contracts/{template}.txt", context | {"days": days})
