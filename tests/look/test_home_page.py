"""The first page: what sending now means for everybody, and for a customer what waits and runs."""

from datetime import date

import pytest

from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.look.pages import announce, page, words

pytestmark = pytest.mark.django_db


def test_a_visitor_sees_what_sending_now_would_mean_and_how_to_sign_in() -> None:
    text = words(page("/"))
    assert "いまお送りいただくと、お約束は 11月24日(火)" in text
    assert "本日分の締切 17:00 を過ぎ、土日と祝日をはさむためです。" in text
    assert "11月24日(火)のうちに 最初の回答（目安）" in text
    assert "11月24日(火) 9:00 に メールで発行" in text
    assert "確認コードを受け取る" in text
    assert "ご契約に登録されたメールアドレス" in text


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-20 16:55", "本日分の締切 17:00 に間に合います。"),
        ("2026-11-19 17:30", "本日分の締切 17:00 を過ぎたためです。"),
        ("2026-11-21 10:00", "土日と祝日のためです。"),
        ("2026-11-23 10:00", "祝日のためです。"),
    ],
)
def test_the_reason_stands_in_the_same_breath_as_the_date(at: str, why: str) -> None:
    assert why in words(page("/", at=at))


def test_a_promise_beyond_the_announced_closures_says_so_beside_the_date() -> None:
    announce("年末年始休業", date(2026, 12, 29), date(2027, 1, 4))
    assert "休業日は未告知" not in words(page("/"))
    assert "4月5日(月) 休業日は未告知" in words(page("/", at="2027-04-05 10:00"))


def test_a_key_applied_for_in_time_goes_out_at_once() -> None:
    text = words(page("/", at="2026-11-20 16:55"))
    assert "いまお送りいただくと、お約束は 11月20日(金)" in text
    assert "受理のあと、すぐに メールで発行" in text


def test_a_customer_sees_contracts_and_what_expires_next() -> None:
    customer = a_customer()
    contact = a_contact(customer)
    a_period(a_contract(customer), "2025-11-10", purchased_on="2025-11-01")
    text = words(page("/", user=contact.user))
    assert "株式会社あおば工業 佐々木 亮 様" in text
    assert "次の満了 11月30日(月) あと 10日" in text
    assert "desknet's NEO 分散サーバー（本社）。この日までのご注文なら途切れません。" in text
    assert "お願いしていることは、いまありません。" in text
    assert "進行中のお問い合わせや申請はありません。" in text


def test_a_customer_without_any_contract_is_told_so() -> None:
    text = words(page("/", user=a_contact().user))
    assert "まだご契約がありません。" in text
    assert "次の満了" not in text


def test_a_member_of_staff_sees_no_customers_lists() -> None:
    text = words(page("/", user=a_staff_member()))
    assert "お客さまの対応をお待ちしています" not in text
    assert "お約束は 11月24日(火)" in text


def test_the_telephone_says_whether_it_is_open_and_what_it_does_not_take() -> None:
    assert "0800-500-6330 受付中（17:30 まで）" in words(page("/"))
    text = words(page("/", at="2026-11-20 18:00"))
    assert "0800-500-6330 受付時間外（11月24日(火) 9:00 から）" in text
    assert "技術的なお問い合わせはフォームでのみ承ります。" in text
