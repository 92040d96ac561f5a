"""Two people, two files, a killed worker: exactly what was shown is written, once, or nothing."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from contracts.models import Customer
from supportdesk.imports import services
from supportdesk.imports.models import ImportProgress, ImportRow, ImportRun
from tests.at_once import at_once
from tests.builders import a_customer, a_staff_member
from tests.imports.files import NOW, an_upload, checked, counts

pytestmark = pytest.mark.django_db(transaction=True)

FILE = "number,name\n" + "".join(f"C-{n:05d},お客さま{n}\n" for n in range(5000))


def confirmed(file: str) -> ImportRun:
    return confirm(checked("customers", file))


def confirm(run: ImportRun) -> ImportRun:
    services.confirm(run, digest=run.digest, by=a_staff_member(), now=NOW)
    return run


def test_two_people_confirm_at_once_and_one_of_them_is_told() -> None:
    run, staff = checked("customers", FILE), a_staff_member()
    results = at_once(
        *[lambda: services.confirm(run, digest=run.digest, by=staff, now=NOW)] * 2,
        refused=services.NotPossibleError,
    )
    assert sorted(isinstance(each, services.NotPossibleError) for each in results) == [False, True]
    at_once(*[lambda: services.run_next(now=NOW)] * 3)
    run.refresh_from_db()
    assert run.state == "applied"
    assert Customer.objects.count() == 5000


def test_two_files_with_the_same_new_rows_make_them_once() -> None:
    files = (FILE, FILE.replace("お客さま", "会社"))
    runs = [confirm(run) for run in [checked("customers", file) for file in files]]
    at_once(*[lambda: services.run_next(now=NOW)] * len(runs))
    while services.run_next(now=NOW):
        pass
    for run in runs:
        run.refresh_from_db()
    assert sorted(run.state for run in runs) == ["applied", "checked"]
    (again,) = [run for run in runs if run.state == "checked"]
    assert again.changed_since
    assert counts(again) == (0, 5000, 0, 0)
    assert Customer.objects.count() == 5000


def test_what_changed_since_it_was_shown_is_shown_again_and_not_written() -> None:
    customer = a_customer("あおば工業")
    run = confirmed(f"number,name\n{customer.number},あおば製作所\nC-99999,ひばり\n")
    Customer.objects.filter(pk=customer.pk).update(name="あおば商会")
    assert services.run_next(now=NOW) == 1
    assert not Customer.objects.filter(number="C-99999").exists()
    assert services.run_next(now=NOW) == 1
    run.refresh_from_db()
    assert (run.state, run.changed_since, run.confirmed_by) == ("checked", True, None)
    row = ImportRow.objects.get(run=run, outcome="changed")
    assert row.changes == [["name", "あおば商会", "あおば製作所"]]


def test_a_file_is_not_given_up_while_a_worker_is_at_it() -> None:
    from django.db import transaction

    run = an_upload("customers", FILE)
    with transaction.atomic():
        ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
        (result,) = at_once(
            lambda: services.withdraw(run, now=NOW), refused=services.NotPossibleError
        )
    assert isinstance(result, services.NotPossibleError)
    services.withdraw(run, now=NOW)
    assert services.run_next(now=NOW) == 0


@pytest.mark.parametrize("point", ["import-piece-written", "import-written"])
def test_a_worker_that_dies_while_it_writes_leaves_nothing_half(point: str, settings: Any) -> None:
    run = confirmed(FILE)
    assert work_in_a_process(settings, CRASH_AT=point) == -signal.SIGKILL
    run.refresh_from_db()
    assert run.state == "confirmed"
    assert not Customer.objects.exists()
    assert work_in_a_process(settings) == 0
    run.refresh_from_db()
    assert run.state == "applied"
    assert Customer.objects.count() == 5000


def test_a_file_that_ends_its_worker_each_time_is_given_up(settings: Any) -> None:
    run = confirmed(FILE)
    for _attempt in range(3):
        assert work_in_a_process(settings, CRASH_AT="import-written") == -signal.SIGKILL
    assert ImportProgress.objects.get(run=run).attempts == 3
    assert services.run_next(now=NOW) == 1
    run.refresh_from_db()
    assert run.state == "failed"
    assert "何も取り込んでいません" in run.failure
    assert not Customer.objects.exists()


def work_in_a_process(settings: Any, **more: str) -> int:
    """One sweep by another process; give its exit status."""
    database = connection.settings_dict
    code = (
        "import django; django.setup();"
        "from supportdesk.imports.tasks import run_imports; run_imports()"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
            "DEMO": "1",
            "CRASH_POINTS": "1",
            "DATABASE_URL": f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}",
            "DATABASE_POOL": "0",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            **more,
        },
        check=False,
        timeout=120,
    )
    return done.returncode
