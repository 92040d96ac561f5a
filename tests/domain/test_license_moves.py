"""How often a licence may move (4 in 6 months, counted from the first), and how old keys end."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.ending import decide_ending, provisional_until
from licensing.domain.moves import (
    MoveCount,
    MoveLimit,
    count_moves,
    counts_as_correction,
    window_ends_on,
)

CUSTOM = MoveLimit(4, 6)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def days(*written: str) -> list[date]:
    return [date.fromisoformat(each) for each in written]


@pytest.mark.parametrize(
    ("story", "moved", "on", "count"),
    [
        ("never moved", [], "2026-11-20", (0, None, None)),
        ("once, the same day", ["2026-11-20"], "2026-11-20", (1, "2026-11-20", "2027-05-19")),
        ("the window's last day", ["2026-05-21"], "2026-11-20", (1, "2026-05-21", "2026-11-20")),
        ("the day after it", ["2026-05-20"], "2026-11-20", (0, None, None)),
        (
            "four in the window",
            ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"],
            "2026-11-20",
            (4, "2026-06-01", "2026-11-30"),
        ),
        (
            "a window opens at the first move after the last one ended, not at its middle",
            ["2026-01-10", "2026-07-09", "2026-07-10", "2026-11-01"],
            "2026-11-20",
            (2, "2026-07-10", "2027-01-09"),
        ),
        ("later moves do not count yet", ["2026-12-01"], "2026-11-20", (0, None, None)),
        (
            "from the 31st to the end of February",
            ["2026-08-31"],
            "2027-02-28",
            (1, "2026-08-31", "2027-02-28"),
        ),
        ("and free on the 1st of March", ["2026-08-31"], "2027-03-01", (0, None, None)),
    ],
)
def test_the_moves_that_stand_against_one_more(
    story: str, moved: list[str], on: str, count: tuple[int, str | None, str | None]
) -> None:
    found = count_moves(days(*moved), on=date.fromisoformat(on), limit=CUSTOM)

    stored = found.as_json()
    assert (stored["used"], stored["opened_on"], stored["last_on"]) == count, story
    assert found.beyond == (found.used >= 4)
    assert MoveCount.from_json(stored) == found


def oracle(moved: list[date], on: date, limit: MoveLimit) -> tuple[int, date | None]:
    """Day by day: the first move opens a window, every day of it is walked through."""
    opened = last = None
    used = 0
    day = min([*moved, on])
    while day <= on:
        if last is not None and day > last:
            opened, last, used = None, None, 0
        todays = moved.count(day)
        if todays and opened is None:
            opened, last = day, six_months_walked(day, limit.months)
        used += todays
        day += timedelta(days=1)
    return (used, opened) if opened else (0, None)


def six_months_walked(opened: date, months: int) -> date:
    """The last day of the window: walk until the corresponding day, or the month's end, is met."""
    day, passed = opened, 0
    while True:
        tomorrow = day + timedelta(days=1)
        passed += tomorrow.day == 1
        corresponding = passed == months and tomorrow.day == opened.day
        month_is_over = passed == months + 1
        if corresponding or month_is_over:
            return day
        day = tomorrow


@given(
    st.lists(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=12),
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.integers(1, 6),
    st.integers(1, 13),
)
def test_counting_agrees_with_walking_day_by_day(
    moved: list[date], on: date, moves: int, months: int
) -> None:
    limit = MoveLimit(moves, months)
    count = count_moves(moved, on=on, limit=limit)

    used, opened = oracle(moved, on, limit)
    assert (count.used, count.opened_on) == (used, opened)
    assert count.last_on == (six_months_walked(opened, months) if opened else None)


@given(DAYS, st.integers(1, 24))
def test_a_window_is_never_shorter_than_its_months_and_free_the_day_after(
    opened: date, months: int
) -> None:
    last = window_ends_on(opened, months)

    assert last == six_months_walked(opened, months)
    assert count_moves([opened], on=last, limit=MoveLimit(1, months)).beyond
    assert not count_moves([opened], on=last + timedelta(days=1), limit=MoveLimit(1, months)).beyond


@pytest.mark.parametrize(("moves", "months"), [(0, 6), (4, 0), (-1, 6)])
def test_a_limit_of_nothing_is_refused(moves: int, months: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        MoveLimit(moves, months)


@pytest.mark.parametrize(
    ("on", "counts"),
    [("2026-11-19", False), ("2026-11-20", True), ("2026-11-27", True), ("2026-11-28", False)],
)
def test_a_mistyped_code_is_no_move_for_seven_days(on: str, counts: bool) -> None:
    issued_on = date(2026, 11, 20)
    assert counts_as_correction(issued_on=issued_on, on=date.fromisoformat(on), days=7) == counts


ISSUED = date(2026, 11, 20)
AFTER_SIXTY = date(2027, 1, 19)


@pytest.mark.parametrize(
    ("story", "facts", "why", "tolerated", "overlap"),
    [
        ("planned, a perpetual key", {}, "planned", AFTER_SIXTY, None),
        ("planned, its key was dated", {"dated": True}, "planned", AFTER_SIXTY, AFTER_SIXTY),
        ("planned, the customer asks", {"wanted": True}, "planned", AFTER_SIXTY, AFTER_SIXTY),
        ("dead: it ends at once", {"dead": True}, "dead", ISSUED, None),
        ("dead, its key was dated", {"dead": True, "dated": True}, "dead", ISSUED, None),
        (
            "dead, but asked for",
            {"dead": True, "wanted": True},
            "dead_but_asked",
            AFTER_SIXTY,
            AFTER_SIXTY,
        ),
        ("a mistyped code", {"correction": True, "wanted": True}, "correction", ISSUED, None),
    ],
)
def test_how_the_old_key_ends(
    story: str, facts: dict[str, bool], why: str, tolerated: date, overlap: date | None
) -> None:
    given = {"dead": False, "correction": False, "dated": False, "wanted": False} | facts

    ending = decide_ending(issued_on=ISSUED, overlap_days=60, **given)

    assert (ending.why, ending.tolerated_until, ending.overlap_until) == (why, tolerated, overlap)


@pytest.mark.parametrize(
    ("story", "promised", "covered", "until"),
    [
        ("thirty days", "2026-11-24", "2027-03-31", "2026-12-20"),
        ("no longer than the support period", "2026-11-24", "2026-11-30", "2026-11-30"),
        ("but until the regular key is promised", "2026-11-24", "2026-11-21", "2026-11-24"),
        ("without an end of coverage known", "2026-11-24", None, "2026-12-20"),
        ("over a long closure", "2026-12-25", "2027-03-31", "2026-12-25"),
    ],
)
def test_how_long_a_provisional_key_lasts(
    story: str, promised: str, covered: str | None, until: str
) -> None:
    assert provisional_until(
        issued_on=ISSUED,
        days=30,
        promised_on=date.fromisoformat(promised),
        covered_until=date.fromisoformat(covered) if covered else None,
    ) == date.fromisoformat(until), story
