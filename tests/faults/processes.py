"""Real workers as processes of their own, to be killed, frozen and started again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import connection

from tests.outbox.sink import Sink


def surroundings(sink: Sink, **more: str) -> dict[str, str]:
    """The environment that leads a process to this test's database and relay."""
    database = connection.settings_dict
    return {
        **os.environ,
        "DEMO": "1",  # stand-in secrets
        "CRASH_POINTS": "1",
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}",
        "DATABASE_POOL": "0",
        "EMAIL_URL": sink.url,
        "OUTBOX_LEASE_SECONDS": "2",
        "SWEEP_INTERVAL": "0.2",
        **more,
    }


class CeleryWorker:
    """A whole `celery worker`, as production runs it."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "celery", "-A", "supportdesk", "worker"]
        flags = ["--without-gossip", "--without-mingle", "--loglevel", "ERROR"]
        self.process = subprocess.Popen(
            [*command, *flags, "--hostname", f"w{os.urandom(4).hex()}@%h"],
            env={**environment, "PROCESS_ROLE": "worker"},
            stdout=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to shut down; give its exit status. Raises when it takes over 30 seconds."""
        self.process.terminate()
        return self.process.wait(30)


@contextmanager
def celery_workers(count: int, environment: dict[str, str]) -> Iterator[list[CeleryWorker]]:
    workers = [CeleryWorker(environment) for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()


class Hands:
    """Sweeps without Celery around them, forked in milliseconds (`tests.faults.hand`)."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.hand"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, **environment: str) -> int:
        """Fork a worker that drains until nothing is left; give its process id."""
        return int(self._order(start=environment))

    def wait(self, pid: int) -> int:
        """Its exit status; minus the signal that killed or froze it."""
        status = int(self._order(wait=pid))
        if os.WIFSTOPPED(status):
            return -os.WSTOPSIG(status)
        return os.waitstatus_to_exitcode(status)

    def run(self, **environment: str) -> int:
        return self.wait(self.start(**environment))

    def _order(self, **order: Any) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


@contextmanager
def hands(environment: dict[str, str]) -> Iterator[Hands]:
    forked = Hands(environment)
    try:
        yield forked
    finally:
        forked.process.kill()
        forked.process.wait()


def thaw(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
