"""The web process cannot read a private signing key: not in the compose set-up, not on a disk."""

import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supportdesk.signing import keyring
from tests.signing.keys import a_key_ring

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
WEB, ISSUER = 10001, 10004
OTHERS = ["web", "worker", "beat", "migrate", "mails", "proxy", "database", "broker"]


def services() -> dict[str, str]:
    """The text of each service; every line of the file that is indented below its name."""
    listed = COMPOSE.split("\nservices:\n", 1)[1].split("\nvolumes:\n", 1)[0]
    found = re.split(r"^  ([a-z]+):\n", listed, flags=re.MULTILINE)
    return {name: _code(text) for name, text in zip(found[1::2], found[2::2], strict=True)}


def _code(text: str) -> str:
    return "\n".join(line.split("  #")[0] for line in text.splitlines() if "#" not in line[:6])


# --- In the compose set-up --------------------------------------------------------------------


def test_all_services_are_looked_at() -> None:
    assert sorted(services()) == sorted(["issuer", *OTHERS])


def test_the_issuer_alone_mounts_the_private_keys() -> None:
    mounting = [name for name, text in services().items() if "signing-private" in text]
    assert mounting == ["issuer"]
    told = [name for name, text in services().items() if "SIGNING_KEY_DIR" in text]
    assert told == ["issuer"]


def test_what_all_services_share_says_nothing_of_private_keys() -> None:
    shared = _code(COMPOSE.split("\nservices:\n", 1)[0])
    assert "signing" not in shared
    assert "SIGNING_KEY_DIR" not in shared + DOCKERFILE


@pytest.mark.parametrize("name", ["web", "worker"])
def test_the_public_keys_are_theirs_to_read_only(name: str) -> None:
    assert "signing-public:/data/signing/public:ro" in services()[name]


def test_the_issuer_is_a_user_of_its_own() -> None:
    assert f'user: "{ISSUER}:{ISSUER}"' in services()["issuer"]
    alike = [name for name, text in services().items() if f'"{ISSUER}:' in text]
    assert alike == ["issuer"]
    assert f'user: "{WEB}:{WEB}"' in COMPOSE.split("\nservices:\n", 1)[0]


def test_the_image_gives_the_folder_to_that_user_alone() -> None:
    assert f"useradd --uid {ISSUER} " in DOCKERFILE
    assert "install -d -o issuer -g issuer -m 0700 /data/signing/private" in DOCKERFILE
    assert "install -d -o issuer -g issuer -m 0755 /data/signing/public" in DOCKERFILE
    assert f"USER {WEB}:{WEB}" in DOCKERFILE


def test_no_service_may_take_rights_that_pass_over_a_files_owner() -> None:
    for name, text in services().items():
        assert "privileged" not in text, name
        assert "cap_add" not in text or name == "proxy", name
    assert "cap_drop: [ALL]" in COMPOSE
    assert "cap_add: [NET_BIND_SERVICE]" in services()["proxy"]


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not here")
def test_docker_compose_reads_it_so() -> None:
    read = subprocess.run(
        ["docker-compose", "config"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert read.returncode == 0, read.stderr
    blocks = re.split(r"^  (\w[\w-]*):$", read.stdout, flags=re.MULTILINE)
    mounting = [
        name
        for name, text in zip(blocks[1::2], blocks[2::2], strict=True)
        if "/data/signing/private" in text
    ]
    assert mounting == ["issuer"]


# --- On a disk, as two users -------------------------------------------------------------------

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def volumes() -> Iterator[Path]:
    """A folder that everybody may enter, with the two volumes as the image makes them."""
    folder = Path(tempfile.mkdtemp(prefix="signing-"))
    folder.chmod(0o755)
    for name, mode in (("private", 0o700), ("public", 0o755)):
        (folder / name).mkdir()
        (folder / name).chmod(mode)
        os.chown(folder / name, ISSUER, ISSUER)
    yield folder
    shutil.rmtree(folder)


def as_user(uid: int, act: Callable[[], object]) -> str:
    """What `act` gives, or the error it ends with, in a process of that user."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            told = str(act())
        except BaseException as error:
            told = f"{type(error).__name__}: {error.__cause__ or error}"
        os.write(writing, told.encode()[:60000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


@as_root
def test_the_web_user_reads_the_public_keys_and_no_private_one(volumes: Path) -> None:
    (volumes / "keys").mkdir(mode=0o755)
    with a_key_ring(volumes / "keys"):
        private = volumes / "keys" / "private"
        for path in (private, *private.iterdir()):
            os.chown(path, ISSUER, ISSUER)

        assert as_user(ISSUER, lambda: keyring.signer().kid) == "2026a"
        assert as_user(WEB, lambda: keyring.public_keys().active.kid) == "2026a"
        assert "PermissionError" in as_user(WEB, (private / "2026a.pem").read_bytes)
        assert "cannot be read" in as_user(WEB, _signer_in_words)
        assert as_user(WEB, keyring.readable_private_keys) == "[]"


def _signer_in_words() -> str:
    try:
        return keyring.signer().kid
    except keyring.KeyRingError as error:
        return str(error)


@as_root
def test_even_in_a_folder_that_is_open_by_mistake_the_file_is_not(volumes: Path) -> None:
    (volumes / "keys").mkdir(mode=0o755)
    with a_key_ring(volumes / "keys"):
        private = volumes / "keys" / "private"
        private.chmod(0o755)
        path = private / "2026a.pem"
        os.chown(path, ISSUER, ISSUER)

        assert stat.S_IMODE(path.stat().st_mode) == 0o400
        assert "PermissionError" in as_user(WEB, path.read_bytes)
        assert as_user(WEB, keyring.readable_private_keys) == "[]"


@as_root
def test_what_the_issuer_makes_in_its_volumes_only_it_reads(volumes: Path) -> None:
    """The first start of docs/operations.md: the issuer's user generates, the web's reads."""
    from django.test import override_settings

    with override_settings(
        SIGNING_KEY_DIR=str(volumes / "private"),
        SIGNING_PUBLIC_KEYS=str(volumes / "public" / "public.json"),
    ):
        assert as_user(ISSUER, lambda: keyring.generate("2026a").active.kid) == "2026a"
        assert as_user(WEB, lambda: keyring.public_keys().active.kid) == "2026a"
        path = volumes / "private" / "2026a.pem"
        assert "PermissionError" in as_user(WEB, path.read_bytes)
        assert "PermissionError" in as_user(WEB, lambda: list(path.parent.iterdir()))
        refused = as_user(WEB, lambda: keyring.generate("2027a"))
        assert "PermissionError" in refused or "KeyRingError" in refused
