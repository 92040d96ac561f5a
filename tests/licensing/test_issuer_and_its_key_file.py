"""The issuer's key file disappears, is the wrong one, or changes while it runs: nothing is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from licensing.models import Application, Key
from licensing.services import issue_due
from licensing.services.displaying import text_of
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRingError
from supportdesk.signing.verifier import verify
from tests.clock import tokyo
from tests.licensing.builders import an_application
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 16:56")


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    with a_key_ring(tmp_path):
        yield tmp_path / "private" / "2026a.pem"


def key_mails() -> int:
    return Mail.objects.filter(kind="license_key").count()


def is_sound(key: Key) -> bool:
    ring = keyring.public_keys().keys
    return verify(text_of(key), ring, document_type="license-key", on=NOW.date()).ok


def test_without_its_file_nothing_is_blamed_and_nothing_is_lost(file: Path) -> None:
    application = an_application("2026-11-20 16:55")
    away = file.rename(file.with_suffix(".away"))
    with pytest.raises(KeyRingError):
        issue_due(now=NOW)
    application.refresh_from_db()
    assert (application.state, application.failed_at) == (Application.State.ACCEPTED, None)
    away.rename(file)
    assert issue_due(now=NOW) == 1
    assert is_sound(application.keys.get())
    assert key_mails() == 1


def test_what_another_private_key_signed_never_leaves_the_desk(file: Path) -> None:
    application, right = an_application("2026-11-20 16:55"), file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    assert issue_due(now=NOW) == 0
    application.refresh_from_db()
    assert application.failed_at == NOW
    assert "forged" in application.failure
    assert not application.keys.exists()
    assert key_mails() == 0
    file.write_bytes(right)
    assert issue_due(now=NOW + timedelta(minutes=1)) == 1
    assert is_sound(application.keys.get())
    assert key_mails() == 1


def test_a_key_that_signs_from_now_on_is_taken_up_without_a_restart(file: Path) -> None:
    first = an_application("2026-11-20 16:50")
    issue_due(now=NOW)
    keyring.rotate("2027a", at=keyring.real_time(), wait=timedelta())
    second = an_application("2026-11-20 16:55")
    issue_due(now=NOW)
    keys = [first.keys.get(), second.keys.get()]
    assert [key.kid for key in keys] == ["2026a", "2027a"]
    assert all(is_sound(key) for key in keys)


def test_a_file_that_is_no_key_is_told_without_its_contents(file: Path) -> None:
    an_application("2026-11-20 16:55")
    file.chmod(0o600)
    file.write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0IGtleQ==\n-----END PRIVATE KEY-----\n")
    with pytest.raises(KeyRingError) as told:
        issue_due(now=NOW)
    assert "c2VjcmV0" not in str(told.value)
    assert "2026a" in str(told.value)
