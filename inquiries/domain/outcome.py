"""What a form would bring if it were sent now, and whether that is still what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, Self

from contracts.domain.coverage import CoverageDecision
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import reception_target, review_target

Kind = Literal["promised", "held", "not_covered"]

_TURNS_LOOKED_AT = 4  # a day has two windows: open, closed, open, closed
_JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A first reply by a day, a review by a day, or no promise; with the coverage behind it."""

    kind: Kind
    coverage: CoverageDecision
    decision: Decision | None


def decide_outcome(
    coverage: CoverageDecision, *, ask_to_check: bool, at: datetime, calendar: BusinessCalendar
) -> Outcome:
    """Decide for a form sent at the aware instant `at` (2-1b, 2-1f; held: the desk's own review).

    What is covered gets a first-reply target whether or not a check was asked for.
    """
    if coverage.covered:
        return Outcome("promised", coverage, reception_target(at, calendar))
    if ask_to_check:
        return Outcome("held", coverage, review_target(at, calendar))
    return Outcome("not_covered", coverage, None)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the confirmation screen promised: carried by its form, compared when that arrives."""

    kind: Kind
    promised_on: date | None
    shown_at: datetime
    calendar_version: int
    content_hash: str

    @classmethod
    def of(cls, outcome: Outcome, *, at: datetime, version: int, content_hash: str) -> Self:
        promised_on = outcome.decision.promised_on if outcome.decision else None
        return cls(outcome.kind, promised_on, at, version, content_hash)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "promised_on": self.promised_on and self.promised_on.isoformat(),
            "shown_at": self.shown_at.isoformat(),
            "calendar_version": self.calendar_version,
            "content_hash": self.content_hash,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        day = stored["promised_on"]
        return cls(
            kind=stored["kind"],
            promised_on=date.fromisoformat(day) if day else None,
            shown_at=datetime.fromisoformat(stored["shown_at"]),
            calendar_version=stored["calendar_version"],
            content_hash=stored["content_hash"],
        )


Cause = Literal["cutoff", "calendar", "time"]


@dataclass(frozen=True, slots=True)
class Change:
    """The promise became another between the confirmation and the sending, and why."""

    from_on: date
    to_on: date
    cause: Cause

    def as_json(self) -> dict[str, str]:
        return {
            "from_on": self.from_on.isoformat(),
            "to_on": self.to_on.isoformat(),
            "cause": self.cause,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            date.fromisoformat(stored["from_on"]),
            date.fromisoformat(stored["to_on"]),
            stored["cause"],
        )


def change_since(shown: Shown, decision: Decision, calendar: BusinessCalendar) -> Change | None:
    """Compare what was shown with `decision`, made on `calendar`; None where the day is the same.

    The calendar is the cause where it would have changed what was shown; else the cut-off that
    passed in between; else simply the time that did.
    """
    if shown.promised_on is None or shown.promised_on == decision.promised_on:
        return None
    rule = review_target if shown.kind == "held" else reception_target
    if rule(shown.shown_at, calendar).promised_on != shown.promised_on:
        cause: Cause = "calendar"
    else:
        cause = "cutoff" if _cutoff_between(shown.shown_at, decision.sent_at, calendar) else "time"
    return Change(shown.promised_on, decision.promised_on, cause)


def _cutoff_between(start: datetime, end: datetime, calendar: BusinessCalendar) -> bool:
    day, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    return day == last and calendar.is_business_day(day) and start <= calendar.cutoff(day) < end


@dataclass(frozen=True, slots=True)
class Later:
    """What sending from a boundary on brings; `received_at` is None for "the moment it is sent".

    `since` is None for now; `inclusive`: from that very instant, not only after it.
    """

    since: datetime | None
    inclusive: bool
    received_at: datetime | None
    promised_on: date


def if_sent_later(at: datetime, calendar: BusinessCalendar) -> tuple[Later, ...]:
    """The rows of 送信が遅れた場合: now, and all that changes later on the same day.

    Where nothing does, the next change after it (2-1b, and the count of 2-2d).
    """
    today = at.astimezone(calendar.zone).date()
    rows = [_later(None, True, at, calendar)]
    for boundary, inclusive in _boundaries(at, calendar):
        if boundary.astimezone(calendar.zone).date() != today and len(rows) > 1:
            break
        row = _later(boundary, inclusive, boundary, calendar)
        if (row.received_at, row.promised_on) != (rows[-1].received_at, rows[-1].promised_on):
            rows.append(row)
    return tuple(rows)


def _later(
    since: datetime | None, inclusive: bool, sample: datetime, calendar: BusinessCalendar
) -> Later:
    sent_at = sample if inclusive else sample + _JUST_AFTER
    decision = reception_target(sent_at, calendar)
    as_sent = decision.received_at == sent_at
    return Later(since, inclusive, None if as_sent else decision.received_at, decision.promised_on)


def _boundaries(at: datetime, calendar: BusinessCalendar) -> list[tuple[datetime, bool]]:
    """The next instants at which reception turns or a day's cut-off passes, in their order.

    A cut-off itself is still in time, so what it changes begins after it (False).
    """
    turns, moment = [], at
    for _ in range(_TURNS_LOOKED_AT):
        is_open = calendar.is_open(moment)
        moment = calendar.next_close(moment) if is_open else calendar.next_open(moment)
        turns.append((moment, True))
    days = {instant.astimezone(calendar.zone).date() for instant in (at, *(t for t, _ in turns))}
    cutoffs = (calendar.cutoff(day) for day in days if calendar.is_business_day(day))
    return sorted([*turns, *((cutoff, False) for cutoff in cutoffs if cutoff >= at)])
