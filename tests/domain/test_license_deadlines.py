"""The 17:00 rule for what is corrected, and the days for what came back: every day of 2026–2027."""

from datetime import date, datetime, time, timedelta

import pytest

from licensing.domain.correcting import keeps_promise
from licensing.domain.returning import keeps_coverage_until
from supportdesk.business_calendar.domain.calendar import TOKYO
from supportdesk.promises.domain.rules import cutoff_release
from tests.domain.calendars import closures, desk
from tests.domain.test_rules_cutoff import slow_promise

ANNOUNCED = [
    *closures("2026-08-13", "2026-08-15", "夏季休業"),
    *closures("2026-12-29", "2027-01-04", "年末年始休業"),
    *closures("2027-12-29", "2028-01-04", "年末年始休業"),
]
CALENDAR = desk(*ANNOUNCED)
CLOSED = {*CALENDAR.holidays, *(closure.on for closure in ANNOUNCED)}
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 20)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
TIMES = [time(0), time(8, 59, 59), time(17), time(17, 0, 0, 1), time(23, 59, 59)]


def at(on: date, clock: time) -> datetime:
    return datetime.combine(on, clock, TOKYO)


def test_a_correction_keeps_its_promise_until_the_cut_off_of_the_promised_day() -> None:
    """Accepted at any of these moments: that day's 17:00:00, one microsecond later no more."""
    for on in DAYS:
        for clock in TIMES:
            promised_on, _ = slow_promise(at(on, clock), CLOSED)
            cutoff = at(promised_on, time(17))
            for moment in (cutoff - timedelta(hours=9), cutoff):
                assert keeps_promise(promised_on=promised_on, at=moment, calendar=CALENDAR)
            late = cutoff + timedelta(microseconds=1)
            assert not keeps_promise(promised_on=promised_on, at=late, calendar=CALENDAR)


def test_a_correction_that_keeps_its_promise_is_never_promised_for_later() -> None:
    """Whoever corrects in time would be promised the same day anew: nothing is taken or given."""
    for on in DAYS:
        accepted = cutoff_release(at(on, time(16)), CALENDAR)
        for clock in TIMES:
            moment = at(on, clock)
            anew, _ = slow_promise(moment, CLOSED)
            kept = keeps_promise(promised_on=accepted.promised_on, at=moment, calendar=CALENDAR)
            if on == accepted.promised_on:
                assert kept == (anew == accepted.promised_on)


def walked(returned_on: date, days: int) -> date:
    day = returned_on
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() <= 5 and day not in CLOSED
    return day


@pytest.mark.parametrize("days", [0, 1, 5])
def test_the_coverage_day_is_kept_for_so_many_business_days(days: int) -> None:
    for on in DAYS:
        kept = keeps_coverage_until(returned_on=on, days=days, calendar=CALENDAR)
        assert kept == walked(on, days)


def test_what_cannot_be_decided_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="naive"):
        keeps_promise(promised_on=FIRST, at=datetime(2026, 1, 5), calendar=CALENDAR)  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        keeps_coverage_until(returned_on=FIRST, days=-1, calendar=CALENDAR)


def test_a_promised_day_that_was_closed_since_still_takes_corrections_before_it() -> None:
    closed = desk(*closures("2026-11-24", "2026-11-24", "臨時休業"))
    on = date(2026, 11, 24)

    assert keeps_promise(promised_on=on, at=at(date(2026, 11, 23), time(12)), calendar=closed)
    assert not keeps_promise(promised_on=on, at=at(on, time(8)), calendar=closed)
