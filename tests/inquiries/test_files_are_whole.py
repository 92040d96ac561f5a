"""File and row agree, whenever the process dies (G18)."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from inquiries import services
from inquiries.models import Attachment, Draft
from inquiries.services.files import path_of
from inquiries.tasks import tidy
from tests.builders import a_contact
from tests.clock import set_desk_clock, tokyo
from tests.inquiries.desk import a_file

NOW = tokyo("2026-11-20 17:05")

# A child that dies, without any tidying up, the moment it reaches the named step.
CHILD = """
import os, sys
import django
django.setup()
from unittest import mock
from django.core.files.uploadedfile import SimpleUploadedFile
from inquiries.models import Draft
from inquiries.services import files
from tests.clock import tokyo

def die(*args, **kwargs):
    os._exit(137)

def record_and_die(*args, _record=files._record, **kwargs):
    _record(*args, **kwargs)
    die()

steps = {
    "while_writing": lambda: mock.patch("hashlib.sha256", die),
    "before_fsync": lambda: mock.patch("os.fsync", die),
    "before_rename": lambda: mock.patch("pathlib.Path.rename", die),
    "before_row": lambda: mock.patch.object(files, "_record", die),
    "before_commit": lambda: mock.patch(
        "django.db.backends.base.base.BaseDatabaseWrapper._commit", die
    ),
    "after_commit": lambda: mock.patch.object(files, "_record", record_and_die),
}
draft, upload = Draft.objects.get(), SimpleUploadedFile("app.log", b"x" * 300_000)
with steps[sys.argv[1]]():
    files.attach(draft, upload, by=draft.user, now=tokyo("2026-11-20 17:05"))
"""
STEPS = [
    "while_writing",
    "before_fsync",
    "before_rename",
    "before_row",
    "before_commit",
    "after_commit",
]


def on_disk() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def a_draft() -> Draft:
    set_desk_clock("2026-11-20 17:05")
    return services.save_draft(uuid4(), by=a_contact().user, typed={}, now=NOW)


def _die_at(step: str) -> int:
    database = connection.settings_dict
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "supportdesk.settings",
        "DEMO": "1",
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['HOST']}/{database['NAME']}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    child = [sys.executable, "-W", "ignore", "-c", CHILD, step]
    return subprocess.run(child, env=environment, check=False, timeout=60).returncode


def make_old(path: Path) -> None:
    two_days_ago = time.time() - 2 * 86_400
    os.utime(path, (two_days_ago, two_days_ago))


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", STEPS)
def test_dying_at_any_step_leaves_no_row_without_its_file(step: str) -> None:
    draft = a_draft()
    assert _die_at(step) == 137
    rows = list(Attachment.objects.all())
    assert len(rows) == (1 if step == "after_commit" else 0)
    for row in rows:
        assert path_of(row.pk).stat().st_size == row.size == 300_000
    left = {path_of(row.pk) for row in rows}
    for path in on_disk():
        make_old(path)
    services.sweep_orphans()
    assert set(on_disk()) == left
    assert draft.attachments.count() == len(rows)


@pytest.mark.django_db
def test_the_sweeper_waits_a_day_and_never_takes_what_a_row_names() -> None:
    draft = a_draft()
    kept = services.attach(draft, a_file(), by=draft.user, now=NOW)
    folder = path_of(kept.pk).parent
    fresh, old, part = (folder / name for name in ("c" * 32, "a" * 32, f"{'b' * 32}.part"))
    for path in (fresh, old, part):
        path.write_bytes(b"left behind")
    for path in (old, part, path_of(kept.pk)):
        make_old(path)
    assert tidy() == 2
    assert sorted(on_disk()) == sorted([fresh, path_of(kept.pk)])


@pytest.mark.django_db
def test_a_row_that_could_not_be_written_takes_its_file_away_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = a_draft()

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("inquiries.services.files._record", fail)
    with pytest.raises(RuntimeError):
        services.attach(draft, a_file(), by=draft.user, now=NOW)
    assert on_disk() == []


@pytest.mark.django_db
def test_forms_that_nobody_sends_go_with_their_files_after_sixty_days(
    django_capture_on_commit_callbacks: Any,
) -> None:
    draft = a_draft()
    services.attach(draft, a_file(), by=draft.user, now=NOW)
    assert services.discard_abandoned(now=tokyo("2027-01-19 17:00")) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert services.discard_abandoned(now=tokyo("2027-01-19 17:06")) == 1
    assert on_disk() == []
    assert not Draft.objects.exists()
