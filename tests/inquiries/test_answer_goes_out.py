"""Answers go by e-mail on business days (2-1d, 2-1e); the 17:00 rule for them is the desk's own."""

from typing import Any

import pytest

from inquiries.models import AnswerDraft, Inquiry
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.builders import a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.inquiries.desk import (
    Desk,
    Form,
    a_covered_contact,
    a_file,
    an_inquiry,
    deliver,
    signed_in,
    told,
    visible,
)

pytestmark = pytest.mark.django_db


def asked(at: str, **typed: Any) -> Inquiry:
    with desk_clock(at):
        return an_inquiry(**typed)


def test_before_the_cutoff_an_approved_answer_goes_at_once_and_keeps_the_promise() -> None:
    inquiry = asked("2026-11-20 13:40")
    with desk_clock("2026-11-20 16:50"):
        answer = Desk(a_staff_member("中村 沙織"), inquiry).answer()
    assert answer.mail is not None
    assert answer.mail.due_at == tokyo("2026-11-20 16:50")
    deliver(tokyo("2026-11-20 16:50"))
    inquiry.refresh_from_db()
    assert inquiry.status == "answered"
    assert inquiry.promise is not None
    assert inquiry.promise.state == Promise.State.KEPT


def test_after_the_cutoff_the_answer_waits_for_the_next_business_day_visibly() -> None:
    inquiry = asked("2026-11-20 17:05")
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 17:20"):
        page = visible(desk.look())
        assert "11月24日(火) 9:00" in page
        answer = desk.answer()
        customer = visible(signed_in(inquiry.asked_by).get(f"/inquiries/{inquiry.number}/"))
        queue = visible(desk.client.get("/staff/inquiries/inquiry/"))
    assert answer.mail is not None
    assert answer.mail.due_at == tokyo("2026-11-24 09:00")
    assert "11月24日(火) 9:00 に送信" in customer
    assert answer.body not in customer
    assert "送信予約済み" in queue
    set_desk_clock("2026-11-24 09:00")
    deliver(tokyo("2026-11-24 09:00"))
    read = visible(signed_in(inquiry.asked_by).get(f"/inquiries/{inquiry.number}/"))
    assert answer.body in read
    assert "お約束を守りました" in read


def test_the_answer_mail_is_addressed_threaded_and_carries_the_words() -> None:
    inquiry = asked("2026-11-20 13:40")
    with desk_clock("2026-11-20 16:50"):
        answer = Desk(a_staff_member("中村 沙織"), inquiry).answer(
            body="索引を作り直してください。", attachments=[a_file("手順.log")]
        )
    assert answer.mail is not None
    assert answer.mail.subject == f"【受付番号 {inquiry.number}】{inquiry.subject}"
    body = told(answer.mail)
    assert "佐々木 亮 様" in body
    assert "索引を作り直してください。" in body
    assert "中村 沙織" in body
    assert "手順.log" in body
    received = Mail.objects.get(kind="inquiry_acknowledgement")
    assert f"In-Reply-To: {received.message_id}" in bytes(answer.mail.content).decode()


def test_send_now_keeps_todays_promise_with_a_reason_on_record() -> None:
    inquiry = asked("2026-11-20 13:40")
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 17:05"):
        page = visible(desk.look())
        assert page.index("今すぐ送信") < page.index("規約どおり 17:00")
        assert "お約束に間に合いません" in page
        refused = visible(desk.approve(way="now"))
        assert "例外とする理由を入力してください" in refused
        answer = desk.answer(way="now", reason="本日のお約束を守るため")
    assert answer.mail is not None
    assert answer.mail.due_at == tokyo("2026-11-20 17:05")
    assert answer.send_now_reason == "本日のお約束を守るため"
    deliver(tokyo("2026-11-20 17:05"))
    inquiry.refresh_from_db()
    assert inquiry.promise is not None
    assert inquiry.promise.state == Promise.State.KEPT


def test_next_opening_comes_first_where_nothing_is_owed_today() -> None:
    inquiry = asked("2026-11-20 17:05")
    with desk_clock("2026-11-20 17:20"):
        page = visible(Desk(a_staff_member(), inquiry).look())
    assert page.index("規約どおり 17:00") < page.index("今すぐ送信 締切の例外")


def test_send_now_comes_first_for_a_fault_while_it_is_a_business_day() -> None:
    inquiry = asked("2026-11-20 17:05", category="incident")
    with desk_clock("2026-11-20 17:20"):
        friday = visible(Desk(a_staff_member(), inquiry).look())
    with desk_clock("2026-11-21 10:00"):
        saturday = visible(Desk(a_staff_member(), inquiry).look())
    assert friday.index("今すぐ送信 締切の例外") < friday.index("規約どおり 17:00")
    assert "障害のため先に示しています" in friday
    assert saturday.index("規約どおり 17:00") < saturday.index("今すぐ送信 締切の例外")


def test_the_cutoff_passing_while_staff_write_is_told_and_nothing_is_lost() -> None:
    inquiry = asked("2026-11-20 13:40")
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 16:59"):
        desk.look()
    with desk_clock("2026-11-20 17:01"):
        page = visible(desk.approve(body="長い回答を書きました。"))
        assert "締切を過ぎたため" in page
        assert "11月24日(火) 9:00" in page
        assert "長い回答を書きました。" in page
        assert not inquiry.messages.answers().exists()
        desk.answer(body="長い回答を書きました。", way="now", reason="お約束を守るため")


def test_a_scheduled_answer_can_be_taken_back_and_its_words_return_to_the_draft() -> None:
    inquiry = asked("2026-11-20 17:05")
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 17:20"):
        answer = desk.answer(body="早まった回答です。", attachments=[a_file()])
        assert desk.do("withdraw-answer").status_code == 302
        page = visible(desk.look())
    answer.refresh_from_db()
    inquiry.refresh_from_db()
    assert answer.mail is not None
    assert answer.mail.state == Mail.State.WITHDRAWN
    assert answer.release is not None
    assert answer.release.state == Promise.State.WITHDRAWN
    assert inquiry.status == "in_progress"
    draft = AnswerDraft.objects.get()
    assert draft.body == "早まった回答です。"
    assert draft.attachments.get().name == "app.log"
    assert "送信を取り消しました" in page


def test_a_scheduled_answer_can_be_sent_at_once_later_with_a_reason() -> None:
    inquiry = asked("2026-11-20 17:05")
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 17:20"):
        answer = desk.answer()
    with desk_clock("2026-11-20 18:00"):
        assert "理由を入力してください" in visible(desk.do("send-now"))
        desk.do("send-now", reason="お客さまがお急ぎのため")
    answer.refresh_from_db()
    assert answer.mail is not None
    assert answer.mail.due_at == tokyo("2026-11-20 18:00")
    assert answer.send_now_reason == "お客さまがお急ぎのため"


def test_it_cannot_be_taken_back_once_its_moment_has_come() -> None:
    inquiry = asked("2026-11-20 17:05")
    desk = Desk(a_staff_member(), inquiry)
    with desk_clock("2026-11-20 17:20"):
        answer = desk.answer()
    with desk_clock("2026-11-24 09:00"):
        page = desk.client.post(
            f"/staff/inquiries/inquiry/{inquiry.pk}/do/withdraw-answer/", follow=True
        )
    assert "もう送信が始まっています" in visible(page)
    answer.refresh_from_db()
    assert answer.withdrawn_at is None


def test_asking_the_customer_pauses_and_the_reply_resumes() -> None:
    contact, contract = a_covered_contact()
    form = Form(signed_in(contact.user), contract)
    with desk_clock("2026-11-17 10:42"):
        inquiry = form.through()
    with desk_clock("2026-11-18 11:05"):
        Desk(a_staff_member(), inquiry).answer(waiting_for="メール配送ログの送付")
        page = visible(form.client.get(f"/inquiries/{inquiry.number}/"))
        assert "お客さまの返信待ち" in page
        assert "メール配送ログの送付" in page
        inquiry.refresh_from_db()
        assert inquiry.status == "waiting_customer"
    with desk_clock("2026-11-20 17:05"):
        sent = form.client.post(
            f"/inquiries/{inquiry.number}/",
            {
                "token": "6a1f7bdc-9d43-4a52-9a25-8b3a1f0f0001",
                "text": "ログをお送りします。",
                "action": "send",
                "attachments": [a_file("mail.log")],
            },
        )
    assert sent.status_code == 302
    inquiry.refresh_from_db()
    assert inquiry.status == "in_progress"
    assert inquiry.waiting_for == ""
    reply = inquiry.messages.get(kind="reply")
    assert reply.attachments.get().name == "mail.log"
    notice = Mail.objects.get(kind="inquiry_staff_reply")
    assert inquiry.assigned_to is not None
    assert notice.recipient == inquiry.assigned_to.email
