"""Whether this process holds the secret under which the keys' texts are kept."""

from cryptography.fernet import InvalidToken

from licensing.models import Key
from supportdesk.outbox import sealing


class WrongSecretError(Exception):
    """FIELD_ENCRYPTION_KEYS does not open what the desk sealed before."""


def prove_sealing() -> None:
    """Open the newest key's sealed text: whoever cannot would seal what others cannot open.

    Raises WrongSecretError. A desk that never issued a key has nothing to prove.
    """
    newest = Key.objects.exclude(sealed_text=b"").order_by("-pk").first()
    if newest is None:
        return
    try:
        sealing.unseal(bytes(newest.sealed_text))
    except InvalidToken:
        raise WrongSecretError(
            "FIELD_ENCRYPTION_KEYS does not open the newest license key: this is another secret "
            "than the one it was sealed with. Keep the old one behind the new one."
        ) from None
