"""`manage.py explain` as a process: with the desk's database, and on a machine that has nothing."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from supportdesk.business_calendar.models import Closure
from tests.domain.calendars import at, day

CHECKOUT = Path(__file__).resolve().parents[2]
BATCH = [sys.executable, "manage.py", "explain", "--batch"]
BARE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


@pytest.mark.django_db
def test_the_desks_own_closures_come_from_the_database() -> None:
    Closure.objects.create(
        name="臨時休業",
        starts_on=day("2026-11-24"),
        ends_on=day("2026-11-24"),
        announced_at=at("2026-10-01T10:00"),
    )
    asked = ("explain", "key", "2026-11-20T17:42", "--json")
    for more, promised_on in (([], "2026-11-25"), (["--without-database"], "2026-11-24")):
        out = io.StringIO()
        call_command(*asked, *more, stdout=out)
        assert json.loads(out.getvalue())["promised_on"] == promised_on


def test_a_batch_is_a_conversation_on_any_machine_without_secrets_or_database() -> None:
    command = [*BATCH, "--without-database"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=BARE, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as desk:
        assert desk.stdin
        assert desk.stdout
        for line, answer in (
            (b'{"rule": "is_open", "at": "2026-11-20T10:00"}\n', {"open": True}),
            (b"what?\n", {"error": "not JSON: Expecting value at character 1"}),
            (
                b'{"rule": "is_business_day", "on": "2026-11-23"}\n',
                {"business_day": False, "reason": "勤労感謝の日"},
            ),
        ):
            desk.stdin.write(line)
            desk.stdin.flush()
            assert json.loads(desk.stdout.readline()) == answer
        desk.stdin.close()
        assert desk.stdout.read() == b""
    assert desk.returncode == 0


def test_whoever_reads_may_stop_reading() -> None:
    question = b'{"rule": "is_open", "at": "2026-11-20T10:00"}\n'
    with subprocess.Popen(
        [*BATCH, "--without-database"],
        cwd=CHECKOUT,
        env=BARE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as desk:
        assert desk.stdin
        assert desk.stdout
        assert desk.stderr
        desk.stdin.write(question)
        desk.stdin.flush()
        assert json.loads(desk.stdout.readline()) == {"open": True}
        desk.stdout.close()
        desk.stdin.write(question)
        desk.stdin.close()
        assert desk.stderr.read() == b""


def test_without_a_database_the_way_on_is_said() -> None:
    done = subprocess.run(
        [*BATCH],
        cwd=CHECKOUT,
        env={**BARE, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        capture_output=True,
        check=False,
        input=b"{}\n",
    )
    assert done.returncode == 1
    assert b"--without-database" in done.stderr
    assert b"Traceback" not in done.stderr
