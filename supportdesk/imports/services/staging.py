"""The lines of a file, in a table while they are checked: the memory used stays the same."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from supportdesk.imports.kinds import Kind, Planned, Row
from supportdesk.imports.models import ImportRow, ImportRun
from supportdesk.imports.problems import Problem
from supportdesk.tables import Line

PIECE = 2000

_COPY = """
COPY imports_importrow (run_id, line, key, family, raw, cells, outcome, problems, changes)
FROM STDIN
"""
_TWICE = """
SELECT id, line, first FROM (
    SELECT id, line, min(line) OVER (PARTITION BY key) AS first
    FROM imports_importrow WHERE run_id = %s AND key <> ''
) AS lines WHERE line > first ORDER BY line
"""
_ADD_PROBLEM = """
UPDATE imports_importrow SET problems = problems || v.problem::jsonb
FROM unnest(%s::bigint[], %s::text[]) AS v (id, problem) WHERE imports_importrow.id = v.id
"""
_DECIDED = """
UPDATE imports_importrow
SET outcome = v.outcome, problems = v.problems::jsonb, changes = v.changes::jsonb
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS v (id, outcome, problems, changes)
WHERE imports_importrow.id = v.id
"""


def read_row(
    kind: Kind[Any, Any], places: dict[int, str], header: Sequence[str], line: Line
) -> Row:
    """A line of the file as the row of its kind."""
    row = Row(pk=0, line=line.number, raw={}, cells={}, problems=[])
    cells = [*line.cells]
    while len(cells) > len(header) and not cells[-1].strip():
        cells.pop()
    row.raw = {code: cells[at] for at, code in places.items() if at < len(cells)}
    if cells == list(header):
        row.problems.append(Problem.named("", "header_again"))
    elif len(cells) != len(header):
        facts = {"expected": len(header), "found": len(cells)}
        row.problems.append(Problem.named("", "cells", **facts))
    else:
        kind.read(row)
    return row


def store(run: ImportRun, kind: Kind[Any, Any], rows: Sequence[Row]) -> None:
    """Put the lines of a file into the table they are planned in; COPY, as many as they are."""
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(
                (
                    run.pk,
                    row.line,
                    row.cells.get(kind.key, ""),
                    row.cells.get(kind.family, ""),
                    _json(row.raw),
                    _json(row.cells),
                    "same",
                    _json([problem.as_json() for problem in row.problems]),
                    "[]",
                )
            )


def mark_repeated(run: ImportRun, kind: Kind[Any, Any]) -> None:
    """The second line with the same name is wrong, and says which is the first."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE, [run.pk])
        while repeated := cursor.fetchmany(PIECE):
            said = [
                _json([Problem.named(kind.key, "twice", line=first).as_json()])
                for _pk, _line, first in repeated
            ]
            with connection.cursor() as other:
                other.execute(_ADD_PROBLEM, [[pk for pk, _line, _first in repeated], said])


def pieces(run: ImportRun) -> Iterator[list[Row]]:
    """All lines in pieces, those of one family in the same piece, in a fixed order."""
    rows: list[Row] = []
    lines = ImportRow.objects.filter(run=run).order_by("family", "line", "pk")
    family = ""
    for stored in lines.iterator(chunk_size=PIECE):
        if len(rows) >= PIECE and (stored.family != family or not family):
            yield rows
            rows = []
        family = stored.family
        problems = [Problem.from_json(each) for each in stored.problems]
        rows.append(Row(stored.pk, stored.line, stored.raw, stored.cells, problems))
    if rows:
        yield rows


def decided(planned: Sequence[Planned[Any]]) -> None:
    """Keep what becomes of each line, for the page and for the comparison later."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DECIDED,
            [
                [one.row.pk for one in planned],
                [one.outcome for one in planned],
                [_json([problem.as_json() for problem in one.problems]) for one in planned],
                [_json([change.as_json() for change in one.changes]) for one in planned],
            ],
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
