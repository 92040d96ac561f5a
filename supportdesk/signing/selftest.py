"""What a process proves about its keys before it starts to work."""

from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRingError

ISSUER = "issuer"


def check(role: str) -> None:
    """Refuse to start in the wrong hands: to be called when a long-running process starts.

    The issuer signs a sample and verifies it with the published keys; every
    other role must not be able to read a private key. Raises KeyRingError.
    """
    if role == ISSUER:
        ring = keyring.public_keys()
        keyring.prove(ring.active.kid, ring)
    elif keyring.readable_private_keys():
        raise KeyRingError(
            f"the {role} process can read a private signing key: only the issuer may"
        )
