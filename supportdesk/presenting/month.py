"""A month as a table: Sunday first, open days with their hours, closed ones with their reason.

Pure: the calendar, the month, today and the promised day in; cells out.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import DESK_HOURS, Day
from supportdesk.presenting.ribbon import Bar, day_words

# Every mini bar is drawn on the same scale: the desk's usual day.
FROM, TO = DESK_HOURS[0].opens, DESK_HOURS[-1].closes


@dataclass(frozen=True, slots=True)
class Cell:
    on: date
    day: Day
    other_month: bool
    today: bool
    past_cutoff: bool
    promised: bool
    word: str  # closed: why; half a day: until when
    name: str

    @property
    def bars(self) -> tuple[Bar, ...]:
        return tuple(_bar(w.opens, w.closes) for w in self.day.windows)

    @property
    def half(self) -> bool:
        return self.day.reason is not None and self.day.reason.kind == "half_day"

    @property
    def closes_hour(self) -> int:
        """The last hour of a half day, for a cell of a phone's width."""
        return self.day.windows[-1].closes // 60

    @property
    def reason(self) -> str:
        """The one word that fits a cell: the holiday's or closure's own name before its kind."""
        return self.name or self.word


def weeks(
    calendar: BusinessCalendar,
    month: date,
    *,
    today: date,
    past_cutoff: bool,
    promised_on: date,
) -> list[list[Cell]]:
    """The weeks of `month` (any day of it), each of seven cells from Sunday to Saturday."""

    def cell(on: date) -> Cell:
        day = calendar.day(on)
        word, name = day_words(day)
        return Cell(
            on=on,
            day=day,
            other_month=on.month != month.month,
            today=on == today,
            past_cutoff=on == today and past_cutoff,
            promised=on == promised_on,
            word=word if day.reason else "",
            name=name,
        )

    rows = months.Calendar(months.SUNDAY).monthdatescalendar(month.year, month.month)
    return [[cell(on) for on in row] for row in rows]


def _bar(opens: int, closes: int) -> Bar:
    left = max(opens, FROM)
    width = min(closes, TO) - left
    return Bar(f"{(left - FROM) / (TO - FROM):.2%}", f"{max(width, 0) / (TO - FROM):.2%}")
