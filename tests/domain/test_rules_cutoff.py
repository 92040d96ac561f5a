"""2-2d: keys accepted by 17:00 of a business day go out that day, others on the next one.

Approved answers follow the same count (2-1e), held requests too, from sending.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportdesk.business_calendar.domain.calendar import TOKYO, BusinessCalendar, with_closures
from supportdesk.business_calendar.domain.days import DayOverride
from supportdesk.business_calendar.domain.errors import NoOpenTimeError, OutOfReachError
from supportdesk.business_calendar.holidays import public_holidays
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import (
    answer_release,
    cutoff_release,
    decide,
    review_target,
)
from tests.domain.calendars import at, closures, day, desk, override

SUMMER = closures("2026-08-12", "2026-08-14", "夏季休業")
YEAR_END = closures("2026-12-29", "2027-01-04", "年末年始休業")
HALF_DAY = [override("2026-11-27", "half_day", "9:00-12:00", name="全社研修")]
AFTERNOON = [override("2026-11-27", "half_day", "13:00-17:30", name="停電")]
RECEPTION_ONLY = [override("2026-11-28", "extra_opening", "10:00-15:00", name="臨時受付")]
SENDING_TOO = [override("2026-11-28", "extra_opening", "10:00-15:00", name="臨時営業", sends=True)]


class Case(NamedTuple):
    clause: str
    accepted: str
    promised_on: str
    release_at: str
    overrides: list[DayOverride] = []


CASES = [
    # K-1: both 17時まで and 17時以降 name 17:00:00; it is still in time
    Case("2-2d by 17:00, at once", "2026-11-20T16:59:59.999999", "2026-11-20", "accepted"),
    Case("2-2d 17:00:00 exactly is in time", "2026-11-20T17:00:00", "2026-11-20", "accepted"),
    Case("2-2d anything later", "2026-11-20T17:00:00.000001", "2026-11-24", "2026-11-24T09:00"),
    Case("2-2d between the windows, at once", "2026-11-20T12:30", "2026-11-20", "accepted"),
    Case("2-2d before the opening", "2026-11-20T00:00", "2026-11-20", "2026-11-20T09:00"),
    Case("2-2d the moment before it", "2026-11-20T08:59:59", "2026-11-20", "2026-11-20T09:00"),
    Case("2-2d at the opening", "2026-11-20T09:00", "2026-11-20", "accepted"),
    Case("2-2d reception is still open", "2026-11-20T17:05", "2026-11-24", "2026-11-24T09:00"),
    Case("2-2d just before midnight", "2026-11-19T23:59:59", "2026-11-20", "2026-11-20T09:00"),
    Case("2-2d a Saturday", "2026-11-21T10:00", "2026-11-24", "2026-11-24T09:00"),
    Case("2-2d a holiday", "2026-11-23T10:00", "2026-11-24", "2026-11-24T09:00"),
    # K-2: runs of closed days
    Case("2-2c three holidays in a row", "2026-09-18T17:01", "2026-09-24", "2026-09-24T09:00"),
    Case("2-2d 国民の休日", "2026-09-22T09:00", "2026-09-24", "2026-09-24T09:00"),
    Case("2-2d 振替休日", "2027-03-22T10:00", "2027-03-23", "2027-03-23T09:00"),
    Case("2-2d summer", "2026-08-11T10:00", "2026-08-17", "2026-08-17T09:00", SUMMER),
    Case("2-2d year end", "2026-12-28T17:00:01", "2027-01-05", "2027-01-05T09:00", YEAR_END),
    Case("2-2d the last day before it", "2026-12-28T17:00", "2026-12-28", "accepted", YEAR_END),
    # K-7: the ends of months and years
    Case("2-2d a leap day", "2028-02-29T17:00", "2028-02-29", "accepted"),
    Case("2-2d after a leap day", "2028-02-29T17:00:01", "2028-03-01", "2028-03-01T09:00"),
    # K-10: half days: the cut-off is the earlier of 17:00 and the last window's end
    Case("2-2d half a day, by its end", "2026-11-27T12:00:00", "2026-11-27", "accepted", HALF_DAY),
    Case(
        "2-2d half a day, after it",
        "2026-11-27T12:00:01",
        "2026-11-30",
        "2026-11-30T09:00",
        HALF_DAY,
    ),
    Case(
        "2-2d an afternoon, before its opening",
        "2026-11-27T09:30",
        "2026-11-27",
        "2026-11-27T13:00",
        AFTERNOON,
    ),
    Case(
        "2-2d promised for an afternoon",
        "2026-11-26T17:30",
        "2026-11-27",
        "2026-11-27T13:00",
        AFTERNOON,
    ),
    Case(
        "2-2c a Saturday that only receives",
        "2026-11-28T11:00",
        "2026-11-30",
        "2026-11-30T09:00",
        RECEPTION_ONLY,
    ),
    Case(
        "2-2c is passed over from Friday",
        "2026-11-27T17:30",
        "2026-11-30",
        "2026-11-30T09:00",
        RECEPTION_ONLY,
    ),
    Case("2-2c a Saturday that sends", "2026-11-28T11:00", "2026-11-28", "accepted", SENDING_TOO),
    Case(
        "2-2c counts from Friday",
        "2026-11-27T17:30",
        "2026-11-28",
        "2026-11-28T10:00",
        SENDING_TOO,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.clause for case in CASES])
def test_a_key_goes_out_by_the_17_00_rule(case: Case) -> None:
    calendar, accepted = desk(*SUMMER_HOLIDAY, *case.overrides), at(case.accepted)
    found = cutoff_release(accepted, calendar)
    release_at = accepted if case.release_at == "accepted" else at(case.release_at)
    assert (found.promised_on, found.release_at) == (day(case.promised_on), release_at)


# 山の日, which the small calendar of these tests does not know as a holiday.
SUMMER_HOLIDAY = [override("2026-08-11", "closure", name="山の日")]


@pytest.mark.parametrize("case", CASES, ids=[case.clause for case in CASES])
def test_an_approved_answer_and_a_review_keep_the_same_days(case: Case) -> None:
    calendar, moment = desk(*SUMMER_HOLIDAY, *case.overrides), at(case.accepted)
    key = cutoff_release(moment, calendar)
    answer, review = answer_release(moment, calendar), review_target(moment, calendar)
    assert (answer.promised_on, answer.release_at) == (key.promised_on, key.release_at)
    assert (review.promised_on, review.release_at) == (key.promised_on, None)


def slow_promise(accepted: datetime, closed: set[date]) -> tuple[date, datetime]:
    """2-2d for whole days 9:00–17:30, walked day by day."""
    on = accepted.date()

    def is_business_day(on: date) -> bool:
        return on.isoweekday() <= 5 and on not in closed

    if is_business_day(on) and accepted.time() <= time(17):
        return on, max(accepted, accepted.replace(hour=9, minute=0, second=0, microsecond=0))
    on += timedelta(days=1)
    while not is_business_day(on):
        on += timedelta(days=1)
    return on, datetime.combine(on, time(9), TOKYO)


def test_the_17_00_rule_on_every_day_of_2026_and_2027() -> None:
    announced = [*SUMMER, *YEAR_END, *closures("2027-12-29", "2028-01-04", "年末年始休業")]
    calendar = BusinessCalendar.build(holidays=public_holidays(), overrides=announced)
    closed = {*public_holidays(), *(closure.on for closure in announced)}
    times = [time(0), time(17), time(17, 0, 0, 1)]
    on = date(2026, 1, 1)
    while on < date(2028, 1, 1):
        for clock in times:
            accepted = datetime.combine(on, clock, TOKYO)
            found = cutoff_release(accepted, calendar)
            assert (found.promised_on, found.release_at) == slow_promise(accepted, closed)
        on += timedelta(days=1)


instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=TOKYO)
)
some_days = st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=12)


@given(instants, some_days)
def test_never_early_and_on_a_business_day(accepted: datetime, closed: set[date]) -> None:
    calendar = with_closures(desk(), [DayOverride(on, (), "", "closure") for on in closed])
    found = cutoff_release(accepted, calendar)
    assert found.release_at is not None
    assert found.release_at >= accepted
    assert found.release_at.date() == found.promised_on
    assert calendar.is_business_day(found.promised_on)
    in_time = calendar.is_business_day(accepted.date()) and accepted.time() <= time(17)
    assert (found.promised_on == accepted.date()) == in_time


@given(st.sets(instants, min_size=2, max_size=2).map(sorted), some_days)
def test_whoever_comes_later_is_never_promised_earlier(
    pair: list[datetime], closed: set[date]
) -> None:
    calendar = with_closures(desk(), [DayOverride(on, (), "", "closure") for on in closed])
    for rule in ("reception_target", "cutoff_release", "review_target"):
        earlier, later = (decide(rule, moment, calendar).promised_on for moment in pair)
        assert earlier <= later


@given(instants, some_days)
def test_one_more_closure_never_makes_a_promise_earlier(
    accepted: datetime, closed: set[date]
) -> None:  # K-3
    calendar = desk()
    changed = with_closures(calendar, [DayOverride(on, (), "", "closure") for on in closed])
    for rule in ("reception_target", "cutoff_release", "review_target"):
        before, after = (decide(rule, accepted, each).promised_on for each in (calendar, changed))
        assert after >= before


def test_thirty_closed_days_and_beyond_the_horizons() -> None:  # K-4, K-5
    calendar = desk(*closures("2026-12-01", "2026-12-30", "全館停電"))
    assert cutoff_release(at("2026-11-30T18:00"), calendar).promised_on == day("2026-12-31")
    beyond = cutoff_release(at("2027-12-31T18:00"), calendar)
    assert beyond.promised_on == day("2028-01-03")
    assert beyond.flags == ("holidays_unannounced", "closures_unannounced")
    assert cutoff_release(at("2026-11-20T10:00"), calendar).flags == ()


RULES: list[Callable[[datetime, BusinessCalendar], Decision]] = [
    cutoff_release,
    answer_release,
    review_target,
]


@pytest.mark.parametrize("rule", RULES)
def test_what_cannot_be_decided_is_a_clear_error(
    rule: Callable[[datetime, BusinessCalendar], Decision],
) -> None:
    with pytest.raises(ValueError, match="offset"):
        rule(datetime(2026, 11, 20, 10), desk())  # noqa: DTZ001
    with pytest.raises(NoOpenTimeError):
        rule(at("2026-11-20T10:00"), BusinessCalendar.build(week=((),) * 7))
    with pytest.raises(OutOfReachError):
        rule(at("9999-12-31T17:30"), desk())
