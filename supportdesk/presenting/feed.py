"""The calendar to subscribe to: days on which the desk is closed, half open or open in addition.

Pure: the calendar in, iCalendar (RFC 5545) out. A day keeps its UID for ever, so a subscriber's
program changes the entry instead of adding one.
"""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.clock import TOKYO
from supportdesk.presenting.irregular import Irregular, irregular_days

PAST = timedelta(days=31)
AHEAD = timedelta(days=400)
DOMAIN = "supportdesk"


def feed(calendar: BusinessCalendar, *, today: date) -> bytes:
    """What differs from the week, from a month ago to the end of what is announced."""
    ics = Calendar()
    ics.add("prodid", "-//supportdesk//business calendar//JA")
    ics.add("version", "2.0")
    ics.add("method", "PUBLISH")
    ics.add("x-wr-calname", _("年間サポートデスク 営業日カレンダー"))
    ics.add("x-wr-timezone", "Asia/Tokyo")
    ics.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    ics.add_component(_tokyo())
    for row in irregular_days(calendar, today - PAST, _last(calendar, today)):
        ics.add_component(_event(calendar, row))
    return bytes(ics.to_ical())


def _last(calendar: BusinessCalendar, today: date) -> date:
    """The end of the known horizon: the public holidays', but announced closures always."""
    known = calendar.holidays_known_until or today + AHEAD
    return max([known, *calendar.overrides])


def _event(calendar: BusinessCalendar, row: Irregular) -> Event:
    event = Event()
    event.add("uid", f"{row.first:%Y%m%d}-{row.kind}@{DOMAIN}")
    event.add("dtstamp", datetime.combine(date(2000, 1, 1), time(0), TOKYO))
    event.add("sequence", calendar.version)
    event.add("summary", _summary(row))
    event.add("description", row.then)
    event.add("transp", "TRANSPARENT")
    event.add("categories", [row.kind.upper().replace("_", "-")])
    if row.kind in ("holiday", "closure"):
        event.add("dtstart", row.first)
        event.add("dtend", row.last + timedelta(days=1))
    else:
        event.add("dtstart", calendar.opening(row.first))
        event.add("dtend", calendar.closing(row.first))
    return event


def _summary(row: Irregular) -> str:
    if row.kind in ("holiday", "closure"):
        return _("サポート休業（%(name)s）") % {"name": row.name}
    return _("サポート %(what)s") % {"what": row.what}


def _tokyo() -> Timezone:
    return Timezone.from_tzinfo(TOKYO, "Asia/Tokyo", date(2000, 1, 1), date(2040, 1, 1))
