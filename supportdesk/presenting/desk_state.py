"""Is the desk open, until when, and what sending now would mean: the status line's facts.

Pure: an instant and the calendar in. The browser's clock is never used.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import Day
from supportdesk.clock import today
from supportdesk.presenting.dates import day_text, is_reading_day, time_text
from supportdesk.presenting.irregular import ONE_DAY, Irregular, irregular_days
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import cutoff_release, reception_target
from supportdesk.promises.steps import flag_words

NOTICE_DAYS = 30  # an announced closure is told from this many days before


@dataclass(frozen=True, slots=True)
class DeskState:
    """How the desk stands at one instant; instants are aware, days are Tokyo's."""

    now: datetime
    day: Day
    is_open: bool
    closes_at: datetime | None
    opens_at: datetime | None
    cutoff: datetime | None  # of today, where today is a business day
    key: Decision  # what sending now would promise
    inquiry: Decision
    why: str  # the reason for the promised day, in one sentence
    notices: tuple[Irregular, ...]

    @property
    def flags(self) -> list[str]:
        """What is not announced yet for the promised day."""
        return flag_words(self.key.flags)

    @property
    def past_cutoff(self) -> bool:
        return self.cutoff is not None and self.now > self.cutoff

    @property
    def reopens_at(self) -> int | None:
        """When it opens again today, in minutes after midnight, if it closes in between."""
        if self.closes_at is None:
            return None
        minute = self.closes_at.hour * 60 + self.closes_at.minute
        return next((w.opens for w in self.day.windows if w.opens >= minute), None)

    @property
    def opens_today(self) -> bool:
        return self.opens_at is not None and today(self.opens_at) == self.day.on


def desk_state(now: datetime, calendar: BusinessCalendar) -> DeskState:
    """The state of the desk at `now` (aware)."""
    day = calendar.day(today(now))
    is_open = calendar.is_open(now)
    key = cutoff_release(now, calendar)
    return DeskState(
        now=now,
        day=day,
        is_open=is_open,
        closes_at=calendar.next_close(now) if is_open else None,
        opens_at=None if is_open else calendar.next_open(now),
        cutoff=calendar.cutoff(day.on) if day.business else None,
        key=key,
        inquiry=reception_target(now, calendar),
        why=_why(day, key, calendar),
        notices=_notices(calendar, day),
    )


def _notices(calendar: BusinessCalendar, day: Day) -> tuple[Irregular, ...]:
    """The closures we announced; public holidays everybody knows, shorter days tell themselves."""
    until = day.on + timedelta(days=NOTICE_DAYS)
    rows = irregular_days(calendar, day.on, until)
    return tuple(row for row in rows if row.kind == "closure")


def _why(day: Day, key: Decision, calendar: BusinessCalendar) -> str:
    between = _between(day, key, calendar)
    if not day.business:
        return _("%(days)sのためです。") % {"days": between}
    facts = {
        "day": _("本日") if is_reading_day(day.on) else day_text(day.on),
        "time": time_text(calendar.cutoff(day.on)),
        "days": between,
    }
    if key.promised_on == day.on:
        return _("%(day)s分の締切 %(time)s に間に合います。") % facts
    if not between:
        return _("%(day)s分の締切 %(time)s を過ぎたためです。") % facts
    return _("%(day)s分の締切 %(time)s を過ぎ、%(days)sをはさむためです。") % facts


def _between(day: Day, key: Decision, calendar: BusinessCalendar) -> str:
    """土日と祝日, 年末年始休業: what is passed over before the promised day, each kind once."""
    first = day.on + ONE_DAY if day.business else day.on
    passed = [calendar.day(first + n * ONE_DAY) for n in range((key.promised_on - first).days)]
    kinds = [_kind_word(one) for one in passed if not one.business]
    weekend = {_("土曜"), _("日曜")}
    if weekend <= set(kinds):
        kinds = [_("土日") if kind in weekend else kind for kind in kinds]
    return _("と").join(dict.fromkeys(kinds))


def _kind_word(day: Day) -> str:
    kind, name = (day.reason.kind, day.reason.name) if day.reason else ("", "")
    words = {"saturday": _("土曜"), "sunday": _("日曜"), "holiday": _("祝日")}
    return words.get(kind) or name or _("休み")
