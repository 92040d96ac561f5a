"""Dates and times in words: 11月24日(火) 9:00, or Tue 24 Nov 9:00 when the page is English.

Instants are told in Tokyo's time. The year is told when it is not the reader's
own; without a known reading day (a command, a worker) it is always told.
Weekdays come from the data, never from somebody's typing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import dateformat
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from supportdesk.clock import TOKYO

type Day = date | datetime

_reading_day: ContextVar[Callable[[], date] | None] = ContextVar("reading_day", default=None)


@contextmanager
def reading_on(today: Callable[[], date] | date) -> Iterator[None]:
    """While this lasts, dates are told to somebody who reads them on `today` (a Tokyo date)."""
    token = _reading_day.set((lambda: today) if isinstance(today, date) else today)
    try:
        yield
    finally:
        _reading_day.reset(token)


def japanese() -> bool:
    """Whether the page being made is in Japanese."""
    return (get_language() or "ja").startswith("ja")


def tokyo_day(value: Day) -> date:
    """The Tokyo date of a date or an aware instant."""
    return value.astimezone(TOKYO).date() if isinstance(value, datetime) else value


def needs_year(value: date, *, beside: date | None = None) -> bool:
    """Whether the year must be told: it is not `beside`'s, or not the reading day's."""
    if beside is not None:
        return value.year != beside.year
    today = _reading_day.get()
    return today is None or today().year != value.year


def is_reading_day(value: Day) -> bool:
    """Whether it is the reader's own day, so that 本日 may be said."""
    today = _reading_day.get()
    return today is not None and today() == tokyo_day(value)


def weekday(value: Day) -> str:
    """火, or Tue."""
    return dateformat.format(tokyo_day(value), "D")


def day_text(value: Day, *, year: bool | None = None) -> str:
    """11月24日(火); the year in front when asked for, or when it is not this one."""
    day = tokyo_day(value)
    told = needs_year(day) if year is None else year
    if not japanese():
        return dateformat.format(day, "D j M Y" if told else "D j M")
    front = f"{day.year}年" if told else ""
    return f"{front}{day.month}月{day.day}日({weekday(day)})"


def time_text(value: datetime | int) -> str:
    """9:00 of an instant in Tokyo, or of minutes after midnight (1440 is 24:00)."""
    if isinstance(value, datetime):
        local = value.astimezone(TOKYO)
        value = local.hour * 60 + local.minute
    return f"{value // 60}:{value % 60:02}"


def tokyo_text(value: datetime, *, year: bool | None = None) -> str:
    """11月24日(火) 9:00"""
    return f"{day_text(value, year=year)} {time_text(value)}"


def due_text(release_at: datetime | None, promised_on: date) -> str:
    """11月24日(火) 9:00 of what goes out at a moment, 11月24日(火)のうち of a day."""
    if release_at is not None:
        return tokyo_text(release_at)
    return _("%(day)sのうち") % {"day": day_text(promised_on)}


def span_parts(start: Day, end: Day) -> tuple[str, ...]:
    """The two ends of a range of days, the second without what it shares with the first."""
    first, last = tokyo_day(start), tokyo_day(end)
    if first == last:
        return (day_text(first),)
    year = needs_year(last, beside=first)
    if japanese() and not year and first.month == last.month:
        return (day_text(first), f"{last.day}日({weekday(last)})")
    return (day_text(first), day_text(last, year=year))


def span_text(start: Day, end: Day) -> str:
    """11月21日(土)〜23日(月)"""
    return _("〜").join(span_parts(start, end))


def month_text(value: date) -> str:
    """2026年11月, or November 2026."""
    return dateformat.format(value, "Y年n月" if japanese() else "F Y")


def month_day_text(value: date) -> str:
    """12/1, or 1 Dec: for pictures, where a cell is narrow."""
    return f"{value.month}/{value.day}" if japanese() else dateformat.format(value, "j M")


def hours_text(windows: object) -> str:
    """9:00〜12:00、13:00〜17:30 of a day's windows (each with `opens` and `closes` in minutes)."""
    spans = [
        f"{time_text(window.opens)}{_('〜')}{time_text(window.closes)}"
        for window in windows  # type: ignore[attr-defined]
    ]
    return _("、").join(spans)


def length_text(length: timedelta) -> str:
    """1時間5分 of a length of time, in whole minutes, rounded down."""
    minutes = int(length.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    words = []
    if hours:
        words.append(ngettext("%(n)d時間", "%(n)d時間", hours) % {"n": hours})
    if rest or not hours:
        words.append(ngettext("%(n)d分", "%(n)d分", rest) % {"n": rest})
    return ("" if japanese() else " ").join(words)


def figure_parts(value: Day, *, year: bool) -> list[tuple[str, str]]:
    """A date as a figure: ("n", digits large) and ("u", units small), in reading order."""
    day = tokyo_day(value)
    parts = _figure_ja(day, year=year) if japanese() else _figure_en(day, year=year)
    if isinstance(value, datetime):
        parts.append(("t", time_text(value)))
    return parts


def _figure_ja(day: date, *, year: bool) -> list[tuple[str, str]]:
    front = [("n", str(day.year)), ("u", "年")] if year else []
    if not year and needs_year(day):
        front = [("u", f"{day.year}年")]
    return [
        *front,
        ("n", str(day.month)),
        ("u", "月"),
        ("n", str(day.day)),
        ("u", f"日({weekday(day)})"),
    ]


def _figure_en(day: date, *, year: bool) -> list[tuple[str, str]]:
    told = year or needs_year(day)
    month = dateformat.format(day, "M Y, D" if told else "M, D")
    return [("n", str(day.day)), ("u", f"\N{THIN SPACE}{month}")]
