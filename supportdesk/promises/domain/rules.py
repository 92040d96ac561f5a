"""The rules of article 2 that turn an instant into a promise: functions of (instant, calendar).

All of them share one count, that of 2-2d: what comes by the day's cut-off counts for that day,
what comes later or on a day that is no business day for the next business day.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import Reason
from supportdesk.business_calendar.domain.errors import OutOfReachError
from supportdesk.business_calendar.domain.zones import in_zone
from supportdesk.promises.domain.decision import Decision, Fact, Rule, Step

Sends = Literal["key", "answer"]

_DAY = timedelta(days=1)


def reception_target(at: datetime, calendar: BusinessCalendar) -> Decision:
    """By which day a first reply to an inquiry sent at `at` is aimed at: the desk's own target.

    The inquiry is received at the first open instant at or after it was sent (2-1b); from there
    the target is counted as 2-2d counts. The terms promise no time for answers (2-1f), so it is a
    day and no instant. Raises ValueError for a naive `at` or where the calendar has no answer.
    """
    sent_at = in_zone(at, calendar.zone)
    received_at = calendar.next_open(sent_at)
    promised_on = _promised_on(received_at, calendar)
    steps = [
        Step("sent", "2-1b", "decided", sent_at),
        *_closed_until_received(sent_at, received_at, calendar),
        _received(sent_at, received_at, calendar),
        *_count(_Count("received", "2-1c", own=True), received_at, promised_on, calendar),
        _within_day("first_reply_by", promised_on, received_at, calendar),
    ]
    return _decision(
        "reception_target", sent_at, promised_on, steps, calendar, received_at=received_at
    )


def cutoff_release(at: datetime, calendar: BusinessCalendar) -> Decision:
    """When a key accepted at `at` is sent (2-2d).

    By 17:00:00 of a business day (or its last window's end, if earlier): at once, or at the day's
    opening if before it. Later, or on another day: at the next business day's opening.
    Raises ValueError for a naive `at` or where the calendar has no answer.
    """
    return _release("cutoff_release", "key", at, calendar)


def answer_release(at: datetime, calendar: BusinessCalendar) -> Decision:
    """When an e-mail answer approved at `at` is sent (2-1e).

    Business days are the terms'; the 17:00 count of 2-2d is the desk's own for answers.
    Raises ValueError for a naive `at` or where the calendar has no answer.
    """
    return _release("answer_release", "answer", at, calendar)


def _release(rule: Rule, sends: Sends, at: datetime, calendar: BusinessCalendar) -> Decision:
    at = in_zone(at, calendar.zone)
    promised_on = _promised_on(at, calendar)
    release_at = max(at, calendar.opening(promised_on))
    if sends == "key":
        clause, count = "2-2d", _Count("accepted", "2-2c")
    else:
        clause, count = "2-1e", _Count("approved", "2-1e", own=True)
    steps = [
        Step(count.event, clause, "decided", at),
        *_count(count, at, promised_on, calendar),
        Step(
            f"{sends}_release",
            clause,
            "promise",
            release_at,
            facts={"when": _when(at, release_at)},
        ),
    ]
    return _decision(rule, at, promised_on, steps, calendar, release_at=release_at)


def review_target(at: datetime, calendar: BusinessCalendar) -> Decision:
    """By which day staff aim to have looked at a request held since `at`: the desk's own target.

    Counted from sending as 2-2d counts; no reception, no release.
    Raises ValueError for a naive `at` or where the calendar has no answer.
    """
    at = in_zone(at, calendar.zone)
    promised_on = _promised_on(at, calendar)
    steps = [
        Step("held", "2-2d", "decided", at, own=True),
        *_count(_Count("held", "2-1c", own=True), at, promised_on, calendar),
        _within_day("review_by", promised_on, at, calendar),
    ]
    return _decision("review_target", at, promised_on, steps, calendar)


RULES: Mapping[Rule, Callable[[datetime, BusinessCalendar], Decision]] = {
    "reception_target": reception_target,
    "cutoff_release": cutoff_release,
    "answer_release": answer_release,
    "review_target": review_target,
}


def decide(rule: Rule, at: datetime, calendar: BusinessCalendar) -> Decision:
    """Decide by the name of the rule: how a row of the ledger is computed again."""
    return RULES[rule](at, calendar)


def _promised_on(at: datetime, calendar: BusinessCalendar) -> date:
    """The count of 2-2d; 17:00:00 exactly is still in time, in the customer's favour."""
    on = at.date()
    in_time = calendar.is_business_day(on) and at <= calendar.cutoff(on)
    return on if in_time else calendar.next_business_day(on)


@dataclass(frozen=True, slots=True)
class _Count:
    """What is counted by 2-2d, which clause closes the days between, whose rule the count is."""

    event: str
    closed_clause: str
    own: bool = False


def _count(
    count: _Count, at: datetime, promised_on: date, calendar: BusinessCalendar
) -> Iterator[Step]:
    """The steps from the event to the promised day: the cut-off, then the days passed over."""
    day = calendar.day(at.date())
    if day.business:
        yield _cutoff(count, at, calendar)
    elif day.windows:
        reason = _reason(day.reason)
        yield Step(
            "reception_only", count.closed_clause, "decided", at, facts={"reasons": (reason,)}
        )
    if promised_on == day.on:
        return
    first = day.on + _DAY if day.windows else day.on
    if first < promised_on:
        facts: dict[str, Fact] = {"next_on": promised_on.isoformat()}
        yield _passed(count.closed_clause, first, promised_on, calendar, facts)


def _cutoff(count: _Count, at: datetime, calendar: BusinessCalendar) -> Step:
    cutoff = calendar.cutoff(at.date())
    late = int((at - cutoff) // timedelta(seconds=1))
    return Step(
        "late" if at > cutoff else "in_time",
        "2-2d",
        "decided",
        cutoff,
        facts={"event": count.event, "late_seconds": max(late, 0)},
        own=count.own,
    )


def _received(sent_at: datetime, received_at: datetime, calendar: BusinessCalendar) -> Step:
    minute = received_at.hour * 60 + received_at.minute
    windows = calendar.day(received_at.date()).windows
    window = next(w for w in windows if w.opens <= minute < w.closes)
    return Step(
        "received_at_once" if received_at == sent_at else "received_later",
        "2-1b",
        "decided",
        received_at,
        facts={"opens": window.opens, "closes": window.closes},
    )


def _closed_until_received(
    sent_at: datetime, received_at: datetime, calendar: BusinessCalendar
) -> Iterator[Step]:
    sent_on = sent_at.date()
    if sent_on == received_at.date():
        return
    first = sent_on + _DAY if calendar.day(sent_on).windows else sent_on
    if first < received_at.date():
        facts: dict[str, Fact] = {"next_at": received_at.isoformat()}
        yield _passed("2-1c", first, received_at.date(), calendar, facts)


def _passed(
    clause: str, first: date, end: date, calendar: BusinessCalendar, facts: dict[str, Fact]
) -> Step:
    """The days from `first` up to, not including, `end`, and why each of them does not count."""
    days = (end - first).days
    # A run of more than a year names the reasons of its first year: nothing walks for ever.
    named = (first + timedelta(days=n) for n in range(min(days, 366)))
    reasons = dict.fromkeys(_reason(calendar.day(on).reason) for on in named)
    return Step(
        "passed",
        clause,
        "passed",
        _midnight(first, calendar),
        _midnight(end, calendar),
        {"days": days, "reasons": tuple(reasons), **facts},
    )


def _reason(reason: Reason | None) -> str:
    """A reason as one word of a step's facts: "saturday", "holiday:勤労感謝の日"."""
    if reason is None:
        return ""
    return f"{reason.kind}:{reason.name}" if reason.name else reason.kind


def _within_day(kind: str, on: date, start: datetime, calendar: BusinessCalendar) -> Step:
    starts_at = max(start, calendar.opening(on))
    try:
        ends_at = _midnight(on + _DAY, calendar)
    except OverflowError:
        raise OutOfReachError("that is outside the years 1 to 9999") from None
    return Step(kind, "", "promise", starts_at, ends_at, own=True)


def _when(at: datetime, release_at: datetime) -> str:
    if release_at == at:
        return "at_once"
    return "at_opening" if release_at.date() == at.date() else "next_business_day"


def _midnight(on: date, calendar: BusinessCalendar) -> datetime:
    return datetime.combine(on, time(), calendar.zone)


def _decision(
    rule: Rule,
    sent_at: datetime,
    promised_on: date,
    steps: Iterable[Step],
    calendar: BusinessCalendar,
    *,
    received_at: datetime | None = None,
    release_at: datetime | None = None,
) -> Decision:
    return Decision(
        rule=rule,
        sent_at=sent_at,
        received_at=received_at,
        promised_on=promised_on,
        release_at=release_at,
        steps=tuple(steps),
        flags=calendar.horizon_flags(promised_on),
        calendar_version=calendar.version,
    )
