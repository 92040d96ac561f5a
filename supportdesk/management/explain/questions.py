"""The questions that `explain` answers: one function a rule, a question in, an answer out.

Both are plain JSON objects, the same at a shell, with --json and in a batch.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from contracts.domain.periods import PeriodDecision, decide_period
from supportdesk.business_calendar.domain.calendar import TOKYO, BusinessCalendar, with_closures
from supportdesk.business_calendar.domain.closures import ClosureSpan, overrides_of
from supportdesk.business_calendar.domain.zones import in_zone
from supportdesk.management.explain.parsing import (
    Object,
    QuestionError,
    check_fields,
    read_calendar,
    read_closures,
    read_date,
    read_instant,
    read_minutes,
)
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import cutoff_release, reception_target
from supportdesk.promises.steps import reason_name

type Answer = dict[str, Any]

# So many calendars of a batch are remembered: programs ask about a few over and over.
MOST_CALENDARS = 256


@dataclass
class Desk:
    """The calendars that questions are asked of: the desk's own, and those they bring along."""

    load: Callable[[], BusinessCalendar]
    closures: tuple[ClosureSpan, ...] = ()
    _brought: dict[str, BusinessCalendar] = field(default_factory=dict)

    @cached_property
    def own(self) -> BusinessCalendar:
        """The desk's own, with the closures of the command line."""
        return closed(self.load(), self.closures)

    def calendar_of(self, question: Object) -> BusinessCalendar:
        given, closures = question.get("calendar"), question.get("closures")
        calendar = self.own if given is None else self._calendar(given)
        return calendar if closures is None else closed(calendar, read_closures(closures))

    def _calendar(self, given: Any) -> BusinessCalendar:
        key = repr(given)
        calendar = self._brought.get(key)
        if calendar is None:
            if len(self._brought) >= MOST_CALENDARS:
                self._brought.clear()
            calendar = self._brought[key] = read_calendar(given)
        return calendar


def closed(calendar: BusinessCalendar, spans: Sequence[ClosureSpan]) -> BusinessCalendar:
    """The calendar, were these closures announced too."""
    if not spans:
        return calendar
    days = [override for span in spans for override in overrides_of(span, calendar)]
    return with_closures(calendar, days)


def answer(question: Any, desk: Desk) -> Answer:
    """Answer one question. Raises QuestionError, or another ValueError that a person can read."""
    if not isinstance(question, dict):
        raise QuestionError("a question must be an object")
    name = question.get("rule")
    rule = RULES.get(name) if isinstance(name, str) else None
    if rule is None:
        raise QuestionError(f"rule must be one of {', '.join(RULES)}")
    return rule(question, desk)


# The two promises


def decide_inquiry(question: Object, desk: Desk) -> Decision:
    return _decide(reception_target, question, desk)


def decide_key(question: Object, desk: Desk) -> Decision:
    return _decide(cutoff_release, question, desk)


def _decide(
    rule: Callable[[datetime, BusinessCalendar], Decision], question: Object, desk: Desk
) -> Decision:
    calendar = _calendar(question, desk, "at")
    return rule(read_instant(question["at"], "at", calendar.zone), calendar)


def _inquiry(question: Object, desk: Desk) -> Answer:
    decision = decide_inquiry(question, desk)
    return {
        "received_at": _iso(decision.received_at),
        "target_on": decision.promised_on.isoformat(),
        **_reasons(decision),
    }


def _key(question: Object, desk: Desk) -> Answer:
    decision = decide_key(question, desk)
    return {
        "promised_on": decision.promised_on.isoformat(),
        "release_at": _iso(decision.release_at),
        **_reasons(decision),
    }


def _reasons(decision: Decision) -> Answer:
    return {"steps": [step.as_json() for step in decision.steps], "flags": list(decision.flags)}


# The period of an order


def decide_order(question: Object) -> PeriodDecision:
    check_fields(question, "period", {"rule"}, {"accepted_on", "accepted_at", *_OPTIONAL_DATES})
    previous_expiry, purchased_on = (
        None if question.get(name) is None else read_date(question[name], name)
        for name in _OPTIONAL_DATES
    )
    return decide_period(
        accepted_on=_accepted_on(question),
        previous_expiry=previous_expiry,
        purchased_on=purchased_on,
    )


_OPTIONAL_DATES = ("previous_expiry", "purchased_on")


def _accepted_on(question: Object) -> date:
    """The Tokyo date of acceptance, whatever the offset of the instant."""
    if ("accepted_on" in question) == ("accepted_at" in question):
        raise QuestionError("period needs either accepted_on or accepted_at")
    if "accepted_on" in question:
        return read_date(question["accepted_on"], "accepted_on")
    return in_zone(read_instant(question["accepted_at"], "accepted_at", TOKYO), TOKYO).date()


def _period(question: Object, _desk: Desk) -> Answer:
    decision = decide_order(question)
    gap = decision.gap
    return {
        "kind": decision.kind,
        "entitled_from": decision.entitled_from.isoformat(),
        "starts_on": decision.starts_on.isoformat(),
        "ends_on": decision.ends_on.isoformat(),
        "gap": gap and {"from": gap.starts_on.isoformat(), "to": gap.ends_on.isoformat()},
        "clause": decision.clause,
        "flags": list(decision.flags),
    }


# Hours and days


def _add(question: Object, desk: Desk) -> Answer:
    calendar = _calendar(question, desk, "at", "minutes")
    at = read_instant(question["at"], "at", calendar.zone)
    return {"at": _iso(calendar.add_business_time(at, read_minutes(question["minutes"])))}


def _between(question: Object, desk: Desk) -> Answer:
    calendar = _calendar(question, desk, "from", "to")
    start, end = (read_instant(question[name], name, calendar.zone) for name in ("from", "to"))
    passed = calendar.business_time_between(start, end)
    whole = passed.days * 86_400 + passed.seconds
    return {"seconds": passed.total_seconds() if passed.microseconds else whole}


def _next_open(question: Object, desk: Desk) -> Answer:
    calendar = _calendar(question, desk, "at")
    return {"at": _iso(calendar.next_open(read_instant(question["at"], "at", calendar.zone)))}


def _is_open(question: Object, desk: Desk) -> Answer:
    calendar = _calendar(question, desk, "at")
    return {"open": calendar.is_open(read_instant(question["at"], "at", calendar.zone))}


def _is_business_day(question: Object, desk: Desk) -> Answer:
    calendar = _calendar(question, desk, "on")
    day = calendar.day(read_date(question["on"], "on"))
    closed_because = None if day.business or day.reason is None else reason_name(day.reason)
    return {"business_day": day.business, "reason": closed_because}


RULES: Mapping[str, Callable[[Object, Desk], Answer]] = {
    "inquiry": _inquiry,
    "key": _key,
    "period": _period,
    "add": _add,
    "between": _between,
    "next_open": _next_open,
    "is_open": _is_open,
    "is_business_day": _is_business_day,
}


def _calendar(question: Object, desk: Desk, *required: str) -> BusinessCalendar:
    check_fields(question, str(question["rule"]), {"rule", *required}, {"calendar", "closures"})
    return desk.calendar_of(question)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
