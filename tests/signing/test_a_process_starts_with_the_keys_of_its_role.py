"""Only the issuer reads private signing keys; who serves refuses to start in the wrong hands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _start(role: str, *arguments: str, keys: Path, known: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "TESTING": "1",
        "PROCESS_ROLE": role,
        "SIGNING_KEY_DIR": str(keys),
        "SIGNING_PUBLIC_KEYS": str(known / "public.json"),
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ring")
    (folder / "private").mkdir(mode=0o700)
    made = _start("shell", "signing_keys", "generate", "k1", keys=folder / "private", known=folder)
    assert made.returncode == 0, made.stderr
    return folder


def test_the_issuer_starts_with_a_key_that_fits(folder: Path) -> None:
    assert _start("issuer", "check", keys=folder / "private", known=folder).returncode == 0


def test_the_issuer_refuses_to_start_without_a_key(folder: Path, tmp_path: Path) -> None:
    assert _start("issuer", "check", keys=tmp_path, known=folder).returncode != 0


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_every_other_process_refuses_to_start_with_one(folder: Path, role: str) -> None:
    done = _start(role, "check", keys=folder / "private", known=folder)
    assert done.returncode != 0
    assert "only the issuer may" in done.stderr


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_and_starts_without(folder: Path, tmp_path: Path, role: str) -> None:
    assert _start(role, "check", keys=tmp_path, known=folder).returncode == 0
