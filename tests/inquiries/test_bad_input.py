"""The forms' rows of the catalogue of bad input, through real HTTP: told, kept, never a 500."""

from typing import Any

import pytest

from inquiries.models import Draft, Inquiry
from supportdesk.outbox.models import Mail
from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.clock import desk_clock, set_desk_clock
from tests.inquiries.desk import (
    FORM,
    SUBJECT,
    Desk,
    Form,
    a_covered_contact,
    signed_in,
    told,
    visible,
    words,
)

pytestmark = pytest.mark.django_db

BAD = "保存できない文字が含まれています"
NO_SUBJECT = "件名を入力してください"
CHOOSE = "製品を選んでください"

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("F-1 empty", {"subject": ""}, NO_SUBJECT),
    ("F-1 spaces", {"subject": "   "}, NO_SUBJECT),
    ("F-1 full-width spaces", {"subject": "　　"}, NO_SUBJECT),
    ("F-2 zero-width", {"subject": "\u200b\u200c\ufeff"}, NO_SUBJECT),
    (
        "F-2 zero-width text",
        {"text": "\u200b" * 40},
        "お問い合わせ内容を 20文字以上で入力してください",
    ),
    ("F-3 NUL in a line", {"subject": "件\x00名"}, BAD),
    ("F-3 NUL in the text", {"text": "\x00" + "あ" * 30}, BAD),
    ("61 characters", {"subject": "あ" * 61}, "60文字以内で入力してください（いま 61文字）"),
    ("19 characters", {"text": "あ" * 19}, "20文字以上で入力してください（いま 19文字）"),
    (
        "4,001 characters",
        {"text": "あ" * 4001},
        "4,000文字以内で入力してください（いま 4,001文字）",
    ),
    ("F-11 foreign or made up", {"contract": "S-99999"}, CHOOSE),
    ("F-11 injection", {"contract": "'; --"}, CHOOSE),
    ("no such category", {"category": "open"}, "種別を選んでください"),
    ("no second choice", {"category": "operation"}, "操作・設定の内訳を選んでください"),
    ("F-17 no such day", {"occurred": "2026-02-30"}, "ある日付を入力してください"),
    ("F-17 year 0", {"occurred": "0000-01-01"}, "ある日付を入力してください"),
    ("F-17 year 99999", {"occurred": "99999-01-01"}, "日付から入力してください"),
    ("F-17 tomorrow", {"occurred": "２０２６／１１／２１"}, "今日までの日付を入力してください"),
]


def a_form() -> Form:
    contact, contract = a_covered_contact()
    set_desk_clock("2026-11-20 17:05")
    return Form(signed_in(contact.user), contract)


@pytest.mark.parametrize(("why", "typed", "error"), REFUSED, ids=[row[0] for row in REFUSED])
def test_it_is_told_in_plain_words(why: str, typed: dict[str, Any], error: str) -> None:
    form = a_form()
    page = form.type(**typed)
    assert page.status_code == 200
    assert error in visible(page)
    assert "エラー：" in visible(page)
    assert Inquiry.objects.count() == 0


HOSTILE = [
    "株式会社①㈱髙﨑𠮷",
    "';--",
    "{{7*7}}",
    "${7*7}",
    "%s%n",
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "javascript:alert(1)",
    "=?utf-8?q?x=0D=0ABcc:_evil=40example.com?=",
]


@pytest.mark.parametrize("subject", [HOSTILE[0], HOSTILE[5], HOSTILE[8]])
def test_hostile_words_are_shown_literally_everywhere(subject: str) -> None:
    """F-16, E-3: on the pages, in the admin, in mails."""
    form = a_form()
    inquiry = form.through(subject=subject, text="\n".join(HOSTILE), environment=subject)
    thread = form.client.get(f"/inquiries/{inquiry.number}/")
    staff = Desk(a_staff_member(), inquiry)
    for page in (thread, staff.look(), staff.client.get("/staff/inquiries/inquiry/")):
        assert subject in visible(page)
        assert "<script>alert" not in words(page)
        assert "<img src=x" not in words(page)
    for text in HOSTILE:
        assert text in visible(thread)
        assert text in told(Mail.objects.get(kind="inquiry_acknowledgement"))
    headers = bytes(Mail.objects.get(kind="inquiry_staff_new").content).split(b"\n\n")[0]
    assert b"Bcc" not in headers


def test_a_bidi_override_is_taken_out() -> None:
    """F-5."""
    inquiry = a_form().through(subject="手順\u202etxt.exe")
    assert inquiry.subject == "手順txt.exe"


def test_a_megabyte_in_the_text_is_refused_and_kept() -> None:
    """F-7."""
    form = a_form()
    page = form.type(text="あ" * 350_000)
    assert page.status_code == 200
    assert "4,000文字以内で入力してください（いま 350,000文字）" in visible(page)
    assert "あ" * 350_000 in words(page)


def test_ten_megabytes_and_ten_thousand_fields_are_a_plain_400() -> None:
    """F-7, F-8."""
    form = a_form()
    assert form.type(text="a" * 10_000_000).status_code == 400
    many = {f"field{n}": "x" for n in range(10_001)}
    assert form.client.post(FORM, form.fields(**many)).status_code == 400


def test_of_a_field_given_twice_the_last_one_counts() -> None:
    """F-9."""
    form = a_form()
    other = a_contract(form.contract.customer, site="名古屋工場")
    a_period(other)
    form.type(contract=[form.contract.number, other.number], subject=["一つめ", "二つめ"])
    form.look()
    form.send()
    inquiry = Inquiry.objects.get()
    assert (inquiry.contract, inquiry.subject) == (other, "二つめ")


def test_fields_beyond_the_form_are_ignored() -> None:
    """F-10, mass assignment."""
    form = a_form()
    inquiry = form.through(
        customer=999, status="closed", is_staff="on", due_at="2020-01-01", number="X", check="1"
    )
    assert inquiry.status == "received"
    assert inquiry.number.startswith("26-11-")
    assert not inquiry.asked_by.is_staff
    form.look()
    assert Draft.objects.count() == 0


def test_a_foreign_contract_tells_no_more_than_one_that_does_not_exist() -> None:
    """F-11."""
    form = a_form()
    foreign = a_contract(a_customer("株式会社よその会社"), site="よその本社")
    a_period(foreign)
    taken = visible(form.type(contract=foreign.number))
    made_up = visible(form.type(contract="S-77777"))
    assert taken == made_up
    assert "よそ" not in taken


PERIOD = [
    # F-12: ordered on 10 November 2026, covered from 1 December for a year
    ("2026-11-30 23:59:59", "not_covered"),
    ("2026-12-01 00:00", "promised"),
    ("2027-11-30 23:59:59", "promised"),
    ("2027-12-01 00:00", "not_covered"),
]


@pytest.mark.parametrize(("sent_at", "kind"), PERIOD)
def test_the_ends_of_the_period_are_exact(sent_at: str, kind: str) -> None:
    contact, contract = a_covered_contact(until="2027-11-30")
    form = Form(signed_in(contact.user), contract)
    with desk_clock(sent_at):
        form.type()
        page = form.look()
    assert page.context["outcome"].kind == kind


@pytest.mark.parametrize(
    "token", ["", "x", "00000000-0000-0000-0000-00000000000g", "\x00", "1" * 5000]
)
def test_a_token_that_is_none_gets_a_new_one(token: str) -> None:
    form = a_form()
    assert form.type(token=token).status_code == 302
    assert Draft.objects.count() == 1


def test_the_form_of_somebody_else_is_not_there() -> None:
    form = a_form()
    form.type(subject="他の人には見えない件名")
    other = Form(signed_in(a_covered_contact()[0].user), form.contract, token=form.token)
    assert other.type().status_code == 404
    assert other.client.get(form.confirm_url).status_code == 404
    assert other.client.get(f"{FORM}{form.token}/").status_code == 404
    assert Draft.objects.get().typed["subject"] == "他の人には見えない件名"


def test_a_shown_promise_that_was_tampered_with_is_shown_again() -> None:
    form = a_form()
    form.type()
    form.look()
    form.shown = form.shown[:-3] + "abc"
    page = form.send()
    assert page.status_code == 200
    assert "まだ送信されていません" in visible(page)
    assert Inquiry.objects.count() == 0


@pytest.mark.parametrize("page", ["-1", "0", "1e9", "NaN", "' OR 1=1"])
def test_a_strange_page_number_is_some_page(page: str) -> None:
    form = a_form()
    form.through()
    assert SUBJECT in visible(form.client.get("/inquiries/", {"page": page}))


def test_the_twenty_first_inquiry_of_a_day_waits_for_tomorrow_with_all_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inquiries.services.sending.MOST_A_DAY", 1)
    form = a_form()
    form.through()
    second = Form(form.client, form.contract)
    second.type(subject="二件目")
    second.look()
    page = visible(second.send())
    assert "まだ送信されていません。本日は" in page
    assert "二件目" in page
    assert Inquiry.objects.count() == 1
    with desk_clock("2026-11-21 00:00"):
        assert second.send().status_code == 302


def test_of_many_forms_begun_the_oldest_go() -> None:
    form = a_form()
    for _ in range(12):
        Form(form.client, form.contract).type()
    assert Draft.objects.count() == 10


def test_a_contact_without_any_contract_is_told_where_to_turn() -> None:
    client = signed_in(a_contact(a_customer()).user)
    page = visible(client.get(FORM))
    assert "ご契約が登録されていないため" in page
