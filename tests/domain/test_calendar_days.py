"""Which days are business days, and why the others are not (2-1c, 2-1e, 2-2c)."""

from typing import NamedTuple

import pytest

from supportdesk.business_calendar.domain.calendar import BusinessCalendar, with_closures
from supportdesk.business_calendar.domain.days import (
    DESK_HOURS,
    DESK_WEEK,
    DayOverride,
    Reason,
    hours,
)
from supportdesk.business_calendar.domain.errors import NoOpenTimeError, OutOfReachError
from tests.domain.calendars import at, closures, day, desk, override, windows

YEAR_END = closures("2026-12-29", "2027-01-04", "年末年始休業")


class Case(NamedTuple):
    clause: str
    on: str
    overrides: list[DayOverride]
    business: bool
    opens: bool
    reason: Reason | None


CASES = [
    Case("2-1c", "2026-11-20", [], True, True, None),
    Case("2-1c", "2026-11-21", [], False, False, Reason("saturday")),
    Case("2-1c", "2026-11-22", [], False, False, Reason("sunday")),
    Case("2-1c", "2026-11-23", [], False, False, Reason("holiday", "勤労感謝の日")),
    Case("2-1c", "2026-09-22", [], False, False, Reason("holiday", "国民の休日")),
    Case("2-1c", "2027-03-21", [], False, False, Reason("holiday", "春分の日")),  # a Sunday
    Case("2-1c", "2027-03-22", [], False, False, Reason("holiday", "振替休日")),
    Case("2-1c", "2026-12-29", YEAR_END, False, False, Reason("closure", "年末年始休業")),
    Case("2-1c", "2027-01-01", YEAR_END, False, False, Reason("closure", "年末年始休業")),
    Case("2-1c", "2027-01-02", YEAR_END, False, False, Reason("closure", "年末年始休業")),
    Case("2-1c", "2027-01-05", YEAR_END, True, True, None),
    Case(
        "2-1e half a day is a business day",
        "2026-11-27",
        [override("2026-11-27", "half_day", "9:00-12:00", name="全社研修")],
        True,
        True,
        Reason("half_day", "全社研修"),
    ),
    Case(
        "2-1e half a day never opens a Saturday",
        "2026-11-28",
        [override("2026-11-28", "half_day", "9:00-12:00", name="全社研修")],
        False,
        False,
        Reason("saturday"),
    ),
    Case(
        "2-1e a Saturday's extra opening only receives",
        "2026-11-28",
        [override("2026-11-28", "extra_opening", "10:00-15:00", name="臨時営業")],
        False,
        True,
        Reason("extra_opening", "臨時営業"),
    ),
    Case(
        "2-1e unless answers and keys go out too",
        "2026-11-28",
        [override("2026-11-28", "extra_opening", "10:00-15:00", name="臨時営業", sends=True)],
        True,
        True,
        Reason("extra_opening", "臨時営業"),
    ),
    Case(
        "2-1e a holiday's extra opening only receives",
        "2026-11-23",
        [override("2026-11-23", "extra_opening", "9:00-12:00", name="臨時営業")],
        False,
        True,
        Reason("extra_opening", "臨時営業"),
    ),
    Case(
        "2-1e longer hours on a business day",
        "2026-11-24",
        [override("2026-11-24", "extra_opening", "9:00-20:00", name="延長")],
        True,
        True,
        Reason("extra_opening", "延長"),
    ),
    Case(
        "of two overrides for a day the later one counts",
        "2026-11-24",
        [
            override("2026-11-24", "closure", name="休業"),
            override("2026-11-24", "half_day", "9:00-12:00", name="短縮"),
        ],
        True,
        True,
        Reason("half_day", "短縮"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.on} {case.clause}" for case in CASES])
def test_a_day_says_whether_it_is_a_business_day_and_why_not(case: Case) -> None:
    calendar = desk(*case.overrides)
    found = calendar.day(day(case.on))
    assert found.business is case.business
    assert bool(found.windows) is case.opens
    assert found.reason == case.reason
    assert calendar.is_business_day(day(case.on)) is case.business


NEIGHBOURS = [
    # day, the business day before it, on or after it, after it
    ("2026-11-20", "2026-11-19", "2026-11-20", "2026-11-24"),
    ("2026-11-21", "2026-11-20", "2026-11-24", "2026-11-24"),
    ("2026-11-24", "2026-11-20", "2026-11-24", "2026-11-25"),
    ("2026-09-18", "2026-09-17", "2026-09-18", "2026-09-24"),  # a week of holidays follows
    ("2026-12-28", "2026-12-25", "2026-12-28", "2027-01-05"),  # the year-end closure follows
    ("2027-01-01", "2026-12-28", "2027-01-05", "2027-01-05"),
]


@pytest.mark.parametrize(("on", "previous", "same", "following"), NEIGHBOURS)
def test_the_business_days_around_a_day(on: str, previous: str, same: str, following: str) -> None:
    calendar = desk(*YEAR_END)
    assert calendar.previous_business_day(day(on)) == day(previous)
    is_one = same == on
    assert calendar.business_day_on_or_before(day(on)) == day(on if is_one else previous)
    assert calendar.business_day_on_or_after(day(on)) == day(same)
    assert calendar.next_business_day(day(on)) == day(following)


def test_thirty_closed_days_in_a_row_are_passed_over() -> None:  # K-5
    calendar = desk(*closures("2026-12-01", "2026-12-30", "全館停電"))
    assert calendar.next_business_day(day("2026-11-30")) == day("2026-12-31")
    assert calendar.next_open(at("2026-12-01T09:00")) == at("2026-12-31T09:00")


def test_a_what_if_changes_its_own_calendar_only() -> None:
    calendar = desk()
    what_if = with_closures(calendar, closures("2026-11-24", "2026-11-25", "臨時休業"))
    again = with_closures(what_if, [override("2026-11-25", "half_day", "9:00-12:00", name="短縮")])
    assert calendar.next_business_day(day("2026-11-20")) == day("2026-11-24")
    assert what_if.next_business_day(day("2026-11-20")) == day("2026-11-26")
    assert again.next_business_day(day("2026-11-20")) == day("2026-11-25")
    assert what_if.version == calendar.version


def test_beyond_a_horizon_the_day_is_computed_and_says_so() -> None:  # K-4
    calendar = BusinessCalendar.build(
        holidays_known_until=day("2027-12-31"), closures_known_until=day("2027-03-31")
    )
    assert calendar.horizon_flags(day("2027-03-31")) == ()
    assert calendar.horizon_flags(day("2027-04-01")) == ("closures_unannounced",)
    both = ("holidays_unannounced", "closures_unannounced")
    assert calendar.horizon_flags(day("2028-01-04")) == both
    assert calendar.is_business_day(day("2028-01-04"))


def test_nothing_announced_at_all_is_flagged_and_never_silently_open() -> None:  # K-4
    both = ("holidays_unannounced", "closures_unannounced")
    assert BusinessCalendar.build().horizon_flags(day("2026-11-20")) == both


def test_a_calendar_without_business_days_says_so_instead_of_searching() -> None:
    never = BusinessCalendar.build(week=((),) * 7)
    for question in (
        never.next_business_day,
        never.previous_business_day,
        never.business_day_on_or_after,
        never.business_day_on_or_before,
    ):
        with pytest.raises(NoOpenTimeError, match="no business day"):
            question(day("2026-11-20"))


def test_one_business_day_far_away_is_found_from_both_sides() -> None:
    only = override("9000-01-01", "extra_opening", "9:00-10:00", sends=True)
    calendar = BusinessCalendar.build(week=((),) * 7, overrides=[only])
    assert calendar.next_business_day(day("0001-01-01")) == only.on
    assert calendar.previous_business_day(day("9999-12-31")) == only.on
    with pytest.raises(NoOpenTimeError):
        calendar.next_business_day(only.on)
    with pytest.raises(NoOpenTimeError):
        calendar.previous_business_day(only.on)


def test_the_ends_of_time_are_an_error_and_not_a_crash() -> None:
    calendar = BusinessCalendar.build()
    assert calendar.is_business_day(day("9999-12-31"))  # a Friday
    with pytest.raises(OutOfReachError):
        calendar.next_business_day(day("9999-12-31"))
    with pytest.raises(OutOfReachError):
        calendar.previous_business_day(day("0001-01-01"))


def test_windows_that_touch_or_overlap_are_one() -> None:
    assert hours(windows("13:00-17:30", "9:00-12:00")) == DESK_HOURS
    assert hours(windows("9:00-12:00", "12:00-13:00")) == hours(windows("9:00-13:00"))
    assert hours(windows("9:00-15:00", "10:00-11:00")) == hours(windows("9:00-15:00"))
    assert hours(windows("0:00-24:00")) == ((0, 1440),)


@pytest.mark.parametrize("span", ["9:00-9:00", "12:00-9:00", "22:00-24:01"])
def test_a_window_that_is_none_is_refused(span: str) -> None:
    with pytest.raises(ValueError, match="must open before it closes"):
        hours(windows(span))


def test_a_closure_has_no_hours_and_a_half_day_has_some() -> None:
    with pytest.raises(ValueError, match="a closure has no windows"):
        DayOverride(day("2026-11-24"), DESK_HOURS, "", "closure")
    with pytest.raises(ValueError, match="a closure has no windows"):
        DayOverride(day("2026-11-24"), (), "", "half_day")


def test_the_week_of_the_terms() -> None:  # 2-1b, 2-1c
    assert DESK_WEEK == (DESK_HOURS,) * 5 + ((), ())
