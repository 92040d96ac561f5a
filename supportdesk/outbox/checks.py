"""What would only be noticed when the first mail is due is said when a process starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from supportdesk.outbox import sealing
from supportdesk.outbox.smtp import Address


def relay_is_named(**_: Any) -> list[CheckMessage]:
    try:
        Address.parse(settings.EMAIL_URL)
    except (ImproperlyConfigured, ValueError) as error:
        hint = "smtp://host, smtp+tls://user:password@host or smtp+ssl://user:password@host"
        return [Error(f"No mail can go out: {error}", hint=hint, id="outbox.E001")]
    return []


def keys_encrypt(**_: Any) -> list[CheckMessage]:
    try:
        sealing.unseal(sealing.seal(b""))
    except (ValueError, IndexError):
        return [
            Error(
                "FIELD_ENCRYPTION_KEYS holds something that is no Fernet key.",
                hint="Each is 32 bytes in URL-safe base64; the first encrypts.",
                id="outbox.E002",
            )
        ]
    return []


def sizes_are_sizes(**_: Any) -> list[CheckMessage]:
    names = ("OUTBOX_LEASE_SECONDS", "OUTBOX_BATCH", "OUTBOX_WINDOW", "OUTBOX_MAX_ATTEMPTS")
    return [
        Error(f"{name} must be 1 or more.", id="outbox.E003")
        for name in names
        if getattr(settings, name) < 1
    ]
