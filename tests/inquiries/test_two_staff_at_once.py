"""Two of the staff at one inquiry: the second is told plainly, and nothing typed is lost."""

import pytest

from inquiries.models import AnswerDraft
from tests.builders import a_staff_member
from tests.clock import desk_clock
from tests.inquiries.desk import Desk, an_inquiry, signed_in, visible

pytestmark = pytest.mark.django_db


def test_the_second_answer_is_stopped_shown_what_happened_and_kept() -> None:
    with desk_clock("2026-11-20 13:40"):
        inquiry = an_inquiry()
        first, second = (
            Desk(a_staff_member("中村 沙織"), inquiry),
            Desk(a_staff_member("山口 健"), inquiry),
        )
        first.look()
        second.look()
        assert first.approve(body="中村の回答です。").status_code == 302
        page = second.approve(body="山口の回答です。")
        read = visible(page)
        assert "ほかの人の操作で、このお問い合わせが変わりました" in read
        assert "中村の回答です。" in read
        assert "山口の回答です。" in read
        assert inquiry.messages.answers().count() == 1
        assert AnswerDraft.objects.get(author=second.user).body == "山口の回答です。"
        second.answer(body="山口の回答です。")
    assert inquiry.messages.answers().count() == 2


def test_a_reply_that_came_in_meanwhile_stops_the_answer_too() -> None:
    with desk_clock("2026-11-20 13:40"):
        inquiry = an_inquiry()
        desk = Desk(a_staff_member(), inquiry)
        desk.look()
        signed_in(inquiry.asked_by).post(
            f"/inquiries/{inquiry.number}/",
            {
                "token": "6a1f7bdc-9d43-4a52-9a25-8b3a1f0f0002",
                "text": "解決しました。",
                "action": "send",
            },
        )
        read = visible(desk.approve())
    assert "もう一度承認してください" in read
    assert "解決しました。" in read


def test_each_sees_that_the_other_is_writing_and_has_a_draft_of_their_own() -> None:
    with desk_clock("2026-11-20 13:40"):
        inquiry = an_inquiry()
        first, second = (
            Desk(a_staff_member("中村 沙織"), inquiry),
            Desk(a_staff_member("山口 健"), inquiry),
        )
        first.client.post(first.url, {"action": "draft", "body": "書きかけ", "way": "rule"})
        page = visible(second.look())
        queue = visible(second.client.get("/staff/inquiries/inquiry/"))
    assert "中村 沙織 さんも回答を書いています" in page
    assert "書きかけ" not in page
    assert "回答を作成中" in queue
