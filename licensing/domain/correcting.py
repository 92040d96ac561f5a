"""What a correction does to a promise that was made already."""

from datetime import date, datetime

from supportdesk.business_calendar.domain.calendar import BusinessCalendar


def keeps_promise(*, promised_on: date, at: datetime, calendar: BusinessCalendar) -> bool:
    """Whether what is corrected at `at` still goes out on the promised Tokyo date.

    By the cut-off of the day that the acceptance counts for (2-2d): yes, 17:00:00 exactly
    included. Later, the clock starts anew with the correction. Raises ValueError for a
    naive `at`.
    """
    if at.utcoffset() is None:
        raise ValueError("a naive instant has no cut-off")
    if not calendar.is_business_day(promised_on):
        return at.astimezone(calendar.zone).date() < promised_on
    return at <= calendar.cutoff(promised_on)
