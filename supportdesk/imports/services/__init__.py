"""A file on its way in: kept, checked, confirmed by a person, written whole or not at all."""

from supportdesk.imports.services.files import LARGEST_FILE, MOST_ROWS, keep_file, open_file
from supportdesk.imports.services.running import run_next
from supportdesk.imports.services.steps import (
    NotPossibleError,
    confirm,
    forget,
    record_export,
    upload,
    withdraw,
)

__all__ = [
    "LARGEST_FILE",
    "MOST_ROWS",
    "NotPossibleError",
    "confirm",
    "forget",
    "keep_file",
    "open_file",
    "record_export",
    "run_next",
    "upload",
    "withdraw",
]
