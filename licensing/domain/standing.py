"""What a key is worth on a day: in force, tolerated beside its successor, or ended, and by what."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

type State = Literal["current", "provisional", "overlap", "superseded", "expired", "revoked"]
STATES: tuple[str, ...] = get_args(State.__value__)
# In these a product still accepts the key.
IN_FORCE: frozenset[State] = frozenset({"current", "provisional", "overlap"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """What a key's standing depends on. All are Tokyo dates, ends inclusive.

    `superseded_on` is the day its successor was issued, `tolerated_until` the last day on
    which a product that knows the successor still accepts it.
    """

    klass: str
    valid_until: date | None = None
    superseded_on: date | None = None
    tolerated_until: date | None = None
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The decision: what the key is on that day, and its last day where one is known."""

    state: State
    until: date | None = None

    @property
    def in_force(self) -> bool:
        return self.state in IN_FORCE


def decide_standing(life: Life, on: date) -> Standing:
    """Decide what a key is worth on the Tokyo date `on`.

    Revoked goes before everything. A superseded key is tolerated to the end of
    `tolerated_until` (*overlap*) where that is a later day, otherwise it ended with the
    issue of its successor (a dead server's key, a mistyped one). A dated key ends with
    its own last day, whatever else would tolerate it.
    """
    if life.revoked_on is not None and life.revoked_on <= on:
        return Standing("revoked", life.revoked_on)
    superseded = life.superseded_on is not None and life.superseded_on <= on
    if superseded and not _runs_on(life, on):
        return Standing("superseded", life.tolerated_until or life.superseded_on)
    if life.valid_until is not None and life.valid_until < on:
        return Standing("expired", life.valid_until)
    if superseded or life.klass == "overlap":
        return Standing("overlap", _earlier(life.tolerated_until, life.valid_until))
    if life.klass == "provisional":
        return Standing("provisional", life.valid_until)
    return Standing("current", life.valid_until)


def _runs_on(life: Life, on: date) -> bool:
    if life.superseded_on is None or life.tolerated_until is None:
        return False
    return life.superseded_on < life.tolerated_until and on <= life.tolerated_until


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
