"""The uploaded bytes: outside every web root, under a name of our own, for some weeks."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.conf import settings

LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 300_000


def path_of(file: UUID) -> Path:
    """Where the bytes of an uploaded file are kept."""
    return Path(settings.MEDIA_ROOT) / "imports" / file.hex[:2] / file.hex


def keep_file(chunks: Iterable[bytes]) -> tuple[UUID, str]:
    """Store the bytes durably; give their name on the disk and their SHA-256. Raises OSError."""
    file, digest = uuid4(), hashlib.sha256()
    path = path_of(file)
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    try:
        with path.open("xb") as out:
            for chunk in chunks:
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        path.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return file, digest.hexdigest()


def open_file(file: UUID) -> BinaryIO:
    """The kept bytes. Raises FileNotFoundError where they are gone."""
    return path_of(file).open("rb")


def remove_files(files: Iterable[UUID]) -> None:
    """Forget the bytes of these files; one that is gone already is no error."""
    for file in files:
        path_of(file).unlink(missing_ok=True)
