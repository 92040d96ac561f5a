"""What changed between the confirmation and the sending, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Self, cast

from licensing.domain.admission import Outcome
from supportdesk.business_calendar.domain.calendar import TOKYO
from supportdesk.promises.domain.decision import Decision

type Cause = Literal["cutoff", "calendar", "day"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The promise that the confirmation screen showed, at `seen_at` (aware)."""

    outcome: Outcome
    seen_at: datetime
    promised_on: date
    release_at: datetime | None
    calendar_version: int

    @classmethod
    def of(cls, outcome: Outcome, decision: Decision) -> Self:
        return cls(
            outcome=outcome,
            seen_at=decision.sent_at,
            promised_on=decision.promised_on,
            release_at=decision.release_at,
            calendar_version=decision.calendar_version,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "seen_at": self.seen_at.isoformat(),
            "promised_on": self.promised_on.isoformat(),
            "release_at": self.release_at and self.release_at.isoformat(),
            "calendar_version": self.calendar_version,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        release_at = stored["release_at"]
        return cls(
            outcome=cast("Outcome", stored["outcome"]),
            seen_at=datetime.fromisoformat(stored["seen_at"]),
            promised_on=date.fromisoformat(stored["promised_on"]),
            release_at=datetime.fromisoformat(release_at) if release_at else None,
            calendar_version=stored["calendar_version"],
        )


@dataclass(frozen=True, slots=True)
class Change:
    """The promise was another when the request arrived; `cause` says what came between."""

    shown: Shown
    made: Decision
    cause: Cause

    @property
    def before(self) -> date | datetime:
        return self.shown.release_at or self.shown.promised_on

    @property
    def after(self) -> date | datetime:
        return self.made.release_at or self.made.promised_on


def change_since(shown: Shown, made: Decision) -> Change | None:
    """The change to be told (*Shown 16:59, sent 17:00:01*), or None when the promise stands.

    It stands when the day is the same and nothing was put off to another
    opening: "at once" means seconds later than the screen said, and that is no change.
    """
    at_once = made.release_at is not None and made.release_at <= made.sent_at
    same_moment = at_once or made.release_at == shown.release_at
    if made.promised_on == shown.promised_on and same_moment:
        return None
    return Change(shown, made, _cause(shown, made))


def _cause(shown: Shown, made: Decision) -> Cause:
    seen_at, sent_at = shown.seen_at.astimezone(TOKYO), made.sent_at.astimezone(TOKYO)
    same_day = seen_at.date() == sent_at.date()
    # First, since a closure announced meanwhile need not be one of these days at all.
    if same_day and any(step.kind == "late" and step.starts_at >= seen_at for step in made.steps):
        return "cutoff"
    return "calendar" if made.calendar_version != shown.calendar_version else "day"
