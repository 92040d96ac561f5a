"""What people do with a file: upload, confirm, withdraw. `now` is an aware instant."""

import unicodedata
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from supportdesk.accounts.models import User
from supportdesk.imports.models import Export, ImportProgress, ImportRow, ImportRun
from supportdesk.imports.services.files import remove_files

_NAME_LENGTH = 120


class NotPossibleError(Exception):
    """What was asked cannot be done any more; the message says why."""


def upload(
    kind: str, *, file: UUID, sha256: str, size: int, file_name: str, by: User, now: datetime
) -> ImportRun:
    """Let a kept file of this kind wait for a worker to check it; nothing is imported by that."""
    with transaction.atomic(durable=True):
        run = ImportRun.objects.create(
            kind=kind,
            file=file,
            sha256=sha256,
            size=size,
            file_name=_shown_name(file_name),
            uploaded_by=by,
            uploaded_at=now,
        )
        ImportProgress.objects.create(run=run)
    return run


def _shown_name(name: str) -> str:
    """The file's name as it may stand on a page and in a list."""
    plain = "".join(each for each in name if unicodedata.category(each)[0] != "C").strip()
    return plain[-_NAME_LENGTH:] or "import.csv"


def confirm(run: ImportRun, *, digest: str, by: User, now: datetime) -> None:
    """Let a worker write exactly what `digest` stands for: what the person has seen.

    Raises NotPossibleError where another was faster, lines are wrong, or the data changed.
    """
    with transaction.atomic(durable=True):
        confirmed = digest == run.digest and (
            ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.CHECKED, digest=run.digest)
            .filter(faulty=0)
            .exclude(new=0, changed=0)
            .update(
                state=ImportRun.State.CONFIRMED,
                confirmed_by=by,
                confirmed_at=now,
                changed_since=False,
            )
        )
        if not confirmed:
            raise NotPossibleError(_("この内容はもう取り込めません。今の状態を確認してください。"))
        ImportProgress.objects.filter(run=run).update(done=0, of=0, attempts=0)


def withdraw(run: ImportRun, *, now: datetime) -> None:
    """Give a file up; nothing of it was written.

    Raises NotPossibleError where it is settled, or a worker is at it just now.
    """
    with transaction.atomic(durable=True):
        free = ImportRun.objects.select_for_update(no_key=True, skip_locked=True)
        waiting = free.filter(pk=run.pk, state__in=[*ImportRun.WORKERS, ImportRun.State.CHECKED])
        if not waiting.exists():
            raise NotPossibleError(
                _(
                    "処理の途中か、終わっているため、取りやめられません。"
                    "今の状態を確認してください。"
                )
            )
        waiting.update(state=ImportRun.State.WITHDRAWN, settled_at=now)


def forget(before: datetime) -> int:
    """Remove files and lines uploaded before that instant; who imported what and when stays."""
    old = ImportRun.objects.filter(uploaded_at__lt=before, file__isnull=False)
    files: list[UUID] = []
    with transaction.atomic(durable=True):
        for run in old.select_for_update(no_key=True, skip_locked=True):
            if run.file:
                files.append(run.file)
            _let_go(run, before)
        transaction.on_commit(lambda: remove_files(files))
    return len(files)


def _let_go(run: ImportRun, now: datetime) -> None:
    ImportRow.objects.filter(run=run).delete()
    run.file = None
    if run.is_under_way or run.state == ImportRun.State.CHECKED:
        run.state, run.settled_at = ImportRun.State.WITHDRAWN, now
    run.save(update_fields=["file", "state", "settled_at"])


def record_export(kind: str, *, filters: str, rows: int, by: User, now: datetime) -> Export:
    """Remember who took a copy of what."""
    return Export.objects.create(
        kind=kind, filters=filters[:500], rows=rows, exported_by=by, exported_at=now
    )
