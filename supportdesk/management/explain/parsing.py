"""From what a question says to what the domain wants; what is wrong is told in plain words.

Instants without an offset are on the asked calendar's clock (Tokyo's otherwise): where that clock
shows a time twice the first is meant, where it jumps over one, as if it had not jumped yet.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Never
from zoneinfo import ZoneInfo

from supportdesk.business_calendar.domain.calendar import TOKYO, BusinessCalendar
from supportdesk.business_calendar.domain.closures import ClosureSpan
from supportdesk.business_calendar.domain.days import DayOverride, Hours, OverrideKind, Week, hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Ten years of closed days in one question are enough to make any point.
MOST_CLOSED_DAYS = 3660
# More minutes than there are from the year 1 to the year 9999.
MOST_MINUTES = 6_000_000_000

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d(:\d\d)?)?", re.ASCII
)
_EXACT = Context(prec=60)

type Object = Mapping[str, Any]


class QuestionError(ValueError):
    """The question cannot be answered as it stands; the text says what is wrong, in one line."""


def read_json(text: str) -> Any:
    """Strict JSON: numbers stay exact, no NaN, no name twice. Raises QuestionError."""
    try:
        return _DECODER.decode(text)
    except QuestionError:
        raise
    except RecursionError:
        raise QuestionError("the question is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise QuestionError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except (ValueError, ArithmeticError):
        raise QuestionError("a number is too long") from None


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise QuestionError(f"{_quote(twice)} stands twice in one object")
    return found


def _no_constant(word: str) -> Never:
    raise QuestionError(f"{word} is no number")


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_no_name_twice
)


def check_fields(found: Any, what: str, required: set[str], optional: set[str]) -> Object:
    """An object with these fields and no others: a misspelt one would change the answer unseen."""
    if not isinstance(found, dict):
        raise QuestionError(f"{what} must be an object")
    if missing := sorted(required - found.keys()):
        raise QuestionError(f"{what} needs {_quote(missing[0])}")
    if unknown := sorted(found.keys() - required - optional):
        raise QuestionError(f"{what} has no field {_quote(unknown[0])}")
    return found


def read_date(value: Any, what: str) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise QuestionError(f"{what} must be a date like 2026-11-20, not {_quote(value)}")


def read_instant(value: Any, what: str, zone: tzinfo) -> datetime:
    """An aware instant; 24:00 is the midnight that ends the day."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return _instant(value, zone)
        except ValueError:
            pass
        except OverflowError:
            raise QuestionError(f"{what} is outside the years 1 to 9999") from None
    raise QuestionError(f"{what} must be a time like 2026-11-20T17:42, not {_quote(value)}")


def _instant(value: str, zone: tzinfo) -> datetime:
    ends_day = value[11:13] == "24"
    found = datetime.fromisoformat(f"{value[:11]}00{value[13:]}" if ends_day else value)
    if ends_day:
        if found.time() != time():
            raise ValueError("only 24:00 exactly ends a day")
        found += timedelta(days=1)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def read_minutes(value: Any) -> timedelta:
    """A number of minutes, fractions too, to the nearest microsecond."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise QuestionError(f"minutes must be a number, not {_quote(value)}")
    minutes = Decimal(value)
    if not minutes.is_finite() or minutes > MOST_MINUTES:
        raise QuestionError("minutes is too large")
    if minutes < 0:
        raise QuestionError("minutes must not be negative")
    exact = _EXACT.multiply(minutes, Decimal(60_000_000))
    return timedelta(microseconds=int(exact.to_integral_value(ROUND_HALF_EVEN)))


def read_closures(value: Any) -> list[ClosureSpan]:
    if not isinstance(value, list):
        raise QuestionError("closures must be a list")
    spans = [_closure(item) for item in value]
    if sum((span.ends_on - span.starts_on).days + 1 for span in spans) > MOST_CLOSED_DAYS:
        raise QuestionError(f"closures may not close more than {MOST_CLOSED_DAYS} days")
    return spans


def _closure(item: Any) -> ClosureSpan:
    found = check_fields(item, "a closure", {"from", "to"}, {"name"})
    first, last = read_date(found["from"], "from"), read_date(found["to"], "to")
    if last < first:
        raise QuestionError(f"a closure cannot end {last}, before it starts {first}")
    name = found.get("name") or ""
    if not isinstance(name, str) or not name.isprintable():
        raise QuestionError("the name of a closure must be a line of text")
    return ClosureSpan(name=name, starts_on=first, ends_on=last)


def read_calendar(value: Any) -> BusinessCalendar:
    """A calendar of its own: a zone, a week, days that differ. What it does not open is closed."""
    found = check_fields(value, "calendar", set(), {"tz", "week", "days"})
    days = _object(found.get("days"), "days")
    return BusinessCalendar.build(
        zone=_zone(found.get("tz")),
        week=_week(_object(found.get("week"), "week")),
        overrides=[_day(on, windows) for on, windows in days.items()],
    )


def _object(value: Any, what: str) -> Object:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise QuestionError(f"{what} must be an object")
    return value


def _zone(key: Any) -> ZoneInfo:
    if key is None:
        return TOKYO
    try:
        if isinstance(key, str):
            return ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        pass
    raise QuestionError(f"tz must be a time zone like Asia/Tokyo, not {_quote(key)}")


def _week(found: Object) -> Week:
    check_fields(found, "week", set(), set(WEEKDAYS))
    mon, tue, wed, thu, fri, sat, sun = (
        _windows(found.get(weekday), weekday) for weekday in WEEKDAYS
    )
    return (mon, tue, wed, thu, fri, sat, sun)


def _day(on: str, value: Any) -> DayOverride:
    windows = _windows(value, on)
    kind: OverrideKind = "extra_opening" if windows else "closure"
    return DayOverride(read_date(on, "a day"), windows, "", kind, sends=True)


def _windows(value: Any, what: str) -> Hours:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise QuestionError(f"{what} must be a list of windows")
    try:
        return hours(_window(window, what) for window in value)
    except QuestionError:
        raise
    except ValueError as error:
        raise QuestionError(f"{what}: {error}") from None


def _window(value: Any, what: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != len(("opens", "closes")):
        raise QuestionError(f'{what}: a window is two times, like ["09:00", "12:00"]')
    opens, closes = value
    return _minute(opens), _minute(closes)


def _minute(value: Any) -> int:
    """Minutes from midnight of a time of day; 24:00 ends the day."""
    minute = _MINUTES.get(value) if isinstance(value, str) else None
    if minute is None:
        raise QuestionError(f"a window's times are like 09:00 and 24:00, not {_quote(value)}")
    return minute


_MINUTES = {
    text: hour * 60 + minute
    for hour in range(25)
    for minute in range(60 if hour < 24 else 1)  # noqa: PLR2004
    for text in (f"{hour:02}:{minute:02}", f"{hour}:{minute:02}")
}


def _quote(value: Any) -> str:
    """What was given, short and in one line, whatever it was."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004
