"""`explain`: a question in, an answer out, the same at a shell and in a batch."""

from typing import Any

import pytest

from contracts.domain.periods import decide_period
from supportdesk.business_calendar.holidays import calendar_without_closures
from supportdesk.management.explain import batch
from supportdesk.management.explain.parsing import QuestionError, read_closures
from supportdesk.management.explain.questions import MOST_CALENDARS, Desk, answer
from tests.domain.calendars import day

NEW_YORK = {"tz": "America/New_York", "week": {"sun": [["01:00", "04:00"]]}}
OFFICE = {
    "tz": "Asia/Tokyo",
    "week": {"mon": [["09:00", "12:00"], ["13:00", "17:30"]]},
    "days": {"2026-01-12": [], "2026-01-13": [["22:00", "24:00"]]},
}
AT = "2026-11-20T17:42"


def ask(question: Any) -> dict[str, Any]:
    return answer(question, Desk(calendar_without_closures))


ANSWERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    # hours: one boundary convention
    (
        {"rule": "add", "at": "2026-11-20T09:00", "minutes": 180},
        {"at": "2026-11-20T12:00:00+09:00"},
    ),
    ({"rule": "add", "at": "2026-11-20T12:30", "minutes": 0}, {"at": "2026-11-20T12:30:00+09:00"}),
    ({"rule": "add", "at": AT, "minutes": 1}, {"at": "2026-11-24T09:01:00+09:00"}),
    ({"rule": "next_open", "at": AT}, {"at": "2026-11-24T09:00:00+09:00"}),
    ({"rule": "next_open", "at": "2026-11-20T08:42:00Z"}, {"at": "2026-11-24T09:00:00+09:00"}),
    ({"rule": "is_open", "at": "2026-11-20T12:00"}, {"open": False}),
    ({"rule": "is_open", "at": "2026-11-20T13:00"}, {"open": True}),
    ({"rule": "between", "from": AT, "to": AT}, {"seconds": 0}),
    (
        {"rule": "between", "from": "2026-11-20T09:00", "to": "2026-11-24T09:00"},
        {"seconds": 27_000},
    ),
    (
        {"rule": "between", "from": "2026-11-20T09:00", "to": "2026-11-20T09:00:00.25"},
        {"seconds": 0.25},
    ),
    # days and their reasons
    ({"rule": "is_business_day", "on": "2026-11-20"}, {"business_day": True, "reason": None}),
    (
        {"rule": "is_business_day", "on": "2026-11-23"},
        {"business_day": False, "reason": "勤労感謝の日"},
    ),
    ({"rule": "is_business_day", "on": "2026-11-22"}, {"business_day": False, "reason": "日曜"}),
    (
        {
            "rule": "is_business_day",
            "on": "2026-11-24",
            "closures": [{"from": "2026-11-24", "to": "2026-11-25", "name": "臨時休業"}],
        },
        {"business_day": False, "reason": "臨時休業"},
    ),
    # calendars of their own
    (
        {"rule": "next_open", "at": "2026-01-12T09:00", "calendar": OFFICE},
        {"at": "2026-01-13T22:00:00+09:00"},
    ),
    (
        {"rule": "add", "at": "2026-01-13T23:00", "minutes": 60, "calendar": OFFICE},
        {"at": "2026-01-14T00:00:00+09:00"},
    ),
    (
        {"rule": "add", "at": "2026-03-08T00:00", "minutes": 120, "calendar": NEW_YORK},
        {"at": "2026-03-08T04:00:00-04:00"},
    ),
    (
        {
            "rule": "between",
            "from": "2026-11-01T00:00",
            "to": "2026-11-01T24:00",
            "calendar": NEW_YORK,
        },
        {"seconds": 4 * 3600},
    ),
    # naive times are on the calendar's clock: jumped over, as before the jump; twice, the first
    (
        {"rule": "add", "at": "2026-03-08T02:30", "minutes": 0, "calendar": NEW_YORK},
        {"at": "2026-03-08T03:30:00-04:00"},
    ),
    (
        {"rule": "next_open", "at": "2026-11-01T01:30", "calendar": NEW_YORK},
        {"at": "2026-11-01T01:30:00-04:00"},
    ),
    # what an answer says may be asked again, seconds in the offset too
    (
        {"rule": "next_open", "at": "1800-01-03T09:00:00+09:18:59"},
        {"at": "1800-01-03T09:00:00+09:18:59"},
    ),
    # periods (article 3)
    (
        {"rule": "period", "accepted_on": "2026-04-01", "previous_expiry": "2025-03-31"},
        {
            "kind": "recontinuation",
            "entitled_from": "2026-04-01",
            "starts_on": "2026-04-01",
            "ends_on": "2027-03-31",
            "gap": {"from": "2025-04-01", "to": "2026-03-31"},
            "clause": "3-3",
            "flags": [],
        },
    ),
    (
        {
            "rule": "period",
            "accepted_at": "2026-03-31T15:00:00Z",  # 1 April in Tokyo
            "previous_expiry": None,
            "purchased_on": "2026-03-20",
        },
        {
            "kind": "initial",
            "entitled_from": "2026-03-20",
            "starts_on": "2026-04-01",
            "ends_on": "2027-03-31",
            "gap": None,
            "clause": "3-1",
            "flags": [],
        },
    ),
]


@pytest.mark.parametrize(
    ("question", "expected"), ANSWERS, ids=[f"{n} {q['rule']}" for n, (q, _) in enumerate(ANSWERS)]
)
def test_every_rule_answers(question: dict[str, Any], expected: dict[str, Any]) -> None:
    assert ask(question) == expected


def test_an_inquiry_says_reception_target_and_steps() -> None:  # 2-1b, 2-1f
    found = ask({"rule": "inquiry", "at": AT})
    assert found["received_at"] == "2026-11-24T09:00:00+09:00"
    assert found["target_on"] == "2026-11-24"
    assert [step["clause"] for step in found["steps"]] == ["2-1b", "2-1c", "2-1b", "2-2d", ""]
    assert found["flags"] == ["closures_unannounced"]


def test_a_key_says_promise_release_and_steps_also_under_closures() -> None:  # 2-2d
    found = ask({"rule": "key", "at": AT})
    assert (found["promised_on"], found["release_at"]) == (
        "2026-11-24",
        "2026-11-24T09:00:00+09:00",
    )
    closed = {"from": "2026-11-24", "to": "2026-11-24", "name": "臨時休業"}
    assert ask({"rule": "key", "at": AT, "closures": [closed]})["promised_on"] == "2026-11-25"
    assert ask({"rule": "key", "at": AT})["promised_on"] == "2026-11-24"


def test_the_period_is_the_one_that_contracts_decide() -> None:
    found = ask({"rule": "period", "accepted_on": "2026-05-02", "previous_expiry": "2026-04-30"})
    decided = decide_period(accepted_on=day("2026-05-02"), previous_expiry=day("2026-04-30"))
    assert found["starts_on"] == decided.starts_on.isoformat()
    assert found["kind"] == decided.kind == "late_renewal"


@pytest.mark.parametrize("minutes", [0.5, 1.25, 449.999])
def test_minutes_may_be_fractions_and_come_back_exactly(minutes: float) -> None:
    line = f'{{"rule": "add", "at": "2026-11-20T09:00", "minutes": {minutes}}}'
    desk = Desk(calendar_without_closures)
    end = batch.answer_line(line.encode(), desk)["at"]
    back = ask({"rule": "between", "from": "2026-11-20T09:00", "to": end})
    assert back["seconds"] == pytest.approx(minutes * 60, abs=1e-9)


def test_closures_of_the_command_line_count_for_every_question() -> None:
    closed = read_closures([{"from": "2026-11-24", "to": "2026-11-25", "name": "臨時休業"}])
    desk = Desk(calendar_without_closures, tuple(closed))
    assert answer({"rule": "key", "at": AT}, desk)["promised_on"] == "2026-11-26"
    assert answer({"rule": "next_open", "at": AT}, desk)["at"] == "2026-11-26T09:00:00+09:00"


def test_a_calendar_asked_for_again_is_built_once() -> None:
    desk = Desk(calendar_without_closures)
    question = {"rule": "is_open", "at": AT, "calendar": OFFICE}
    assert desk.calendar_of(question) is desk.calendar_of(question)
    for hour in range(MOST_CALENDARS + 2):
        week = {"mon": [[f"{hour // 60:02}:{hour % 60:02}", "24:00"]]}
        desk.calendar_of({"calendar": {"week": week}})
    assert len(desk._brought) <= MOST_CALENDARS


REFUSED: list[tuple[Any, str]] = [
    (5, "a question must be an object"),
    ({}, "rule must be one of"),
    ({"rule": ["add"]}, "rule must be one of"),
    ({"rule": "ADD"}, "rule must be one of"),
    ({"rule": "key"}, "needs 'at'"),
    ({"rule": "key", "at": AT, "closure": []}, "has no field 'closure'"),
    ({"rule": "key", "at": None}, "at must be a time"),
    ({"rule": "key", "at": "2026-11-20"}, "at must be a time"),
    ({"rule": "key", "at": "2026-11-20T23:59:60"}, "at must be a time"),  # K-7: a leap second
    ({"rule": "key", "at": "2026-02-29T10:00"}, "at must be a time"),
    ({"rule": "key", "at": "2026-11-20T24:01"}, "at must be a time"),
    ({"rule": "key", "at": "9999-12-31T24:00"}, "outside the years 1 to 9999"),
    ({"rule": "is_business_day", "on": "20261120"}, "on must be a date"),
    ({"rule": "is_business_day", "on": "２０２６-１１-２０"}, "on must be a date"),
    ({"rule": "between", "from": AT, "to": "2026-11-20T17:41"}, "before the start"),
    ({"rule": "add", "at": AT, "minutes": -1}, "not be negative"),
    ({"rule": "add", "at": AT, "minutes": "90"}, "minutes must be a number"),
    ({"rule": "add", "at": AT, "minutes": True}, "minutes must be a number"),
    ({"rule": "add", "at": AT, "minutes": 10**30}, "minutes is too large"),
    ({"rule": "period"}, "either accepted_on or accepted_at"),
    ({"rule": "period", "accepted_on": "9999-12-20"}, "after 9999"),
    (
        {"rule": "period", "accepted_on": "2026-01-01", "accepted_at": AT},
        "either accepted_on or accepted_at",
    ),
    ({"rule": "key", "at": AT, "closures": {}}, "closures must be a list"),
    (
        {"rule": "key", "at": AT, "closures": [{"from": "2026-11-25", "to": "2026-11-24"}]},
        "before it starts",
    ),
    (
        {"rule": "key", "at": AT, "closures": [{"from": "2026-01-01", "to": "9999-12-31"}]},
        "more than 3660 days",
    ),
    (
        {"rule": "key", "at": AT, "closures": [{"from": AT[:10], "to": AT[:10], "name": "\ud800"}]},
        "a line of text",
    ),
    ({"rule": "is_open", "at": AT, "calendar": []}, "calendar must be an object"),
    ({"rule": "is_open", "at": AT, "calendar": {"tz": "Tokyo"}}, "tz must be a time zone"),
    ({"rule": "is_open", "at": AT, "calendar": {"tz": "../Tokyo"}}, "tz must be a time zone"),
    ({"rule": "is_open", "at": AT, "calendar": {"week": {"Mon": []}}}, "no field 'Mon'"),
    ({"rule": "is_open", "at": AT, "calendar": {"week": {"mon": [["9"]]}}}, "two times"),
    (
        {"rule": "is_open", "at": AT, "calendar": {"week": {"mon": [["17:00", "09:00"]]}}},
        "must open before it closes",
    ),
    (
        {"rule": "is_open", "at": AT, "calendar": {"week": {"mon": [["24:00", "24:30"]]}}},
        "like 09:00 and 24:00",
    ),
    ({"rule": "is_open", "at": AT, "calendar": {"days": {"x": []}}}, "a day must be a date"),
    ({"rule": "next_open", "at": AT, "calendar": {"week": {}}}, "no open time"),
    ({"rule": "key", "at": AT, "calendar": {"week": {}}}, "no business day"),
    ({"rule": "next_open", "at": "9999-12-31T17:30"}, "outside the years 1 to 9999"),
]


@pytest.mark.parametrize(("question", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_is_wrong_is_said_in_one_line(question: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        ask(question)
    assert "\n" not in str(caught.value)


def test_a_long_text_is_not_repeated_whole() -> None:
    with pytest.raises(QuestionError) as caught:
        ask({"rule": "key", "at": "x" * 10_000})
    assert len(str(caught.value)) < 200
