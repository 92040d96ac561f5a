"""Certificates of stories: signed ones, and what their PDF says."""

import io
from pathlib import Path

from pypdf import PdfReader

from contracts import services
from contracts.models import Certificate, Order
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
