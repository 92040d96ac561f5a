"""2-2d through the licensing service, on every day of 2026–2027, against a walk day by day.

Without a database: what the service would read for each of the days is handed to it instead.
"""

from datetime import date, datetime, time, timedelta

import pytest

from contracts.domain.coverage import CoverageDecision, Period, decide_coverage
from licensing import services
from licensing.domain.admission import Move, Server
from licensing.models import License
from licensing.services import Wanted, previewing
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.holidays import public_holidays
from supportdesk.clock import TOKYO
from tests.domain.calendars import closures
from tests.domain.test_rules_cutoff import slow_promise

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
COVERED_UNTIL = date(2026, 12, 31)
ANNOUNCED = [
    *closures("2026-08-12", "2026-08-14", "夏季休業"),
    *closures("2026-12-29", "2027-01-04", "年末年始休業"),
]
# The day's first instant, the last that is in time, and the first that is not.
TIMES = [time(0), time(17), time(17, 0, 0, 1)]
NEW = Server(name="aoba-app02", host_code="0123456789ABCDEF")


@pytest.fixture
def covered_to_the_end_of_2026(monkeypatch: pytest.MonkeyPatch) -> Wanted:
    calendar = BusinessCalendar.build(holidays=public_holidays(), overrides=ANNOUNCED)
    period = Period(
        product="neo",
        kind="renewal",
        entitled_from=FIRST,
        starts_on=FIRST,
        ends_on=COVERED_UNTIL,
    )

    def coverage(_license: License, on: date) -> CoverageDecision:
        return decide_coverage(periods=[period], product="neo", on=on)

    def move(_wanted: Wanted, _key: None, coverage: CoverageDecision, _moves: None) -> Move:
        return Move(coverage=coverage, old=None, new=NEW, recipients=1)

    monkeypatch.setattr(previewing, "load_calendar", lambda: calendar)
    monkeypatch.setattr(previewing, "judge_coverage", coverage)
    monkeypatch.setattr(previewing, "judge_moves", lambda _license, _on: None)
    monkeypatch.setattr(previewing, "_move", move)
    monkeypatch.setattr(License, "current_key", None)
    return Wanted(
        license=License(),
        old_server_name="aoba-app01",
        new=NEW,
        reason="replacement",
        note="",
        planned_on=None,
    )


def test_sent_by_five_goes_out_that_day_and_without_coverage_it_is_held(
    covered_to_the_end_of_2026: Wanted,
) -> None:
    closed = {*public_holidays(), *(closure.on for closure in ANNOUNCED)}
    for days in range((LAST - FIRST).days + 1):
        on = FIRST + timedelta(days=days)
        for clock in TIMES:
            sent_at = datetime.combine(on, clock, TOKYO)
            found = services.preview(covered_to_the_end_of_2026, now=sent_at)
            promised_on, release_at = slow_promise(sent_at, closed)
            covered = on <= COVERED_UNTIL
            decided = found.decision
            assert (found.accepted, decided.promised_on) == (covered, promised_on), sent_at
            assert decided.release_at == (release_at if covered else None), sent_at
