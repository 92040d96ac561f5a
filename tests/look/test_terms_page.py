"""/terms/: every clause that a reason can point at has its place, its words and its language."""

from datetime import date
from importlib import import_module

import pytest
from django.test import Client

from supportdesk.business_calendar.models import TermsVersion
from supportdesk.promises.steps import label_of
from tests.clock import set_desk_clock
from tests.look.pages import page, words

pytestmark = pytest.mark.django_db

CLAUSES = [
    *("1-1a", "1-1b", "1-1c", "1-1d", "1-1e", "1-2", "1-3"),
    *("2-1a", "2-1b", "2-1c", "2-1d", "2-1e", "2-1f", "2-1g"),
    *("2-2a", "2-2b", "2-2c", "2-2d"),
    *("3-1", "3-2a", "3-2b", "3-3", "3-4", "4"),
]


def test_every_clause_has_an_anchor() -> None:
    html = page("/terms/")
    assert {clause: html.count(f'id="{clause}"') for clause in CLAUSES} == dict.fromkeys(CLAUSES, 1)


def test_no_clause_is_missing_and_none_is_invented() -> None:
    stored = [row["clause"] for row in TermsVersion.objects.get(number="2026-04").clauses]
    assert stored == CLAUSES


def test_the_labels_are_those_that_reasons_print() -> None:
    rows = TermsVersion.objects.get(number="2026-04").clauses
    labels = {row["clause"]: row["label"] for row in rows}
    odd = {clause for clause in CLAUSES if labels[clause] != label_of(clause)}
    assert odd <= {"1-3"}  # a note below article 1, which has no third paragraph


def test_every_clause_is_there_in_both_languages() -> None:
    for row in TermsVersion.objects.get(number="2026-04").clauses:
        assert row["text_ja"].endswith("。")
        assert row["text_en"].endswith(".")


def test_the_version_in_force_is_shown_with_the_day_it_came_into_force() -> None:
    text = words(page("/terms/"))
    assert "2026年4月1日(水)から適用しています" in text
    assert "「desknet'sシリーズ製品共通年間サポート約款」に準じます" in text


def test_a_new_version_shows_from_its_day_on_and_the_earlier_one_stays_to_be_read() -> None:
    TermsVersion.objects.create(
        number="2027-04",
        title="年間サポート約款",
        in_force_from=date(2027, 4, 1),
        clauses=[
            {"clause": "1-1a", "label": "約款 1(1)", "text_ja": "新しい。", "text_en": "New."}
        ],
    )
    assert "新しい。" not in page("/terms/", at="2027-03-31 23:59")
    new = words(page("/terms/", at="2027-04-01 00:00"))
    assert "新しい。" in new
    assert "2026年4月1日(水)版" in new
    old = words(page("/terms/2026-04/", at="2027-04-01 00:00"))
    assert "これは以前の版です" in old


def test_a_version_not_yet_in_force_is_not_found() -> None:
    TermsVersion.objects.create(number="2027-04", title="x", in_force_from=date(2027, 4, 1))
    set_desk_clock("2026-11-20 17:05")
    assert Client().get("/terms/2027-04/").status_code == 404
    assert Client().get("/terms/none/").status_code == 404


def test_without_any_version_the_page_says_so() -> None:
    TermsVersion.objects.all().delete()
    assert "公開している約款は、まだありません" in words(page("/terms/"))


def test_the_text_is_our_own() -> None:
    migration = import_module("supportdesk.business_calendar.migrations.0003_terms_2026_04")
    originals = [
        "に対応します。（カスタマイズを実施している場合は、その内容も対応範囲に含みます）",
        "TELでの対応は行っておりません",
        "年間サポート期間は、年間サポート証書に定めるものとします",
    ]
    for _clause, text, _english in migration.CLAUSES:
        assert not any(original in text for original in originals)
