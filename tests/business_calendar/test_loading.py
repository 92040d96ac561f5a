"""The calendar in force is the week, the public holidays and what staff announced."""

from datetime import date, time
from typing import Any

import pytest
from django.db import transaction

from supportdesk.business_calendar import holidays
from supportdesk.business_calendar.domain.days import DESK_HOURS, Reason
from supportdesk.business_calendar.models import CalendarVersion, Closure, TermsVersion
from supportdesk.business_calendar.services import (
    build_calendar,
    current_terms,
    day_overrides,
    load_calendar,
)
from tests.domain.calendars import at, day, windows

pytestmark = pytest.mark.django_db


def announced(name: str, first: str, last: str, **facts: Any) -> Closure:
    facts.setdefault("announced_at", at("2026-10-01T10:00"))
    return Closure.objects.create(name=name, starts_on=day(first), ends_on=day(last), **facts)


def test_public_holidays_have_their_japanese_names() -> None:
    calendar = load_calendar()
    assert calendar.day(day("2026-11-23")).reason == Reason("holiday", "勤労感謝の日")
    assert calendar.day(day("2026-09-22")).reason == Reason("holiday", "国民の休日")
    assert calendar.day(day("2027-03-22")).reason == Reason("holiday", "振替休日")
    assert calendar.day(day("2019-05-01")).reason == Reason("holiday", "天皇の即位の日")
    assert calendar.day(day("2020-07-24")).reason == Reason("holiday", "スポーツの日")  # moved once
    assert calendar.holidays_known_until == holidays.KNOWN_UNTIL


def test_the_official_list_reaches_the_end_of_a_year() -> None:
    known = holidays.KNOWN_UNTIL
    assert (known.month, known.day) == (12, 31)
    assert any(on.year == known.year for on in holidays.public_holidays())


def test_an_announced_closure_crosses_new_year() -> None:
    announced("年末年始休業", "2026-12-29", "2027-01-04")
    calendar = load_calendar()
    assert calendar.next_business_day(day("2026-12-28")) == day("2027-01-05")
    assert calendar.day(day("2027-01-01")).reason == Reason("closure", "年末年始休業")


def test_drafts_and_withdrawn_closures_count_for_nothing() -> None:
    announced("下書き", "2026-11-24", "2026-11-24", announced_at=None)
    announced("取消", "2026-11-25", "2026-11-25", withdrawn_at=at("2026-10-02T10:00"))
    calendar = load_calendar()
    assert calendar.is_business_day(day("2026-11-24"))
    assert calendar.is_business_day(day("2026-11-25"))


def test_half_a_day_keeps_its_lunch_break_and_leaves_closed_days_alone() -> None:
    announced(
        "棚卸し",
        "2026-11-20",
        "2026-11-24",
        kind="half_day",
        opens_at=time(9),
        closes_at=time(15),
    )
    calendar = load_calendar()
    assert calendar.day(day("2026-11-20")).windows == windows("9:00-12:00", "13:00-15:00")
    assert calendar.cutoff(day("2026-11-20")) == at("2026-11-20T15:00")
    assert calendar.day(day("2026-11-21")).reason == Reason("saturday")
    assert calendar.day(day("2026-11-23")).reason == Reason("holiday", "勤労感謝の日")


def test_half_a_day_outside_the_hours_closes_the_day() -> None:
    announced(
        "夜間のみ",
        "2026-11-24",
        "2026-11-24",
        kind="half_day",
        opens_at=time(18),
        closes_at=time(20),
    )
    assert load_calendar().day(day("2026-11-24")).reason == Reason("closure", "夜間のみ")


def test_an_extra_opening_adds_hours() -> None:
    hours = {"kind": "extra_opening", "opens_at": time(17), "closes_at": time(20)}
    announced("延長", "2026-11-20", "2026-11-21", **hours)
    calendar = load_calendar()
    friday, saturday = calendar.day(day("2026-11-20")), calendar.day(day("2026-11-21"))
    assert friday.windows == windows("9:00-12:00", "13:00-20:00")
    assert saturday.windows == windows("17:00-20:00")
    assert (friday.business, saturday.business) == (True, False)


def test_an_extra_opening_that_sends_is_a_business_day() -> None:
    hours = {"kind": "extra_opening", "opens_at": time(10), "closes_at": time(15), "sends": True}
    announced("臨時営業", "2026-11-21", "2026-11-21", **hours)
    assert load_calendar().is_business_day(day("2026-11-21"))


def test_where_two_meet_what_was_announced_later_counts() -> None:
    announced("休業", "2026-11-24", "2026-11-24", announced_at=at("2026-10-05T10:00"))
    announced(
        "短縮",
        "2026-11-24",
        "2026-11-24",
        kind="half_day",
        opens_at=time(9),
        closes_at=time(12),
        announced_at=at("2026-10-04T10:00"),
    )
    assert load_calendar().day(day("2026-11-24")).reason == Reason("closure", "休業")


def test_the_horizon_and_the_version_are_those_of_the_one_row() -> None:
    CalendarVersion.objects.update(number=12, closures_known_until=date(2027, 3, 31))
    calendar = load_calendar()
    assert calendar.version == 12
    assert calendar.horizon_flags(day("2027-04-01")) == ("closures_unannounced",)


def test_nothing_changed_gives_the_calendar_already_built() -> None:
    assert load_calendar() is load_calendar()


def test_a_change_that_is_rolled_back_leaves_nothing_behind() -> None:
    class NotAfterAllError(Exception):
        pass

    version = CalendarVersion.objects.get().number
    with pytest.raises(NotAfterAllError), transaction.atomic():
        CalendarVersion.objects.update(number=version + 1)
        assert load_calendar().is_business_day(day("2026-11-24"))
        announced("休業", "2026-11-24", "2026-11-24")
        assert not load_calendar().is_business_day(day("2026-11-24"))
        raise NotAfterAllError
    CalendarVersion.objects.update(number=version + 1)
    assert load_calendar().is_business_day(day("2026-11-24"))


def test_what_if_a_closure_were_withdrawn_or_a_draft_announced() -> None:
    closure = announced("休業", "2026-11-24", "2026-11-24")
    assert not build_calendar().is_business_day(day("2026-11-24"))
    assert build_calendar(without=closure).is_business_day(day("2026-11-24"))
    draft = Closure(name="下書き", starts_on=day("2026-11-25"), ends_on=day("2026-11-26"))
    assert [over.on for over in day_overrides([draft])] == [day("2026-11-25"), day("2026-11-26")]


def test_the_terms_in_force_are_the_latest_that_have_begun() -> None:
    TermsVersion.objects.all().delete()
    for number, first in (("2025-04", "2025-04-01"), ("2026-04", "2026-04-01")):
        TermsVersion.objects.create(number=number, title="約款", in_force_from=day(first))
    assert current_terms(day("2026-03-31")).number == "2025-04"
    assert current_terms(day("2026-04-01")).number == "2026-04"
    with pytest.raises(TermsVersion.DoesNotExist):
        current_terms(day("2025-03-31"))


def test_without_a_database_the_week_and_the_holidays_are_known_and_nothing_else() -> None:
    calendar = holidays.calendar_without_closures()
    assert calendar.day(day("2026-11-20")).windows == DESK_HOURS
    assert calendar.horizon_flags(day("2026-11-24")) == ("closures_unannounced",)
