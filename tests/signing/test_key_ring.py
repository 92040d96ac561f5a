"""The ring knows which key signs, which waits, which is over; private keys stay private."""

import json
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from supportdesk.signing import keyring, selftest
from supportdesk.signing.keyring import KeyRingError
from supportdesk.signing.verifier import verify
from tests.signing.keys import a_key_ring

DOCUMENT: dict[str, str | int] = {"type": "sample"}
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def states() -> dict[str, str]:
    return {entry.key.kid: entry.state for entry in keyring.public_keys().entries}


def test_the_first_key_signs_and_later_ones_wait(tmp_path: Path) -> None:
    with a_key_ring(tmp_path, "2026a", "2027a"):
        assert states() == {"2026a": "active", "2027a": "next"}
        assert keyring.signer().kid == "2026a"


def test_what_was_signed_before_a_rotation_stays_verifiable(tmp_path: Path) -> None:
    with a_key_ring(tmp_path, "2026a", "2027a"):
        before = keyring.signer().sign(DOCUMENT)
        keyring.rotate("2027a", at=NOW, wait=timedelta())
        after = keyring.signer().sign(DOCUMENT)
        keys = keyring.public_keys().keys

        assert states() == {"2026a": "retired", "2027a": "active"}
        for text, kid in ((before, "2026a"), (after, "2027a")):
            verdict = verify(text, keys, document_type="sample", on=TODAY)
            assert (verdict.code, verdict.kid) == ("ok", kid)


def test_a_retired_or_unknown_key_does_not_come_back(tmp_path: Path) -> None:
    with a_key_ring(tmp_path, "2026a", "2027a"):
        ring = keyring.public_keys().activated("2027a", at=NOW)
        for kid in ("2026a", "2027a", "2030a"):
            with pytest.raises(KeyRingError, match=r"waiting|no key"):
                ring.activated(kid, at=NOW)


def test_a_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with a_key_ring(tmp_path):
        (path,) = keyring.readable_private_keys()

        assert stat.S_IMODE(path.stat().st_mode) == 0o400
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_key_material_in_what_is_printed(tmp_path: Path) -> None:
    with a_key_ring(tmp_path):
        signer = keyring.signer()
        secret = signer.private.private_bytes_raw()

        assert secret.hex() not in f"{signer!r}{signer}"
        assert str(secret) not in f"{signer!r}{signer}"


def test_making_a_key_overwrites_nothing(tmp_path: Path) -> None:
    with a_key_ring(tmp_path):
        before = keyring.signer().sign(DOCUMENT)
        with pytest.raises(KeyRingError, match="already"):
            keyring.generate("2026a")
        Path(settings.SIGNING_PUBLIC_KEYS).unlink()
        with pytest.raises(KeyRingError, match="exists"):
            keyring.generate("2026a")

        keyring.generate("2026b")
        Path(settings.SIGNING_PUBLIC_KEYS).unlink()
        assert before


@pytest.mark.parametrize("kid", ["", "../2026a", "A", "a" * 17, "a b", "あ"])
def test_a_key_id_is_never_a_path(tmp_path: Path, kid: str) -> None:
    with a_key_ring(tmp_path), pytest.raises(KeyRingError, match="key id"):
        keyring.generate(kid)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "resting"},
        {"public_key": "AAAA"},
        {"public_key": "not base64"},
        {"kid": "../x"},
        {"kid": 5},
    ],
)
def test_a_damaged_ring_is_refused_as_a_whole(tmp_path: Path, change: dict[str, object]) -> None:
    with a_key_ring(tmp_path):
        path = Path(settings.SIGNING_PUBLIC_KEYS)
        stored = json.loads(path.read_text())
        stored["keys"][0] |= change
        path.write_text(json.dumps(stored))

        with pytest.raises(KeyRingError, match="cannot be read"):
            keyring.public_keys()


@pytest.mark.parametrize("written", ["", "{}", "[]", '{"keys": [1]}', "null"])
def test_a_file_that_is_no_ring_is_refused(tmp_path: Path, written: str) -> None:
    with a_key_ring(tmp_path):
        Path(settings.SIGNING_PUBLIC_KEYS).write_text(written)

        with pytest.raises(KeyRingError, match="cannot be read"):
            keyring.public_keys()


def test_two_active_keys_or_one_key_twice_are_a_contradiction(tmp_path: Path) -> None:
    with a_key_ring(tmp_path, "2026a", "2027a"):
        path = Path(settings.SIGNING_PUBLIC_KEYS)
        stored = json.loads(path.read_text())
        for change in ({"state": "active"}, {"kid": "2026a"}):
            doubled = {"keys": [stored["keys"][0], stored["keys"][1] | change]}
            path.write_text(json.dumps(doubled))
            with pytest.raises(KeyRingError, match=r"twice|more than one"):
                keyring.public_keys()


def test_the_issuer_starts_with_its_own_key(tmp_path: Path) -> None:
    with a_key_ring(tmp_path):
        selftest.check("issuer")


def test_the_issuer_refuses_to_start_with_a_wrong_key(tmp_path: Path) -> None:
    with a_key_ring(tmp_path, "2026a", "2027a"):
        folder = Path(settings.SIGNING_KEY_DIR)
        (folder / "2027a.pem").replace(folder / "2026a.pem")

        with pytest.raises(KeyRingError, match="does not match"):
            selftest.check("issuer")


@pytest.mark.parametrize("written", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_the_issuer_refuses_to_start_with_a_damaged_key(tmp_path: Path, written: bytes) -> None:
    with a_key_ring(tmp_path):
        path = Path(settings.SIGNING_KEY_DIR) / "2026a.pem"
        path.unlink()
        path.write_bytes(written)

        with pytest.raises(KeyRingError, match="cannot be read"):
            selftest.check("issuer")


def test_the_issuer_refuses_to_start_without_a_key(tmp_path: Path) -> None:
    with a_key_ring(tmp_path):
        for location in ("", str(tmp_path / "elsewhere")):
            with override_settings(SIGNING_KEY_DIR=location), pytest.raises(KeyRingError):
                selftest.check("issuer")


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_everybody_else_refuses_to_start_with_one(tmp_path: Path, role: str) -> None:
    with a_key_ring(tmp_path):
        with pytest.raises(KeyRingError, match="only the issuer"):
            selftest.check(role)
        with override_settings(SIGNING_KEY_DIR=""):
            selftest.check(role)
