"""The plan of a move: every event in its order, equal columns, what runs on which server."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.plan import Bar, Move, Plan, plan_of, reminder_day
from supportdesk.business_calendar.domain.calendar import TOKYO
from tests.domain.calendars import day, desk


def at(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=TOKYO)


# The move of the picture: sent on Friday after the cut-off, a provisional key over the weekend.
AOBA = Move(
    accepted_at=at("2026-11-20 17:05:10"),
    provisional_at=at("2026-11-20 17:05:12"),
    issue_at=at("2026-11-24 09:00"),
    planned_on=date(2026, 12, 5),
    old_until=date(2027, 1, 23),
)


def story(plan: Plan) -> list[tuple[str, ...]]:
    return [column.kinds for column in plan.columns]


def test_the_move_of_the_picture() -> None:
    plan = plan_of(AOBA)

    assert story(plan) == [
        ("accepted", "provisional"),
        ("issue",),
        ("planned",),
        ("overlap_end",),
        ("report_by",),
    ]
    assert [column.on.isoformat() for column in plan.columns] == [
        "2026-11-20",
        "2026-11-24",
        "2026-12-05",
        "2027-01-23",
        "2027-01-30",
    ]
    assert plan.bars == (
        Bar("old", "current", 0, 3, date(2027, 1, 23)),
        Bar("new", "provisional", 0, 1),
        Bar("new", "regular", 1, 5),
        Bar("both", "overlap", 1, 3, date(2027, 1, 23)),
    )
    assert AOBA.overlap_days == 60
    assert [plan.edge(n) for n in range(6)] == [0, 20, 40, 60, 80, 100]


def test_what_runs_where_at_each_step() -> None:
    plan = plan_of(AOBA)

    def running(lane: str) -> list[str]:
        bars = [plan.running(lane, n) for n in range(len(plan.columns))]  # type: ignore[arg-type]
        return [bar.kind if bar else "" for bar in bars]

    assert running("old") == ["current", "current", "current", "", ""]
    assert running("new") == ["provisional", "regular", "regular", "regular", "regular"]


def test_accepted_and_issued_in_the_same_minute_are_one_column() -> None:
    plan = plan_of(
        Move(
            accepted_at=at("2026-11-20 10:15:02"),
            issue_at=at("2026-11-20 10:15:30"),
            old_until=date(2027, 1, 19),
        )
    )
    assert story(plan) == [("accepted", "issue"), ("overlap_end",), ("report_by",)]


def test_a_day_without_a_time_comes_after_the_instants_of_that_day() -> None:
    plan = plan_of(
        Move(
            accepted_at=at("2026-11-20 17:05"),
            issue_at=at("2026-11-24 09:00"),
            planned_on=date(2026, 11, 24),
        )
    )
    assert story(plan) == [("accepted",), ("issue",), ("planned",)]


def test_a_dead_server_has_no_overlap_and_nothing_to_report() -> None:
    move = Move(
        accepted_at=at("2026-11-20 17:05"),
        issue_at=at("2026-11-24 09:00"),
        old_until=date(2026, 11, 24),
    )
    plan = plan_of(move)
    assert story(plan) == [("accepted",), ("issue",)]
    assert plan.bars == (
        Bar("old", "current", 0, 1, date(2026, 11, 24)),
        Bar("new", "regular", 1, 2),
    )
    assert move.report_by is None


def test_once_stopped_the_day_of_the_stop_takes_the_place_of_the_duty_to_report() -> None:
    plan = plan_of(
        Move(
            accepted_at=AOBA.accepted_at,
            issue_at=AOBA.issue_at,
            old_until=AOBA.old_until,
            stopped_on=date(2026, 12, 6),
        )
    )
    assert story(plan) == [("accepted",), ("issue",), ("stopped",), ("overlap_end",)]


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
instants = st.builds(lambda on, clock: datetime.combine(on, clock, TOKYO), days, st.times())


@st.composite
def moves(draw: st.DrawFn) -> Move:
    accepted_at = draw(instants)
    issue_at = accepted_at + draw(st.timedeltas(timedelta(0), timedelta(days=12)))
    overlap = draw(st.none() | st.integers(0, 90))
    return Move(
        accepted_at=accepted_at,
        issue_at=issue_at,
        provisional_at=draw(st.none() | st.just(accepted_at)),
        planned_on=draw(st.none() | days),
        old_until=None if overlap is None else issue_at.date() + timedelta(days=overlap),
        stopped_on=draw(st.none() | days),
    )


@given(moves())
def test_every_event_once_in_order_and_every_bar_inside(move: Move) -> None:
    plan = plan_of(move)

    kinds = [kind for column in plan.columns for kind in column.kinds]
    assert len(kinds) == len(set(kinds))
    assert {"accepted", "issue"} <= set(kinds)
    assert [column.on for column in plan.columns] == sorted(column.on for column in plan.columns)
    instants = [column.at for column in plan.columns if column.at]
    assert instants == sorted(instants)
    for bar in plan.bars:
        assert 0 <= bar.first < bar.last <= len(plan.columns)
    for lane in ("old", "new", "both"):
        bars = [bar for bar in plan.bars if bar.lane == lane]
        assert all(one.last <= two.first for one, two in pairwise(bars))


@pytest.mark.parametrize("overlap", [0, 1, 60])
def test_the_report_is_due_a_week_after_the_overlap(overlap: int) -> None:
    end = date(2026, 11, 24) + timedelta(days=overlap)
    move = Move(accepted_at=at("2026-11-24 09:00"), issue_at=at("2026-11-24 09:00"), old_until=end)
    assert move.report_by == (end + timedelta(days=7) if overlap else None)


@pytest.mark.parametrize(
    ("story", "old_until", "reminded_on"),
    [
        ("a week before the end", "2027-01-19", "2027-01-12"),
        ("a Saturday: the business day before", "2027-01-16", "2027-01-08"),
        ("the first business day after the issue", "2026-12-01", "2026-11-24"),
        ("too near for a week: the next business day", "2026-11-27", "2026-11-24"),
        ("on the last day itself", "2026-11-24", "2026-11-24"),
        ("over before the desk opens again", "2026-11-23", None),
    ],
)
def test_the_day_on_which_the_old_servers_end_is_reminded_of(
    story: str, old_until: str, reminded_on: str | None
) -> None:
    found = reminder_day(day("2026-11-20"), day(old_until), desk())
    assert found == (reminded_on and day(reminded_on)), story


def test_the_stop_is_to_be_reported_within_a_week_after_the_overlap() -> None:
    assert AOBA.report_by == date(2027, 1, 30)
