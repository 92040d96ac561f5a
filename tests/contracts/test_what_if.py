"""更新の時期をくらべる: moving the date moves the answer, with scripts and without."""

import pytest
from django.test import Client

from tests.builders import a_contact, a_contract, a_period
from tests.clock import set_desk_clock
from tests.contracts.test_contract_pages import signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday() -> None:
    set_desk_clock("2026-11-20 17:05")


def a_page() -> tuple[Client, str]:
    contact = a_contact()
    contract = a_contract(contact.customer)
    a_period(contract, "2025-10-30")  # to 31 October 2026 … renewed:
    a_period(contract, "2025-10-31")
    contract = a_contract(contact.customer, site="大阪営業所")
    a_period(contract, "2025-11-10")  # 2025-12-01 to 2026-11-30
    return signed_in(contact), f"/contracts/{contract.number}/"


CASES = [
    # clause, accepted on, what is told
    ("約款 3(2)", "2026-11-30", ["11月30日(月) のご注文なら", "途切れずに続きます。"]),
    ("約款 3(2)", "2026-12-01", ["2026年12月1日(火)", "から 2027年11月30日(火) まで"]),
    ("約款 3(2)", "2026-12-18", ["空白 31日 （ 12月1日(火)〜 31日(木) ）", "2027年12月31日(金)"]),
    ("約款 3(2)", "2027-11-30", ["から 2028年11月30日(木) まで", "空白 365日"]),
    ("約款 3(3)", "2027-12-01", ["再継続年間サポート」のご注文が必要です。"]),
]


@pytest.mark.parametrize(("clause", "on", "told"), CASES)
def test_each_day_is_answered_with_its_clause(clause: str, on: str, told: list[str]) -> None:
    client, address = a_page()
    page = words(client, f"{address}?on={on}")
    result = page.partition("のご注文なら")[2].partition("期間と証書")[0]
    assert clause in result
    for text in told:
        assert text in page


def test_without_a_date_today_is_asked_about() -> None:
    client, address = a_page()
    assert "11月20日(金) のご注文なら" in words(client, address)


def test_the_three_zones_are_named_and_the_chosen_one_is_marked() -> None:
    client, address = a_page()
    html = client.get(f"{address}?on=2026-12-18").content.decode()
    page = words(client, f"{address}?on=2026-12-18")
    assert "11月30日(月)まで 途切れずに続きます" in page
    assert "12月1日(火)から 受付の翌月1日に再開、空白ができます" in page
    assert "2027年12月1日(水)から 再継続年間サポートが必要です" in page
    chosen = html.partition('<li class="is-chosen">')[2].partition("</li>")[0]
    assert "12月1日(火)から" in chosen


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("2026-02-30", "カレンダーにある日付を入力してください。"),
        ("令和8年1月1日", "カレンダーにある日付を入力してください。"),
        ("99999-01-01", "カレンダーにある日付を入力してください。"),
        ("\x00", "カレンダーにある日付を入力してください。"),
        ("", "日付を入力してください。"),
        ("2026-11-19", "までの日付を入力してください。"),
        ("2040-01-01", "までの日付を入力してください。"),
        ("0001-01-01", "までの日付を入力してください。"),
        ("9999-12-31", "までの日付を入力してください。"),
    ],
)
def test_a_day_that_cannot_be_asked_about_gets_an_error_in_words(typed: str, error: str) -> None:
    client, address = a_page()
    response = client.get(address, {"on": typed})
    assert response.status_code == 200
    assert error in response.content.decode()
    assert "<title>エラー：" in response.content.decode()


def test_a_script_gets_only_the_part_that_moves() -> None:
    client, address = a_page()
    html = client.get(f"{address}?on=2026-12-18", headers={"HX-Request": "true"}).content.decode()
    assert html.lstrip().startswith('<div id="renewal">')
    assert "<html" not in html
