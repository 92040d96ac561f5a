"""Announcing closures: what would move is seen before, moved in one transaction, and told.

A draft counts for nothing. Announcing or withdrawing a closure changes the
calendar for everybody: the one calendar-version row is taken FOR UPDATE, so
no promise is made on the old calendar while the new one comes into force.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.domain.calendar import BusinessCalendar, with_closures
from supportdesk.business_calendar.models import CalendarVersion, Closure
from supportdesk.business_calendar.services import build_calendar, day_overrides, load_calendar
from supportdesk.outbox import services as outbox
from supportdesk.promises import mails
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.replan import Replan, replan
from supportdesk.promises.models import Promise, PromiseMove


class CalendarChangedError(Exception):
    """The calendar or the promises are no longer those of the preview: show it again."""


class NothingToDoError(Exception):
    """The closure is already announced, or already withdrawn."""


@dataclass(frozen=True, slots=True)
class Move:
    """A promise that moves, from where to where, and the closure that is named as the cause."""

    promise: Promise
    plan: Replan
    closure: Closure


@dataclass(frozen=True, slots=True)
class Preview:
    """What would move, on which calendar this was computed, and which promises it saw."""

    version: int
    moves: tuple[Move, ...]

    @property
    def later(self) -> int:
        return sum(move.plan.is_later for move in self.moves)


def preview_announcement(closures: Sequence[Closure], *, now: datetime) -> Preview:
    """What announcing these drafts together would move; changes nothing."""
    calendar = load_calendar()
    changed = with_closures(calendar, day_overrides(closures))
    return Preview(calendar.version, _moves(closures, changed, now=now))


def preview_withdrawal(closure: Closure, *, now: datetime) -> Preview:
    """What withdrawing this announced closure would move back; changes nothing."""
    version = load_calendar().version
    return Preview(version, _moves([closure], build_calendar(without=closure), now=now))


@transaction.atomic(durable=True)
def announce_closures(
    closures: Sequence[Closure], *, preview_version: int, by: User, now: datetime
) -> tuple[Move, ...]:
    """Let drafts count, move the promises they touch and tell their customers (2-1c).

    Promises made between preview and announcement move as well. Raises
    `CalendarChangedError` when the calendar is no longer the previewed one,
    `NothingToDoError` when one of them is no draft any more.
    """
    _take_calendar(preview_version)
    drafts = Closure.objects.drafts().filter(pk__in=[closure.pk for closure in closures])
    if drafts.update(announced_at=now, announced_by=by) != len(closures):
        raise NothingToDoError
    return _move_all(closures, now=now)


@transaction.atomic(durable=True)
def withdraw_closure(closure: Closure, *, preview_version: int, now: datetime) -> tuple[Move, ...]:
    """Let an announced closure count no more; promises return, never before the original."""
    _take_calendar(preview_version)
    if not Closure.objects.announced().filter(pk=closure.pk).update(withdrawn_at=now):
        raise NothingToDoError
    return _move_all([closure], now=now)


@transaction.atomic(durable=True)
def announce_horizon(until: date | None) -> None:
    """Say until when all closures are announced; promises beyond it are flagged 休業日は未告知."""
    version = CalendarVersion.objects.select_for_update().get()
    version.closures_known_until = until
    version.number += 1
    version.save(update_fields=["closures_known_until", "number"])


def _take_calendar(preview_version: int) -> None:
    version = CalendarVersion.objects.select_for_update().get()
    if version.number != preview_version:
        raise CalendarChangedError
    version.number += 1
    version.save(update_fields=["number"])


def _move_all(closures: Sequence[Closure], *, now: datetime) -> tuple[Move, ...]:
    # Not the cached calendar: this version is ours alone until we commit.
    moves = _moves(closures, build_calendar(), now=now)
    released = {move.promise.mail_id for move in moves if move.promise.release_at is not None}
    for move in moves:
        # A reply that waits keeps two promises, its day and its moment: told once, the moment.
        told = move.promise.release_at is None and move.promise.mail_id in released - {None}
        _apply(move, tell=not told, now=now)
    return moves


def _moves(
    closures: Sequence[Closure], calendar: BusinessCalendar, *, now: datetime
) -> tuple[Move, ...]:
    first_day = max(min(closure.starts_on for closure in closures), clock.today(now))
    candidates = Promise.objects.owed().filter(promised_on__gte=first_day).select_related("mail")
    found = []
    for promise in candidates:
        if promise.release_at is not None and promise.release_at <= now:
            continue  # already going out
        plan = replan(
            Decision.from_json(promise.decision),
            Decision.from_json(promise.first_decision),
            calendar,
        )
        if plan is not None:
            found.append(Move(promise, plan, _cause(plan, closures)))
    return tuple(found)


def _cause(plan: Replan, closures: Sequence[Closure]) -> Closure:
    """The closure that a customer would name: the first that lies in the days between."""
    days = sorted([plan.before.promised_on, plan.after.promised_on])
    between = [c for c in closures if c.starts_on <= days[1] and c.ends_on >= days[0]]
    return min(between or closures, key=lambda closure: closure.starts_on)


def _apply(move: Move, *, tell: bool, now: datetime) -> None:
    promise, before, after = move.promise, move.plan.before, move.plan.after
    owed = Promise.objects.owed().filter(pk=promise.pk)
    if not owed.update(
        promised_on=after.promised_on,
        release_at=after.release_at,
        decision=after.as_json(),
        calendar_version=after.calendar_version,
    ):
        return  # settled meanwhile: it keeps the explanation it was made with
    PromiseMove.objects.create(
        promise=promise,
        closure=move.closure,
        from_on=before.promised_on,
        to_on=after.promised_on,
        from_release_at=before.release_at,
        to_release_at=after.release_at,
        moved_at=now,
    )
    if promise.mail is not None and after.release_at is not None:
        outbox.reschedule(promise.mail, due_at=after.release_at)
    if tell:
        mails.moved(promise, move.plan, move.closure, now=now)
