"""The customer takes an inquiry back, closes it, opens it again; nothing stays owed by mistake."""

from uuid import uuid4

import pytest

from inquiries.models import Inquiry
from supportdesk.promises.models import Promise
from tests.builders import a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.inquiries.desk import Desk, an_inquiry, deliver, signed_in, visible

pytestmark = pytest.mark.django_db


def answered() -> Inquiry:
    with desk_clock("2026-11-20 10:00"):
        inquiry = an_inquiry()
        Desk(a_staff_member(), inquiry).answer()
    deliver(tokyo("2026-11-20 10:00"))
    inquiry.refresh_from_db()
    set_desk_clock("2026-11-20 13:00")
    return inquiry


def post(inquiry: Inquiry, path: str = "", **said: str) -> str:
    client = signed_in(inquiry.asked_by)
    return visible(client.post(f"/inquiries/{inquiry.number}/{path}", said, follow=True))


def test_before_an_answer_it_can_be_withdrawn() -> None:
    with desk_clock("2026-11-20 10:00"):
        inquiry = an_inquiry()
        assert "取り下げました" in post(inquiry, "withdraw/")
        assert "このお問い合わせを取り下げる" not in post(inquiry, "withdraw/")
    inquiry.refresh_from_db()
    assert inquiry.status == "withdrawn"
    assert inquiry.promise is not None
    assert inquiry.promise.state == Promise.State.WITHDRAWN


def test_after_an_answer_it_is_closed_instead_and_asked_once_more_first() -> None:
    inquiry = answered()
    assert "取り下げられません" in post(inquiry, "withdraw/")
    page = signed_in(inquiry.asked_by).get(f"/inquiries/{inquiry.number}/close/")
    assert "まだ閉じられていません" in visible(page)
    assert "お問い合わせを閉じました" in post(inquiry, "close/")
    inquiry.refresh_from_db()
    assert inquiry.status == "closed"
    assert inquiry.promise is not None
    assert inquiry.promise.state == Promise.State.KEPT


def test_a_reply_to_a_closed_inquiry_opens_it_again() -> None:
    inquiry = answered()
    post(inquiry, "close/")
    page = post(inquiry, token=str(uuid4()), text="まだ直っていませんでした。", action="send")
    assert "調査を再開しました" in page
    inquiry.refresh_from_db()
    assert inquiry.status == "in_progress"
    assert inquiry.closed_at is None


def test_what_was_withdrawn_takes_no_reply_and_no_answer() -> None:
    with desk_clock("2026-11-20 10:00"):
        inquiry = an_inquiry()
        post(inquiry, "withdraw/")
        assert "返信を送る" not in post(inquiry, token=str(uuid4()), text="x", action="send")
        desk = Desk(a_staff_member(), inquiry)
        desk.look()
        answer = desk.approve(seen_version="2", seen_rule_at="")
    assert answer.status_code == 200
    assert not inquiry.messages.filter(kind__in=["reply", "answer"]).exists()


def test_an_empty_reply_is_told_and_its_files_stay() -> None:
    inquiry = answered()
    page = post(inquiry, token=str(uuid4()), text=" 　 ", action="send")
    assert "返信の内容を入力してください" in page
    assert not inquiry.messages.filter(kind="reply").exists()


def test_closing_twice_and_from_two_windows_is_told() -> None:
    inquiry = answered()
    post(inquiry, "close/")
    assert "いまは閉じられません" in post(inquiry, "close/")
