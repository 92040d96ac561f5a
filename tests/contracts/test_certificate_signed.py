"""The issuer signs each certificate once, whoever else is at it and whatever fails (3-4)."""

import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from contracts import certificate_document, services
from contracts.domain.certificates import CertificateFields
from contracts.models import Certificate, CertificateDocument
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRingError
from supportdesk.signing.verifier import ALPHABET, verify
from tests.at_once import at_once
from tests.builders import a_contact, a_contract, a_period
from tests.contracts.certificates import (
    NOW,
    certificate_of,
)
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def test_there_is_one_certificate_for_each_period_and_each_is_signed_once(tmp_path: Path) -> None:
    contract = a_contract(a_contact().customer)
    orders = [a_period(contract, accepted_on=day) for day in ("2024-11-10", "2025-11-10")]
    with a_key_ring(tmp_path):
        assert services.sign_certificates(now=NOW) == 2
        assert services.sign_certificates(now=NOW) == 0
        keys = keyring.public_keys().keys
    assert Certificate.objects.count() == 2
    for order in orders:
        certificate = certificate_of(order)
        assert (certificate.signed_at, certificate.kid) == (NOW, "2026a")
        verdict = verify(
            certificate.signed_text, keys, document_type="support-certificate", on=order.starts_on
        )
        assert verdict.ok
        assert CertificateFields.from_document(verdict.document) == certificate.fields
    assert Mail.objects.filter(kind="certificate").count() == 2


def test_what_is_signed_tells_the_period_and_nothing_of_the_customer(tmp_path: Path) -> None:
    order = a_period(accepted_on="2025-11-10", purchased_on="2025-11-05")
    with a_key_ring(tmp_path):
        services.sign_certificates(now=NOW)
        certificate = certificate_of(order)
        keys = keyring.public_keys().keys
    verdict = verify(
        certificate.signed_text, keys, document_type="support-certificate", on=date(2026, 1, 1)
    )
    assert verdict.document == {
        "type": "support-certificate",
        "number": certificate.number,
        "issued": "2025-11-10",
        "kind": "initial",
        "product": order.contract.product.code,
        "quantity": 1,
        "contract": order.contract.number,
        "from": "2025-12-01",
        "until": "2026-11-30",
        "entitled-from": "2025-11-05",
    }


def test_any_changed_character_of_the_text_fails(tmp_path: Path) -> None:
    order = a_period(accepted_on="2025-11-10")
    with a_key_ring(tmp_path):
        services.sign_certificates(now=NOW)
        keys = keyring.public_keys().keys
    text = "".join(certificate_of(order).signed_text.split())
    for place, character in enumerate(text):
        other = ALPHABET[(ALPHABET.index(character) + 1) % len(ALPHABET)]
        changed = f"{text[:place]}{other}{text[place + 1 :]}"
        verdict = verify(changed, keys, document_type="support-certificate", on=date(2026, 1, 1))
        assert not verdict.ok, place


def test_without_a_private_key_nothing_is_signed(tmp_path: Path) -> None:
    order = a_period()
    with pytest.raises(KeyRingError):
        services.sign_certificates(now=NOW)
    assert certificate_of(order).signed_at is None


def test_one_that_cannot_be_drawn_stops_no_other_and_staff_are_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = a_contract(a_contact().customer)
    stuck, fine = (a_period(contract, accepted_on=day) for day in ("2024-11-10", "2025-11-10"))
    draw = certificate_document.draw

    def broken(certificate: Certificate) -> bytes:
        if certificate.order_id == stuck.pk:
            raise RuntimeError("何か秘密のこと")
        return draw(certificate)

    monkeypatch.setattr(certificate_document, "draw", broken)
    with a_key_ring(tmp_path):
        assert services.sign_certificates(now=NOW) == 1
        assert services.sign_certificates(now=NOW + timedelta(seconds=59)) == 0
        assert services.sign_certificates(now=NOW + timedelta(seconds=61)) == 0
        failed = certificate_of(stuck)
        assert (failed.signed_at, failed.signed_text) == (None, "")
        assert failed.failed_at == NOW + timedelta(seconds=61)
        assert failed.failure == "RuntimeError"
        assert certificate_of(fine).signed_at
        assert Mail.objects.filter(kind="certificate_failed").count() == 1

        monkeypatch.setattr(certificate_document, "draw", draw)
        assert services.sign_certificates(now=NOW + timedelta(seconds=122)) == 1
    healed = certificate_of(stuck)
    assert (healed.failed_at, healed.failure) == (None, "")
    assert Mail.objects.filter(kind="certificate").count() == 2


@pytest.mark.parametrize("step", ["certificate_signed", "certificate_mailed"])
@pytest.mark.django_db(transaction=True)
def test_a_kill_between_two_steps_leaves_one_signature_and_one_mail(
    tmp_path: Path, step: str
) -> None:
    order = a_period(a_contract(a_contact().customer))
    with a_key_ring(tmp_path):
        assert killed_at(step) == -signal.SIGKILL
        assert certificate_of(order).signed_at is None
        assert not Mail.objects.exists()
        assert not CertificateDocument.objects.exists()
        assert services.sign_certificates(now=NOW) == 1
    assert certificate_of(order).signed_at == NOW
    assert Mail.objects.get().kind == "certificate"


def killed_at(step: str) -> int:
    """How an issuer ends that is killed there."""
    database = connection.settings_dict
    program = (
        "import django; django.setup(); from contracts import services; "
        "from tests.contracts.certificates import NOW; services.sign_certificates(now=NOW)"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
        "DEMO": "1",
        "CRASH_POINTS": "1",
        "CRASH_AT": step,
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}",
        "SIGNING_KEY_DIR": settings.SIGNING_KEY_DIR,
        "SIGNING_PUBLIC_KEYS": settings.SIGNING_PUBLIC_KEYS,
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], check=False, env=environment
    ).returncode


@pytest.mark.django_db(transaction=True)
def test_four_issuers_at_once_sign_and_mail_each_once(tmp_path: Path) -> None:
    contract = a_contract(a_contact().customer)
    orders = [a_period(contract, accepted_on=f"20{year}-11-10") for year in range(21, 26)]
    with a_key_ring(tmp_path):
        signed = at_once(*[lambda: services.sign_certificates(now=NOW)] * 4)
    assert sum(signed) == len(orders)
    assert Mail.objects.filter(kind="certificate").count() == len(orders)
    assert CertificateDocument.objects.count() == len(orders)
