"""By fax, letter, sales or telephone: staff enter an inquiry in a customer's name, marked so."""

import re
from datetime import date, datetime
from functools import partial
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from contracts.domain.channels import Channel
from contracts.models import Contact, Contract
from inquiries import services
from inquiries.domain.content import Content
from inquiries.models import Draft, Inquiry
from inquiries.services.entering import Entry
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from tests.accounts.doors import staff_client
from tests.at_once import at_once
from tests.builders import a_contact, a_contract, a_customer, a_period, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.inquiries.desk import (
    SUBJECT,
    TEXT,
    a_covered_contact,
    a_file,
    mails,
    signed_in,
    told,
    visible,
    words,
)

pytestmark = pytest.mark.django_db

CHOOSE = "/staff/inquiries/inquiry/enter/"


@pytest.fixture(autouse=True)
def _friday() -> None:
    set_desk_clock("2026-11-20 15:00")


class Desk:
    """A member of staff in front of the page, for one contact."""

    def __init__(self, contact: Contact, contract: Contract) -> None:
        self.contact, self.contract = contact, contract
        self.staff = a_staff_member("中村 健")
        self.client = staff_client(self.staff)
        self.url = f"{CHOOSE}{contact.pk}/"
        self.token = str(uuid4())

    def send(self, action: str, **typed: Any) -> Any:
        said = {
            "token": self.token,
            "channel": "fax",
            "arrived": "",
            "contract": self.contract.number,
            "category": "upgrade",
            "subject": SUBJECT,
            "text": TEXT,
            "action": action,
            **typed,
        }
        return self.client.post(self.url, said)

    def shown(self, page: Any) -> str:
        found = re.search(r'name="shown" value="([^"]+)"', words(page))
        assert found, visible(page)
        return unescape(found[1])

    def enter(self, **typed: Any) -> Inquiry:
        shown = self.shown(self.send("preview", **typed))
        saved = self.send("register", shown=shown, **typed)
        assert saved.status_code == 302, visible(saved)
        return Inquiry.objects.get(form_token=self.token)


def a_desk(**customer: str) -> Desk:
    return Desk(*a_covered_contact())


def test_it_is_found_by_firm_person_address_or_contract() -> None:
    contact, contract = a_covered_contact()
    a_contact(a_customer("株式会社みどり商会"), name="高橋 誠")
    client = staff_client(a_staff_member())
    assert "どなたからの申し出" not in visible(client.get(CHOOSE))
    for asked in ("あおば 佐々木", contact.email, contract.number, contract.number.lower()):
        page = visible(client.get(CHOOSE, {"q": asked}))
        assert "佐々木 亮 様" in page
        assert "高橋 誠" not in page
    assert "見つかりません" in visible(client.get(CHOOSE, {"q": "どこにもない会社"}))


def test_the_promise_is_shown_before_anything_is_saved() -> None:
    desk = a_desk()
    page = visible(desk.send("preview"))
    assert "まだ登録されていません" in page
    assert "11 月 20 日" in page or "11月20日(金)" in page
    assert not Inquiry.objects.exists()
    assert not mails()


def test_entered_it_is_the_contacts_and_says_by_whom_and_how() -> None:
    desk = a_desk()
    inquiry = desk.enter()
    assert (inquiry.channel, inquiry.entered_by) == ("fax", desk.staff)
    assert inquiry.asked_by == desk.contact.user
    assert inquiry.customer == desk.contact.customer
    assert (inquiry.sent_at, inquiry.entered_at) == (tokyo("2026-11-20 15:00"),) * 2
    assert inquiry.promise
    assert inquiry.promise.promised_on == date(2026, 11, 20)
    assert inquiry.promise.recipient == desk.contact.email


def test_customer_staff_and_both_mails_read_that_staff_entered_it() -> None:
    desk = a_desk()
    inquiry = desk.enter()
    mark = "FAX で受け付け、担当 中村 健が入力"
    customer = signed_in(desk.contact.user)
    assert mark in visible(customer.get(f"/inquiries/{inquiry.number}/"))
    assert mark in visible(desk.client.get(f"/staff/inquiries/inquiry/{inquiry.pk}/change/"))
    assert "FAX" in visible(desk.client.get("/staff/inquiries/inquiry/"))
    [to_customer] = mails(kind="inquiry_acknowledgement")
    [to_staff] = mails(kind="inquiry_staff_new")
    assert mark in told(to_customer)
    assert mark in told(to_staff)
    assert to_customer.recipient == desk.contact.email


def test_the_acknowledgement_speaks_the_contacts_language() -> None:
    desk = a_desk()
    User.objects.filter(pk=desk.contact.user_id).update(language="en")
    desk.enter()
    [mail] = mails(kind="inquiry_acknowledgement")
    assert "御中" not in told(mail)


def test_what_came_by_the_form_carries_no_such_mark() -> None:
    contact, contract = a_covered_contact()
    from tests.inquiries.desk import an_inquiry

    inquiry = an_inquiry(contact, contract)
    assert (inquiry.channel, inquiry.entered_by, inquiry.entered_at) == ("web", None, None)
    page = visible(signed_in(contact.user).get(f"/inquiries/{inquiry.number}/"))
    assert "が入力" not in page


# --- When it was received (2-1a, 2-1b) -------------------------------------------------------

ARRIVALS = [
    # arrived, entered at, aimed at
    ("", "2026-11-20 15:00", date(2026, 11, 20)),
    ("2026-11-20T09:30", "2026-11-20 17:20", date(2026, 11, 20)),
    ("", "2026-11-20 17:20", date(2026, 11, 24)),
    ("2026-11-20T12:30", "2026-11-20 15:00", date(2026, 11, 20)),
    ("2026-11-21T10:00", "2026-11-24 10:00", date(2026, 11, 24)),
]


@pytest.mark.parametrize(("arrived", "entered", "aimed"), ARRIVALS)
def test_the_clock_runs_from_the_arrival_that_staff_state_else_from_entering_2_1b(
    arrived: str, entered: str, aimed: date
) -> None:
    desk = a_desk()
    set_desk_clock(entered)
    inquiry = desk.enter(arrived=arrived)
    assert inquiry.entered_at == tokyo(entered)
    assert inquiry.sent_at == tokyo(arrived.replace("T", " ") or entered)
    assert inquiry.promise
    assert inquiry.promise.promised_on == aimed
    assert inquiry.promise.clock_started_at == inquiry.sent_at


def test_an_arrival_in_the_future_is_an_error_at_its_field() -> None:
    page = visible(a_desk().send("preview", arrived="2026-11-20T15:01"))
    assert "いままでの日時を入力してください" in page
    assert "まだ登録されていません" not in page


def test_nothing_is_promised_for_a_day_that_has_passed() -> None:
    desk = a_desk()
    page = visible(desk.send("preview", arrived="2026-11-18T10:00"))
    assert "最初の回答の目安（11月18日(水)）を過ぎています" in page
    assert "まだ登録されていません" not in page


def test_coverage_is_judged_on_the_day_of_arrival() -> None:
    desk = Desk(*a_covered_contact(until="2026-11-30"))
    set_desk_clock("2026-12-01 09:10")
    inquiry = desk.enter(arrived="2026-11-30T18:00")
    assert (inquiry.covered, inquiry.status) == (True, "received")
    again = Desk(desk.contact, desk.contract)
    assert again.enter().status == "held"


def test_what_is_not_covered_waits_for_a_decision_and_says_so_first() -> None:
    contact = a_contact()
    contract = a_period(a_contract(contact.customer), accepted_on="2024-09-10").contract
    desk = Desk(contact, contract)
    assert "確認" in visible(desk.send("preview"))
    inquiry = desk.enter()
    assert (inquiry.status, inquiry.covered) == ("held", False)
    assert "FAX で受け付け" in visible(signed_in(contact.user).get(f"/inquiries/{inquiry.number}/"))


# --- Once, and by whom it may ----------------------------------------------------------------


def test_pressed_twice_it_is_one_inquiry_with_one_mail() -> None:
    desk = a_desk()
    shown = desk.shown(desk.send("preview"))
    answers = [desk.send("register", shown=shown) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Inquiry.objects.count() == 1
    assert len(mails(kind="inquiry_acknowledgement")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one() -> None:
    contact, contract = a_covered_contact()
    staff, token, now = a_staff_member(), uuid4(), tokyo("2026-11-20 15:00")
    content = _content(contract)
    entry = Entry(contact=contact, channel=Channel.FAX, arrived_at=None)
    draft = services.save_draft(token, by=staff, typed={}, now=now)
    shown = services.preview_entry(content, draft, entry, now=now).shown

    enter = partial(services.enter, token, content, entry, shown=shown, by=staff, now=now)
    made = at_once(*[enter] * 4)
    assert {one.pk for one in made} == {Inquiry.objects.get().pk}
    assert Mail.objects.filter(kind="inquiry_acknowledgement").count() == 1


def _content(contract: Contract) -> Content:
    return Content(
        contract=contract.number,
        category="incident",
        topic="",
        subject=SUBJECT,
        text=TEXT,
        environment="",
        occurred_on=None,
        occurred_time=None,
        ask_to_check=True,
    )


def test_changed_words_are_shown_again_before_they_are_registered() -> None:
    desk = a_desk()
    shown = desk.shown(desk.send("preview"))
    page = visible(desk.send("register", shown=shown, subject="ほかの件名に変えました"))
    assert "もう一度確認してください" in page
    assert not Inquiry.objects.exists()


def test_a_day_that_moved_meanwhile_is_shown_again() -> None:
    desk = a_desk()
    shown = desk.shown(desk.send("preview"))
    set_desk_clock("2026-11-20 17:05")
    page = visible(desk.send("register", shown=shown))
    assert "もう一度確認してください" in page
    assert "11月24日(火)" in page
    assert not Inquiry.objects.exists()


def test_another_firms_contract_cannot_be_chosen() -> None:
    desk = a_desk()
    others = a_period(a_contract(a_customer("株式会社みどり商会")), accepted_on="2026-01-10")
    page = visible(desk.send("preview", contract=others.contract.number))
    assert "製品を選んでください" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"channel": ""}, "受付の方法を選んでください"),
        ({"channel": "web"}, "正しく選択してください"),
        ({"subject": ""}, "件名を入力してください"),
        ({"text": "短い"}, "20文字以上で入力してください"),
        ({"arrived": "きのう"}, "2026/11/20 14:30 の形で入力してください"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], message: str
) -> None:
    desk = a_desk()
    page = desk.send("preview", environment="Windows Server 2022", **typed)
    assert message in visible(page) or "選択" in visible(page)
    assert "Windows Server 2022" in words(page)
    assert Draft.objects.get().typed["environment"] == "Windows Server 2022"


def test_its_files_are_the_customers_to_read_and_nobody_elses() -> None:
    desk = a_desk()
    shown = desk.shown(desk.send("preview", attachments=a_file("fax.pdf", b"%PDF-1.7 fax")))
    desk.send("register", shown=shown)
    [file] = Inquiry.objects.get().messages.get(kind="question").attachments.all()
    url = f"/inquiries/files/{file.pk}/"
    assert signed_in(desk.contact.user).get(url).status_code == 200
    stranger = a_contact(a_customer("株式会社みどり商会"))
    assert signed_in(stranger.user).get(url).status_code == 404


def test_who_sees_it_is_as_ever() -> None:
    desk = a_desk()
    inquiry = desk.enter()
    colleague = a_contact(desk.contact.customer, name="同僚 一郎")
    stranger = a_contact(a_customer("株式会社みどり商会"))
    url = f"/inquiries/{inquiry.number}/"
    assert signed_in(colleague.user).get(url).status_code == 200
    assert signed_in(stranger.user).get(url).status_code == 404


def test_those_who_only_look_cannot_enter_anything() -> None:
    desk = a_desk()
    looker = a_staff_member("閲覧 花子")
    User.objects.filter(pk=looker.pk).update(view_only=True)
    client: Client = staff_client(User.objects.get(pk=looker.pk))
    assert client.get(CHOOSE).status_code == 403
    assert client.post(desk.url, {"action": "preview"}).status_code == 403
    assert "お客さまの代わりに登録" not in visible(client.get("/staff/inquiries/inquiry/"))


def test_a_customer_has_no_such_page() -> None:
    desk = a_desk()
    assert signed_in(desk.contact.user).get(desk.url).status_code in (302, 403, 404)


def test_the_database_refuses_a_channel_without_a_person_and_the_other_way_round() -> None:
    inquiry = a_desk().enter()
    rows = Inquiry.objects.filter(pk=inquiry.pk)
    changes: list[dict[str, Any]] = [
        {"entered_by": None},
        {"entered_at": None},
        {"channel": "web"},
        {"entered_at": datetime.fromisoformat("2026-11-01T00:00:00+09:00")},
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
