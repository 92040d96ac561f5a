"""What can be imported and exported: each app says so of its own (settings.IMPORT_KINDS).

A kind knows its columns, how a stored row is written as cells, and how planned rows are written to
the database in bulk. What is new, changed, the same or wrong is decided here, once for all kinds.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Literal

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.module_loading import import_string

from supportdesk.accounts.models import User
from supportdesk.imports.domain import cells as reading
from supportdesk.imports.domain.cells import CellError, Parser
from supportdesk.imports.problems import Problem
from supportdesk.tables import folded, plain_cell

type Outcome = Literal["new", "changed", "same", "faulty"]
type Cells = dict[str, str]

ERRORS_HEADER = "エラー"  # the column that a file of faulty lines has besides; read by nobody


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a kind's file. `header` is what exports call it, `code` never changes.

    `told` columns are written for people and not read back.
    """

    code: str
    header: str
    parse: Parser
    help: Any = ""
    example: str = ""
    required: bool = False
    told: bool = False


@dataclass(slots=True)
class Row:
    """A line of the file: its cells as they were, the values they mean, and what is wrong."""

    pk: int
    line: int
    raw: Cells
    cells: Cells
    problems: list[Problem]

    def spellings(self, code: str) -> list[str]:
        """How a name may be stored: as it stands in the file, and as it is read."""
        raw = plain_cell(self.raw.get(code, "")).strip()
        return [spelling for spelling in (raw, self.cells.get(code, "")) if spelling]

    def named[T](self, code: str, stored: Mapping[str, T]) -> T | None:
        """What the cell names among the rows read by their names."""
        found = (stored.get(spelling) for spelling in self.spellings(code))
        return next((each for each in found if each is not None), None)


def spelled(rows: Iterable[Row], code: str) -> set[str]:
    """All that the rows may name in this column, to be read in one query."""
    return {spelling for row in rows for spelling in row.spellings(code)}


@dataclass(frozen=True, slots=True)
class Change:
    """What a cell says now, and what the file would make of it."""

    column: str
    before: str
    after: str

    def as_json(self) -> list[str]:
        return [self.column, self.before, self.after]


@dataclass(slots=True)
class Planned[M: Model]:
    """What becomes of a row: with the stored row it is about, if there is one."""

    row: Row
    existing: M | None
    outcome: Outcome
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def value(self, code: str, default: str = "") -> str:
        """What the file says; where it is silent, what stays: the stored value or the default."""
        return self.row.cells.get(code, default)

    def told(self) -> list[Any]:
        """All that a person was shown of it, to be compared with what it is later."""
        return [
            self.row.line,
            self.outcome,
            [change.as_json() for change in self.changes],
            [problem.as_json() for problem in self.problems],
        ]


class Kind[M: Model, Found](ABC):
    """One sort of file. `key` names a row; rows of one `family` are judged together."""

    code: ClassVar[str]
    title: ClassVar[Any]
    intro: ClassVar[Any] = ""
    model: ClassVar[type[Model]]
    columns: ClassVar[tuple[Column, ...]]
    key: ClassVar[str]
    family: ClassVar[str]

    # --- what an app says of its own ---------------------------------------------

    @abstractmethod
    def find(self, rows: Sequence[Row], *, lock: bool, today: date) -> Found:
        """Read what the rows are about, in a fixed number of queries; `lock` holds it.

        `today` is the Tokyo date, for what may not lie ahead.
        """

    @abstractmethod
    def existing(self, row: Row, found: Found) -> M | None: ...

    @abstractmethod
    def cells_of(self, stored: M) -> Cells:
        """A stored row as the cells of every column, as `parse` would give them."""

    def settle(self, row: Row, found: Found) -> Iterable[Problem]:
        """Check what the row refers to; may write the cell as it is stored."""
        return ()

    def object_to(
        self, row: Row, stored: M | None, changes: Sequence[Change], found: Found
    ) -> Iterable[Problem]:
        """What forbids the change, or the new row."""
        return ()

    def judge_together(self, planned: Sequence[Planned[M]], found: Found) -> None:  # noqa: B027
        """Mark what is wrong between rows of one family."""

    @abstractmethod
    def write(
        self, planned: Sequence[Planned[M]], found: Found, *, by: User, now: datetime
    ) -> None:
        """Write the new and the changed rows in bulk, in the caller's transaction."""

    @abstractmethod
    def for_export(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With all that `cells_of` reads, in an order that imports again."""

    # --- the same for all kinds ------------------------------------------------------

    @property
    def parsers(self) -> dict[str, Parser]:
        return {column.code: column.parse for column in self.columns}

    def recognised(self, header: Sequence[str]) -> dict[int, Column]:
        """Which of the file's columns are this kind's, by their place."""
        names = {folded(name): one for one in self.columns for name in (one.header, one.code)}
        found = {place: names.get(folded(cell)) for place, cell in enumerate(header)}
        return {place: column for place, column in found.items() if column}

    def read(self, row: Row) -> None:
        """Fill in the values that the raw cells mean, and what cannot be read."""
        for column in self.columns:
            if column.code not in row.raw or column.told:
                continue
            raw = row.raw[column.code]
            plain = plain_cell(raw)
            try:
                value = column.parse(reading.content(plain, literal=plain != raw))
                if column.required and not value:
                    raise CellError("empty")
                row.cells[column.code] = value
            except CellError as error:
                row.problems.append(Problem.of(column.code, error))

    def plan(
        self, rows: Sequence[Row], *, lock: bool, today: date
    ) -> tuple[list[Planned[M]], Found]:
        """Decide what becomes of each row; the same answer while the database stays the same."""
        found = self.find(rows, lock=lock, today=today)
        planned = [self._planned(row, found) for row in rows]
        self.judge_together(planned, found)
        for one in planned:
            if one.problems:
                one.outcome, one.changes = "faulty", []
        return planned, found

    def _planned(self, row: Row, found: Found) -> Planned[M]:
        stored = self.existing(row, found)
        before = self.cells_of(stored) if stored else {}
        self._take_back(row, before)
        problems = [*row.problems, *self.settle(row, found)]
        changes = self._changes(row, before) if stored else []
        problems += self.object_to(row, stored, changes, found)
        outcome: Outcome = "new" if stored is None else "changed" if changes else "same"
        return Planned(row, stored, outcome, changes, problems)

    def _take_back(self, row: Row, before: Cells) -> None:
        """What stands in the file as it is stored is right, whatever it looks like."""
        kept = []
        for problem in row.problems:
            stored = before.get(problem.column)
            raw = plain_cell(row.raw.get(problem.column, ""))
            if stored is None or raw.strip() != stored.strip():
                kept.append(problem)
            else:
                row.cells[problem.column] = stored
        row.problems = kept

    def _changes(self, row: Row, before: Cells) -> list[Change]:
        return [
            Change(column.code, before[column.code], row.cells[column.code])
            for column in self.columns
            if column.code in row.cells
            and not self._same(column, before[column.code], row.cells[column.code])
        ]

    def _same(self, column: Column, before: str, after: str) -> bool:
        if reading.same(before, after):
            return True
        try:  # stored before the cell was read as it is today
            return reading.same(column.parse(before.strip()), after)
        except CellError:
            return False

    def table(self, rows: QuerySet[Any]) -> Iterator[list[str]]:
        """The export: the header, then every row; read in pieces, never all at once."""
        yield [column.header for column in self.columns]
        for stored in self.for_export(rows).iterator(chunk_size=2000):
            cells = self.cells_of(stored)
            yield [cells[column.code] for column in self.columns]

    def sample(self) -> Iterator[list[str]]:
        """A file to begin from: the header and one row."""
        yield [column.header for column in self.columns if not column.told]
        yield [column.example for column in self.columns if not column.told]


@cache
def kinds() -> dict[str, Kind[Any, Any]]:
    """All kinds by their codes, in the order in which a new desk imports them."""
    found = [import_string(path)() for path in settings.IMPORT_KINDS]
    return {kind.code: kind for kind in found}


def headers(kind: Kind[Any, Any]) -> Mapping[str, str]:
    """The header of each column by its code, in the order of the file."""
    return {column.code: column.header for column in kind.columns}
