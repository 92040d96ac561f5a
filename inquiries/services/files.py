"""Attachments on disk: a row never names a file that is not whole.

Written under another name, flushed, renamed, and only then does the
transaction write the row. What a crash leaves behind has no row, and the
sweeper removes it a day later.
"""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from inquiries.domain.uploads import HEAD_BYTES, MAX_FILES, CheckedFile, check_file
from inquiries.models import AnswerDraft, Attachment, Draft
from supportdesk.accounts.models import User

type Owner = Draft | AnswerDraft
type Upload = UploadedFile[Any]

ORPHAN_AGE = timedelta(hours=24)
_PART = ".part"


class TooManyFilesError(Exception):
    """There are MAX_FILES attachments already."""


@dataclass(frozen=True, slots=True)
class _Stored:
    id: UUID
    sha256: str


def path_of(file_id: UUID) -> Path:
    """Where the bytes of an attachment lie: nothing of the customer's name is in it."""
    return _root() / file_id.hex[:2] / file_id.hex


def attach(owner: Owner, upload: Upload, *, by: User, now: datetime) -> Attachment:
    """Check a file, keep it and hang it on a draft.

    Raises FileRefusedError, TooManyFilesError, and OSError where the disk does not take it.
    """
    checked = _checked(upload)
    stored = _store(upload)
    try:
        return _record(owner, upload, checked, stored, by=by, now=now)
    except Exception:
        path_of(stored.id).unlink(missing_ok=True)
        raise


def detach(owner: Owner, attachment_id: str) -> bool:
    """Take a file off a draft again; False where it is not there (any more)."""
    file_id = _uuid(attachment_id)
    with transaction.atomic(durable=True):
        found = owner.attachments.filter(pk=file_id).first() if file_id else None
        if found is None:
            return False
        path = path_of(found.pk)
        found.delete()
        transaction.on_commit(lambda: remove([path]))
    return True


def remove(paths: Iterable[Path]) -> None:
    """Remove files whose rows are gone; what cannot be removed now, the sweeper finds."""
    for path in paths:
        path.unlink(missing_ok=True)


def sweep_orphans() -> int:
    """Remove files without a row that are older than a day; give how many.

    By the machine's clock, like the files' own times; never a file that a row names.
    """
    oldest = time.time() - ORPHAN_AGE.total_seconds()
    old = [path for path in _files() if path.stat().st_mtime < oldest]
    known = set(Attachment.objects.filter(pk__in=_ids(old)).values_list("pk", flat=True))
    # A part that was never finished has no id at all.
    orphans = [path for path in old if _uuid(path.name) not in known]
    remove(orphans)
    return len(orphans)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "inquiries"


def _checked(upload: Upload) -> CheckedFile:
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    return check_file(name=upload.name or "", head=head, size=upload.size or 0)


def _store(upload: Upload) -> _Stored:
    """The bytes, safely on disk under their final name."""
    file_id, digest = uuid4(), hashlib.sha256()
    final = path_of(file_id)
    final.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    part = final.with_suffix(_PART)
    try:
        with part.open("wb") as out:
            for chunk in upload.chunks():
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        part.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
        part.rename(final)
        _flush_folder(final.parent)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return _Stored(file_id, digest.hexdigest())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@transaction.atomic(durable=True)
def _record(
    owner: Owner,
    upload: Upload,
    checked: CheckedFile,
    stored: _Stored,
    *,
    by: User,
    now: datetime,
) -> Attachment:
    # The owner's row is locked, so that two uploads at once cannot both be the fifth.
    _hold(owner)
    place = owner.attachments.count()
    if place >= MAX_FILES:
        raise TooManyFilesError
    return owner.attachments.create(
        pk=stored.id,
        name=checked.name,
        content_type=checked.content_type,
        size=upload.size or 0,
        sha256=stored.sha256,
        locked=checked.locked,
        uploaded_by=by,
        uploaded_at=now,
        place=place,
    )


def _hold(owner: Owner) -> None:
    if isinstance(owner, Draft):
        Draft.objects.select_for_update().get(pk=owner.pk)
    else:
        AnswerDraft.objects.select_for_update().get(pk=owner.pk)


def _files() -> Iterator[Path]:
    return (path for path in _root().glob("??/*") if path.is_file())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ids(paths: list[Path]) -> list[UUID]:
    return [file_id for path in paths if (file_id := _uuid(path.name))]
