"""What a worker does for a file: check it, or write it.

The run's row is locked for as long as that takes, and everything happens in that one transaction:
a worker that dies leaves nothing behind, and the next one begins anew. Only the progress is written
beside it, by a connection of its own.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pghistory
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.imports import header
from supportdesk.imports.kinds import Kind, kinds
from supportdesk.imports.models import MOST_ATTEMPTS, ImportProgress, ImportRow, ImportRun
from supportdesk.imports.services import staging
from supportdesk.imports.services.files import MOST_ROWS, open_file
from supportdesk.outbox import crash
from supportdesk.presenting.language import in_the_desks_language
from supportdesk.tables import Table, UnreadableTableError

log = logging.getLogger(__name__)

type Told = Callable[[int, int], None]

_ROWS_BETWEEN_SIGNS = 1000


class _ChangedSinceError(Exception):
    """The database is not as it was when the lines were shown."""


@in_the_desks_language
def run_next(*, now: datetime) -> int:
    """Check or write the oldest file that waits and that no other worker has; give how many."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        try:
            found = _run_next(now, beside)
        finally:
            beside.submit(connections.close_all).result()
    return found


def _run_next(now: datetime, beside: ThreadPoolExecutor) -> int:
    for pk in ImportRun.objects.waiting().values_list("pk", flat=True):
        try:
            with transaction.atomic(durable=True):
                run = _taken(pk)
                if run is None:
                    continue
                beside.submit(_begin, run.pk).result()
                _work_on(run, _Progress(run.pk, beside), now)
        except (_ChangedSinceError, IntegrityError):
            _check_again(pk)
        except DatabaseError:
            raise  # the sweep tries on
        except Exception:
            log.exception("import %s fails", pk)
            _fail(pk, _unexpected(), now)
        return 1
    return 0


def _taken(pk: int) -> ImportRun | None:
    """The run, locked, if it still waits and nobody else works on it."""
    free = ImportRun.objects.select_for_update(no_key=True, skip_locked=True)
    return free.waiting().filter(pk=pk).first()


def _work_on(run: ImportRun, told: Told, now: datetime) -> None:
    if ImportProgress.objects.get(run=run).attempts > MOST_ATTEMPTS:
        _settle(run, ImportRun.State.FAILED, now, failure=_unexpected())
    elif run.state == ImportRun.State.UPLOADED:
        try:
            _check(run, told, now)
        except UnreadableTableError as error:
            _settle(run, ImportRun.State.FAILED, now, failure=str(error))
    else:
        _write(run, told, now)


# --- Checking: what would become of every line -------------------------------------


def _check(run: ImportRun, told: Told, now: datetime) -> None:
    kind = kinds()[run.kind]
    ImportRow.objects.filter(run=run).delete()
    with transaction.atomic():
        total = _read_lines(run, kind, told)
    staging.mark_repeated(run, kind)
    digest, tally = hashlib.sha256(), dict.fromkeys(("new", "changed", "same", "faulty"), 0)
    done = 0
    for rows in staging.pieces(run):
        planned, _found = kind.plan(rows, lock=False, today=clock.today(now))
        staging.decided(planned)
        for one in planned:
            tally[one.outcome] += 1
            digest.update(_as_bytes(one.told()))
        done += len(rows)
        told(total + done, total * 2)
    ImportRun.objects.filter(pk=run.pk).update(
        state=ImportRun.State.CHECKED,
        total=total,
        digest=digest.hexdigest(),
        checked_at=now,
        **tally,
    )


def _read_lines(run: ImportRun, kind: Kind[Any, Any], told: Told) -> int:
    """Put every line into the table; give how many. Raises UnreadableTableError."""
    if run.file is None:
        raise UnreadableTableError(_unexpected())
    total = 0
    with open_file(run.file) as file:
        table = Table(file)
        places = {at: one.code for at, one in header.places(table.header, kind).items()}
        rows = []
        for line in table.lines():
            total += 1
            if total > MOST_ROWS:
                text = _("一度に取り込めるのは %(most)s行までです。ファイルを分けてください。")
                raise UnreadableTableError(text % {"most": f"{MOST_ROWS:,}"})
            rows.append(staging.read_row(kind, places, table.header, line))
            if len(rows) >= staging.PIECE:
                staging.store(run, kind, rows)
                # How many lines there are is not known yet; how much of the file is read, is.
                told(file.tell(), run.size * 2)
                rows = []
        staging.store(run, kind, rows)
    if not total:
        raise UnreadableTableError(_("見出しのほかに行がありません。"))
    return total


def _as_bytes(told: list[Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n"


# --- Writing: exactly what was shown, or nothing --------------------------------------


def _write(run: ImportRun, told: Told, now: datetime) -> None:
    """Decide every line again with its rows locked. Raises _ChangedSinceError, IntegrityError."""
    kind = kinds()[run.kind]
    digest, done = hashlib.sha256(), 0
    by = run.confirmed_by
    assert by is not None  # noqa: S101 -- `confirm` sets both at once
    for rows in staging.pieces(run):
        planned, found = kind.plan(rows, lock=True, today=clock.today(now))
        for one in planned:
            digest.update(_as_bytes(one.told()))
        to_write = [one for one in planned if one.outcome in ("new", "changed")]
        if any(one.problems for one in planned):
            raise _ChangedSinceError
        if to_write:
            with pghistory.context(by=_as_history_names(by), import_run=run.pk):
                kind.write(to_write, found, by=by, now=now)
        done += len(rows)
        crash.point("import-piece-written")
        told(done, run.total)
    if digest.hexdigest() != run.digest:
        raise _ChangedSinceError
    crash.point("import-written")
    _settle(run, ImportRun.State.APPLIED, now)


def _as_history_names(by: User) -> dict[str, Any]:
    """A worker writes; in the history stands who confirmed, and the page where."""
    return {"user": by.pk, "name": str(by), "page": "admin:imports_importrun_change"}


def _settle(run: ImportRun, state: ImportRun.State, now: datetime, *, failure: str = "") -> None:
    ImportRun.objects.filter(pk=run.pk).update(state=state, settled_at=now, failure=failure)


def _check_again(pk: int) -> None:
    """Nothing was written: the lines are checked anew and shown anew."""
    with transaction.atomic(durable=True):
        again = ImportRun.objects.filter(pk=pk, state=ImportRun.State.CONFIRMED).update(
            state=ImportRun.State.UPLOADED,
            changed_since=True,
            confirmed_by=None,
            confirmed_at=None,
        )
        if again:
            ImportProgress.objects.filter(run=pk).update(done=0, of=0, attempts=0)


def _fail(pk: int, reason: str, now: datetime) -> None:
    with transaction.atomic(durable=True):
        ImportRun.objects.filter(pk=pk, state__in=ImportRun.WORKERS).update(
            state=ImportRun.State.FAILED, settled_at=now, failure=reason
        )


def _unexpected() -> str:
    return _("処理を完了できませんでした。何も取り込んでいません。管理者に知らせてください。")


# --- Progress, beside the transaction ---------------------------------------------------


class _Progress:
    """Tells a page how far the work is, through another connection."""

    def __init__(self, run: int, beside: ThreadPoolExecutor) -> None:
        self.run, self.beside, self.last = run, beside, 0

    def __call__(self, done: int, of: int) -> None:
        percent = done * 100 // max(of, 1)
        if percent != self.last:
            self.last = percent
            self.beside.submit(_tell, self.run, done, of)


def _begin(run: int) -> None:
    ImportProgress.objects.filter(run=run).update(attempts=F("attempts") + 1, done=0, of=0)


def _tell(run: int, done: int, of: int) -> None:
    ImportProgress.objects.filter(run=run).update(done=done, of=of)
