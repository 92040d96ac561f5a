"""Which files are taken: by extension, first bytes and size, never by what the browser claims."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from inquiries.domain.text import clean_line

Fault = Literal["no_name", "type", "content", "empty", "too_large"]

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_FILES = 5
HEAD_BYTES = 8192  # how much of a file the check must see
NAME_LENGTH = 120

_PROGRAM_OR_ARCHIVE = (
    b"MZ",
    b"\x7fELF",
    b"PK\x03\x04",
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xca\xfe\xba\xbe",
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def _is_text(head: bytes) -> bool:
    if head.startswith(_UTF16_MARKS):
        return True
    return b"\x00" not in head and not head.startswith(_PROGRAM_OR_ARCHIVE)


@dataclass(frozen=True, slots=True)
class FileType:
    """What is served for an extension, and how its first bytes are known."""

    content_type: str
    matches: Callable[[bytes], bool]


_TEXT = FileType("text/plain", _is_text)
_JPEG = FileType("image/jpeg", lambda head: head.startswith(b"\xff\xd8\xff"))

# One line more and another format is taken.
ALLOWED: dict[str, FileType] = {
    "txt": _TEXT,
    "log": _TEXT,
    "csv": FileType("text/csv", _is_text),
    "zip": FileType("application/zip", lambda head: head.startswith(_ZIP_STARTS)),
    "png": FileType("image/png", lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "pdf": FileType("application/pdf", lambda head: b"%PDF-" in head[:1024]),
}


class FileRefusedError(ValueError):
    """This file cannot be attached: `fault` says why, `name` is safe to show."""

    def __init__(self, fault: Fault, name: str) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.name = name


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: the name to show, the type to serve, whether a password locks it."""

    name: str
    content_type: str
    locked: bool


def safe_name(name: str) -> str:
    """The name to show and to serve: last part of a path, one line, no tricks, no leading dots.

    Cleaned first, judged afterwards: an invisible character must not hide a dot. Long names keep
    their extension. May be empty.
    """
    visible = re.sub(r'[<>:"|?*]', "_", re.split(r"[/\\]", clean_line(name))[-1])
    visible = visible.strip(". ")
    stem, dot, extension = visible.rpartition(".")
    if not dot:
        return visible[:NAME_LENGTH]
    return f"{stem[: NAME_LENGTH - len(extension) - 1].rstrip('. ')}.{extension}"


def check_file(*, name: str, head: bytes, size: int) -> CheckedFile:
    """Judge a file of `size` bytes by its name and its first HEAD_BYTES bytes.

    Zip files are taken as they are and never opened. Raises FileRefusedError.
    """
    shown = safe_name(name)
    stem, _, extension = shown.rpartition(".")
    if not stem:
        # ".htaccess", "name" or nothing: no file that a log or a screenshot would be.
        raise FileRefusedError("type" if shown else "no_name", shown)
    kind = ALLOWED.get(extension.lower())
    if kind is None:
        raise FileRefusedError("type", shown)
    if size == 0:
        raise FileRefusedError("empty", shown)
    if size > MAX_FILE_BYTES:
        raise FileRefusedError("too_large", shown)
    if not kind.matches(head[:HEAD_BYTES]):
        raise FileRefusedError("content", shown)
    return CheckedFile(name=shown, content_type=kind.content_type, locked=_is_locked_zip(head))


def _is_locked_zip(head: bytes) -> bool:
    # Bit 0 of the general purpose flag in the first local header.
    return head.startswith(b"PK\x03\x04") and bool(sum(head[6:7]) & 1)
