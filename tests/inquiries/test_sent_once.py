"""One form is one inquiry: back, refresh, double click, two tabs, twenty at once (F-19, G12)."""

import pytest

from inquiries.models import Draft, Inquiry, Message
from supportdesk.outbox.models import Mail
from tests.at_once import at_once
from tests.builders import a_staff_member
from tests.clock import set_desk_clock
from tests.inquiries.desk import (
    FORM,
    TEXT,
    Desk,
    Form,
    a_covered_contact,
    a_file,
    an_inquiry,
    signed_in,
    visible,
)


def a_form() -> Form:
    contact, contract = a_covered_contact()
    set_desk_clock("2026-11-20 17:05")
    return Form(signed_in(contact.user), contract)


@pytest.mark.django_db
def test_a_double_click_and_a_refresh_lead_to_the_same_number() -> None:
    form = a_form()
    form.type()
    form.look()
    first, second = form.send(), form.send()
    assert first.url == second.url
    assert form.look().url == first.url
    assert Inquiry.objects.count() == 1
    assert Mail.objects.filter(kind="inquiry_acknowledgement").count() == 1


@pytest.mark.django_db
def test_back_to_the_form_and_sent_again_unchanged_leads_to_the_same_number() -> None:
    form = a_form()
    inquiry = form.through(attachments=[a_file()])
    again = form.type()
    assert again.status_code == 302
    assert inquiry.number in again.url
    assert Inquiry.objects.count() == 1


@pytest.mark.django_db
def test_another_content_under_a_used_token_conflicts_and_leaves_the_original() -> None:
    form = a_form()
    inquiry = form.through()
    page = form.type(subject="別の件名", text="別の内容です。" * 5)
    assert page.status_code == 409
    read = visible(page)
    assert "すでに送信されています" in read
    assert inquiry.number in read
    inquiry.refresh_from_db()
    assert inquiry.messages.get(kind="question").body == TEXT
    assert Inquiry.objects.count() == 1
    # What was typed goes on as another inquiry, if the customer wants that.
    token = page.context["token"]
    form.client.post(FORM, form.fields(token=token, subject="別の件名", action="attach"))
    assert Draft.objects.get(pk=token).typed["subject"] == "別の件名"


@pytest.mark.django_db
def test_a_content_changed_in_another_tab_is_shown_again_before_it_is_sent() -> None:
    form = a_form()
    form.type(subject="はじめの件名")
    form.look()
    form.type(subject="もう一つの画面で変えた件名")
    page = form.send()
    assert page.status_code == 200
    assert "ほかの画面で内容が変わりました" in visible(page)
    assert "もう一つの画面で変えた件名" in visible(page)
    assert Inquiry.objects.count() == 0


@pytest.mark.django_db
def test_the_last_page_of_an_old_confirmation_with_other_words_conflicts() -> None:
    form = a_form()
    form.type(subject="はじめの件名")
    form.look()
    old = form.shown
    form.type(subject="直した件名")
    form.look()
    form.send()
    form.shown = old
    assert form.send().status_code == 409
    assert Inquiry.objects.get().subject == "直した件名"


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_inquiry_with_one_promise_and_one_mail_of_each_kind() -> None:
    form = a_form()
    form.type(attachments=[a_file()])
    form.look()
    answers = at_once(*[form.send] * 20)
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    inquiry = Inquiry.objects.get()
    assert inquiry.messages.get(kind="question").attachments.count() == 1
    assert Mail.objects.filter(kind__startswith="inquiry_").count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_first_screens_at_once_make_one_draft() -> None:
    form = a_form()
    answers = at_once(*[form.type] * 20)
    assert {answer.status_code for answer in answers} == {302}
    assert Draft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_replies_at_once_are_one() -> None:
    contact, contract = a_covered_contact()
    set_desk_clock("2026-11-20 13:00")
    inquiry = an_inquiry(contact, contract)
    client = signed_in(contact.user)
    reply = {
        "token": "6a1f7bdc-9d43-4a52-9a25-8b3a1f0f0003",
        "text": "追加でお知らせします。",
        "action": "send",
    }
    at_once(*[lambda: client.post(f"/inquiries/{inquiry.number}/", reply)] * 20)
    assert Message.objects.filter(kind="reply").count() == 1
    assert Mail.objects.filter(kind="inquiry_staff_reply").count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_approvals_at_once_send_one_answer() -> None:
    set_desk_clock("2026-11-20 13:00")
    inquiry = an_inquiry()
    desk = Desk(a_staff_member(), inquiry)
    desk.look()
    answers = at_once(*[desk.approve] * 10)
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [302]
    assert Mail.objects.filter(kind="inquiry_answer").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_sixth_file_cannot_slip_in_beside_the_fifth() -> None:
    form = a_form()
    form.type(attachments=[a_file(f"{n}.log") for n in range(4)])
    url = f"{FORM}{form.token}/files/"
    at_once(*[lambda: form.client.post(url, form.fields(attachments=[a_file("more.log")]))] * 5)
    assert Draft.objects.get().attachments.count() == 5
