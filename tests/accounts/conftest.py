from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _passwords_hash_quickly(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
