"""Start the whole desk, keep it running, stop all of it."""

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime

from honcho.manager import Manager
from honcho.printer import Printer

from supportdesk.demo import servers
from supportdesk.demo.people import CUSTOMER
from supportdesk.demo.servers import CannotStartError, Databases

PYTHON = shlex.quote(sys.executable)
CELERY = f"{PYTHON} -m celery -q -A supportdesk"
STARTS_WITHIN_SECONDS = 60


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - this is a program for the terminal


def run(*, port: int, at: datetime | None, fresh: bool) -> int:
    """Run the demo until Ctrl-C or until one of its processes ends; the exit code."""
    _stop_like_ctrl_c_when_told_to_end()
    try:
        servers.check_port(port)
        url = f"http://127.0.0.1:{port}/"
        with servers.the_only_one(url) as note, ExitStack() as stack:
            if fresh:
                say("Forgetting the demo's data ...")
                servers.forget_everything()
            environment = _prepare(stack, note, url=url, at=at)
            return _keep_running(environment, port=port, url=url)
    except CannotStartError as reason:
        say(str(reason))
        return 1
    except subprocess.CalledProcessError as error:
        say(f"The demo cannot start: the step '{error.cmd[3]}' failed; the lines above say why.")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


def _prepare(
    stack: ExitStack, note: Callable[[Databases], None], *, url: str, at: datetime | None
) -> dict[str, str]:
    """Servers, tables, clock, keys and data; the environment that all processes share."""
    say("Starting PostgreSQL ...")
    databases = stack.enter_context(servers.database())
    note(databases)
    say("Starting Valkey ...")
    redis_url = stack.enter_context(servers.broker())
    stack.callback(_let_nothing_interrupt)  # the servers end in peace, however often Ctrl-C comes
    environment = {
        **os.environ,
        "DEMO": "1",
        "DATABASE_URL": databases.application,
        "REDIS_URL": redis_url,
        # Mails of the demo never leave this machine, whatever the environment says.
        "EMAIL_URL": f"smtp://127.0.0.1:{servers.free_port()}",
        "SITE_URL": url,
        "ISSUER_NAME": "株式会社サポートデスク",
        "ISSUER_ADDRESS": "名古屋市中区さくら通 1-2-3",
        "HTTPS": "0",
        "MEDIA_ROOT": str(servers.MEDIA),
        "SIGNING_PUBLIC_KEYS": str(servers.PUBLIC_KEYS),
        "DEMO_MAILS": str(servers.MAILS),
        "PYTHONUNBUFFERED": "1",
        # Remarks for developers (running as root, no collected static files) are noise here.
        "PYTHONWARNINGS": "ignore",
    }
    environment.pop("SIGNING_KEY_DIR", None)
    say("Preparing tables, clock and signing keys ...")
    signing = {"SIGNING_KEY_DIR": str(servers.PRIVATE_KEYS)}
    _step("prepare", environment | signing | {"DATABASE_URL": databases.owner})
    _step("load", environment | signing, at=at)
    return environment


def _step(name: str, environment: Mapping[str, str], *, at: datetime | None = None) -> None:
    arguments = ["--at", f"{at:%Y-%m-%d %H:%M:%S}"] if at else []
    subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "supportdesk.demo", name, *arguments], env=environment, check=True
    )


def _keep_running(environment: Mapping[str, str], *, port: int, url: str) -> int:
    say("Starting web, worker, issuer, beat and mail catcher ...")
    manager = Manager(_OnlyWhatMatters())
    for name, command, more in _processes(port, environment["EMAIL_URL"].rpartition(":")[2]):
        manager.add_process(name, f"exec {command}", env={**environment, **more})
    threading.Thread(target=_greet_when_up, args=(url,), daemon=True).start()
    try:
        manager.loop()
    finally:
        manager.kill()
    stopped_by_hand = manager.returncode in {130, 143}
    say("Stopped; the data are kept." if stopped_by_hand else _what_ended(manager))
    return 0 if stopped_by_hand else 1


def _processes(port: int, smtp_port: str) -> list[tuple[str, str, dict[str, str]]]:
    """Name, command and what each process is told beside the common environment."""
    catch = f"--port {smtp_port} --folder {shlex.quote(str(servers.MAILS))}"
    serve = f"--bind 127.0.0.1:{port} --threads 8 --log-level warning --no-control-socket"
    work = "worker --concurrency 2 --without-gossip --without-mingle"
    issue = f"{work} --queues issuer --hostname issuer@%h"
    # The only process that is given the private signing keys.
    issuer = {"PROCESS_ROLE": "issuer", "SIGNING_KEY_DIR": str(servers.PRIVATE_KEYS)}
    return [
        ("mails", f"{PYTHON} -m supportdesk.demo.mail_catcher {catch}", {}),
        ("web", f"{PYTHON} -m gunicorn supportdesk.wsgi {serve}", {"PROCESS_ROLE": "web"}),
        ("worker", f"{CELERY} {work}", {"PROCESS_ROLE": "worker"}),
        ("issuer", f"{CELERY} {issue}", issuer),
        ("beat", f"{CELERY} beat", {"PROCESS_ROLE": "beat"}),
    ]


class _OnlyWhatMatters(Printer):  # type: ignore[misc]
    """Process numbers and signals are noise; what a process says, and that one stopped, is not."""

    def write(self, message: object) -> None:
        text = getattr(message, "data", "")
        if not (isinstance(text, str) and (" started (pid" in text or text.startswith("sending"))):
            super().write(message)


def _what_ended(manager: Manager) -> str:
    # The manager keeps the code of the first that ended; it has then stopped the others.
    states = manager._processes.items()  # noqa: SLF001 - it tells nobody otherwise
    first = next(
        (name for name, state in states if state.get("returncode") == manager.returncode), "?"
    )
    return (
        f"{first} ended unexpectedly (exit code {manager.returncode}), so everything was stopped. "
        "The lines above say why; the data are kept."
    )


def _greet_when_up(url: str) -> None:
    started = time.monotonic()
    while time.monotonic() < started + STARTS_WITHIN_SECONDS:
        try:
            with urllib.request.urlopen(f"{url}health/", timeout=5):  # noqa: S310 - our own address
                say(greeting(url))
            return
        except OSError:
            time.sleep(0.2)
    say(f"{url} does not answer yet; the lines above may say why.")


def greeting(url: str) -> str:
    return f"""
  The desk is open:    {url}
  One click signs in:  the bar at the top of every page, as a customer, a colleague or staff
  … or by hand:        {url}sign-in/ as {CUSTOMER.email}
                       (the code arrives among the caught mails)
  Staff side:          {url}staff/
  Caught mails:        {url}demo/mails/
  The desk's clock:    the bar at the top, or  make demo-at AT="2026-11-24 9:00"
  Ctrl-C stops everything and keeps the data.
"""


def move_clock(at: datetime | None) -> int:
    """Move the clock of the demo that is running; None goes back to real time."""
    found = servers.running()
    if not (found and found["database"]):
        say("The demo is not running; start it with  make demo")
        return 1
    _step("clock", {**os.environ, "DEMO": "1", "DATABASE_URL": found["database"]}, at=at)
    return 0


def _stop_like_ctrl_c_when_told_to_end() -> None:
    def end(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    # A closed terminal window, too; honcho itself listens to TERM only.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def _let_nothing_interrupt() -> None:
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
