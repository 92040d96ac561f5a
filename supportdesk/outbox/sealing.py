"""Bytes encrypted at rest: the first of settings.FIELD_ENCRYPTION_KEYS encrypts, all decrypt."""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


def seal(plain: bytes) -> bytes:
    """Encrypt under the current key."""
    return _keys().encrypt(plain)


def unseal(sealed: bytes) -> bytes:
    """Decrypt; raises cryptography.fernet.InvalidToken when no key fits."""
    return _keys().decrypt(sealed)
