"""A year's closures from a spreadsheet (CSV) or a calendar program (ICS), read into plain rows."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Calendar

from supportdesk.tables import UnreadableTableError, text_of

MOST_ROWS = 400
LONGEST_CLOSURE_DAYS = 60  # a longer one is a typing error

_COLUMNS = {
    "name": ("名称", "休業名", "名前", "name"),
    "starts_on": ("開始日", "最初の日", "日付", "from", "date"),
    "ends_on": ("終了日", "最後の日", "to"),
    "opens_at": ("開始時刻", "opens"),
    "closes_at": ("終了時刻", "closes"),
}
_DATES = ("%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日")


@dataclass(frozen=True, slots=True)
class Row:
    """One closure as the file states it; with hours it is a half day."""

    name: str
    starts_on: date
    ends_on: date
    opens_at: time | None = None
    closes_at: time | None = None

    @property
    def kind(self) -> str:
        return "half_day" if self.opens_at else "closure"

    def as_json(self) -> dict[str, str | None]:
        return {key: value and str(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Row":
        return cls(
            name=data["name"],
            starts_on=date.fromisoformat(data["starts_on"]),
            ends_on=date.fromisoformat(data["ends_on"]),
            opens_at=time.fromisoformat(data["opens_at"]) if data["opens_at"] else None,
            closes_at=time.fromisoformat(data["closes_at"]) if data["closes_at"] else None,
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be understood, and what to do about it, in the reader's words."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: rows to keep, and every line that could not be understood."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


class UnreadableFileError(ValueError):
    """Neither CSV nor ICS in an encoding we know; the message says what to do."""


def read(name: str, content: bytes) -> Reading:
    """Rows and problems of an uploaded file. Raises `UnreadableFileError` in plain words."""
    try:
        text = text_of(content)
    except UnreadableTableError as error:
        raise UnreadableFileError(str(error)) from error
    if "BEGIN:VCALENDAR" in text[:1000].upper():
        return _read_ics(text)
    if name.lower().endswith(".ics"):
        raise UnreadableFileError(_("予定表（.ics）として読めませんでした"))
    return _read_csv(text)


def _read_csv(text: str) -> Reading:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [unicodedata.normalize("NFKC", cell).strip().lower() for cell in next(lines, [])]
        where = {
            field: header.index(found)
            for field, names in _COLUMNS.items()
            if (found := next((n for n in names if n in header), None))
        }
        if not {"name", "starts_on"} <= where.keys():
            raise UnreadableFileError(_("1行目に「名称」と「開始日」の列が必要です"))
        return _collect(
            (lines.line_num, {field: _cell(cells, i) for field, i in where.items()})
            for cells in lines
            if any(cell.strip() for cell in cells)
        )
    except csv.Error as error:
        message = _("%(line)d行目の引用符が閉じていません") % {"line": lines.line_num}
        raise UnreadableFileError(message) from error


def _cell(cells: list[str], index: int) -> str:
    return unicodedata.normalize("NFKC", cells[index]).strip() if index < len(cells) else ""


def _read_ics(text: str) -> Reading:
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except ValueError as error:
        raise UnreadableFileError(_("予定表（.ics）として読めませんでした")) from error
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, event in enumerate(events, start=1):
        try:
            rows.append(_event_row(event))
        except ValueError as error:
            problems.append(Problem(number, str(error)))
    return Reading(tuple(rows[:MOST_ROWS]), tuple(problems))


def _event_row(event: Any) -> Row:
    first = event.decoded("DTSTART") if "DTSTART" in event else None
    if not isinstance(first, date) or isinstance(first, datetime):
        raise ValueError(_("終日の予定だけを取り込めます"))
    # An all-day event ends on the day after its last (RFC 5545).
    after = event.decoded("DTEND") if "DTEND" in event else first + timedelta(days=1)
    return _row(str(event.get("SUMMARY", "")), first, after - timedelta(days=1))


def _collect(lines: Iterable[tuple[int, dict[str, str]]]) -> Reading:
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in lines:
        if len(rows) >= MOST_ROWS:
            problems.append(Problem(line, _("一度に取り込めるのは 400行までです")))
            break
        try:
            rows.append(_csv_row(cells))
        except ValueError as error:
            problems.append(Problem(line, str(error)))
    return Reading(tuple(rows), tuple(problems))


def _csv_row(cells: dict[str, str]) -> Row:
    starts_on = _day(cells["starts_on"])
    ends_on = _day(cells["ends_on"]) if cells.get("ends_on") else starts_on
    opens_at = _clock(cells.get("opens_at", ""))
    closes_at = _clock(cells.get("closes_at", ""))
    return _row(cells["name"], starts_on, ends_on, opens_at, closes_at)


def _row(
    name: str,
    starts_on: date,
    ends_on: date,
    opens_at: time | None = None,
    closes_at: time | None = None,
) -> Row:
    name = unicodedata.normalize("NFKC", name).strip()
    if not name:
        raise ValueError(_("名称を入力してください"))
    if len(name) > 60:  # noqa: PLR2004 -- the column's width
        raise ValueError(_("名称は 60文字以内にしてください"))
    if ends_on < starts_on:
        raise ValueError(_("終了日は、開始日以降にしてください"))
    if (ends_on - starts_on).days > LONGEST_CLOSURE_DAYS:
        raise ValueError(_("一度に告知できるのは 60日までです"))
    if (opens_at is None) != (closes_at is None) or (opens_at and closes_at <= opens_at):  # type: ignore[operator]
        raise ValueError(_("時刻は、開始と終了の両方を、開始が先になるように入力してください"))
    return Row(name, starts_on, ends_on, opens_at, closes_at)


def _day(text: str) -> date:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a calendar day
        except ValueError:
            continue
    raise ValueError(
        _("日付「%(text)s」は 2026/12/29 の形で入力してください") % {"text": text[:20]}
    )


def _clock(text: str) -> time | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 -- a wall time
    except ValueError:
        message = _("時刻「%(text)s」は 12:00 の形で入力してください") % {"text": text[:20]}
        raise ValueError(message) from None
