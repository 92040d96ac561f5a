"""Where the demo keeps its things, and the private servers that it starts."""

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supportdesk import embedded

_CHECKOUT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("DEMO_HOME", _CHECKOUT / ".var" / "demo"))
POSTGRES = HOME / "postgres"
MAILS = HOME / "mails"
SIGNING = HOME / "signing"
PRIVATE_KEYS = SIGNING / "private"
PUBLIC_KEYS = SIGNING / "public.json"
MEDIA = HOME / "media"
_LOCK = HOME / "running.json"


class CannotStartError(Exception):
    """Why the demo does not start, in words for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Databases:
    application: str
    owner: str


def check_port(port: int) -> None:
    """Raise CannotStartError when someone else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = (
                "needs more rights" if isinstance(error, PermissionError) else "is already in use"
            )
            raise CannotStartError(
                f"Port {port} {reason}. Choose another one:  make demo PORT={free_port()}"
            ) from error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def running() -> dict[str, Any] | None:
    """Where this checkout's demo runs, if it does."""
    try:
        with _LOCK.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        found: dict[str, Any] = json.loads(_LOCK.read_text() or "{}")
        return found
    return None


@contextmanager
def the_only_one(url: str) -> Iterator[Callable[[Databases], None]]:
    """Hold this checkout's demo; the block is handed a function that notes where its data are.

    Two demos of one checkout would share their data: the second is told where the first is.
    """
    if other := running():
        raise CannotStartError(
            f"The demo of this checkout is already running: {other.get('url')}\n"
            "Stop it there with Ctrl-C first."
        )
    HOME.mkdir(parents=True, exist_ok=True)
    _LOCK.touch(mode=0o600)
    with _LOCK.open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def note(databases: Databases | None = None) -> None:
            lock.seek(0)
            lock.truncate()
            json.dump({"url": url, "database": databases and databases.application}, lock)
            lock.flush()

        note()
        yield note


def forget_everything() -> None:
    """Remove the demo's data: database, mails, files, keys."""
    if "DATABASE_URL" in os.environ:
        raise CannotStartError("DATABASE_URL is set: that database is yours, empty it yourself.")
    embedded.stop_postgres(POSTGRES)
    for folder in (POSTGRES, MAILS, SIGNING, MEDIA):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database() -> Iterator[Databases]:
    """The database of DATABASE_URL, or a private PostgreSQL until the block ends."""
    if url := os.environ.get("DATABASE_URL"):
        yield Databases(url, os.environ.get("DATABASE_OWNER_URL", url))
        return
    server = embedded.start_postgres(POSTGRES, keep_running=True, durable=True)
    try:
        yield Databases(server.url(embedded.APPLICATION), server.url(embedded.OWNER))
    finally:
        embedded.stop_postgres(POSTGRES)


@contextmanager
def broker() -> Iterator[str]:
    """The broker of REDIS_URL, or a private Valkey, which keeps nothing, until the block ends."""
    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    url, server = embedded.start_valkey()
    try:
        yield url
    finally:
        server.stop()
