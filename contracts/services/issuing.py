"""Signing certificates and sending them. Signing runs in the issuer, the only one that can."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contracts import certificate_document
from contracts.domain.certificates import DOCUMENT_TYPE
from contracts.mails import certificates as mails
from contracts.models import Certificate, CertificateDocument, Order
from contracts.services.reminding import recipients_of
from supportdesk.outbox import crash
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRing, Signer
from supportdesk.signing.verifier import verify

log = logging.getLogger(__name__)


class IssueError(Exception):
    """This certificate cannot be issued: staff must look. Nothing was stored."""


def sign_certificates(*, now: datetime, limit: int = 100) -> int:
    """Sign every certificate that waits for it, draw and mail it; give how many (3-4).

    Each in a transaction of its own: signature, PDF and mails, or nothing. Any number may run at
    once, and one that fails stops no other: staff are told once and see why, and it is tried again
    every minute. Raises KeyRingError where this process cannot sign at all.
    """
    due = list(Certificate.objects.to_be_signed(now).values_list("pk", flat=True)[:limit])
    if not due:
        return 0
    signer, ring = keyring.signer(), keyring.public_keys()
    return sum(_try_to_sign(pk, signer, ring, now=now) for pk in due)


def take_back_certificates(orders: Sequence[Order], *, now: datetime) -> int:
    """Withdraw the mails of their certificates that still wait, in the caller's transaction.

    Gives how many. Waits for whoever is signing one of them: none is put after we looked.
    """
    certificates = Certificate.objects.filter(order__in=[order.pk for order in orders])
    held = certificates.select_for_update(no_key=True).order_by("pk")
    taken_back = 0
    for number in list(held.values_list("number", flat=True)):
        key = mails.sent_with(number)
        waiting = Mail.objects.filter(state=Mail.State.QUEUED, subject_key__startswith=key)
        taken_back += sum(outbox.withdraw(mail, now) for mail in waiting)
    return taken_back


def document_of(certificate: Certificate, *, now: datetime) -> bytes:
    """The PDF of a signed certificate: the bytes that were handed out first, for good (3-4).

    Raises ValueError before it is signed.
    """
    with transaction.atomic(durable=True):
        return _kept(certificate, now=now)


def _try_to_sign(pk: int, signer: Signer, ring: KeyRing, *, now: datetime) -> bool:
    try:
        return _sign(pk, signer, ring, now=now)
    except Exception as error:
        log.exception("the certificate id %s could not be signed", pk)
        _note_failure(pk, error, now=now)
        return False


@transaction.atomic(durable=True)
def _note_failure(pk: int, error: Exception, *, now: datetime) -> None:
    # What others raise may quote anything: only our own words go where staff read them.
    why = str(error) if isinstance(error, IssueError) else type(error).__name__
    unsigned = Certificate.objects.filter(pk=pk, signed_at=None)
    if unsigned.update(failed_at=now, failure=why):
        mails.tell_failure(unsigned.get(), now=now)


@transaction.atomic(durable=True)
def _sign(pk: int, signer: Signer, ring: KeyRing, *, now: datetime) -> bool:
    certificate = _claimed(pk, now=now)
    if certificate is None:
        return False
    certificate.signed_text = _signature(certificate, signer, ring)
    certificate.kid, certificate.signed_at = signer.kid, now
    certificate.failed_at, certificate.failure = None, ""
    certificate.save(update_fields=["signed_text", "kid", "signed_at", "failed_at", "failure"])
    crash.point("certificate_signed")
    if certificate.announce and certificate.replacement is None:
        _send(certificate, now=now)
        crash.point("certificate_mailed")
    return True


def _claimed(pk: int, *, now: datetime) -> Certificate | None:
    """Still unsigned, and nobody else is at it."""
    rows = Certificate.objects.to_be_signed(now).filter(pk=pk)
    related = rows.select_related("order__contract", "replaces")
    return related.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


def _signature(certificate: Certificate, signer: Signer, ring: KeyRing) -> str:
    """A certificate that the published keys do not verify never leaves the desk."""
    document = certificate.fields.as_document()
    text = signer.sign(document)
    verdict = verify(text, ring.keys, document_type=DOCUMENT_TYPE, on=certificate.starts_on)
    if not verdict.ok or verdict.document != document:
        raise IssueError(_("署名した証書を検証できません（%(code)s）") % {"code": verdict.code})
    return text


def _send(certificate: Certificate, *, now: datetime) -> None:
    """To the renewal contacts, where there is none to the contract's; else staff are told."""
    pdf = _kept(certificate, now=now)
    recipients = recipients_of(certificate.order.contract)
    for contact in recipients:
        mails.certificate_issued(certificate, pdf, to=contact, now=now)
    if not recipients:
        mails.tell_no_recipient(certificate, now=now)


def _kept(certificate: Certificate, *, now: datetime) -> bytes:
    found = CertificateDocument.objects.filter(certificate=certificate).first()
    if found is None:
        pdf = certificate_document.draw(certificate)
        # Two who ask at once for the first time get the same bytes, those of the first.
        found, _made = CertificateDocument.objects.get_or_create(
            certificate=certificate, defaults={"pdf": pdf, "drawn_at": now}
        )
    return bytes(found.pdf)
