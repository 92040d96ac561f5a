"""2-1b, 2-1f: an inquiry is received at the first open instant; its first reply has a target day.

The target is the desk's own, counted from reception as 2-2d counts.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import DayOverride
from supportdesk.business_calendar.domain.errors import OutOfReachError
from supportdesk.promises.domain.decision import Decision, Step
from supportdesk.promises.domain.rules import RULES, decide, reception_target
from tests.domain.calendars import at, closures, day, desk, override

HALF_DAY = [override("2026-11-27", "half_day", "9:00-12:00", name="全社研修")]
RECEPTION_ONLY = [override("2026-11-28", "extra_opening", "10:00-15:00", name="臨時受付")]
YEAR_END = closures("2026-12-29", "2027-01-04", "年末年始休業")


class Case(NamedTuple):
    clause: str
    sent: str
    received: str
    target_on: str
    overrides: list[DayOverride] = []


CASES = [
    Case("2-1b in a window", "2026-11-20T10:00", "2026-11-20T10:00", "2026-11-20"),
    Case("2-1b before the opening", "2026-11-20T07:00", "2026-11-20T09:00", "2026-11-20"),
    Case("2-1b at 12:00:00", "2026-11-20T12:00", "2026-11-20T13:00", "2026-11-20"),
    Case("2-1b at 13:00:00", "2026-11-20T13:00", "2026-11-20T13:00", "2026-11-20"),
    Case("2-1f at 17:00:00", "2026-11-20T17:00", "2026-11-20T17:00", "2026-11-20"),
    Case("2-1f open, past the cut-off", "2026-11-20T17:05", "2026-11-20T17:05", "2026-11-24"),
    Case("2-1b at 17:30:00", "2026-11-20T17:30", "2026-11-24T09:00", "2026-11-24"),
    Case("2-1b in the evening", "2026-11-20T17:42", "2026-11-24T09:00", "2026-11-24"),
    Case("2-1c a Saturday night", "2026-11-21T22:00", "2026-11-24T09:00", "2026-11-24"),
    Case("2-1c before a year end", "2026-12-28T17:30", "2027-01-05T09:00", "2027-01-05", YEAR_END),
    Case("2-1f half a day", "2026-11-27T11:59:59", "2026-11-27T11:59:59", "2026-11-27", HALF_DAY),
    Case("2-1b half a day is over", "2026-11-27T12:00", "2026-11-30T09:00", "2026-11-30", HALF_DAY),
    Case(
        "2-1e received on a Saturday, aimed at Monday",
        "2026-11-28T11:00",
        "2026-11-28T11:00",
        "2026-11-30",
        RECEPTION_ONLY,
    ),
    Case(
        "2-1e received on Saturday for Friday night",
        "2026-11-27T18:00",
        "2026-11-28T10:00",
        "2026-11-30",
        RECEPTION_ONLY,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.clause for case in CASES])
def test_an_inquiry_is_received_and_has_a_target_day(case: Case) -> None:
    found = reception_target(at(case.sent), desk(*case.overrides))
    assert found.received_at == at(case.received)
    assert found.promised_on == day(case.target_on)
    assert found.release_at is None


def steps(decision: Decision) -> list[tuple[str, str, bool, str]]:
    return [(step.kind, step.clause, step.own, step.mark) for step in decision.steps]


def test_the_steps_past_the_cutoff_name_their_clauses() -> None:
    found = reception_target(at("2026-11-20T17:05"), desk())
    assert steps(found) == [
        ("sent", "2-1b", False, "decided"),
        ("received_at_once", "2-1b", False, "decided"),
        ("late", "2-2d", True, "decided"),
        ("passed", "2-1c", False, "passed"),
        ("first_reply_by", "", True, "promise"),
    ]
    late, passed, promise = found.steps[2:]
    assert (late.starts_at, late.facts["late_seconds"]) == (at("2026-11-20T17:00"), 300)
    assert (passed.starts_at, passed.ends_at) == (at("2026-11-21T00:00"), at("2026-11-24T00:00"))
    assert passed.facts["days"] == 3
    assert passed.facts["reasons"] == ("saturday", "sunday", "holiday:勤労感謝の日")
    assert (promise.starts_at, promise.ends_at) == (at("2026-11-24T09:00"), at("2026-11-25T00:00"))


def test_closed_days_before_reception_come_before_it() -> None:
    found = reception_target(at("2026-11-20T17:42"), desk())
    kinds = [step.kind for step in found.steps]
    assert kinds == ["sent", "passed", "received_later", "in_time", "first_reply_by"]
    assert found.steps[1].facts["next_at"] == "2026-11-24T09:00:00+09:00"


def test_a_night_between_two_business_days_passes_over_no_day() -> None:
    found = reception_target(at("2026-11-19T18:00"), desk())
    assert [step.kind for step in found.steps] == [
        "sent",
        "received_later",
        "in_time",
        "first_reply_by",
    ]


def test_a_reception_only_day_says_so_and_is_not_called_closed() -> None:
    found = reception_target(at("2026-11-28T11:00"), desk(*RECEPTION_ONLY))
    assert [step.kind for step in found.steps] == [
        "sent",
        "received_at_once",
        "reception_only",
        "passed",
        "first_reply_by",
    ]
    assert found.steps[2].facts["reasons"] == ("extra_opening:臨時受付",)
    assert found.steps[3].facts["reasons"] == ("sunday",)


def test_a_long_closure_is_named_once() -> None:
    found = reception_target(at("2026-12-28T17:10"), desk(*YEAR_END))
    passed = next(step for step in found.steps if step.kind == "passed")
    assert passed.facts["reasons"] == ("closure:年末年始休業",)
    assert passed.facts["days"] == 7


@pytest.mark.parametrize("rule", list(RULES))
@pytest.mark.parametrize("sent", [case.sent for case in CASES])
def test_a_decision_survives_being_stored(rule: str, sent: str) -> None:
    decision = decide(rule, at(sent), desk(*RECEPTION_ONLY))  # type: ignore[arg-type]
    again = Decision.from_json(decision.as_json())
    assert again == decision
    assert decide(again.rule, again.sent_at, desk(*RECEPTION_ONLY)) == decision


def test_a_decision_carries_the_version_and_the_clock_of_its_calendar() -> None:
    found = reception_target(at("2026-11-20T08:42+00:00"), desk())
    assert found.calendar_version == 7
    assert found.sent_at.isoformat() == "2026-11-20T17:42:00+09:00"


def test_every_step_lies_between_sending_and_the_end_of_the_promised_day() -> None:
    for case in CASES:
        for rule in RULES:
            decision = decide(rule, at(case.sent), desk(*case.overrides))
            assert decision.steps[-1].mark == "promise"
            assert decision.steps[0].starts_at == decision.sent_at
            for step in decision.steps:
                assert _end(step) <= at(f"{decision.promised_on}T00:00") + timedelta(days=1)


def _end(step: Step) -> datetime:
    return step.ends_at or step.starts_at


def test_the_last_day_there_is_has_no_end_to_aim_at() -> None:
    with pytest.raises(OutOfReachError):
        reception_target(at("9999-12-31T10:00"), BusinessCalendar.build())
