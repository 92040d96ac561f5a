"""/calendar/: open now?, the month with its reasons, what differs, and what if I send then."""

from datetime import date

import pytest
from django.test import Client

from tests.clock import set_desk_clock
from tests.look.pages import announce, announce_the_pictured, page, words

pytestmark = pytest.mark.django_db


def test_the_month_shows_open_short_and_closed_days_with_their_reasons() -> None:
    announce_the_pictured()
    html = page("/calendar/")
    text = words(html)
    assert "2026年11月" in text
    assert "3 文化の日" in text
    assert "20 今日 締切済み" in text
    assert "27 12:00 まで 全社研修" in text
    assert 'aria-label="9:00〜12:00、13:00〜17:30"' in html
    assert 'aria-label="9:00〜12:00"' in html


def test_today_and_the_promised_day_are_marked_in_words() -> None:
    html = page("/calendar/")
    assert html.count('aria-current="date"') == 1
    assert "24 お約束 いま送る場合" in words(html)


def test_another_month_is_asked_for_by_its_name() -> None:
    announce_the_pictured()
    text = words(page("/calendar/", month="2026-12"))
    assert "2026年12月" in text
    assert "29 年末年始休業 30 年末年始休業 31 年末年始休業" in text


@pytest.mark.parametrize(
    "month", ["2026-13", "december", "2026-00", "1999-12", "2101-01", "99999-01", "2026", "\x00"]
)
def test_a_month_that_does_not_exist_is_not_found(month: str) -> None:
    set_desk_clock("2026-11-20 17:05")
    assert Client().get("/calendar/", {"month": month}).status_code == 404


@pytest.mark.parametrize(("month", "gone"), [("2000-01", "前の月"), ("2100-12", "次の月")])
def test_leafing_ends_where_the_calendar_ends(month: str, gone: str) -> None:
    assert gone not in words(page("/calendar/", month=month))


def test_what_differs_says_what_sending_then_means() -> None:
    announce_the_pictured()
    text = words(page("/calendar/"))
    assert "11月23日(月) 勤労感謝の日 11月24日(火) 9:00 に受け付けます" in text
    assert "12:00 まで営業（全社研修） 12:00 を過ぎた受付は 11月30日(月) 9:00 です" in text
    closure = "12月29日(火)〜2027年1月4日(月) 年末年始休業"
    around = "最終の締切は 12月28日(月) 17:00。再開は 2027年1月5日(火) 9:00"
    assert f"{closure} {around}" in text


def test_a_day_that_has_passed_is_no_longer_news() -> None:
    assert "文化の日" not in words(page("/calendar/")).split("お休みのお知らせ")[1]


def test_an_opening_in_addition_says_whether_answers_go_out_too() -> None:
    announce("棚卸し対応", date(2026, 11, 28), kind="extra_opening", hours=(10, 15))
    text = words(page("/calendar/"))
    assert "10:00〜15:00 営業（棚卸し対応）" in text
    assert "受付のみ行います。回答とキーの発行は 11月30日(月) 9:00 からです" in text


def test_both_horizons_are_told() -> None:
    announce_the_pictured()
    text = words(page("/calendar/"))
    assert "当社の休業日は 2027年3月31日(水) まで" in text
    assert "祝日は 2027年12月31日(金) まで公表済みです" in text


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-20 16:59", "17:00 まで 当日中 17:00 を過ぎて 11月24日(火)"),
        ("2026-11-20 17:00", "17:00 まで 当日中 17:00 を過ぎて 11月24日(火)"),
        ("2026-11-20 17:05", "17:00 まで 当日中（終了） 17:00 を過ぎて 11月24日(火)"),
        ("2026-11-22 10:00", "日曜と祝日のためです。 次の受付は 11月24日(火) 9:00 からです。"),
    ],
)
def test_it_says_what_sending_now_means(at: str, told: str) -> None:
    assert told in words(page("/calendar/", at=at))


def test_another_moment_is_answered_in_words() -> None:
    announce_the_pictured()
    text = words(page_asking("１２／２８　１７：２０"))
    assert "12月28日(月) 17:20 に送ると" in text
    assert "2027年1月5日(火)のうちに最初の回答（目安）" in text
    assert "2027年1月5日(火) 9:00 に発行" in text
    assert "本日" not in text.split("に送ると")[-1]
    assert "12月28日(月)分の締切 17:00 を過ぎ、年末年始休業をはさむためです" in text


def page_asking(typed: str) -> str:
    set_desk_clock("2026-11-20 17:05")
    return (
        Client(headers={"accept-language": "ja"}).get("/calendar/", {"at": typed}).content.decode()
    )


def test_a_promise_beyond_what_is_known_says_so() -> None:
    announce_the_pictured()
    assert "休業日は未告知" in words(page_asking("2027/4/5 10:00"))


@pytest.mark.parametrize("typed", ["あした", "2026/2/30", "9999/12/31 23:00", "0001/01/01", "<b>"])
def test_what_is_no_moment_says_what_to_enter_and_keeps_what_was_typed(typed: str) -> None:
    html = page_asking(typed)
    assert "日時を 2026/12/28 16:40 のように入力してください" in html
    assert 'aria-invalid="true"' in html
    assert "<b>" not in html.split('name="at"')[1].split(">")[0]
