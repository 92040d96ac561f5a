"""Which hours are open, when the next ones begin, when they are used up (2-1b)."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from supportdesk.business_calendar.domain.calendar import BusinessCalendar, with_closures
from supportdesk.business_calendar.domain.days import Hours, Window, hours
from supportdesk.business_calendar.domain.errors import NoOpenTimeError, OutOfReachError
from tests.domain.calendars import at, closures, day, desk, override, windows

HALF_DAY = override("2026-11-27", "half_day", "9:00-12:00", name="全社研修")
ALWAYS = (hours(windows("0:00-24:00")),) * 7
NEVER: Hours = ()

RECEPTION = [
    # sent, open then?, received (2-1b: windows are half-open)
    ("2026-11-20T08:59:59.999999", False, "2026-11-20T09:00"),
    ("2026-11-20T09:00:00", True, "2026-11-20T09:00"),
    ("2026-11-20T11:59:59.999999", True, "2026-11-20T11:59:59.999999"),
    ("2026-11-20T12:00:00", False, "2026-11-20T13:00"),
    ("2026-11-20T12:59:59.999999", False, "2026-11-20T13:00"),
    ("2026-11-20T13:00:00", True, "2026-11-20T13:00"),
    ("2026-11-20T17:29:59.999999", True, "2026-11-20T17:29:59.999999"),
    ("2026-11-20T17:30:00", False, "2026-11-24T09:00"),  # a Friday, Monday is a holiday
    ("2026-11-21T22:00:00", False, "2026-11-24T09:00"),
    ("2026-11-24T00:00:00", False, "2026-11-24T09:00"),
    ("2026-11-27T11:59:59", True, "2026-11-27T11:59:59"),  # half a day
    ("2026-11-27T12:00:00", False, "2026-11-30T09:00"),
    ("2026-11-27T13:00:00", False, "2026-11-30T09:00"),
]


@pytest.mark.parametrize(("sent", "is_open", "received"), RECEPTION)
def test_reception_is_the_first_open_instant(sent: str, is_open: bool, received: str) -> None:
    calendar = desk(HALF_DAY)
    assert calendar.is_open(at(sent)) is is_open
    assert calendar.next_open(at(sent)) == at(received)


USED_UP = [
    # from, minutes of open time, used up at
    ("2026-11-20T09:00", 180, "2026-11-20T12:00"),  # the closing, not 13:00
    ("2026-11-20T09:00", 181, "2026-11-20T13:01"),
    ("2026-11-20T12:30", 1, "2026-11-20T13:01"),
    ("2026-11-20T08:00", 450, "2026-11-20T17:30"),
    ("2026-11-20T17:30", 1, "2026-11-24T09:01"),
    ("2026-11-21T22:00", 450, "2026-11-24T17:30"),
    ("2026-11-26T09:00", 450 + 180, "2026-11-27T12:00"),  # half a day
    ("2026-11-26T09:00", 450 + 181, "2026-11-30T09:01"),
]


@pytest.mark.parametrize(("start", "minutes", "end"), USED_UP)
def test_time_is_used_up_at_the_closing_instant(start: str, minutes: int, end: str) -> None:
    calendar, duration = desk(HALF_DAY), timedelta(minutes=minutes)
    assert calendar.add_business_time(at(start), duration) == at(end)
    assert calendar.business_time_between(at(start), at(end)) == duration


@pytest.mark.parametrize("start", ["2026-11-20T10:00", "2026-11-20T12:30", "2026-11-22T03:00"])
def test_no_minutes_give_the_instant_itself_open_or_closed(start: str) -> None:
    assert desk().add_business_time(at(start), timedelta()) == at(start)


def test_the_smallest_and_the_largest_steps_are_exact() -> None:
    calendar, tick = desk(), timedelta(microseconds=1)
    assert calendar.add_business_time(at("2026-11-20T11:59:59.999999"), tick) == at(
        "2026-11-20T12:00"
    )
    assert calendar.add_business_time(at("2026-11-20T12:00"), tick) == at(
        "2026-11-20T13:00:00.000001"
    )
    ten_years = calendar.business_time_between(at("2026-11-20T10:00"), at("2036-11-20T10:00"))
    assert calendar.add_business_time(at("2026-11-20T10:00"), ten_years) == at("2036-11-20T10:00")


def test_instants_of_any_offset_are_the_same_instants() -> None:
    calendar = desk()
    assert calendar.is_open(at("2026-11-20T00:00+00:00"))
    assert calendar.next_open(at("2026-11-20T08:31+00:00")) == at("2026-11-24T09:00")
    assert calendar.next_open(at("2026-11-20T08:31+00:00")).utcoffset() == timedelta(hours=9)


class Closing(NamedTuple):
    asked: str
    closes: str


CLOSINGS = [
    Closing("2026-11-20T09:00", "2026-11-20T12:00"),
    Closing("2026-11-20T12:00", "2026-11-20T17:30"),
    Closing("2026-11-20T17:29:59", "2026-11-20T17:30"),
    Closing("2026-11-20T17:30", "2026-11-24T12:00"),
    Closing("2026-11-27T08:00", "2026-11-27T12:00"),
]


@pytest.mark.parametrize("case", CLOSINGS)
def test_the_next_closing_is_that_of_the_open_window_or_of_the_next(case: Closing) -> None:
    assert desk(HALF_DAY).next_close(at(case.asked)) == at(case.closes)


def test_midnight_ends_a_window_even_where_the_next_day_begins_open() -> None:
    always = BusinessCalendar.build(week=ALWAYS)
    assert always.next_close(at("2026-11-20T10:00")) == at("2026-11-21T00:00")
    assert always.business_time_between(
        at("2026-11-20T10:00"), at("2026-11-22T10:00")
    ) == timedelta(days=2)


DAYS = [
    # day, windows, opening, cut-off, closing (2-2d: 17:00, or the day's end if earlier)
    ("2026-11-20", [], "09:00", "17:00", "17:30"),
    ("2026-11-24", ["9:00-12:00"], "09:00", "12:00", "12:00"),
    ("2026-11-24", ["9:00-17:00"], "09:00", "17:00", "17:00"),
    ("2026-11-24", ["13:00-16:59"], "13:00", "16:59", "16:59"),
    ("2026-11-24", ["9:00-20:00"], "09:00", "17:00", "20:00"),
]


@pytest.mark.parametrize(("on", "spans", "opening", "cutoff", "closing"), DAYS)
def test_a_day_has_an_opening_a_cutoff_and_a_closing(
    on: str, spans: list[str], opening: str, cutoff: str, closing: str
) -> None:
    calendar = desk(override(on, "extra_opening", *spans)) if spans else desk()
    assert calendar.opening(day(on)) == at(f"{on}T{opening}")
    assert calendar.cutoff(day(on)) == at(f"{on}T{cutoff}")
    assert calendar.closing(day(on)) == at(f"{on}T{closing}")


def test_a_closed_day_has_none_of_them() -> None:
    calendar = desk()
    for question in (calendar.opening, calendar.cutoff, calendar.closing):
        with pytest.raises(NoOpenTimeError, match="no hours"):
            question(day("2026-11-23"))


def test_no_open_time_is_a_clear_error_and_no_endless_search() -> None:
    never = BusinessCalendar.build(week=(NEVER,) * 7)
    now = at("2026-11-20T10:00")
    with pytest.raises(NoOpenTimeError):
        never.next_open(now)
    with pytest.raises(NoOpenTimeError):
        never.next_close(now)
    with pytest.raises(NoOpenTimeError):
        never.add_business_time(now, timedelta(minutes=1))
    assert never.business_time_between(now, now + timedelta(days=9)) == timedelta()
    assert never.add_business_time(now, timedelta()) == now


def test_open_time_that_runs_out_is_a_clear_error() -> None:
    once = BusinessCalendar.build(
        week=(NEVER,) * 7, overrides=[override("2030-01-01", "extra_opening", "9:00-10:00")]
    )
    start = at("2026-11-20T10:00")
    assert once.next_open(start) == at("2030-01-01T09:00")
    assert once.add_business_time(start, timedelta(hours=1)) == at("2030-01-01T10:00")
    with pytest.raises(NoOpenTimeError):
        once.add_business_time(start, timedelta(minutes=61))
    with pytest.raises(NoOpenTimeError):
        once.next_open(at("2030-01-01T10:00"))


def test_wrong_questions_are_refused() -> None:
    calendar, now = desk(), at("2026-11-20T10:00")
    with pytest.raises(ValueError, match="negative"):
        calendar.add_business_time(now, timedelta(minutes=-1))
    with pytest.raises(ValueError, match="before the start"):
        calendar.business_time_between(now, now - timedelta(microseconds=1))
    with pytest.raises(ValueError, match="offset"):
        calendar.is_open(datetime(2026, 11, 20, 10))  # noqa: DTZ001


def test_the_ends_of_time_do_not_crash() -> None:
    calendar = BusinessCalendar.build()
    assert calendar.next_open(at("0001-01-01T09:20")) == at("0001-01-01T09:20")
    assert calendar.next_open(at("9999-12-31T17:00")) == at("9999-12-31T17:00")
    for question in (
        lambda: calendar.next_open(at("9999-12-31T17:30")),
        lambda: calendar.add_business_time(at("9999-12-31T17:00"), timedelta(hours=1)),
        lambda: calendar.add_business_time(at("2026-11-20T10:00"), timedelta(days=999_999_999)),
        lambda: calendar.is_open(at("9999-12-31T23:00-05:00")),
        lambda: calendar.is_open(at("0001-01-01T00:00+09:00") - timedelta()),
    ):
        with pytest.raises(OutOfReachError, match="1 to 9999"):
            question()


def test_the_cost_does_not_grow_with_the_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    original = BusinessCalendar._hours_on

    def counted(self: BusinessCalendar, ordinal: int) -> Hours:
        looked_at.append(ordinal)
        return original(self, ordinal)

    monkeypatch.setattr(BusinessCalendar, "_hours_on", counted)
    calendar, start = desk(), at("2026-11-20T10:00")
    looks = []
    for length in (timedelta(minutes=1), timedelta(days=1), timedelta(days=900)):
        looked_at.clear()
        end = calendar.add_business_time(start, length)
        assert calendar.business_time_between(start, end) == length
        looks.append(len(looked_at))
    assert looks[2] <= looks[0] + 2, looks


def test_a_what_if_costs_its_own_days_only() -> None:
    calendar = with_closures(desk(), closures("2026-11-24", "2026-11-26", "臨時休業"))
    assert calendar.next_open(at("2026-11-20T17:30")) == at("2026-11-27T09:00")
    assert len(calendar._own_days) == 3


def test_windows_are_minutes_and_a_day_ends_at_24_00() -> None:
    late = BusinessCalendar.build(week=((Window(22 * 60, 1440),),) * 7)
    assert late.closing(day("2026-11-20")) == at("2026-11-21T00:00")
    assert late.add_business_time(at("2026-11-20T23:00"), timedelta(hours=1)) == at(
        "2026-11-21T00:00"
    )
    assert not late.is_open(at("2026-11-21T00:00"))
