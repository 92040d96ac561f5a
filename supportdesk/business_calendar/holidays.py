"""Japan's public holidays from the `holidays` library, as plain dates with their Japanese names.

Substitute holidays (振替休日), days between two holidays (国民の休日) and the one-off moves of
2019 to 2021 are in it. No Django here.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from supportdesk.business_calendar.domain.calendar import BusinessCalendar

# From the law's first full year to the last whose equinoxes the library knows.
FIRST_YEAR, LAST_YEAR = 1949, 2099

# The Cabinet Office publishes the next year's list each February: that of 2027 in February 2026
# (https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html). Later days follow from the law as it is
# today and are flagged. Raise it each February, after comparing the library with the new list.
KNOWN_UNTIL = date(2027, 12, 31)


@cache
def public_holidays() -> Mapping[date, str]:
    """Every public holiday from 1949 to 2099 with its name; beyond KNOWN_UNTIL by today's law."""
    # Imported late: only some commands need it, and it takes as long as a page does.
    from holidays.countries.japan import Japan

    found = Japan(years=range(FIRST_YEAR, LAST_YEAR + 1), language="ja")
    return MappingProxyType(dict(found.items()))


@cache
def calendar_without_closures() -> BusinessCalendar:
    """The desk's week and the public holidays alone: what is left without a database.

    No closure is known, so every day is flagged 休業日未告知.
    """
    return BusinessCalendar.build(holidays=public_holidays(), holidays_known_until=KNOWN_UNTIL)
