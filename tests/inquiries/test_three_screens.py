"""入力 → 確認 → 完了 (2-1a, 2-1b): what is promised is seen before it is sent."""

import pytest

from inquiries.models import Inquiry
from tests.clock import desk_clock, tokyo
from tests.inquiries.desk import (
    SUBJECT,
    TEXT,
    Form,
    a_covered_contact,
    a_file,
    mails,
    signed_in,
    told,
    visible,
)

pytestmark = pytest.mark.django_db


def a_form() -> Form:
    contact, contract = a_covered_contact()
    return Form(signed_in(contact.user), contract)


def test_the_form_offers_the_covered_contract_and_shows_the_promise_beside_it() -> None:
    form = a_form()
    with desk_clock("2026-11-20 17:05"):
        page = visible(form.client.get("/inquiries/new/"))
    assert form.contract.label in page
    assert "2026年11月30日(月)まで" in page
    assert "11月24日(火)" in page
    assert "当社の目安" in page


def test_the_confirmation_says_on_saturday_that_it_is_received_on_tuesday() -> None:
    form = a_form()
    with desk_clock("2026-11-21 22:00"):
        assert form.type().status_code == 302
        page = visible(form.look())
        assert Inquiry.objects.count() == 0
        form.send()
    assert "受付 11月24日(火) 9:00" in page
    assert "11月24日(火)のうちに" in page
    assert "勤労感謝の日" in page
    inquiry = Inquiry.objects.get()
    assert inquiry.number == "26-11-0001"
    assert inquiry.promise is not None
    assert inquiry.promise.promised_on == tokyo("2026-11-24 09:00").date()


def test_the_number_is_on_the_last_page_and_in_the_acknowledgement() -> None:
    form = a_form()
    with desk_clock("2026-11-20 17:05"):
        inquiry = form.through(text=TEXT, subject=SUBJECT)
        page = visible(form.client.get(f"/inquiries/{inquiry.number}/done/"))
    assert inquiry.number in page
    assert "メールが届かないとき" in page
    (mail,) = mails(kind="inquiry_acknowledgement")
    assert mail.subject.startswith(f"【受付番号 {inquiry.number}】")
    assert mail.recipient == inquiry.asked_by.email
    assert mail.due_at == tokyo("2026-11-20 17:05")
    body = told(mail)
    assert body.startswith("株式会社あおば工業 御中\n佐々木 亮 様")
    assert "11月24日(火)のうちに" in body
    assert "サポートの対象" in body
    assert TEXT in body


def test_staff_are_told_of_a_new_inquiry() -> None:
    with desk_clock("2026-11-20 17:05"):
        inquiry = a_form().through()
    (mail,) = mails(kind="inquiry_staff_new")
    assert mail.recipient == "team@supportdesk.example"
    assert inquiry.number in mail.subject


def test_an_error_loses_nothing_that_was_typed_files_included() -> None:
    form = a_form()
    with desk_clock("2026-11-20 17:05"):
        page = form.type(
            subject="", text="手順を教えてほしい", attachments=[a_file("設定一覧.log")]
        )
        read = visible(page)
        assert "入力内容を 2か所 ご確認ください" in read
        assert "件名を入力してください" in read
        assert "20文字以上で入力してください（いま 9文字）" in read
        assert "手順を教えてほしい" in read
        assert "設定一覧.log" in read
        assert form.type().status_code == 302
        form.look()
        form.send()
    question = Inquiry.objects.get().messages.get(kind="question")
    assert [file.name for file in question.attachments.all()] == ["設定一覧.log"]


def test_going_back_from_the_confirmation_finds_everything_again() -> None:
    form = a_form()
    with desk_clock("2026-11-20 17:05"):
        form.type(environment="Windows Server 2022", attachments=[a_file()])
        page = visible(form.client.get(f"/inquiries/new/{form.token}/"))
        html = form.client.get(f"/inquiries/new/{form.token}/").content.decode()
    assert TEXT in page
    assert "app.log" in page
    assert 'value="Windows Server 2022"' in html


def test_a_form_left_unsent_is_offered_again() -> None:
    form = a_form()
    with desk_clock("2026-11-20 17:05"):
        form.type()
        page = form.client.get("/inquiries/new/")
    assert form.token in page.content.decode()
    assert "書きかけた内容の続きです" in visible(page)
