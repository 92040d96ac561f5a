"""How long an application that went back to the customer keeps its coverage day."""

from datetime import date

from supportdesk.business_calendar.domain.calendar import BusinessCalendar


def keeps_coverage_until(*, returned_on: date, days: int, calendar: BusinessCalendar) -> date:
    """The last Tokyo date on which it may come back and keep the day its coverage was judged for.

    `days` business days after the day it was returned (*Coverage day*); later it is judged anew.
    Raises ValueError, OutOfReachError where the calendar has no such day.
    """
    if days < 0:
        raise ValueError("a term is not negative")
    day = returned_on
    for _business_day in range(days):
        day = calendar.next_business_day(day)
    return day
