"""/calendar/desk.ics: what differs, to subscribe to."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.presenting.feed import feed
from tests.clock import set_desk_clock
from tests.look.calendars import PICTURED, YEARS_END, a_calendar, closed, short
from tests.look.pages import announce_the_pictured

TODAY = date(2026, 11, 20)


def events(calendar: BusinessCalendar = PICTURED) -> dict[str, Any]:
    """The events by their name, as a subscriber's program reads them."""
    parsed: Any = Calendar.from_ical(feed(calendar, today=TODAY))
    return {str(event["SUMMARY"]): event for event in parsed.walk("VEVENT")}


def test_a_closure_is_one_all_day_event_whose_end_is_the_day_after() -> None:
    event = events()["サポート休業（年末年始休業）"]
    assert event["DTSTART"].dt == date(2026, 12, 29)
    assert event["DTEND"].dt == date(2027, 1, 5)
    assert event["DTSTART"].params["VALUE"] == "DATE"


def test_a_short_day_has_its_hours_in_tokyos_zone() -> None:
    event = events()["サポート 12:00 まで営業（全社研修）"]
    assert event["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
    assert event["DTEND"].dt.astimezone(UTC) == datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def test_the_zone_is_defined_in_the_file() -> None:
    assert b"BEGIN:VTIMEZONE" in feed(PICTURED, today=TODAY)


def test_public_holidays_that_close_the_desk_are_there_and_weekends_are_not() -> None:
    names = events()
    assert "サポート休業（勤労感謝の日）" in names
    assert "サポート休業（成人の日）" in names
    assert not any("休み" in name for name in names)


def test_a_day_keeps_its_uid_when_the_calendar_changes() -> None:
    before, after = events(), events(a_calendar(*YEARS_END))
    name = "サポート休業（年末年始休業）"
    assert before[name]["UID"] == after[name]["UID"]
    assert len({str(event["UID"]) for event in before.values()}) == len(before)


def test_names_are_escaped() -> None:
    awkward = "棚卸し; 移転, ほか\\休み"
    calendar = a_calendar(*closed(date(2026, 12, 1), date(2026, 12, 1), awkward))
    assert f"サポート休業（{awkward}）" in events(calendar)


def test_lines_are_folded_at_75_octets() -> None:
    assert all(len(line) <= 75 for line in feed(PICTURED, today=TODAY).split(b"\r\n"))


def test_the_same_calendar_is_the_same_file() -> None:
    assert feed(PICTURED, today=TODAY) == feed(PICTURED, today=TODAY)


def test_an_opening_in_addition_is_told() -> None:
    calendar = a_calendar(short(date(2026, 11, 28), 10, 15, "extra_opening"))
    assert "サポート 10:00〜15:00 営業（全社研修）" in events(calendar)


@pytest.mark.django_db
def test_it_is_served_as_a_calendar_and_may_be_kept_for_an_hour() -> None:
    announce_the_pictured()
    set_desk_clock("2026-11-20 17:05")
    response = Client().get("/calendar/desk.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "max-age=3600" in response["Cache-Control"]
    assert b"BEGIN:VCALENDAR" in response.content
    known = Client(headers={"if-none-match": response["ETag"]})
    assert known.get("/calendar/desk.ics").status_code == 304
    assert "年末年始休業" in Calendar.from_ical(response.content).to_ical().decode()
