"""Certificates of stories: signed ones, and what their PDF says."""

import io
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

from pypdf import PdfReader

from contracts import services
from contracts.models import Certificate, Order
from supportdesk.outbox.models import Mail
from tests.builders import a_period
from tests.clock import tokyo
from tests.signing.keys import a_key_ring

NOW = tokyo("2026-11-20 16:55")


def certificate_of(order: Order) -> Certificate:
    """The one in force, as the database has it."""
    found = Order.objects.get(pk=order.pk).certificate
    assert found
    return Certificate.objects.get(pk=found.pk)


def sign_all(folder: Path) -> int:
    """What the issuer does at `NOW`, with a ring of its own."""
    with a_key_ring(folder):
        return services.sign_certificates(now=NOW)


def a_signed_certificate(folder: Path, order: Order | None = None) -> Certificate:
    order = order or a_period(accepted_on="2025-11-10")
    sign_all(folder)
    return certificate_of(order)


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, without the spaces that a layout makes."""
    reader = PdfReader(io.BytesIO(pdf))
    return ["".join(page.extract_text().split()) for page in reader.pages]


def words_of(pdf: bytes) -> str:
    (page,) = pages_of(pdf)
    return page


def mail_parts(mail: Mail) -> tuple[str, str, bytes]:
    """Text, name of the file and its bytes."""
    message = message_from_bytes(bytes(mail.content), policy=policy.default)
    (attached,) = message.iter_attachments()
    body = message.get_body(["plain"])
    assert body
    return body.get_content(), attached.get_filename() or "", attached.get_content()


def a_replacement(old: Certificate, ends_on: date = date(2026, 12, 15)) -> Certificate:
    return services.replace_certificate(
        old, starts_on=old.starts_on, ends_on=ends_on, reason="営業部の合意", by=None, now=NOW
    )
