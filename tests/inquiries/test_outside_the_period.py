"""Without coverage: no date, the reason, the ways forward; a check by staff has its own target."""

import pytest

from contracts.models import Contract
from inquiries.models import Inquiry
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.builders import a_contact, a_contract, a_customer, a_period, a_product, a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.inquiries.desk import Desk, Form, signed_in, told, visible

pytestmark = pytest.mark.django_db


def an_expired_form() -> Form:
    """Expired on 30 September 2026."""
    contact = a_contact(a_customer())
    contract = a_contract(contact.customer, site="大阪営業所")
    a_period(contract, accepted_on="2025-09-10")
    set_desk_clock("2026-11-20 11:20")
    return Form(signed_in(contact.user), contract)


def held(sent_at: str = "2026-11-20 11:20") -> tuple[Form, Inquiry]:
    form = an_expired_form()
    with desk_clock(sent_at):
        form.type()
        form.ask_for_check()
        form.look()
        form.send()
    return form, Inquiry.objects.get()


def test_the_reason_and_the_ways_on_instead_of_a_date() -> None:
    form = an_expired_form()
    form.type()
    page = visible(form.look())
    assert "期間外のため、お約束できません" in page
    assert "2026年9月30日(水) に満了しました" in page
    assert "2026年12月1日(火) から" in page
    assert "対象かどうかの確認を頼む" in page
    assert "最初の回答の目安" not in page
    assert form.client.post(form.confirm_url, {"action": "send", "shown": form.shown}).status_code
    assert Inquiry.objects.count() == 0


def test_the_form_says_it_already_and_offers_the_only_contract_there_is() -> None:
    form = an_expired_form()
    page = visible(form.client.get("/inquiries/new/"))
    assert form.contract.label in page
    assert "期間外のため、お約束できません" in page


def test_beside_a_covered_contract_the_expired_one_is_named_with_its_ways() -> None:
    form = an_expired_form()
    a_period(a_contract(form.contract.customer, site="本社"), accepted_on="2026-01-10")
    page = form.client.get("/inquiries/new/")
    read = visible(page)
    assert "大阪営業所）：サポートは 2026年9月30日(水) に満了しました" in read
    assert f"/contracts/{form.contract.number}/" in page.content.decode()
    chosen = form.client.get("/inquiries/new/", {"contract": form.contract.number})
    assert "期間外のため、お約束できません" in visible(chosen)


def test_a_product_without_a_contract_is_greyed_with_its_reason() -> None:
    """1-3: support for the base product needs its own contract."""
    form = an_expired_form()
    a_product("desknet's NEO")
    page = visible(form.client.get("/inquiries/new/"))
    assert "desknet's NEO：ご契約がないため選べません。別の年間サポートが必要です。 約款 1" in page


def test_a_check_is_confirmed_with_its_target_before_it_is_sent() -> None:
    form = an_expired_form()
    form.type()
    form.ask_for_check()
    page = visible(form.look())
    assert "確認中" in page
    assert "11月20日(金)のうちに確認の結果をお知らせします" in page
    assert "当社の目安" in page


def test_a_held_request_has_a_review_promise_and_tells_staff_at_once_in_hours() -> None:
    _form, inquiry = held()
    assert inquiry.status == "held"
    assert inquiry.promise is not None
    assert inquiry.promise.rule == Promise.Rule.REVIEW_TARGET
    notice = Mail.objects.get(kind="inquiry_staff_new")
    assert "判断待ち" in notice.subject
    assert notice.due_at == tokyo("2026-11-20 11:20")
    assert "結果をお知らせします" in told(Mail.objects.get(kind="inquiry_acknowledgement"))


def test_out_of_hours_staff_are_told_of_it_at_the_next_opening() -> None:
    held("2026-11-21 22:00")
    assert Mail.objects.get(kind="inquiry_staff_new").due_at == tokyo("2026-11-24 09:00")


def test_accepting_starts_the_first_reply_clock_and_tells_the_customer() -> None:
    form, inquiry = held()
    review = inquiry.promise
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 17:05"):
        assert "判断の理由" in visible(desk.look())
        assert "理由を入力してください" in visible(desk.do("accept"))
        desk.do("accept", reason="更新の注文書を本日受領")
        page = visible(form.client.get(f"/inquiries/{inquiry.number}/"))
    inquiry.refresh_from_db()
    assert review is not None
    review.refresh_from_db()
    assert inquiry.status == "received"
    assert inquiry.promise is not None
    assert inquiry.promise.rule == Promise.Rule.RECEPTION_TARGET
    assert inquiry.promise.promised_on == tokyo("2026-11-24 00:00").date()
    assert review.state == Promise.State.KEPT
    assert "11月24日(火)のうちに" in told(Mail.objects.get(kind="inquiry_accepted"))
    assert "サポートの対象として受け付けました" in page
    assert "注文書" not in page  # the staff's reason is theirs


def test_refusing_mails_the_reason_and_the_way_forward() -> None:
    form, inquiry = held()
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 15:00"):
        desk.do("refuse", reason="ご注文が確認できませんでした。")
        page = visible(form.client.get(f"/inquiries/{inquiry.number}/"))
    inquiry.refresh_from_db()
    assert inquiry.status == "refused"
    body = told(Mail.objects.get(kind="inquiry_refused"))
    assert "ご注文が確認できませんでした。" in body
    assert "2026年12月1日(火) から" in body
    assert "ご注文が確認できませんでした。" in page
    assert "返信を送る" not in page


def test_two_staff_decide_once() -> None:
    _form, inquiry = held()
    first, second = Desk(a_staff_member(), inquiry), Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 15:00"):
        first.do("accept", reason="注文書を受領")
        page = second.client.post(
            f"/staff/inquiries/inquiry/{inquiry.pk}/do/refuse/", {"reason": "x"}, follow=True
        )
    assert "ほかの人の操作で状態が変わったため" in visible(page)
    inquiry.refresh_from_db()
    assert inquiry.status == "received"


def test_choosing_another_contract_ends_the_wish_for_a_check() -> None:
    form = an_expired_form()
    form.type()
    form.ask_for_check()
    covered: Contract = a_contract(form.contract.customer, site="本社")
    a_period(covered, accepted_on="2026-01-10")
    form.type(contract=covered.number)
    assert form.look().context["outcome"].kind == "promised"
    form.type()
    assert form.look().context["outcome"].kind == "not_covered"
