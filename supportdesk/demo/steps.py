"""What has to be done in the demo's database before it runs; each step is a process of its own."""

import os
import sys
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the set-up
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402

from contracts.models import Customer  # noqa: E402
from supportdesk import clock, numbering  # noqa: E402
from supportdesk.demo import data  # noqa: E402
from supportdesk.demo.mail_catcher import catching  # noqa: E402
from supportdesk.signing import keyring  # noqa: E402

FIRST_KEY = "demo-1"
DATA_ARE_MADE = "demo_data"


def prepare() -> None:
    """Bring the tables up to date and make the clock movable. Needs the owner role."""
    _refuse_a_desk_in_use()
    refuse_tables_of_an_earlier_time()
    call_command("migrate", verbosity=0, interactive=False)
    clock.make_shiftable()
    if not Path(settings.SIGNING_PUBLIC_KEYS).exists():
        keyring.generate(FIRST_KEY)


def _refuse_a_desk_in_use() -> None:
    """A database that DATABASE_URL names may be somebody's real desk: its clock stays alone."""
    tables = connection.introspection.table_names()
    if Customer._meta.db_table in tables and "desk_clock" not in tables:
        sys.exit("DATABASE_URL names a desk that is no demo: give the demo an empty database.")


def refuse_tables_of_an_earlier_time() -> None:
    """Migrations that replace others cannot go on from the middle of those."""
    loader = MigrationLoader(connection, replace_migrations=False)
    for migration in loader.replacements.values():
        done = [replaced in loader.applied_migrations for replaced in migration.replaces]
        if any(done) and not all(done):
            sys.exit(
                "The demo's data are of an earlier version of the desk, too old to be brought up "
                "to date. Start afresh with  make demo-reset"
            )


def set_clock(at: datetime | None) -> None:
    """Move the desk to `at` and let it run on from there; None is the real time."""
    _move_to(at)
    shown = clock.now().astimezone(clock.TOKYO)
    _say(f"The desk's clock shows {shown:%A %-d %B %Y, %-H:%M} in Tokyo.")


def load(at: datetime | None) -> None:
    """Set the clock; fill an empty desk with a believable vendor around that moment."""
    _move_to(at)
    if not Customer.objects.exists():
        _fill()
        _move_to(at)
    elif not _data_are_made():
        sys.exit("An earlier first start was interrupted. Start afresh with  make demo-reset")
    set_clock(at)


def _fill() -> None:
    _say("Making the demo's data ...")
    started = time.monotonic()
    with connection.cursor() as cursor:  # a loss here is a demo to be made again
        cursor.execute("SET synchronous_commit = off")
    with catching(settings.DEMO_MAILS, urlsplit(settings.EMAIL_URL).port or 0):
        data.make(clock.now())
    numbering.next_number(DATA_ARE_MADE, clock.today(clock.now()))
    _say(f"  {Customer.objects.count()} customers, in {time.monotonic() - started:.1f} seconds")


def _data_are_made() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM desk_numbers WHERE series = %s", [DATA_ARE_MADE])
        return cursor.fetchone() is not None


def _move_to(at: datetime | None) -> None:
    if at is None:
        clock.unshift()
    else:
        clock.shift_to(at)


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a program for the terminal
