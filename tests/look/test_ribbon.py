"""The ribbon: a column a day, folded where there are too many, marks where the moments are."""

from datetime import date, timedelta

import pytest

from supportdesk.presenting.dates import reading_on
from supportdesk.presenting.ribbon import MOST_COLUMNS, Ribbon, Words, fold, ribbon_of
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import cutoff_release, reception_target, review_target
from tests.clock import tokyo
from tests.look.calendars import PICTURED, YEARS_END, a_calendar, closed, short


def drawn(decision: Decision, words: Words | None = None) -> Ribbon:
    with reading_on(date(2026, 11, 20)):
        return ribbon_of(decision, PICTURED, words)


def key(wall: str) -> Ribbon:
    return drawn(cutoff_release(tokyo(wall), PICTURED))


def inquiry(wall: str) -> Ribbon:
    return drawn(reception_target(tokyo(wall), PICTURED))


def share(place: str | None) -> float:
    assert place is not None
    return float(place.rstrip("%"))


def test_from_friday_after_the_cut_off_to_tuesday_are_five_columns() -> None:
    ribbon = key("2026-11-20 17:05")
    labels = [column.label for column in ribbon.columns]
    assert labels == ["20(金)", "21(土)", "22(日)", "23(月)", "24(火)"]
    assert [column.words for column in ribbon.columns] == [
        ("17:05 受理", "締切の後"),
        ("休み", ""),
        ("休み", ""),
        ("祝日", "勤労感謝の日"),
        ("9:00 発行", ""),
    ]
    assert [column.closed is not None for column in ribbon.columns] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_open_hours_are_two_bars_with_the_lunch_gap_and_lie_inside_their_column() -> None:
    friday = key("2026-11-20 17:05").columns[0]
    morning, afternoon = friday.bars
    assert share(morning.x) > 0
    assert share(morning.x) + share(morning.width) < share(afternoon.x)
    assert share(afternoon.x) + share(afternoon.width) < 20


def test_sent_after_the_cut_off_stands_after_its_tick_and_before_the_promise() -> None:
    ribbon = key("2026-11-20 17:05")
    assert share(ribbon.cut) < share(ribbon.sent) < 20
    assert 80 < share(ribbon.due) < 85


def test_a_first_reply_is_a_bar_of_its_day_and_a_key_a_moment() -> None:
    assert key("2026-11-20 17:05").day is None
    ribbon = inquiry("2026-11-20 17:05")
    assert ribbon.day is not None
    assert ribbon.columns[-1].bars == ()
    assert ribbon.columns[-1].words[0] == "この日のうち"


def test_one_day_alone_stands_between_its_neighbours() -> None:
    ribbon = inquiry("2026-11-20 13:40")
    assert [column.label for column in ribbon.columns] == ["19(木)", "20(金)", "21(土)"]
    assert ribbon.columns[1].words == ("13:40 受付", "この日のうち")
    assert ribbon.due is None


def test_what_goes_out_at_once_is_one_mark() -> None:
    ribbon = key("2026-11-20 16:30")
    assert ribbon.together
    assert ribbon.columns[1].words == ("16:30 受理", "すぐに発行")


def test_sent_on_a_closed_day_stands_in_its_hatch_without_a_cut_off() -> None:
    ribbon = inquiry("2026-11-21 22:00")
    assert ribbon.cut is None
    assert ribbon.columns[0].words == ("22:00 送信", "休み")
    assert 0 < share(ribbon.sent) < 25


def test_a_year_end_folds_into_one_hatched_column() -> None:
    ribbon = key("2026-12-28 17:20")
    assert [column.label for column in ribbon.columns] == ["28(月)", "12/29〜1/4", "1/5(火)"]
    assert ribbon.columns[1].words == ("年末年始休業", "（7日）")
    assert ribbon.columns[1].closed is not None


def test_up_to_six_days_are_never_folded() -> None:
    calendar = a_calendar(*closed(date(2026, 11, 24), date(2026, 11, 24), "創立記念日"))
    ribbon = ribbon_of(cutoff_release(tokyo("2026-11-20 17:05"), calendar), calendar)
    assert len(ribbon.columns) == MOST_COLUMNS
    assert ribbon.columns[4].words == ("休み", "創立記念日")


def test_a_run_of_public_holidays_folds_under_the_word_for_closed() -> None:
    ribbon = inquiry("2027-04-28 18:00")
    assert len(ribbon.columns) <= MOST_COLUMNS
    # 4/29 closed, 4/30 open: received then, promised that day
    assert ribbon.columns[-1].first == date(2027, 4, 30)


@pytest.mark.parametrize("length", range(1, 40))
def test_never_more_than_six_columns_and_no_day_lost(length: int) -> None:
    first = date(2026, 11, 25)
    gone = closed(first, first + timedelta(days=length - 1), "長い休業")
    calendar = a_calendar(
        *gone, short(first + timedelta(days=length // 2), 10, 12, "extra_opening")
    )
    days = [calendar.day(first + timedelta(days=n - 1)) for n in range(length + 2)]
    groups = fold(days, {days[0].on, days[-1].on})
    assert len(groups) <= MOST_COLUMNS
    assert [day.on for group in groups for day in group] == [day.on for day in days]


def test_the_words_under_the_marks_can_be_the_pages_own() -> None:
    ribbon = drawn(
        cutoff_release(tokyo("2026-11-20 17:05"), PICTURED), Words("いま {time}", "{time} から")
    )
    assert ribbon.columns[0].words[0] == "いま 17:05"
    assert ribbon.columns[-1].words[0] == "9:00 から"


def test_the_label_says_the_sentence() -> None:
    assert key("2026-11-20 17:05").sentence == (
        "11月20日(金) 17:05 から数えて 11月24日(火) 9:00。11月21日(土)〜23日(月)は休み"
    )
    assert (
        inquiry("2026-11-20 13:40").sentence == "11月20日(金) 13:40 から数えて 11月20日(金)のうち"
    )


def test_a_held_request_is_drawn_too() -> None:
    ribbon = drawn(review_target(tokyo("2026-11-20 17:05"), PICTURED))
    assert ribbon.columns[-1].words[0] == "この日のうち"


def test_two_names_side_by_side_are_known_to_be_crowded() -> None:
    assert not key("2026-11-20 17:05").crowded
    calendar = a_calendar(*closed(date(2026, 11, 24), date(2026, 11, 24), "創立記念日"))
    assert ribbon_of(cutoff_release(tokyo("2026-11-20 17:05"), calendar), calendar).crowded


def test_the_years_end_of_the_pictures_is_seven_days() -> None:
    assert len(YEARS_END) == 7
