"""Whoever runs the issuer makes and rotates keys from a shell."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from supportdesk.signing import keyring
from tests.signing.keys import a_key_ring


def run(*words: str) -> str:
    out = StringIO()
    call_command("signing_keys", *words, stdout=out)
    return out.getvalue()


def test_a_key_is_made_waits_and_takes_over(tmp_path: Path) -> None:
    with a_key_ring(tmp_path, "2026a"):
        assert "2027a  Ed25519  next" in run("generate", "2027a")
        assert "2027a  Ed25519  active" in run("rotate", "2027a", "--now")
        assert [line.split()[:3] for line in run("list").splitlines()] == [
            ["2026a", "Ed25519", "retired"],
            ["2027a", "Ed25519", "active"],
        ]


def test_nothing_secret_is_printed(tmp_path: Path) -> None:
    with a_key_ring(tmp_path, "2026a"):
        printed = run("generate", "2027a") + run("list")

        for path in keyring.readable_private_keys():
            secret = path.read_text().splitlines()[1]
            assert secret not in printed


@pytest.mark.parametrize(
    "words",
    [("generate", "2026a"), ("generate", "../x"), ("withdraw", "2026a"), ("withdraw", "2030a")],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    with a_key_ring(tmp_path, "2026a"), pytest.raises(CommandError):
        run(*words)
