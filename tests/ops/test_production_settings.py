"""Production does not start with what only the demo may have, and says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = {
    "SECRET_KEY": "a-secret-of-this-installation-0123456789",
    "FIELD_ENCRYPTION_KEYS": "bm90LXRoZS1kZW1vLXZhbHVlLTAxMjM0NTY3ODlhYmM=",
    "DATABASE_URL": "postgres://supportdesk@db.example/supportdesk",
}
DEMO_SECRET = "insecure-for-demo-and-tests-only-secret-key"


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of their own, as production would."""
    environment = {"PATH": os.environ["PATH"], **GOOD, **changes}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={name: value for name, value in environment.items() if value is not None}
        | {"DJANGO_SETTINGS_MODULE": "supportdesk.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_its_own_secrets() -> None:
    assert start().returncode == 0, start().stderr


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": DEMO_SECRET}, "SECRET_KEY is the demo value"),
        ({"FIELD_ENCRYPTION_KEYS": None}, "FIELD_ENCRYPTION_KEYS is not set"),
        (
            {"FIELD_ENCRYPTION_KEYS": "aW5zZWN1cmUtZm9yLWRlbW8tYW5kLXRlc3RzLW9ubHk="},
            "FIELD_ENCRYPTION_KEYS is the demo value",
        ),
        ({"DATABASE_URL": None}, "DATABASE_URL is not set"),
        ({"DEBUG": "1"}, "DEBUG is on"),
    ],
)
def test_production_refuses_and_says_which(changes: dict[str, str | None], says: str) -> None:
    refused = start(**changes)
    assert refused.returncode != 0
    assert says in refused.stderr.splitlines()[-1]


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.write_text(GOOD["SECRET_KEY"])
    assert start(SECRET_KEY=None, SECRET_KEY_FILE=str(path)).returncode == 0
