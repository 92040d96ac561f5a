"""Dates are told like 11月24日(火) 9:00, by the reader's year and language, and never break."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils.translation import override

from supportdesk.presenting import dates
from supportdesk.presenting.dates import reading_on
from supportdesk.templatetags import desk
from tests.clock import tokyo

TUESDAY = tokyo("2026-11-24 09:00")
IN_2026 = date(2026, 11, 20)


def printed(source: str, **context: object) -> str:
    with reading_on(IN_2026):
        return Template("{% load desk %}" + source).render(Context(context))


def test_a_day_has_its_weekday_and_an_instant_its_time_without_a_leading_zero() -> None:
    with reading_on(IN_2026):
        assert dates.day_text(TUESDAY) == "11月24日(火)"
        assert dates.tokyo_text(TUESDAY) == "11月24日(火) 9:00"


def test_an_instant_is_told_in_tokyos_time_whatever_its_own_zone() -> None:
    with reading_on(IN_2026):
        assert dates.tokyo_text(datetime(2026, 11, 23, 15, 30, tzinfo=UTC)) == "11月24日(火) 0:30"


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 12, 31), "12月31日(木)"),
        (date(2027, 1, 5), "2027年1月5日(火)"),
        (date(2025, 11, 24), "2025年11月24日(月)"),
    ],
)
def test_the_year_is_told_when_it_is_not_this_one(on: date, told: str) -> None:
    with reading_on(IN_2026):
        assert dates.day_text(on) == told


def test_the_year_is_told_when_nobody_knows_when_it_is_read() -> None:
    assert dates.day_text(date(2026, 11, 24)) == "2026年11月24日(火)"


def test_on_contracts_the_year_is_always_told() -> None:
    assert printed("{{ on|day_year }}", on=IN_2026) == '<span class="nb">2026年11月20日(金)</span>'


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2026, 11, 21), date(2026, 11, 21), "11月21日(土)"),
        (date(2026, 11, 21), date(2026, 11, 23), "11月21日(土)〜23日(月)"),
        (date(2026, 11, 30), date(2026, 12, 1), "11月30日(月)〜12月1日(火)"),
        (date(2026, 12, 29), date(2027, 1, 4), "12月29日(火)〜2027年1月4日(月)"),
    ],
)
def test_a_range_does_not_repeat_what_its_ends_share(first: date, last: date, told: str) -> None:
    with reading_on(IN_2026):
        assert dates.span_text(first, last) == told


def test_a_range_may_break_after_its_sign_and_nowhere_else() -> None:
    text = printed("{{ a|span_of_days:b }}", a=date(2026, 12, 29), b=date(2026, 12, 31))
    assert text == '<span class="nb">12月29日(火)〜</span><span class="nb">31日(木)</span>'


def test_dates_inside_a_sentence_stay_whole_and_its_other_text_is_escaped() -> None:
    text = printed("{{ s|keep_dates }}", s="再開は 2027年1月5日(火) 9:00 <です>")
    assert text == '再開は <span class="nb">2027年1月5日(火) 9:00</span> &lt;です&gt;'


def test_the_figure_is_read_aloud_as_one_phrase_and_tells_its_instant_to_programs() -> None:
    text = printed('{% when at size="xl" %}', at=TUESDAY)
    assert 'datetime="2026-11-24T09:00:00+09:00"' in text
    assert '<span class="sr-only">11月24日(火) 9:00</span>' in text
    assert '<span class="when-n">24</span>' in text
    assert '<span class="when-t">9:00</span>' in text


def test_the_figure_of_another_year_says_so_in_small() -> None:
    assert '<span class="when-u">2027年</span>' in printed("{% when on %}", on=date(2027, 1, 5))


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, "0分"), (5, "5分"), (60, "1時間"), (445, "7時間25分")]
)
def test_a_length_of_time_is_told_in_hours_and_minutes(minutes: int, told: str) -> None:
    assert dates.length_text(timedelta(minutes=minutes, seconds=30)) == told


def test_midnight_at_the_end_of_a_day_is_24_00() -> None:
    assert dates.time_text(1440) == "24:00"


def test_in_english_the_same_dates_are_english() -> None:
    with override("en"), reading_on(IN_2026):
        assert dates.day_text(TUESDAY) == "Tue 24 Nov"
        assert dates.tokyo_text(tokyo("2027-01-05 09:00")) == "Tue 5 Jan 2027 9:00"
        assert dates.month_text(IN_2026) == "November 2026"
        assert "Tue 24 Nov 9:00" in desk.when(TUESDAY)


def test_nothing_is_printed_where_there_is_no_date() -> None:
    assert printed("{{ a|day }}{{ a|tokyo }}{{ a|day_year }}{{ a|time }}", a=None) == ""
