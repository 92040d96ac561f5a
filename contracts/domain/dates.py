"""Civil-date arithmetic: days are inclusive at both ends, as a certificate prints them."""

from datetime import MAXYEAR, date, timedelta

ONE_DAY = timedelta(days=1)
_LONGEST_MONTH = timedelta(days=31)


def day_after(day: date) -> date:
    """The next calendar day. Raises ValueError after the last day a date can name."""
    if day == date.max:
        raise ValueError(f"no day after {day}")
    return day + ONE_DAY


def year_ends_on(starts_on: date) -> date:
    """The last day of the year that begins with `starts_on`, that day counted.

    It is the day before the corresponding day of the next year; where that year has no such day
    (29 February), the month's end (Civil Code 140, 143). Raises ValueError past the year 9999.
    """
    if starts_on.year >= MAXYEAR:
        raise ValueError(f"the year from {starts_on} ends after {MAXYEAR}")
    if (starts_on.month, starts_on.day) == (2, 29):
        return date(starts_on.year + 1, 2, 28)
    return starts_on.replace(year=starts_on.year + 1) - ONE_DAY


def month_first_from(accepted_on: date) -> date:
    """The 1st of the month after `accepted_on`, or that day itself where it is a 1st (3-1, 3-2b).

    The 1st is calendar day 1 even on a holiday. Raises ValueError past the year 9999.
    """
    if accepted_on.day == 1:
        return accepted_on
    try:
        in_the_next_month = accepted_on.replace(day=1) + _LONGEST_MONTH
    except OverflowError:
        raise ValueError(f"the month after {accepted_on} begins after {MAXYEAR}") from None
    return in_the_next_month.replace(day=1)


def days_between(first: date, last: date) -> int:
    """How many days lie from `first` to `last`, both counted; 0 where `last` is the day before."""
    return (last - first).days + 1
