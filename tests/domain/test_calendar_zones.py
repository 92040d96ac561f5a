"""Windows are what the clock on the wall shows: where it jumps, what really elapses counts."""

import importlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from supportdesk.business_calendar.domain.calendar import TOKYO, BusinessCalendar
from supportdesk.business_calendar.domain.days import Week, hours
from supportdesk.business_calendar.domain.errors import NoOpenTimeError
from supportdesk.business_calendar.domain.zones import jumps, moment
from tests.domain.calendars import at, day, override, windows

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")


def daily(zone: ZoneInfo, *spans: str) -> BusinessCalendar:
    same = hours(windows(*spans))
    week: Week = (same,) * 7
    return BusinessCalendar.build(zone=zone, week=week)


class Elapsed(NamedTuple):
    what: str
    zone: ZoneInfo
    window: str
    on: str
    open_for: timedelta


ELAPSED = [
    Elapsed("a day of 23 hours", NEW_YORK, "0:00-24:00", "2026-03-08", timedelta(hours=23)),
    Elapsed("a day of 25 hours", NEW_YORK, "0:00-24:00", "2026-11-01", timedelta(hours=25)),
    Elapsed("half an hour less", LORD_HOWE, "0:00-24:00", "2026-10-04", timedelta(hours=23.5)),
    Elapsed("half an hour more", LORD_HOWE, "0:00-24:00", "2026-04-05", timedelta(hours=24.5)),
    Elapsed("over the gap", NEW_YORK, "1:00-3:30", "2026-03-08", timedelta(hours=1.5)),
    Elapsed("over the overlap", NEW_YORK, "0:30-2:30", "2026-11-01", timedelta(hours=3)),
    Elapsed("from inside the gap", NEW_YORK, "2:30-4:00", "2026-03-08", timedelta(hours=1)),
    Elapsed("up to inside the gap", NEW_YORK, "1:00-2:30", "2026-03-08", timedelta(hours=1)),
    Elapsed("never came", NEW_YORK, "2:10-2:50", "2026-03-08", timedelta()),
    Elapsed("came twice", NEW_YORK, "1:10-1:50", "2026-11-01", timedelta(minutes=80)),
    Elapsed("into the overlap", NEW_YORK, "0:00-1:30", "2026-11-01", timedelta(hours=2)),
    Elapsed("out of the overlap", NEW_YORK, "1:30-3:00", "2026-11-01", timedelta(hours=2)),
    Elapsed("office hours see nothing", LONDON, "9:00-17:00", "2026-03-29", timedelta(hours=8)),
    Elapsed("London's gap", LONDON, "0:00-2:00", "2026-03-29", timedelta(hours=1)),
    Elapsed("London's overlap", LONDON, "0:00-2:00", "2026-10-25", timedelta(hours=3)),
    Elapsed("the skipped day", APIA, "0:00-24:00", "2011-12-30", timedelta()),
]


@pytest.mark.parametrize("case", ELAPSED, ids=[case.what for case in ELAPSED])
def test_what_really_elapses_counts(case: Elapsed) -> None:
    calendar = daily(case.zone, case.window)
    start = at(f"{case.on}T00:00", case.zone)
    end = at(f"{day(case.on) + timedelta(days=1)}T00:00", case.zone)
    assert calendar.business_time_between(start, end) == case.open_for


def test_time_is_used_up_across_a_jump() -> None:
    calendar, start = daily(NEW_YORK, "0:00-24:00"), at("2026-03-08T00:00", NEW_YORK)
    assert calendar.add_business_time(start, timedelta(hours=24)) == at(
        "2026-03-09T01:00", NEW_YORK
    )
    autumn = at("2026-11-01T00:00", NEW_YORK)
    twice = calendar.add_business_time(autumn, timedelta(hours=2))
    assert twice.isoformat() == "2026-11-01T01:00:00-05:00"


def test_a_window_that_opens_in_the_gap_opens_with_the_jump() -> None:
    calendar = daily(NEW_YORK, "2:30-4:00")
    assert calendar.next_open(at("2026-03-08T00:00", NEW_YORK)) == at("2026-03-08T03:00", NEW_YORK)
    assert calendar.opening(day("2026-03-08")) == at("2026-03-08T03:00", NEW_YORK)
    assert calendar.closing(day("2026-03-08")) == at("2026-03-08T04:00", NEW_YORK)


def test_a_window_that_never_comes_is_passed_over() -> None:
    calendar = daily(NEW_YORK, "2:10-2:50")
    start = at("2026-03-08T00:00", NEW_YORK)
    assert calendar.next_open(start) == at("2026-03-09T02:10", NEW_YORK)
    assert calendar.add_business_time(start, timedelta(minutes=40)) == at(
        "2026-03-09T02:50", NEW_YORK
    )
    with pytest.raises(NoOpenTimeError, match="jumps over"):
        calendar.opening(day("2026-03-08"))


def test_a_single_window_that_never_comes_is_no_open_time() -> None:
    only = override("2026-03-08", "extra_opening", "2:10-2:50")
    calendar = BusinessCalendar.build(zone=NEW_YORK, week=((),) * 7, overrides=[only])
    with pytest.raises(NoOpenTimeError):
        calendar.next_open(at("2026-03-01T00:00", NEW_YORK))


def test_a_single_window_that_comes_twice_is_counted_twice() -> None:
    only = override("2026-11-01", "extra_opening", "1:00-2:00")
    calendar = BusinessCalendar.build(zone=NEW_YORK, week=((),) * 7, overrides=[only])
    start = at("2020-01-01T00:00", NEW_YORK)
    end = calendar.add_business_time(start, timedelta(minutes=120))
    assert end.isoformat() == "2026-11-01T02:00:00-05:00"
    with pytest.raises(NoOpenTimeError):
        calendar.add_business_time(start, timedelta(minutes=121))


def test_the_day_that_samoa_skipped() -> None:
    calendar = daily(APIA, "9:00-12:00")
    assert calendar.next_open(at("2011-12-29T12:00", APIA)) == at("2011-12-31T09:00", APIA)
    assert calendar.business_time_between(
        at("2011-12-29T00:00", APIA), at("2012-01-01T00:00", APIA)
    ) == timedelta(hours=6)


def test_the_next_closing_beside_a_jump() -> None:
    gap, overlap = daily(NEW_YORK, "1:00-2:30"), daily(NEW_YORK, "0:30-1:30")
    assert gap.next_close(at("2026-03-08T01:10", NEW_YORK)) == at("2026-03-08T03:00", NEW_YORK)
    found = overlap.next_close(at("2026-11-01T00:40", NEW_YORK))
    assert found.isoformat() == "2026-11-01T01:30:00-05:00"  # open again after the clock went back


@pytest.mark.parametrize("years", [10, 200])
def test_long_ways_in_a_jumping_zone_are_exact_too(years: int) -> None:
    calendar = daily(NEW_YORK, "1:00-3:00")
    start = at("2026-01-01T00:00", NEW_YORK)
    end = start.replace(year=2026 + years)
    days = (end.date() - start.date()).days
    found = calendar.business_time_between(start, end)
    # Every year one window loses an hour and one gains an hour.
    assert found == timedelta(hours=2 * days)
    assert calendar.add_business_time(start, found) == at(
        f"{end.date() - timedelta(days=1)}T03:00", NEW_YORK
    )


@pytest.mark.parametrize("key", ["Africa/Freetown", "Asia/Gaza"])
def test_every_jump_of_the_zone_database_is_found(key: str) -> None:
    # Freetown has the closest pair of jumps of all zones, Gaza the most irregular future.
    # The pure-Python class is the one that shows its table.
    zone, table = ZoneInfo(key), importlib.import_module("zoneinfo._zoneinfo").ZoneInfo(key)
    expected, before = [], table._tti_before.utcoff
    for instant, kind in zip(table._trans_utc, table._ttinfos, strict=True):
        if kind.utcoff != before:
            expected.append((datetime.fromtimestamp(0, UTC) + timedelta(seconds=instant), before))
        before = kind.utcoff
    found = [
        (moment(jump.instant, UTC), timedelta(microseconds=jump.before))
        for jump in jumps(zone, 1, 2100)
    ]
    known_until = expected[-1][0]
    assert [jump for jump in found if jump[0] <= known_until] == expected


def test_after_400_years_the_jumps_come_again() -> None:
    soon, later = (
        [moment(jump.instant, NEW_YORK).replace(tzinfo=None) for jump in jumps(NEW_YORK, y, y)]
        for y in (2126, 9726)
    )
    assert len(soon) == 2
    assert [jump.replace(year=9726) for jump in soon] == later
    assert moment(next(jumps(NEW_YORK, 9726, 9726)).instant, NEW_YORK).dst() == timedelta(hours=1)


_ASK = """
import sys
from datetime import UTC, date, datetime
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.promises.domain.rules import cutoff_release, reception_target
calendar = BusinessCalendar.build(holidays={date(2026, 11, 23): "勤労感謝の日"})
at = datetime(2026, 11, 20, 8, 42, tzinfo=UTC)
print(cutoff_release(at, calendar).release_at, reception_target(at, calendar).received_at)
print(sorted(name for name in sys.modules if name.partition(".")[0] in ("django", "celery")))
"""


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_the_zone_of_the_process_does_not_matter_and_django_is_not_needed(tz: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ASK],
        env={**os.environ, "TZ": tz, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        text=True,
    )
    when = datetime(2026, 11, 24, 9, tzinfo=TOKYO)
    assert done.stdout.splitlines() == [f"{when} {when}", "[]"]
