"""Which way an answer goes out, which is offered first, and what sending later would change."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inquiries.domain.outcome import if_sent_later
from inquiries.domain.release import release_choices
from supportdesk.promises.domain.rules import reception_target
from supportdesk.promises.domain.urgency import business_days_since, time_left
from tests.domain.calendars import at, closures, desk, override

CALENDAR = desk()
# Naive: Tokyo's wall clock.
MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 31))  # noqa: DTZ001

# approved at, first reply owed on, fault? → ways in their order, the rule's moment, because
RELEASES = [
    # 2-1e and the desk's 17:00 rule: by 17:00 of a business day at once …
    ("2026-11-20 16:59:59", "2026-11-20", False, ["rule"], "2026-11-20 16:59:59", ""),
    ("2026-11-20 17:00", "2026-11-20", False, ["rule"], "2026-11-20 17:00", ""),
    ("2026-11-20 12:30", None, False, ["rule"], "2026-11-20 12:30", ""),
    # … after it, at the next business day's opening; where that breaks the target, now comes first
    ("2026-11-20 17:00:01", "2026-11-20", False, ["now", "rule"], "2026-11-24 09:00", "promise"),
    ("2026-11-20 17:20", "2026-11-24", False, ["rule", "now"], "2026-11-24 09:00", ""),
    ("2026-11-20 17:20", None, False, ["rule", "now"], "2026-11-24 09:00", ""),
    # a fault: now first while it is a business day
    ("2026-11-20 23:59", "2026-11-24", True, ["now", "rule"], "2026-11-24 09:00", "incident"),
    ("2026-11-21 10:00", "2026-11-24", True, ["rule", "now"], "2026-11-24 09:00", ""),
    # before the opening of a business day: at the opening; a fault may go before it
    ("2026-11-24 07:00", "2026-11-24", False, ["rule", "now"], "2026-11-24 09:00", ""),
    ("2026-11-24 07:00", None, True, ["now", "rule"], "2026-11-24 09:00", "incident"),
    # what is broken already cannot be broken by waiting
    ("2026-11-24 17:30", "2026-11-20", False, ["rule", "now"], "2026-11-25 09:00", ""),
]


@pytest.mark.parametrize("row", RELEASES)
def test_the_ways_and_their_order(
    row: tuple[str, str | None, bool, list[str], str, str],
) -> None:
    approved, owed, fault, ways, rule_at, because = row
    promised_on = date.fromisoformat(owed) if owed else None
    choices = release_choices(at(approved), CALENDAR, promised_on=promised_on, incident=fault)
    assert [choice.way for choice in choices.offered] == ways
    assert choices.rule.at == at(rule_at)
    assert choices.because == because


@given(MOMENTS, st.booleans())
def test_an_answer_never_leaves_on_a_closed_day_by_the_rule(moment: datetime, fault: bool) -> None:
    approved = moment.replace(tzinfo=CALENDAR.zone)
    choices = release_choices(approved, CALENDAR, promised_on=None, incident=fault)
    assert choices.rule.at >= approved
    assert CALENDAR.is_business_day(choices.rule.at.date())
    assert choices.at_once == (choices.rule.at == approved)


# sent at → from when on, received (None: as sent), aimed at
LATER = [
    (
        "2026-11-20 17:05",
        [(None, None, "2026-11-24"), ("2026-11-20 17:30", "2026-11-24 09:00", "2026-11-24")],
    ),
    (
        "2026-11-20 16:40",
        [
            (None, None, "2026-11-20"),
            ("2026-11-20 17:00", None, "2026-11-24"),
            ("2026-11-20 17:30", "2026-11-24 09:00", "2026-11-24"),
        ],
    ),
    (
        "2026-11-20 11:00",
        [
            (None, None, "2026-11-20"),
            ("2026-11-20 12:00", "2026-11-20 13:00", "2026-11-20"),
            ("2026-11-20 13:00", None, "2026-11-20"),
            ("2026-11-20 17:00", None, "2026-11-24"),
            ("2026-11-20 17:30", "2026-11-24 09:00", "2026-11-24"),
        ],
    ),
    (
        "2026-11-21 22:00",
        [(None, "2026-11-24 09:00", "2026-11-24"), ("2026-11-24 09:00", None, "2026-11-24")],
    ),
    # the cut-off itself is still in time
    (
        "2026-11-20 17:00",
        [
            (None, None, "2026-11-20"),
            ("2026-11-20 17:00", None, "2026-11-24"),
            ("2026-11-20 17:30", "2026-11-24 09:00", "2026-11-24"),
        ],
    ),
]


@pytest.mark.parametrize(("sent", "rows"), LATER, ids=[row[0] for row in LATER])
def test_what_sending_later_changes(
    sent: str, rows: list[tuple[str | None, str | None, str]]
) -> None:
    told = [
        (row.since, row.received_at, row.promised_on.isoformat())
        for row in if_sent_later(at(sent), CALENDAR)
    ]
    assert told == [
        (at(since) if since else None, at(received) if received else None, on)
        for since, received, on in rows
    ]


@given(
    MOMENTS,
    st.integers(min_value=0, max_value=24 * 60),
)
def test_every_later_moment_of_the_day_is_told_truly(moment: datetime, minutes: int) -> None:
    now = moment.replace(second=0, microsecond=0, tzinfo=CALENDAR.zone)
    later = now.replace(hour=minutes // 60 % 24, minute=minutes % 60)
    if later <= now:
        return
    rows = [row for row in if_sent_later(now, CALENDAR) if row.since is None or row.since < later]
    exact = [row for row in if_sent_later(now, CALENDAR) if row.since == later and row.inclusive]
    row = (exact or rows)[-1]
    decision = reception_target(later, CALENDAR)
    assert row.promised_on == decision.promised_on
    assert (row.received_at or later) == decision.received_at


def test_a_half_day_closes_and_cuts_off_at_once() -> None:
    calendar = desk(override("2026-12-10", "half_day", "9:00-12:00"))
    rows = if_sent_later(at("2026-12-10 11:00"), calendar)
    assert [(row.since, row.promised_on.isoformat()) for row in rows] == [
        (None, "2026-12-10"),
        (at("2026-12-10 12:00"), "2026-12-11"),
    ]


LEFT = [
    # now, promised → left, over, by exception, broken
    ("2026-11-20 17:05", "2026-11-24", "7:25:00", False, False),
    ("2026-11-20 17:05", "2026-11-20", "0:00:00", True, False),
    ("2026-11-20 16:00", "2026-11-20", "1:00:00", False, False),
    ("2026-11-20 12:30", "2026-11-20", "4:00:00", False, False),
    ("2026-11-24 09:00", "2026-11-20", "0:00:00", False, True),
]


@pytest.mark.parametrize(("now", "promised", "left", "exception", "broken"), LEFT)
def test_what_is_left_in_reception_hours(
    now: str, promised: str, left: str, exception: bool, broken: bool
) -> None:
    on = date.fromisoformat(promised)
    found = time_left(on, since=at("2026-11-20 09:00"), now=at(now), calendar=CALENDAR)
    assert (str(found.left), found.by_exception, found.broken) == (left, exception, broken)
    assert 0 <= found.share <= 1


def test_the_promised_day_closed_meanwhile_still_has_an_end() -> None:
    calendar = desk(*closures("2026-11-24", "2026-11-24", "臨時休業"))
    found = time_left(
        date(2026, 11, 24),
        since=at("2026-11-20 17:05"),
        now=at("2026-11-20 17:10"),
        calendar=calendar,
    )
    assert found.until == at("2026-11-20 17:00")


def test_days_without_a_move_are_business_days() -> None:
    friday = at("2026-11-20 16:00")
    for now, days in (("2026-11-20 17:00", 0), ("2026-11-23 10:00", 0), ("2026-11-25 09:00", 2)):
        assert business_days_since(friday, now=at(now), calendar=CALENDAR) == days
