"""The facts of a move, from which its time line, keys and count are drawn. Changes nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from licensing.domain.moves import MoveCount, window_ends_on
from licensing.domain.plan import Move
from licensing.models import Application, Key, ServerStop
from licensing.services.previewing import ending_of
from supportdesk import clock


@dataclass(frozen=True, slots=True)
class MoveKeys:
    """The keys of one application: the regular one once issued, and those beside it."""

    regular: Key | None
    provisional: Key | None
    overlap: Key | None
    old: Key | None  # the old server's: replaced, or still in force

    @property
    def issued(self) -> list[Key]:
        found = (self.provisional, self.regular, self.overlap, self.old)
        return [key for key in found if key is not None]


@dataclass(frozen=True, slots=True)
class MoveNumber:
    """Which move of its licence this is, of how many, and the last day that they are counted on."""

    number: int
    limit: int
    months: int
    last_on: date


def keys_of(application: Application) -> MoveKeys:
    """The keys of an application; of several of a class the latest. Two queries.

    What was signed anew takes the place of the key that it was signed for; the old server's
    is the one that the move itself replaced.
    """
    keys = list(application.keys.select_related("replaces").order_by("issue_number"))
    of_class = {key.klass: key for key in keys}
    regular = next((key for key in keys if key.klass == Key.Class.REGULAR), None)
    return MoveKeys(
        regular=of_class.get(Key.Class.REGULAR),
        provisional=of_class.get(Key.Class.PROVISIONAL),
        overlap=of_class.get(Key.Class.OVERLAP),
        old=regular.replaces if regular else application.license.current_key,
    )


def move_of(application: Application, keys: MoveKeys) -> Move | None:
    """The plan's facts, as promised or as they were; None before anything is promised."""
    if application.state not in _PLANNED or application.accepted_at is None:
        return None
    issue_at = _moves_at(application)
    stop = ServerStop.objects.filter(application=application).first()
    return Move(
        accepted_at=application.accepted_at,
        issue_at=issue_at,
        provisional_at=keys.provisional.issued_at if keys.provisional else None,
        planned_on=application.planned_on,
        old_until=_old_until(application, keys, clock.today(issue_at)),
        stopped_on=stop.stopped_on if stop else None,
    )


_PLANNED = (Application.State.ACCEPTED, Application.State.ISSUED)


def _old_until(application: Application, keys: MoveKeys, issued_on: date) -> date | None:
    if keys.old is None:
        return None
    if keys.old.superseded_at is not None:
        return keys.old.tolerated_until or clock.today(keys.old.superseded_at)
    ending = ending_of(keys.old, application, issued_on=issued_on)
    return ending.tolerated_until if ending else None


def move_number(application: Application) -> MoveNumber | None:
    """Which move this is in its window of months; None where it is no move, or none was counted.

    The moves before it were counted when it was sent, and kept. The first one opens the
    window on the day its key is issued.
    """
    if application.kind != Application.Kind.MOVE or not application.moves:
        return None
    count = MoveCount.from_json(application.moves)
    opens_on = clock.today(_moves_at(application))
    return MoveNumber(
        number=count.used + 1,
        limit=count.limit.moves,
        months=count.limit.months,
        last_on=count.last_on or window_ends_on(opens_on, count.limit.months),
    )


def _moves_at(application: Application) -> datetime:
    promised = application.promise.release_at if application.promise else None
    return application.issued_at or promised or application.sent_at
