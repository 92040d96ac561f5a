"""Which characters the fonts of the certificate can print: no empty box goes out unnoticed."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

import pylopdf_fonts_jp

# What Japanese printers have always set where a character is missing.
SUBSTITUTE = "〓"
_SEGMENTED_COVERAGE = 12


def is_printable(character: str) -> bool:
    """Whether one of the two fonts has this character; a variation selector needs no glyph."""
    return ord(character) in _characters() or unicodedata.name(character, "").startswith(
        "VARIATION SELECTOR"
    )


@cache
def _characters() -> frozenset[int]:
    paths = (pylopdf_fonts_jp.serif_path(), pylopdf_fonts_jp.sans_path())
    # Either will do: each stands in for the other.
    return frozenset().union(*(_of_font(path) for path in paths))


def _of_font(path: Path) -> set[int]:
    """The characters of an OpenType font, from its table of groups (cmap, format 12)."""
    font = path.read_bytes()
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for index in range(count):
        (offset,) = struct.unpack_from(">L", font, start + 8 + 8 * index)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form == _SEGMENTED_COVERAGE:
            found.update(_groups(font, start + offset))
    return found


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for index in range(count):
        name, _checksum, offset, _length = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag!r}")


def _groups(font: bytes, start: int) -> set[int]:
    (count,) = struct.unpack_from(">L", font, start + 12)
    groups = struct.iter_unpack(">LLL", font[start + 16 : start + 16 + 12 * count])
    return {code for first, last, _glyph in groups for code in range(first, last + 1)}
