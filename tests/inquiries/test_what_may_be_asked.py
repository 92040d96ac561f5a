"""What support covers (article 1), and which questions may also be asked by telephone (2-1g)."""

import pytest

from contracts.models import Contract
from inquiries.models import Inquiry
from tests.builders import a_contract, a_product, a_staff_member
from tests.clock import desk_clock
from tests.inquiries.desk import (
    Form,
    a_covered_contact,
    an_inquiry,
    signed_in,
    staff_signed_in,
    visible,
    words,
)

pytestmark = pytest.mark.django_db


def a_form() -> Form:
    contact, contract = a_covered_contact()
    return Form(signed_in(contact.user), contract)


@pytest.mark.parametrize(
    ("clause", "typed", "shown"),
    [
        ("1-1a", {"category": "operation", "topic": "usage"}, "操作・設定（使い方・設定）"),
        (
            "1-1a",
            {"category": "operation", "topic": "environment"},
            "操作・設定（サーバー・OSの環境）",
        ),
        ("1-1b", {"category": "incident", "occurred": "2026/11/20 9:00"}, "障害"),
        ("1-1c", {"category": "upgrade"}, "更新作業"),
        ("1-1d", {"category": "migration"}, "データ移行"),
    ],
)
def test_each_kind_of_the_terms_can_be_asked(
    clause: str, typed: dict[str, str], shown: str
) -> None:
    form = a_form()
    with desk_clock("2026-11-20 10:00"):
        assert form.type(**typed).status_code == 302, clause
        assert f"種別{shown} 件名" in visible(form.look())
        form.send()
    assert Inquiry.objects.get().kind_words == shown


def test_operation_asks_for_one_more_choice_1_1a() -> None:
    form = a_form()
    page = form.type(category="operation")
    assert page.status_code == 200
    assert "操作・設定の内訳を選んでください" in visible(page)
    assert not Inquiry.objects.exists()


def test_staff_see_that_a_customised_installation_is_covered_with_its_changes_1_1e() -> None:
    contact, contract = a_covered_contact()
    Contract.objects.filter(pk=contract.pk).update(customised=True, customisation_note="独自の帳票")
    inquiry = an_inquiry(contact, Contract.objects.get(pk=contract.pk))
    client = staff_signed_in(a_staff_member())
    page = visible(client.get(f"/staff/inquiries/inquiry/{inquiry.pk}/change/"))
    assert "カスタマイズあり独自の帳票。カスタマイズした内容も対象です。" in page


def test_a_contract_for_one_product_never_covers_another_1_3() -> None:
    form = a_form()
    base = a_contract(form.contract.customer, product=a_product("desknet's NEO"))
    assert form.type(contract=base.number).status_code == 302
    page = visible(form.look())
    assert "期間外のため、お約束できません" in page
    assert "この内容で送信する" not in page


@pytest.mark.parametrize(
    ("at", "state"),
    [
        ("2026-11-20 11:59:59", "受付中（12:00 まで）"),
        ("2026-11-20 12:00", "受付時間外（11月20日(金) 13:00 から）"),
        ("2026-11-21 10:00", "受付時間外（11月24日(火) 9:00 から）"),
    ],
)
def test_usage_may_be_asked_by_telephone_and_technical_questions_not_2_1g(
    at: str, state: str
) -> None:
    with desk_clock(at):
        page = a_form().client.get("/inquiries/new/")
    assert f"0800-500-6330 {state} 技術的なお問い合わせはフォームでのみ承ります。" in visible(page)
    # Beside the second choice, and shown for 使い方・設定 alone: `.centre-part` in inquiries.css.
    assert words(page).index('value="usage"') < words(page).index('class="centre-part')
