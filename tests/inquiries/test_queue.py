"""対応の順番: the nearest promise first, time left in reception hours, no query for a row."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Contact, Contract
from inquiries import services
from inquiries.models import Inquiry
from supportdesk.presenting.dates import reading_on
from tests.builders import a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.inquiries.desk import (
    Desk,
    Form,
    a_covered_contact,
    deliver,
    signed_in,
    staff_signed_in,
    visible,
)

pytestmark = pytest.mark.django_db

QUEUE = "/staff/inquiries/inquiry/"


class Vendor:
    def __init__(self) -> None:
        self.contact: Contact
        self.contract: Contract
        self.contact, self.contract = a_covered_contact()
        self.staff = a_staff_member("中村 沙織")

    def ask(self, at: str, subject: str, **typed: Any) -> Inquiry:
        with desk_clock(at):
            form = Form(signed_in(self.contact.user), self.contract)
            return form.through(subject=subject, **typed)

    def answer(self, inquiry: Inquiry, at: str, **said: Any) -> None:
        with desk_clock(at):
            Desk(self.staff, inquiry).answer(**said)
        deliver(tokyo(at))


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


def subjects(now: str) -> list[str]:
    return [inquiry.subject for inquiry, _row in services.queue(tokyo(now))]


def test_the_most_urgent_promise_comes_first(vendor: Vendor) -> None:
    waiting = vendor.ask("2026-11-17 10:00", "件名・返信待ち")
    vendor.answer(waiting, "2026-11-17 15:00", waiting_for="ログの送付")
    idle_long = vendor.ask("2026-11-17 11:00", "件名・長く動きなし")
    vendor.answer(idle_long, "2026-11-17 15:10")
    idle = vendor.ask("2026-11-18 11:00", "件名・動きなし")
    vendor.answer(idle, "2026-11-18 15:10")
    for inquiry, at in ((idle_long, "2026-11-18 09:30"), (idle, "2026-11-19 09:30")):
        with desk_clock(at):
            reply = {"token": str(inquiry.form_token)[:-4] + "abcd", "text": "続きです。"}
            signed_in(vendor.contact.user).post(
                f"/inquiries/{inquiry.number}/", {**reply, "action": "send"}
            )
    vendor.ask("2026-11-20 17:01", "件名・火曜のうち")
    vendor.ask("2026-11-20 13:40", "件名・今日のうち")
    scheduled = vendor.ask("2026-11-20 17:02", "件名・送信予約")
    with desk_clock("2026-11-20 17:03"):
        Desk(vendor.staff, scheduled).answer()
    done = vendor.ask("2026-11-20 10:00", "件名・回答済み")
    vendor.answer(done, "2026-11-20 11:00")
    assert subjects("2026-11-20 17:05") == [
        "件名・今日のうち",
        "件名・火曜のうち",
        "件名・送信予約",
        "件名・長く動きなし",
        "件名・動きなし",
        "件名・返信待ち",
    ]
    with desk_clock("2026-11-20 17:05"):
        page = visible(staff_signed_in(vendor.staff).get(QUEUE))
    places = [page.index(subject) for subject in subjects("2026-11-20 17:05")]
    assert places == sorted(places)
    for told in (
        "締切を 5分 超過",
        "今すぐ送信で間に合う",
        "残り 7時間25分",
        "11月24日(火) 17:00 まで",
        "送信を待っています",
        "2営業日 動きなし",
        "1営業日 動きなし",
        "数えていません",
        "いま承認した回答が届くのは",
    ):
        assert told in page


def test_the_tabs_count_and_filter(vendor: Vendor) -> None:
    mine = vendor.ask("2026-11-20 10:00", "自分の件")
    vendor.ask("2026-11-20 10:05", "だれのでもない件")
    client = staff_signed_in(vendor.staff)
    with desk_clock("2026-11-20 11:00"):
        client.post(f"{QUEUE}{mine.pk}/do/assign/", {"person": vendor.staff.pk})
        everything = visible(client.get(QUEUE))
        own = visible(client.get(QUEUE, {"view": "mine"}))
        nobody = visible(client.get(QUEUE, {"view": "unassigned"}))
    told = "すべて 2自分の担当 1未割当 1判断待ち 0返信待ち 0送信予約 0終わったもの"
    assert told in everything
    assert "自分の件" in own
    assert "だれのでもない件" not in own
    assert "だれのでもない件" in nobody
    assert "自分の件" not in nobody


def test_a_search_finds_what_is_done_too(vendor: Vendor) -> None:
    done = vendor.ask("2026-11-20 10:00", "もう終わった件")
    vendor.answer(done, "2026-11-20 11:00")
    client = staff_signed_in(vendor.staff)
    with desk_clock("2026-11-20 13:00"):
        assert "もう終わった件" not in visible(client.get(QUEUE))
        assert "もう終わった件" in visible(client.get(QUEUE, {"q": done.number}))
        assert "もう終わった件" in visible(client.get(QUEUE, {"view": "done"}))


def test_several_rows_are_taken_at_once(vendor: Vendor) -> None:
    two = [vendor.ask("2026-11-20 10:00", f"件名{n}") for n in range(2)]
    client = staff_signed_in(vendor.staff)
    with desk_clock("2026-11-20 11:00"):
        client.post(QUEUE, {"action": "take", "_selected_action": [i.pk for i in two]})
    assert {i.assigned_to for i in Inquiry.objects.all()} == {vendor.staff}


def test_twice_the_rows_take_no_more_queries(vendor: Vendor) -> None:
    client = staff_signed_in(vendor.staff)
    set_desk_clock("2026-11-20 11:00")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(QUEUE).status_code == 200
        return len(captured)

    for n in range(3):
        vendor.ask("2026-11-20 10:00", f"件名{n}")
    set_desk_clock("2026-11-20 11:00")
    client.get(QUEUE)
    few = queries()
    for n in range(3, 9):
        vendor.ask("2026-11-20 10:00", f"件名{n}")
    set_desk_clock("2026-11-20 11:00")
    assert queries() <= few


def test_a_broken_promise_stands_first_and_says_so(vendor: Vendor) -> None:
    vendor.ask("2026-11-19 10:00", "過ぎた件")
    vendor.ask("2026-11-20 10:00", "今日の件")
    deliver(tokyo("2026-11-20 09:00"))
    assert subjects("2026-11-20 11:00") == ["過ぎた件", "今日の件"]
    with desk_clock("2026-11-20 11:00"):
        page = visible(staff_signed_in(vendor.staff).get(QUEUE))
    assert "お約束を過ぎました" in page


def test_the_home_page_has_what_waits_for_the_customer_first(vendor: Vendor) -> None:
    vendor.ask("2026-11-20 13:40", "調査中の件")
    waiting = vendor.ask("2026-11-17 10:00", "返信待ちの件")
    vendor.answer(waiting, "2026-11-18 15:00", waiting_for="配送ログの送付")
    with reading_on(tokyo("2026-11-20 17:05").date()):
        rows = services.home_rows(vendor.contact.customer, tokyo("2026-11-20 17:05"))
    assert [(row.title, row.waiting_for) for row in rows] == [
        ("返信待ちの件", "配送ログの送付"),
        ("調査中の件", None),
    ]
    assert rows[0].kind == f"お問い合わせ {waiting.number} ・ 11月18日(水)にお願いしました"
    assert rows[1].badge == ("working", "受付済み")
