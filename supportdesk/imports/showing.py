"""What the pages show of a file that was checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext

from supportdesk.imports.kinds import ERRORS_HEADER, Kind, headers, kinds
from supportdesk.imports.models import ImportRow, ImportRun
from supportdesk.imports.problems import Problem
from supportdesk.tables import plain_cell

ROWS_OF_A_PAGE = 50
_CELLS_SHOWN = 6

_TABS = ("faulty", "new", "changed", "same")


@dataclass(frozen=True, slots=True)
class Tab:
    """One outcome of a run: how many lines have it, and whether these are shown now."""

    outcome: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the file: its name, and what is new, changed or wrong, by column."""

    line: int
    name: str
    cells: list[tuple[str, str]]
    changes: list[tuple[str, str, str]]
    problems: list[tuple[str, str]]


def title_of(code: str) -> str:
    """A kind's title; its code where the desk no longer knows it."""
    kind = kinds().get(code)
    return str(kind.title) if kind else code


def tabs(run: ImportRun, wanted: str) -> list[Tab]:
    """With what needs attention first; the wanted one, or the first that has rows, is open."""
    filled = [name for name in _TABS if getattr(run, name)]
    current = wanted if wanted in _TABS else next(iter(filled), "new")
    return [
        Tab(name, str(ImportRow.Outcome(name).label), getattr(run, name), name == current)
        for name in _TABS
    ]


def page_of(run: ImportRun, outcome: str, number: str) -> Page[ImportRow]:
    """The lines of a run with one outcome, a page of them; the nearest page for a wrong number."""
    rows = ImportRow.objects.filter(run=run, outcome=outcome).order_by("line")
    return Paginator(rows, ROWS_OF_A_PAGE).get_page(number)


def shown(rows: Page[ImportRow], kind: Kind[Any, Any]) -> list[Shown]:
    """Lines as a page prints them, under the headers of their columns."""
    names = headers(kind)
    return [
        Shown(
            line=row.line,
            name=row.key or plain_cell(row.raw.get(kind.key, "")),
            cells=[
                (name, row.cells[code])
                for code, name in names.items()
                if code != kind.key and row.cells.get(code)
            ][:_CELLS_SHOWN],
            changes=[(names[code], before, after) for code, before, after in row.changes],
            problems=[(names.get(one.column, ""), one.said()) for one in _problems(row)],
        )
        for row in rows
    ]


def faulty_lines(run: ImportRun) -> Iterator[list[str]]:
    """The wrong lines as they came, with what is wrong beside them: to be mended and sent again."""
    kind = kinds()[run.kind]
    names = headers(kind)
    rows = ImportRow.objects.filter(run=run, outcome="faulty").order_by("line")
    first = rows.first()
    if first is None:
        return
    present = max((set(row.raw) for row in rows[:ROWS_OF_A_PAGE]), key=len)
    codes = [code for code in names if code in present]
    yield [*(names[code] for code in codes), ERRORS_HEADER]
    for row in rows.iterator(chunk_size=2000):
        cells = [plain_cell(row.raw.get(code, "")) for code in codes]
        said = " ".join(_named(names.get(one.column, ""), one.said()) for one in _problems(row))
        yield [*cells, gettext("%(line)s行目　%(said)s") % {"line": row.line, "said": said}]


def _problems(row: ImportRow) -> list[Problem]:
    return [Problem.from_json(each) for each in row.problems]


def _named(column: str, said: str) -> str:
    return f"【{column}】{said}" if column else said
