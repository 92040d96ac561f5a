"""The calendar of the pictures: November 2026 with its holiday, a short day and a year's end."""

from datetime import date, timedelta

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import DayOverride, OverrideKind, hours

HOLIDAYS = {
    date(2026, 11, 3): "文化の日",
    date(2026, 11, 23): "勤労感謝の日",
    date(2027, 1, 1): "元日",
    date(2027, 1, 11): "成人の日",
    date(2027, 4, 29): "昭和の日",
    date(2027, 5, 3): "憲法記念日",
    date(2027, 5, 4): "みどりの日",
    date(2027, 5, 5): "こどもの日",
}


def closed(first: date, last: date, name: str = "年末年始休業") -> list[DayOverride]:
    days = (last - first).days + 1
    return [DayOverride(first + timedelta(days=n), (), name, "closure") for n in range(days)]


def short(on: date, opens: int, closes: int, kind: OverrideKind = "half_day") -> DayOverride:
    return DayOverride(on, hours([(opens * 60, closes * 60)]), "全社研修", kind)


def a_calendar(*overrides: DayOverride) -> BusinessCalendar:
    return BusinessCalendar.build(
        holidays=HOLIDAYS,
        overrides=overrides,
        holidays_known_until=date(2027, 12, 31),
        closures_known_until=date(2027, 3, 31),
    )


YEARS_END = closed(date(2026, 12, 29), date(2027, 1, 4))
TRAINING = short(date(2026, 11, 27), 9, 12)
PICTURED = a_calendar(*YEARS_END, TRAINING)
