"""Properties against the slow calendar that looks at every minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from supportdesk.business_calendar.domain.calendar import (
    TOKYO,
    BusinessCalendar,
    with_closures,
)
from supportdesk.business_calendar.domain.days import DayOverride, Hours, hours
from supportdesk.business_calendar.domain.errors import NoOpenTimeError
from supportdesk.business_calendar.domain.tally import Exceptions, Weekly
from tests.domain.oracle import SlowCalendar

# Around these days something happens: a jump of the clock, a skipped day, a run of holidays.
SCENES = [
    (TOKYO, date(2026, 9, 21)),
    (ZoneInfo("America/New_York"), date(2026, 3, 8)),
    (ZoneInfo("America/New_York"), date(2026, 11, 1)),
    (ZoneInfo("Europe/London"), date(2026, 3, 29)),
    (ZoneInfo("Europe/London"), date(2026, 10, 25)),
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5)),
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)),
    (ZoneInfo("Pacific/Apia"), date(2011, 12, 30)),
]
HALF_HOURS = st.integers(0, 48).map(lambda n: n * 30)


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    edges = sorted(draw(st.sets(HALF_HOURS, max_size=4)))
    return hours(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def some_calendar(draw: st.DrawFn) -> tuple[BusinessCalendar, datetime]:
    """A small calendar around a scene, built in layers, and the midnight (UTC) before the scene."""
    zone, scene = draw(st.sampled_from(SCENES))
    usual = [draw(some_hours()) for _ in range(2)]
    mon, tue, wed, thu, fri, sat, sun = (draw(st.sampled_from(usual)) for _ in range(7))
    near = st.integers(-2, 3).map(lambda n: scene + timedelta(days=n))
    differing = draw(st.dictionaries(near, some_hours(), max_size=3))
    overrides = [
        DayOverride(on, found, "", "extra_opening" if found else "closure")
        for on, found in differing.items()
    ]
    split = draw(st.integers(0, len(overrides)))
    calendar = BusinessCalendar.build(
        zone=zone,
        week=(mon, tue, wed, thu, fri, sat, sun),
        holidays=dict.fromkeys(draw(st.sets(near, max_size=2)), "祝日"),
        overrides=overrides[:split],
    )
    start = datetime(scene.year, scene.month, scene.day, tzinfo=UTC) - timedelta(days=1)
    return with_closures(calendar, overrides[split:]), start


minutes_of_the_scene = st.integers(0, 2 * 1440).map(lambda n: timedelta(minutes=n))


@given(some_calendar(), minutes_of_the_scene, minutes_of_the_scene)
def test_open_time_between_is_what_a_minute_by_minute_walk_counts(
    given_calendar: tuple[BusinessCalendar, datetime], first: timedelta, second: timedelta
) -> None:
    calendar, midnight = given_calendar
    start, end = midnight + min(first, second), midnight + max(first, second)
    slow = SlowCalendar(calendar)
    assert calendar.is_open(start) == slow.is_open(start)
    assert calendar.business_time_between(start, end) == slow.between(start, end)


@given(some_calendar(), minutes_of_the_scene, st.integers(0, 900))
def test_time_is_used_up_where_a_minute_by_minute_walk_ends(
    given_calendar: tuple[BusinessCalendar, datetime], offset: timedelta, minutes: int
) -> None:
    calendar, midnight = given_calendar
    if not any(calendar.week):
        return
    start, duration, slow = midnight + offset, timedelta(minutes=minutes), SlowCalendar(calendar)
    # In UTC: Python calls times of an hour that comes twice unequal to those of any other zone.
    assert calendar.add_business_time(start, duration).astimezone(UTC) == slow.add(start, duration)
    assert calendar.next_open(start).astimezone(UTC) == slow.next_open(start)


@given(
    some_calendar(),
    st.integers(-(10**14), 10**14),
    st.integers(0, 10**14) | st.integers(0, 10**10),
)
def test_what_is_added_lies_between_to_the_microsecond(
    given_calendar: tuple[BusinessCalendar, datetime], offset: int, length: int
) -> None:
    calendar, midnight = given_calendar
    start, duration = midnight + timedelta(microseconds=offset), timedelta(microseconds=length)
    try:
        end = calendar.add_business_time(start, duration).astimezone(UTC)
    except NoOpenTimeError:
        return
    assert end >= start
    assert calendar.business_time_between(start, end) == duration
    tick = timedelta(microseconds=1)
    if duration:  # the first such instant: a microsecond earlier it is not used up yet
        assert calendar.business_time_between(start, end - tick) == duration - tick


@given(some_calendar(), minutes_of_the_scene, minutes_of_the_scene, minutes_of_the_scene)
def test_open_time_adds_up_and_the_next_opening_skips_none(
    given_calendar: tuple[BusinessCalendar, datetime],
    first: timedelta,
    second: timedelta,
    third: timedelta,
) -> None:
    calendar, midnight = given_calendar
    start, middle, end = sorted(midnight + offset for offset in (first, second, third))
    between = calendar.business_time_between
    assert between(start, end) == between(start, middle) + between(middle, end)
    assert timedelta() <= between(start, middle) <= middle - start
    if any(calendar.week):
        opening = calendar.next_open(start)
        assert calendar.is_open(opening)
        assert not between(start, opening)


numbers = st.lists(st.integers(0, 3), min_size=7, max_size=7)
changes = st.dictionaries(st.integers(-20, 20), st.integers(0, 3), max_size=6)


@given(numbers, changes, changes, st.integers(-25, 25))
def test_a_tally_is_a_sum_over_days(
    week: list[int], changed: dict[int, int], again: dict[int, int], day: int
) -> None:
    tally = Exceptions(Exceptions(Weekly(week), changed), again)
    value = {**changed, **again}
    plain = [value.get(d, week[(d - 1) % 7]) for d in range(-40, 41)]
    assert [tally.on(d) for d in range(-40, 41)] == plain
    assert tally.before(day) - tally.before(-40) == sum(plain[: day + 40])


@given(numbers, changes, changes, st.integers(-25, 25), st.integers(1, 30))
def test_a_total_is_reached_on_the_first_day_that_has_it(
    week: list[int], changed: dict[int, int], again: dict[int, int], start: int, amount: int
) -> None:
    tally = Exceptions(Exceptions(Weekly(week), changed), again)
    total = tally.before(start) + amount
    walked = next((d for d in range(start, start + 300) if tally.before(d + 1) >= total), None)
    if walked is None:
        try:
            tally.reaching(total)
        except NoOpenTimeError:
            return
        raise AssertionError("a total was reached that a walk never finds")
    assert tally.reaching(total) == walked
