"""Where a promise goes when the calendar changes under it."""

from dataclasses import dataclass

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import decide


@dataclass(frozen=True, slots=True)
class Replan:
    """A promise that moves: as it stands, and as it will."""

    before: Decision
    after: Decision

    @property
    def is_later(self) -> bool:
        return _due(self.after) > _due(self.before)


def replan(current: Decision, first: Decision, calendar: BusinessCalendar) -> Replan | None:
    """The move that `calendar` causes, or None when the promise stays.

    Computed anew from the same instant, but never before what was promised
    first: whoever was told Tuesday may plan on Tuesday.
    """
    computed = decide(current.rule, current.sent_at, calendar)
    after = computed if _due(computed) >= _due(first) else first
    if _due(after) == _due(current):
        return None
    return Replan(before=current, after=after)


def _due(decision: Decision) -> tuple[object, ...]:
    return (decision.promised_on, decision.release_at or 0)
