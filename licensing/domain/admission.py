"""May this move be accepted at once, or must staff look first?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self, cast

from contracts.domain.coverage import CoverageDecision

type Outcome = Literal["accept", "hold"]
type Kind = Literal[
    "not_covered", "same_server", "old_code_typed", "in_use_elsewhere", "no_recipient"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A machine by its name and its host code, both in canonical form."""

    name: str
    host_code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What is known of a complete application at the moment it is sent.

    `coverage` is decided for the Tokyo date of sending. `old` is the server of
    the licence's current key, None where the desk knows no key. `used_elsewhere`:
    the new host code carries a current key of another licence. `recipients`:
    registered contacts that the key may be mailed to.
    """

    coverage: CoverageDecision
    old: Server | None
    new: Server
    used_elsewhere: bool
    recipients: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something staff must look at, with the clause it rests on ("" for the desk's own check)."""

    kind: Kind
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """Accepted at once (the 2-2d clock starts on sending) or held, and everything found."""

    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        return "hold" if self.findings else "accept"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(finding.kind for finding in self.findings)

    def as_json(self) -> list[dict[str, str]]:
        return [{"kind": each.kind, "clause": each.clause} for each in self.findings]

    @classmethod
    def from_json(cls, stored: Sequence[Mapping[str, str]]) -> Self:
        return cls(tuple(Finding(cast("Kind", each["kind"]), each["clause"]) for each in stored))


def decide_admission(move: Move) -> Admission:
    """Accept when every check passes (2-2d), otherwise hold with each reason.

    Without coverage on the day of sending nothing is promised (1-2); the rest
    are the desk's own checks against the commonest mistakes. Raises nothing.
    """
    return Admission(tuple(_findings(move)))


def _findings(move: Move) -> Iterator[Finding]:
    if not move.coverage.covered:
        yield Finding("not_covered", move.coverage.clause)
    if move.old and move.old.host_code == move.new.host_code:
        # The same name too: reinstalled on the same machine, which needs no new key (1-2).
        if move.old.name == move.new.name:
            yield Finding("same_server", "1-2")
        else:
            yield Finding("old_code_typed")
    if move.used_elsewhere:
        yield Finding("in_use_elsewhere")
    if not move.recipients:
        yield Finding("no_recipient", "2-2b")
