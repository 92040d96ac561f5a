"""A key ring for a test, made in a temporary folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.test import override_settings

from supportdesk.signing import keyring


@contextmanager
def a_key_ring(folder: Path, *kids: str) -> Iterator[keyring.KeyRing]:
    """The settings point to a fresh ring; the first key is active, the others wait as next."""
    with override_settings(
        SIGNING_KEY_DIR=str(folder / "private"),
        SIGNING_PUBLIC_KEYS=str(folder / "public.json"),
    ):
        for kid in kids or ("2026a",):
            ring = keyring.generate(kid)
        yield ring
