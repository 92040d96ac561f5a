"""What an application asks for, and what sending it would mean. Changes nothing."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from contracts.domain.coverage import CoverageDecision
from contracts.models import Contact, Contract
from contracts.services import coverage_of
from licensing.domain.admission import Admission, Kind, Move, Server, decide_admission
from licensing.domain.change import Shown
from licensing.domain.ending import OldKeyEnd, decide_ending
from licensing.domain.moves import MoveCount, MoveLimit, count_moves, counts_as_correction
from licensing.models import Application, Key, License
from supportdesk import clock
from supportdesk.business_calendar.services import load_calendar
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import cutoff_release, review_target


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A complete application as it was typed and normalised; not stored yet.

    `declaration` is what the customer promised about the old server, in the words that
    were ticked. `corrects`: the issued application whose host code was mistyped.
    """

    license: License
    old_server_name: str
    new: Server
    reason: str
    note: str
    planned_on: date | None
    os: str = ""
    network: str = ""
    declaration: str = ""
    wants_overlap: bool = False
    corrects: Application | None = None

    def digest(self) -> str:
        """Tells a form sent again from a changed one."""
        written = json.dumps(
            [
                self.license.pk,
                self.old_server_name,
                self.new.name,
                self.new.host_code,
                self.reason,
                self.note,
                self.planned_on and self.planned_on.isoformat(),
                self.os,
                self.network,
                self.declaration,
                self.wants_overlap,
                self.corrects and self.corrects.pk,
            ]
        )
        return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What sending at one instant would mean: accepted or held, and the promise either way.

    `ending` is what becomes of the key in force, None where the desk knows none.
    """

    wanted: Wanted
    coverage: CoverageDecision
    moves: MoveCount | None
    admission: Admission
    decision: Decision
    ending: OldKeyEnd | None

    @property
    def shown(self) -> Shown:
        return Shown.of(self.admission.outcome, self.decision)

    @property
    def accepted(self) -> bool:
        return self.admission.outcome == "accept"


def preview(
    wanted: Wanted,
    *,
    now: datetime,
    coverage: CoverageDecision | None = None,
    moves: MoveCount | None = None,
    overridden: Collection[Kind] = (),
) -> Preview:
    """Decide what sending at `now` would mean; changes nothing.

    Coverage and earlier moves are judged for the Tokyo date of `now`, unless they were
    before and are given (*Coverage day*: judged once). Findings that staff have
    `overridden` hold nothing up again. Accepted is promised by the 17:00 rule (2-2d),
    held has a review target of the desk's own.
    """
    coverage = coverage or judge_coverage(wanted.license, clock.today(now))
    if moves is None and wanted.corrects is None:
        moves = judge_moves(wanted.license, clock.today(now))
    key = wanted.license.current_key
    admission = decide_admission(_move(wanted, key, coverage, moves)).without(overridden)
    rule = cutoff_release if admission.outcome == "accept" else review_target
    decision = rule(now, load_calendar())
    issued_on = clock.today(decision.release_at or now)
    return Preview(
        wanted=wanted,
        coverage=coverage,
        moves=moves,
        admission=admission,
        decision=decision,
        ending=ending_of(key, wanted, issued_on=issued_on),
    )


def judge_coverage(license_: License, on: date) -> CoverageDecision:
    """Whether the licence's contract is covered on the Tokyo date `on` (2-2, article 3)."""
    contract = Contract.objects.with_periods().get(pk=license_.contract_id)
    return coverage_of(contract, on)


def judge_moves(license_: License, on: date) -> MoveCount:
    """How many moves of this licence stand against one more on `on`; corrections are none."""
    moved = license_.applications.filter(kind=Application.Kind.MOVE, issued_at__isnull=False)
    return count_moves(
        [clock.today(at) for at in moved.values_list("issued_at", flat=True) if at],
        on=on,
        limit=MoveLimit(settings.LICENSE_MOVES, settings.LICENSE_MOVE_MONTHS),
    )


def ending_of(old: Key | None, asked: Wanted | Application, *, issued_on: date) -> OldKeyEnd | None:
    """What becomes of the key in force when the one asked for is issued on that Tokyo date."""
    if old is None:
        return None
    return decide_ending(
        issued_on=issued_on,
        overlap_days=settings.LICENSE_OVERLAP_DAYS,
        dead=asked.reason == Application.Reason.FAILURE,
        correction=asked.corrects is not None,
        dated=old.valid_until is not None,
        wanted=asked.wants_overlap,
    )


def may_correct_issued(application: Application, *, now: datetime) -> bool:
    """Whether a new key for a mistyped code may be asked for without a move being counted.

    Within LICENSE_CORRECTION_DAYS after the move's own key, whatever corrections came
    since, and while the key of this application is the licence's current one.
    """
    first = application
    while first.corrects is not None:
        first = first.corrects
    if application.state != Application.State.ISSUED or first.issued_at is None:
        return False
    key = application.license.current_key
    days = settings.LICENSE_CORRECTION_DAYS
    in_time = counts_as_correction(
        issued_on=clock.today(first.issued_at), on=clock.today(now), days=days
    )
    return in_time and key is not None and key.application_id == application.pk


def keys_beside(wanted: Wanted) -> list[Key]:
    """The customer's keys of other products for the same machine: allowed, but said.

    Another licence's code typed by mistake looks just like it.
    """
    contract = wanted.license.contract
    return list(
        Key.objects.current()
        .filter(host_code=wanted.new.host_code, license__contract__customer=contract.customer_id)
        .exclude(license__contract__product=contract.product_id)
        .select_related("license__contract__product")
        .order_by("serial")
    )


def _move(
    wanted: Wanted, key: Key | None, coverage: CoverageDecision, moves: MoveCount | None
) -> Move:
    license_ = wanted.license
    contract = license_.contract
    # Two products may run on one machine; the same product twice is looked at.
    elsewhere = (
        Key.objects.current()
        .filter(host_code=wanted.new.host_code, license__contract__product=contract.product_id)
        .exclude(license=license_)
        .select_related("license__contract")
    )
    own = [each for each in elsewhere if each.license.contract.customer_id == contract.customer_id]
    return Move(
        coverage=coverage,
        old=key.server if key else None,
        new=wanted.new,
        used_by_own=own[0].license.number if own else "",
        used_by_others=len(own) < len(elsewhere),
        moves=moves,
        recipients=Contact.objects.receiving_keys().filter(customer=contract.customer_id).count(),
    )
