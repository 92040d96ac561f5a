"""Tables that people save from spreadsheets: read whatever they saved, written safely for them.

Everything is read from a seekable file, line by line: the memory used does not grow with the file.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _

MOST_COLUMNS = 200
_SHOWN = 40

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Kana and kanji in UTF-8: three bytes that no line of CP932 has by chance.
_SURELY_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_HALF_WIDTH_KANA = re.compile("[｡-ﾟ]")
_MOSTLY = 0.3
# Bytes that Shift_JIS does not have; Python gives them numbers for private use.
_NO_LETTER_OF_CP932 = re.compile("[\uf8f0-\uf8f3]")

# What a spreadsheet would take for a formula, quotes and spaces before it or not (CWE-1236).
_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠\t\r\n\0]")
_SEPARATOR = "sep="  # Excel's own first line
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


class UnreadableTableError(ValueError):
    """The file as a whole cannot be read; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: the line of the file that it begins on, and its cells."""

    number: int
    cells: list[str]


def encoding_of(file: BinaryIO) -> str:
    """The one encoding that every line of the file has: UTF-8, UTF-16 with its mark, or CP932.

    Raises UnreadableTableError with the first line that cannot be read, where lines differ in their
    encoding, and for EUC-JP, which CP932 would take for half-width kana.
    """
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head.startswith(_UTF16_MARKS):
        return _checked_utf16(file)
    if head.startswith(codecs.BOM_UTF8):
        return _checked_utf8(file)
    return _found(_Lines.of(file))


def text_of(content: bytes) -> str:
    """A small file's text, whatever of these it was saved in; raises UnreadableTableError."""
    text = content.decode(encoding_of(io.BytesIO(content)))
    if "\0" in text:
        raise UnreadableTableError(_unreadable(text[: text.index("\0")].count("\n") + 1, ""))
    return text


@dataclass(slots=True)
class _Lines:
    """What the lines of a file without a mark can be read as."""

    utf8: tuple[int, bytes] | None = None
    cp932: tuple[int, bytes] | None = None
    neither: tuple[int, bytes] | None = None
    surely_utf8: tuple[int, bytes] | None = None
    all_euc: bool = True
    letters: int = 0
    half_width: int = 0

    @classmethod
    def of(cls, file: BinaryIO) -> "_Lines":
        lines = cls()
        for number, line in _physical(file):
            if not line.isascii():
                lines._judge(number, line)
            if lines.neither:
                break
        return lines

    def _judge(self, number: int, line: bytes) -> None:
        if _reads_as("utf-8", line):
            self.utf8 = self.utf8 or (number, line)
            if _SURELY_UTF8.search(line):
                self.surely_utf8 = self.surely_utf8 or (number, line)
        elif _reads_as("cp932", line):
            self.cp932 = self.cp932 or (number, line)
            text = line.decode("cp932")
            self.letters += sum(not each.isascii() for each in text)
            self.half_width += len(_HALF_WIDTH_KANA.findall(text))
            self.all_euc = self.all_euc and _reads_as("euc_jp", line)
        else:
            self.neither = (number, line)


def _found(lines: _Lines) -> str:
    if lines.neither:
        raise UnreadableTableError(_unreadable(*_shown(lines.neither)))
    if lines.cp932 is None:
        return "utf-8"
    if lines.surely_utf8:
        # Where it changes is the first bad line: the later of the two beginnings.
        raise UnreadableTableError(_mixed(*_shown(max(lines.surely_utf8, lines.cp932))))
    if lines.all_euc and lines.half_width > lines.letters * _MOSTLY:
        raise UnreadableTableError(_unreadable(*_shown(lines.cp932, "euc_jp")))
    return "cp932"


def _checked_utf8(file: BinaryIO) -> str:
    for number, line in _physical(file):
        if not (line.isascii() or _reads_as("utf-8", line)):
            raise UnreadableTableError(_mixed(*_shown((number, line))))
    return "utf-8-sig"


def _checked_utf16(file: BinaryIO) -> str:
    number = 0
    reader = io.TextIOWrapper(file, encoding="utf-16", newline="")
    try:
        for number, _line in enumerate(reader, start=1):  # noqa: B007 -- the last one read
            pass
    except UnicodeError:
        raise UnreadableTableError(_unreadable(number + 1, "")) from None
    finally:
        reader.detach()
    return "utf-16"


def _physical(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines as an editor counts them, ended by LF, CR LF or CR; none of the encodings hides one."""
    return enumerate((line for block in file for line in block.splitlines()), start=1)


def _reads_as(encoding: str, line: bytes) -> bool:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return encoding != "cp932" or not _NO_LETTER_OF_CP932.search(text)


def _shown(line: tuple[int, bytes], encoding: str = "cp932") -> tuple[int, str]:
    number, content = line
    if _SURELY_UTF8.search(content) and _reads_as("utf-8", content):
        encoding = "utf-8"
    return number, content.decode(encoding, errors="replace")[:_SHOWN]


def _unreadable(line: int, shown: str) -> str:
    return _(
        "%(line)d行目の文字を読めません%(shown)s。"
        "表計算ソフトで「CSV UTF-8」を選んで保存し直してください。"
    ) % {"line": line, "shown": f"（{shown}）" if shown else ""}


def _mixed(line: int, shown: str) -> str:
    return _(
        "%(line)d行目から文字コードが変わっています（%(shown)s）。"
        "ファイル全体を「CSV UTF-8」で保存し直してください。"
    ) % {"line": line, "shown": shown}


# --- Rows -------------------------------------------------------------------------


class Table:
    """A file of rows: its header, and the lines below it. Raises UnreadableTableError."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.encoding = encoding_of(file)
        self.delimiter = self._delimiter()
        first = next(self._read(), None)
        if first is None:
            raise UnreadableTableError(_("ファイルに何も入っていません。"))
        self.header = _without_empty_end(first.cells)
        if len(self.header) > MOST_COLUMNS:
            message = _("列が多すぎます（%(count)d列）。%(most)d列までにしてください。")
            raise UnreadableTableError(message % {"count": len(self.header), "most": MOST_COLUMNS})

    def lines(self) -> Iterator[Line]:
        """The rows below the header; empty ones are left out."""
        lines = self._read()
        next(lines)
        return lines

    def _read(self) -> Iterator[Line]:
        with self._text() as text:
            yield from _rows(text, self.delimiter)

    def _delimiter(self) -> str:
        """The one of the first line that says something: no header has a comma in its name."""
        with self._text() as text:
            first = next((line for line in text if line.strip() and line[:4] != _SEPARATOR), "")
        return "\t" if first.count("\t") > first.count(",") else ","

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        """The file from its beginning, as text; it stays open afterwards."""
        self._file.seek(0)
        text = io.TextIOWrapper(self._file, encoding=self.encoding, newline="")
        try:
            yield text
        finally:
            text.detach()


def _rows(text: Iterable[str], delimiter: str) -> Iterator[Line]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any("\0" in cell for cell in cells):
                raise UnreadableTableError(_unreadable(begins, ""))
            separator = begins == 1 and cells[:1] and cells[0][:4] == _SEPARATOR
            if any(cell.strip() for cell in cells) and not separator:
                yield Line(begins, cells)
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTableError(_not_csv(begins, str(error))) from error


def _not_csv(line: int, reason: str) -> str:
    if "field larger" in reason:
        text = _(
            "%(line)d行目に長すぎるセルがあります。セルを短くするか、"
            '閉じていない引用符（"）がないか確かめてください。'
        )
    else:
        text = _(
            '%(line)d行目の引用符（"）の使い方が正しくありません。'
            "閉じていない引用符がないか確かめてください。"
        )
    return text % {"line": line}


def _without_empty_end(cells: Sequence[str]) -> list[str]:
    """Columns that a spreadsheet saved only because somebody once touched them are none."""
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def folded(header: str) -> str:
    """A column's name as it is compared: width, case and spaces make no difference."""
    plain = unicodedata.normalize("NFKC", header.removeprefix(_BYTE_ORDER_MARK))
    return "".join(plain.split()).casefold()


# --- Cells ------------------------------------------------------------------------


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what could be."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """What `safe_cell` was given; every other cell as it is."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def written(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """CSV that spreadsheets open by a double click: UTF-8 with its mark, CR LF, every cell quoted.

    Cells are made safe here. One piece for some hundred rows, so that it can be streamed.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    out.write(_BYTE_ORDER_MARK)
    for number, row in enumerate(chain(rows), start=1):
        writer.writerow([safe_cell(cell) for cell in row])
        if number % 500 == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    piece = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return piece
