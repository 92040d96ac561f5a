"""A wrong setting is told when a process starts, not when the first mail is due."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from supportdesk.outbox.smtp import Address


def outbox_errors() -> list[str | None]:
    return [error.id for error in run_checks() if (error.id or "").startswith("outbox.")]


def test_the_settings_of_the_tests_are_right() -> None:
    assert outbox_errors() == []


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("EMAIL_URL", "http://relay.example", "outbox.E001"),
        ("EMAIL_URL", "smtp://", "outbox.E001"),
        ("EMAIL_URL", "smtp://relay.example:port", "outbox.E001"),
        ("FIELD_ENCRYPTION_KEYS", ["too short"], "outbox.E002"),
        ("FIELD_ENCRYPTION_KEYS", [], "outbox.E002"),
        ("OUTBOX_BATCH", 0, "outbox.E003"),
    ],
)
def test_a_wrong_setting_is_told(setting: str, value: Any, told: str) -> None:
    with override_settings(**{setting: value}):
        assert outbox_errors() == [told]


def test_one_url_says_everything_about_the_relay() -> None:
    assert Address.parse("smtp://relay") == Address("relay", 25, "", "", starttls=False, tls=False)
    address = Address.parse("smtp+tls://desk%40a:p%2Fw@relay.example")
    assert address == Address("relay.example", 587, "desk@a", "p/w", starttls=True, tls=False)
    assert Address.parse("smtp+ssl://relay:2465") == Address("relay", 2465, "", "", False, True)
