"""The status line: open or not, the cut-off, and what sending now means."""

from datetime import date

import pytest
from django.test import Client

from tests.clock import set_desk_clock
from tests.look.pages import announce, page, words

pytestmark = pytest.mark.django_db

MEANS_TUESDAY = "いま送ると 11月24日(火) になります"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-20 08:59", "受付時間外（9:00 から） 本日分の締切は 17:00 です。"),
        ("2026-11-20 09:00", "受付中（12:00 まで、午後は 13:00 から） 本日分の締切は 17:00 です。"),
        ("2026-11-20 12:00", "受付時間外（13:00 から） 本日分の締切は 17:00 です。"),
        ("2026-11-20 13:00", "受付中（本日 17:30 まで） 本日分の締切は 17:00 です。"),
        ("2026-11-20 17:00", "いま送ると 11月20日(金) になります"),
        ("2026-11-20 17:05", "受付中（本日 17:30 まで） 本日分の締切 17:00 は過ぎました。"),
        ("2026-11-20 17:05", MEANS_TUESDAY),
        ("2026-11-20 17:30", "受付時間外（11月24日(火) 9:00 から）"),
        ("2026-11-21 12:00", "本日は休み いま送ると"),
        ("2026-11-23 10:00", "本日は休み（勤労感謝の日） いま送ると"),
    ],
)
def test_it_tells_how_the_desk_stands(at: str, told: str) -> None:
    assert told in words(page("/status/", at=at))


def test_a_short_day_has_its_own_cut_off() -> None:
    announce("全社研修", date(2026, 11, 27), kind="half_day", hours=(9, 12))
    text = words(page("/status/", at="2026-11-27 11:00"))
    assert "受付中（本日 12:00 まで） 本日分の締切は 12:00 です" in text


@pytest.mark.parametrize(("at", "shown"), [("2026-11-28 10:00", False), ("2026-11-29 10:00", True)])
def test_an_announced_closure_is_told_from_thirty_days_before(at: str, shown: bool) -> None:
    announce("年末年始休業", date(2026, 12, 29), date(2027, 1, 4))
    told = "12月29日(火)〜2027年1月4日(月) 年末年始休業。最終の締切は 12月28日(月) 17:00"
    assert (told in words(page("/status/", at=at))) is shown


def test_a_closure_under_way_is_told_to_its_end() -> None:
    announce("年末年始休業", date(2026, 12, 29), date(2027, 1, 4))
    text = words(page("/status/", at="2026-12-31 10:00"))
    assert "本日は休み（年末年始休業）" in text
    assert "再開は 2027年1月5日(火) 9:00" in text


def test_it_asks_the_server_again_each_minute_and_is_never_kept() -> None:
    set_desk_clock("2026-11-20 17:05")
    response = Client().get("/status/")
    assert 'hx-trigger="every 60s"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_home_leaves_what_sending_now_means_to_its_hero() -> None:
    text = words(page("/status/", brief="1"))
    assert "本日分の締切 17:00 は過ぎました" in text
    assert "いま送ると" not in text
