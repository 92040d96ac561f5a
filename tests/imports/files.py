"""Files on their way in: upload, let a worker run, confirm."""

import hashlib
from typing import Any

from supportdesk.accounts.models import User
from supportdesk.imports import services
from supportdesk.imports.models import ImportRow, ImportRun
from supportdesk.imports.problems import Problem
from tests.builders import a_staff_member
from tests.clock import tokyo

NOW = tokyo("2026-11-20 10:00")


def an_upload(kind: str, text: str | bytes, *, by: User | None = None) -> ImportRun:
    """A file that waits for a worker."""
    content = text.encode() if isinstance(text, str) else text
    file, sha256 = services.keep_file([content])
    assert sha256 == hashlib.sha256(content).hexdigest()
    return services.upload(
        kind,
        file=file,
        sha256=sha256,
        size=len(content),
        file_name="名簿.csv",
        by=by or a_staff_member(),
        now=NOW,
    )


def checked(kind: str, text: str | bytes, *, by: User | None = None) -> ImportRun:
    """The same after the dry run."""
    run = an_upload(kind, text, by=by)
    assert services.run_next(now=NOW) == 1
    run.refresh_from_db()
    return run


def imported(kind: str, text: str | bytes) -> ImportRun:
    """The same, confirmed and written."""
    run = checked(kind, text)
    assert run.state == "checked", run.failure
    assert not run.faulty, problems(run)
    if not run.to_write:
        return run
    services.confirm(run, digest=run.digest, by=a_staff_member(), now=NOW)
    assert services.run_next(now=NOW) == 1
    run.refresh_from_db()
    assert run.state == "applied", (run.state, run.failure)
    return run


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """New, changed, the same, faulty."""
    return run.new, run.changed, run.same, run.faulty


def problems(run: ImportRun) -> list[tuple[int, str, str]]:
    """Line, column and words of all that is wrong."""
    return [
        (row.line, problem.column, problem.said())
        for row in ImportRow.objects.filter(run=run).order_by("line")
        for problem in map(Problem.from_json, row.problems)
    ]


def changes(run: ImportRun) -> list[list[Any]]:
    rows = ImportRow.objects.filter(run=run).order_by("line")
    return [[row.line, *change] for row in rows for change in row.changes]
