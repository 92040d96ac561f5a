"""May this move be accepted at once, or must staff look first?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self, cast

from contracts.domain.coverage import CoverageDecision
from licensing.domain.moves import MoveCount

type Outcome = Literal["accept", "hold"]
type Kind = Literal[
    "not_covered",
    "same_server",
    "old_code_typed",
    "in_use_elsewhere",
    "code_in_doubt",
    "too_many_moves",
    "no_recipient",
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
    the licence's current key, None where the desk knows no key. `used_by_own`:
    the number of the customer's other licence for the product whose current key has
    the new host code; `used_by_others`: another customer's has. `moves` are those
    before this one, None where it is no move. `recipients`: registered contacts
    that the key may be mailed to.
    """

    coverage: CoverageDecision
    old: Server | None
    new: Server
    recipients: int
    used_by_own: str = ""
    used_by_others: bool = False
    moves: MoveCount | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something staff must look at, with the clause it rests on ("" for the desk's own check).

    `detail` is a fact to be told with it: the number of the customer's other licence.
    """

    kind: Kind
    clause: str = ""
    detail: str = ""


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

    def without(self, kinds: Collection[Kind]) -> Self:
        """The same but for what staff have looked at and let pass."""
        return type(self)(tuple(each for each in self.findings if each.kind not in kinds))

    def as_json(self) -> list[dict[str, str]]:
        return [
            {"kind": each.kind, "clause": each.clause, "detail": each.detail}
            for each in self.findings
        ]

    @classmethod
    def from_json(cls, stored: Sequence[Mapping[str, str]]) -> Self:
        return cls(
            tuple(
                Finding(cast("Kind", each["kind"]), each["clause"], each.get("detail", ""))
                for each in stored
            )
        )


def decide_admission(move: Move) -> Admission:
    """Accept when every check passes (2-2d), otherwise hold with each reason.

    Without coverage on the day of sending nothing is promised (1-2); the rest
    are the desk's own checks against the commonest mistakes, and its limit of
    moves. What another customer has is never told. Raises nothing.
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
    if move.used_by_own:
        yield Finding("in_use_elsewhere", detail=move.used_by_own)
    if move.used_by_others:
        yield Finding("code_in_doubt")
    if move.moves and move.moves.beyond:
        yield Finding("too_many_moves")
    if not move.recipients:
        yield Finding("no_recipient", "2-2b")
