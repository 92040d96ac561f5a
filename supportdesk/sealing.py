"""What must not lie readable in the database or a backup of it: sealed with FIELD_ENCRYPTION_KEYS.

The first key seals, all of them open: rotating is adding one in front.
"""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(content: bytes) -> bytes:
    return _fernet().encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Raises cryptography.fernet.InvalidToken when no key fits or a byte has changed."""
    return _fernet().decrypt(bytes(sealed))


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])
