"""When an approved answer goes out: by the rule, or at once; which is offered first, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import answer_release

Way = Literal["rule", "now"]
Because = Literal["", "promise", "incident"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to send; `keeps` tells of an open first-reply promise, None where none is open."""

    way: Way
    at: datetime
    keeps: bool | None


@dataclass(frozen=True, slots=True)
class Choices:
    """In the order to offer them; one alone where the rule sends at once anyway."""

    offered: tuple[Choice, ...]
    because: Because
    decision: Decision

    @property
    def rule(self) -> Choice:
        return next(choice for choice in self.offered if choice.way == "rule")

    @property
    def at_once(self) -> bool:
        """The rule itself sends now: nothing to choose, no exception to give a reason for."""
        return len(self.offered) == 1


def release_choices(
    at: datetime, calendar: BusinessCalendar, *, promised_on: date | None, incident: bool
) -> Choices:
    """Decide for an answer approved at the aware instant `at` (2-1e, and the desk's 17:00 rule).

    `promised_on` is the Tokyo date of a first reply still owed. *Send now* comes first where
    waiting would break that promise, or for a fault, while it is still a business day.
    """
    decision = answer_release(at, calendar)
    release_at = max(decision.release_at or at, at)
    rule = Choice("rule", release_at, _keeps(release_at, promised_on, calendar))
    if release_at == at:
        return Choices((rule,), "", decision)
    now = Choice("now", at, _keeps(at, promised_on, calendar))
    because = _because(at, calendar, rule, now, incident)
    return Choices((now, rule) if because else (rule, now), because, decision)


def _keeps(at: datetime, promised_on: date | None, calendar: BusinessCalendar) -> bool | None:
    return None if promised_on is None else at.astimezone(calendar.zone).date() <= promised_on


def _because(
    at: datetime, calendar: BusinessCalendar, rule: Choice, now: Choice, incident: bool
) -> Because:
    if not calendar.is_business_day(at.astimezone(calendar.zone).date()):
        return ""
    if now.keeps and not rule.keeps:
        return "promise"
    return "incident" if incident else ""
