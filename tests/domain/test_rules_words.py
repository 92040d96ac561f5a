"""A decision in words: the same facts, whoever prints them. Whose rule it is stands beside each."""

from datetime import date

import pytest
from django.utils import translation

from supportdesk.presenting.dates import reading_on
from supportdesk.promises.domain.rules import (
    answer_release,
    cutoff_release,
    decide,
    reception_target,
    review_target,
)
from supportdesk.promises.steps import flag_words, label_of, present, reason_name
from tests.domain.calendars import at, closures, day, desk, override

FRIDAY = at("2026-11-20T17:05")
LABELS = [
    ("2-1b", False, "約款 2(1)"),
    ("2-2d", False, "約款 2(2)"),
    ("3-2a", False, "約款 3(2)"),
    ("4", False, "約款 4"),
    ("2-2d", True, "約款 2(2)の数え方"),
    ("", True, "当社の目安"),
    ("", False, ""),
]


@pytest.mark.parametrize(("clause", "own", "label"), LABELS)
def test_a_clause_is_labelled_as_the_terms_number_it(clause: str, own: bool, label: str) -> None:
    assert label_of(clause, own=own) == label


def test_the_confirmation_of_an_inquiry_past_the_cutoff() -> None:
    with reading_on(date(2026, 11, 20)):
        shown = [
            (step.mark, step.title, step.clause_label, step.detail)
            for step in present(reception_target(FRIDAY, desk()))
        ]
    assert shown == [
        ("decided", "送信　11月20日(金) 17:05", "約款 2(1)", "フォームはいつでも送信できます。"),
        (
            "decided",
            "受付　11月20日(金) 17:05",
            "約款 2(1)",
            "受付時間（13:00〜17:30）の中なので、そのまま受け付けます。",
        ),
        (
            "decided",
            "本日分の締切 17:00 を 5分 過ぎています",
            "約款 2(2)の数え方",
            "17:00 までの受付は当日、過ぎた受付は翌営業日として数えます。",
        ),
        (
            "passed",
            "11月21日(土)〜23日(月) はお休み",
            "約款 2(1)",
            "土曜、日曜、勤労感謝の日。翌営業日は 11月24日(火)です。",
        ),
        (
            "promise",
            "11月24日(火)のうちに最初の回答",
            "当社の目安",
            (
                "約款は回答までの時間を定めていません。"
                "当社が置いた目安としてお約束し、守れたかどうかを記録します。"
            ),
        ),
    ]


def test_the_same_decision_read_on_another_day_does_not_say_today() -> None:
    with reading_on(date(2026, 11, 24)):
        titles = [step.title for step in present(reception_target(FRIDAY, desk()))]
    assert "11月20日(金)分の締切 17:00 を 5分 過ぎています" in titles


def test_a_key_is_promised_as_an_instant_under_the_terms() -> None:
    with reading_on(date(2026, 11, 20)):
        shown = present(cutoff_release(FRIDAY, desk()))
        early = present(cutoff_release(at("2026-11-20T08:00"), desk()))
        at_once = present(cutoff_release(at("2026-11-20T16:59"), desk()))
    assert [step.title for step in shown] == [
        "受理　11月20日(金) 17:05",
        "本日分の締切 17:00 を 5分 過ぎています",
        "11月21日(土)〜23日(月) はお休み",
        "11月24日(火) 9:00 に発行",
    ]
    assert {step.clause_label for step in shown} == {"約款 2(2)"}
    assert not any(step.own for step in shown)
    assert early[-1].title == "11月20日(金) 9:00 に発行"
    assert at_once[-1].title == "11月20日(金) 16:59 に発行"
    assert len({step[-1].detail for step in (shown, early, at_once)}) == 3


def test_answers_and_reviews_say_whose_rule_the_count_is() -> None:
    with reading_on(date(2026, 11, 20)):
        answer = present(answer_release(FRIDAY, desk()))
        review = present(review_target(FRIDAY, desk()))
    assert answer[-1].title == "11月24日(火) 9:00 に回答を送信"
    assert answer[1].clause_label == "約款 2(2)の数え方"
    assert (review[-1].title, review[-1].clause_label) == (
        "11月24日(火)のうちに確認",
        "当社の目安",
    )


def test_less_than_a_minute_late_is_not_called_no_minutes() -> None:
    with reading_on(date(2026, 11, 20)):
        late = present(cutoff_release(at("2026-11-20T17:00:30"), desk()))[1]
    assert late.title == "本日分の締切 17:00 を過ぎています"


def test_every_step_of_every_rule_has_words_in_both_languages() -> None:
    calendar = desk(
        override("2026-11-27", "half_day", "9:00-12:00", name="全社研修"),
        override("2026-11-28", "extra_opening", "10:00-15:00", name="臨時受付"),
        *closures("2026-12-29", "2027-01-04", "年末年始休業"),
    )
    moments = ("2026-11-20T08:00", "2026-11-20T17:05", "2026-11-28T11:00", "2026-12-28T18:00")
    for language in ("ja", "en"):
        with translation.override(language):
            for rule in ("reception_target", "cutoff_release", "answer_release", "review_target"):
                for moment in moments:
                    for step in present(decide(rule, at(moment), calendar)):
                        assert step.title
                        assert step.detail
                        assert "%" not in step.title + step.detail + step.short


def test_reasons_are_names_and_otherwise_words() -> None:
    calendar = desk(*closures("2026-11-25", "2026-11-25", ""))
    days = ("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-25")
    reasons = [calendar.day(day(on)).reason for on in days]
    assert [reason_name(reason) for reason in reasons if reason] == [
        "土曜",
        "日曜",
        "勤労感謝の日",
        "当社休業日",
    ]


def test_what_is_not_announced_is_said() -> None:
    assert flag_words(("holidays_unannounced", "closures_unannounced")) == [
        "祝日は未公表",
        "休業日は未告知",
    ]
