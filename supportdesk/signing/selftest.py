"""What a process proves about its keys before it starts to work."""

from datetime import date

from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRingError
from supportdesk.signing.verifier import verify

ISSUER = "issuer"
_SAMPLE_ON = date(2026, 4, 1)  # any day: the sample has no dates of its own


def check(role: str) -> None:
    """Refuse to start in the wrong hands: to be called when a long-running process starts.

    The issuer signs a sample and verifies it with the published keys; every
    other role must not be able to read a private key. Raises KeyRingError.
    """
    if role == ISSUER:
        _prove_signing()
    elif keyring.readable_private_keys():
        raise KeyRingError(
            f"the {role} process can read a private signing key: only the issuer may"
        )


def _prove_signing() -> None:
    text = keyring.signer().sign({"type": "self-test"})
    verdict = verify(text, keyring.public_keys().keys, document_type="self-test", on=_SAMPLE_ON)
    if not verdict.ok:
        raise KeyRingError(f"the private key does not match the published one ({verdict.code})")
