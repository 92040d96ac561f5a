"""`manage.py explain` at a shell: what a person reads, what a program reads, what is refused."""

import io
import json

import pytest
from django.core.management import CommandError, call_command


def explain(*words: str) -> str:
    out = io.StringIO()
    call_command("explain", *words, "--without-database", stdout=out)
    return out.getvalue()


def test_an_inquiry_is_explained_step_by_step() -> None:
    text = explain("inquiry", "2026-11-20T17:42")
    assert text.splitlines()[0] == "お問い合わせ　2026年11月20日(金) 17:42"
    for words in (
        "○ 送信　11月20日(金) 17:42",
        "▨ 11月21日(土)〜23日(月) はお休み",
        "約款 2(1) [2-1c]　11月21日(土) 0:00〜11月23日(月) 24:00",
        "土曜、日曜、勤労感謝の日。次の受付は 11月24日(火) 9:00 です。",
        "○ 11月24日(火)分の締切 17:00 に間に合います",
        "◆ 11月24日(火)のうちに最初の回答",
        "受付　　2026年11月24日(火) 9:00",
        "答え　　2026年11月24日(火)のうちに最初の回答（当社の目安）",
        "注意　　休業日は未告知（2026年11月24日(火)）",
    ):
        assert words in text


def test_a_key_is_explained_under_a_what_if_closure_across_new_year() -> None:
    closure = "--closure=2026-12-29..2027-01-03:年末年始休業"
    text = explain("key", "2026-12-28T17:42", closure)
    assert "▨ 12月29日(火)〜2027年1月3日(日) はお休み" in text
    assert "年末年始休業。翌営業日は 2027年1月4日(月)です。" in text
    assert "答え　　2027年1月4日(月) 9:00 に発行" in text


def test_closures_before_and_after_the_rule_all_count() -> None:
    text = explain(
        "--closure=2026-11-24..2026-11-24:一",
        "key",
        "2026-11-20T17:42",
        "--closure=2026-11-25..2026-11-25:二",
        "--closure",
        "2026-11-26..2026-11-26",
        "--json",
    )
    assert json.loads(text)["promised_on"] == "2026-11-27"


def test_a_period_is_explained_with_its_gap() -> None:
    text = explain("period", "--accepted-on=2026-04-01", "--previous-expiry=2025-03-31")
    assert "約款 3(3) [3-3]" in text
    assert "再継続" in text
    assert "2026年4月1日(水)〜2027年3月31日(水)" in text


def test_json_is_the_answer_of_a_batch() -> None:
    found = json.loads(explain("period", "--accepted-on=2026-04-12", "--json"))
    assert (found["kind"], found["starts_on"]) == ("initial", "2026-05-01")
    found = json.loads(explain("--json", "hours", "is-open", "2026-11-20T12:00"))
    assert found == {"open": False}


HOURS = [
    (["add", "2026-11-20T09:00", "180"], "2026年11月20日(金) 12:00 (+09:00)"),
    (["add", "2026-11-20T09:00", "0.5"], "2026年11月20日(金) 9:00:30 (+09:00)"),
    (["next-open", "2026-11-21T22:00"], "2026年11月24日(火) 9:00 (+09:00)"),
    (["between", "2026-11-20T09:00", "2026-11-24T09:00"], "7時間30分（27000秒）"),
    (["is-open", "2026-11-20T12:00"], "受付時間外"),
    (["business-day", "2026-11-23"], "休み（勤労感謝の日）"),
    (["business-day", "2026-11-24"], "営業日"),
    (
        [
            "next-open",
            "2026-03-08T01:30",
            '--calendar={"tz": "America/New_York", "week": {"sun": [["02:00", "06:00"]]}}',
        ],
        "2026年3月8日(日) 3:00 (-04:00)",
    ),
]


@pytest.mark.parametrize(("words", "answer"), HOURS, ids=[words[0] for words, _ in HOURS])
def test_hours_are_answered_in_a_line(words: list[str], answer: str) -> None:
    assert explain("hours", *words).strip() == answer


REFUSED = [
    (["key", "2026-11-20"], "at must be a time"),
    (["key", "2026-11-20T10:00", "--closure=2026-11-24"], "a closure is like"),
    (["key", "2026-11-20T10:00", "--closure=2026-11-25..2026-11-24:x"], "before it starts"),
    (["hours", "add", "2026-11-20T10:00", "abc"], "minutes must be a number"),
    (["hours", "add", "2026-11-20T10:00", "NaN"], "minutes is too large"),
    (["hours", "add", "2026-11-20T10:00", "-5"], "must not be negative"),
    (["hours", "is-open", "2026-11-20T10:00", "--calendar={"], "not JSON"),
    (["period"], "either accepted_on or accepted_at"),
    ([], "What shall be explained"),
    (["--batch", "key", "2026-11-20T10:00"], "reads its questions from standard input"),
    (["hours"], "QUESTION"),
]


@pytest.mark.parametrize(("words", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_a_wrong_question_is_one_clear_message(words: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        explain(*words)
