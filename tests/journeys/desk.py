"""The whole desk for one journey: web, worker and issuer as real processes, Valkey, a mail catcher.

They work on the test's own database, as the application's role where there are two.
"""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.db import connection

from supportdesk import embedded
from supportdesk.demo import caught_mails
from supportdesk.demo.caught_mails import CaughtMail
from supportdesk.demo.mail_catcher import catching
from supportdesk.signing import keyring
from tests import emptying

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
CELERY = [sys.executable, "-m", "celery", "-q", "-A", "supportdesk", "worker", "--concurrency", "1"]
ONE_TIME_CODE = re.compile(r"^\s*([A-Z0-9]{3,5}-?[A-Z0-9]{3,5})\s*$", re.MULTILINE)


@dataclass
class Desk:
    """A running desk, as a journey sees it from outside."""

    url: str
    folder: Path
    environment: dict[str, str]
    valkey: Any
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    whole: bool = True

    def mails(self, to: str = "") -> list[CaughtMail]:
        """What has arrived, the newest first."""
        caught = caught_mails.newest_first(self.folder / "mails")
        return [mail for mail in caught if not to or to in mail.recipients]

    def mail_to(self, to: str, subject: str, *, beyond: int = 0) -> CaughtMail:
        """Wait for a mail to this address about `subject`, after the first `beyond` to it."""
        return wait_for(
            lambda: next(iter(self._about(to, subject, beyond)), None),
            f"a mail to {to} about {subject!r}; there are {[m.subject for m in self.mails()]}",
        )

    def stays_silent(self, to: str, subject: str, *, beyond: int = 0, seconds: float = 2) -> None:
        """No such mail comes although the workers sweep several times."""
        time.sleep(seconds)
        found = [mail.subject for mail in self._about(to, subject, beyond)]
        assert not found, found

    def _about(self, to: str, subject: str, beyond: int) -> list[CaughtMail]:
        later = self.mails(to)[: -beyond or None]
        return [mail for mail in later if subject in mail.subject]

    def sign_in_code(self, to: str, known: int) -> str:
        """The code of the next sign-in mail, where `known` had come before."""
        mail = wait_for(
            lambda: next(iter(self._about(to, "コード", known)), None), f"a sign-in code for {to}"
        )
        code = ONE_TIME_CODE.search(mail.text)
        assert code, mail.text
        return code[1]

    def stop_redis(self) -> None:
        self.whole = False
        self.valkey.terminate()

    def start(self, name: str, command: list[str], **more: str) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        self.processes[name] = subprocess.Popen(
            command, env={**self.environment, **more}, cwd=ROOT, stdout=log, stderr=log
        )

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-4000:]}"
            for path in sorted(self.folder.glob("*.log"))
        )


@dataclass
class UsualDesk:
    """The desk that journeys one after another share: its processes take longest to start."""

    folder: Path
    running: ExitStack = field(default_factory=ExitStack)
    desk: Desk | None = None

    def open(self) -> Desk:
        if self.desk is None or not self.desk.whole:
            self.close()
            self.desk = self.running.enter_context(running_desk(Path(mkdtemp(dir=self.folder))))
        for mail in (self.desk.folder / "mails").glob("*.eml"):
            mail.unlink()
        return self.desk

    def close(self) -> None:
        """Whoever goes on works alone on a database as after `migrate`."""
        if self.desk is not None:
            self.running.close()
            self.desk = None
            emptying.empty()


def wait_for[T](ask: Callable[[], T | None], what: str, *, seconds: float = PATIENCE) -> T:
    """Ask until there is an answer; fail saying what never came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


def database_url() -> str:
    """The test's own database, as the application's role where the tests started the server."""
    found = connection.settings_dict
    if found["USER"] == embedded.OWNER and str(found["HOST"]).startswith("/"):
        return embedded.Postgres(found["HOST"]).url(embedded.APPLICATION, found["NAME"])
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{found['NAME']}"


@contextmanager
def running_desk(folder: Path, *, extra: Mapping[str, str] | None = None) -> Iterator[Desk]:
    """Start everything and wait until it answers; stop everything afterwards."""
    with ExitStack() as stack:
        smtp, web = _free_port(), _free_port()
        stack.enter_context(catching(folder / "mails", smtp))
        redis_url, valkey = embedded.start_valkey()
        stack.callback(valkey.stop)
        desk = Desk(
            url=f"http://127.0.0.1:{web}",
            folder=folder,
            valkey=valkey,
            environment=_environment(folder, smtp, web, redis_url) | dict(extra or {}),
        )
        stack.callback(desk.stop)
        _start(desk, web)
        try:
            wait_for(lambda: _answers(desk.url), "the desk to open", seconds=3 * PATIENCE)
        except AssertionError as late:
            raise AssertionError(f"{late}\n{desk.logs()}") from late
        yield desk


def _environment(folder: Path, smtp: int, web: int, redis_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
        "TESTING": "1",
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
        "SITE_URL": f"http://127.0.0.1:{web}",
        "MEDIA_ROOT": str(folder / "media"),
        "SIGNING_PUBLIC_KEYS": str(folder / "signing" / "public.json"),
        "SWEEP_INTERVAL": "0.3",
        "PYTHONWARNINGS": "ignore",
    }


def _start(desk: Desk, port: int) -> None:
    make_signing_key(desk.folder)
    serve = ["--bind", f"127.0.0.1:{port}", "--threads", "8", "--no-control-socket"]
    private = {"SIGNING_KEY_DIR": str(desk.folder / "signing" / "private")}
    desk.start(
        "web", [sys.executable, "-m", "gunicorn", "supportdesk.wsgi", *serve], PROCESS_ROLE="web"
    )
    desk.start("worker", CELERY, PROCESS_ROLE="worker")
    issuing = [*CELERY, "-Q", "issuer", "-n", "issuer@%h"]
    desk.start("issuer", issuing, PROCESS_ROLE="issuer", **private)


def make_signing_key(folder: Path) -> None:
    from django.test import override_settings

    with override_settings(
        SIGNING_PUBLIC_KEYS=str(folder / "signing" / "public.json"),
        SIGNING_KEY_DIR=str(folder / "signing" / "private"),
    ):
        keyring.generate("journey-1")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready/", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
