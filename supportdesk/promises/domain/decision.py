"""What a rule decided: the promise and the steps that led to it, for page, mail and audit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Self, cast

Rule = Literal["reception_target", "cutoff_release", "answer_release", "review_target"]
Mark = Literal["decided", "passed", "promise"]
Fact = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One reason on the way, from when to when; days that are passed over end at a midnight.

    `clause` numbers the terms ("2-2d"). `own` says that it is the desk's own rule, which only
    counts as that clause does, or stands on no clause at all.
    """

    kind: str
    clause: str
    mark: Mark
    starts_at: datetime
    ends_at: datetime | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    own: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "clause": self.clause,
            "own": self.own,
            "mark": self.mark,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at and self.ends_at.isoformat(),
            "facts": {
                name: list(fact) if isinstance(fact, tuple) else fact
                for name, fact in self.facts.items()
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            kind=stored["kind"],
            clause=stored["clause"],
            mark=cast("Mark", stored["mark"]),
            starts_at=datetime.fromisoformat(stored["starts_at"]),
            ends_at=_instant(stored["ends_at"]),
            facts={
                name: tuple(fact) if isinstance(fact, list) else fact
                for name, fact in stored["facts"].items()
            },
            own=stored["own"],
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What is promised for something sent at `sent_at`; instants on the calendar's clock.

    `received_at` is when reception took it (2-1b), None where the rule has no reception.
    `promised_on` is the last day on which it is in time. `release_at` is the instant it goes out,
    None where only a day is aimed at. `flags` name what is not announced yet for that day.
    The rule, `sent_at` and a calendar are all it takes to decide again (`rules.decide`).
    """

    rule: Rule
    sent_at: datetime
    received_at: datetime | None
    promised_on: date
    release_at: datetime | None
    steps: tuple[Step, ...]
    flags: tuple[str, ...]
    calendar_version: int

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "sent_at": self.sent_at.isoformat(),
            "received_at": self.received_at and self.received_at.isoformat(),
            "promised_on": self.promised_on.isoformat(),
            "release_at": self.release_at and self.release_at.isoformat(),
            "steps": [step.as_json() for step in self.steps],
            "flags": list(self.flags),
            "calendar_version": self.calendar_version,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            rule=cast("Rule", stored["rule"]),
            sent_at=datetime.fromisoformat(stored["sent_at"]),
            received_at=_instant(stored["received_at"]),
            promised_on=date.fromisoformat(stored["promised_on"]),
            release_at=_instant(stored["release_at"]),
            steps=tuple(Step.from_json(step) for step in stored["steps"]),
            flags=tuple(stored["flags"]),
            calendar_version=stored["calendar_version"],
        )


def _instant(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
