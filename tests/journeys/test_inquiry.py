"""Journeys 2 and 5: asked on a Saturday night, answered past the cut-off; and no coverage."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from contracts.models import Contact
from tests.builders import a_contact, a_contract, a_period
from tests.clock import set_desk_clock
from tests.journeys.desk import Desk, wait_for
from tests.journeys.visitor import Visitor, somebody_of_the_staff

SUBJECT = "バージョンアップ前に確認すべき設定"
TEXT = "バージョンアップを検討しています。事前に控えておくべき設定と、当日の手順を教えてください。"
ANSWER = "手順書をお送りします。事前に「システム設定」の画面を控えてください。"


def a_covered_contact() -> Contact:
    contact = a_contact()
    a_period(a_contract(contact.customer), accepted_on="2025-11-10", purchased_on="2025-11-10")
    return contact


def fill_in(visitor: Visitor) -> Page:
    page = visitor.go("/inquiries/new/")
    page.locator("input[name=contract]").first.check()
    write(page)
    return page


def write(page: Page) -> None:
    page.get_by_text("更新作業").click()
    page.get_by_label("件名").fill(SUBJECT)
    page.locator("textarea[name=text]").fill(TEXT)


def confirm(page: Page) -> Page:
    page.get_by_role("button", name="確認へ進む").locator("visible=true").last.click()
    page.wait_for_url("**/confirm/")
    return page


def send(page: Page) -> str:
    page.get_by_role("button", name="この内容で送信する").click()
    page.wait_for_url("**/done/")
    return page.locator(".number-figure").inner_text()


def test_asked_on_a_saturday_night_received_on_tuesday_morning(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-21 22:00", ticking=True)
    email = a_covered_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    page = fill_in(visitor)
    visitor.looks_right()
    confirm(page)

    # 確認 says so before anything is sent.
    shown = page.locator(".promise-hero")
    expect(shown).to_contain_text("11月24日(火)")
    expect(shown).to_contain_text("受付 11月24日(火) 9:00")
    expect(shown).to_contain_text("勤労感謝の日")
    expect(shown).to_contain_text("当社の目安")
    visitor.looks_right()
    number = send(page)
    visitor.looks_right()
    assert "11月24日(火)のうちに" in desk.mail_to(email, number).text

    # The answer approved on Tuesday at 17:20 waits for Wednesday's opening …
    set_desk_clock("2026-11-24 17:20")
    staff = visitors()
    staff.sign_in_as_staff(somebody_of_the_staff())
    open_inquiry(staff, number)
    staff.looks_right()
    approve(staff.page, way="規約どおり")
    known = len(desk.mails(email))
    desk.stays_silent(email, SUBJECT, beyond=known)
    expect(staff.page.locator("#content")).to_contain_text("11月25日(水) 9:00")
    staff.looks_right()
    set_desk_clock("2026-11-25 09:00")
    assert ANSWER in desk.mail_to(email, SUBJECT, beyond=known).text
    page.goto(f"/inquiries/{number}/")
    expect(page.locator("main")).to_contain_text(ANSWER)
    visitor.looks_right()


def test_an_answer_after_the_cut_off_may_go_now_with_a_reason(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 13:40", ticking=True)
    email = a_covered_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    number = send(confirm(fill_in(visitor)))

    # 17:20: waiting would break today's promise, so sending now is offered first.
    set_desk_clock("2026-11-20 17:20")
    staff = visitors()
    staff.sign_in_as_staff(somebody_of_the_staff())
    open_inquiry(staff, number)
    expect(staff.page.locator(".i-way").first).to_contain_text("今すぐ送信")
    known = len(desk.mails(email))
    approve(staff.page, way="今すぐ送信", reason="本日中の回答をお約束しているため")
    assert ANSWER in desk.mail_to(email, SUBJECT, beyond=known).text
    wait_for(lambda: is_kept(visitor, number), "the promise to be marked as kept")


def is_kept(visitor: Visitor, number: str) -> bool:
    """Whether the customer's page says so: a worker marks it within a second of the mail."""
    visitor.go(f"/inquiries/{number}/")
    return "お約束を守りました" in visitor.page.locator("main").inner_text()


def open_inquiry(staff: Visitor, number: str) -> None:
    staff.go("/staff/inquiries/inquiry/")
    staff.looks_right()
    staff.page.get_by_role("link", name=SUBJECT).click()
    expect(staff.page.locator("#answer")).to_be_visible()


def approve(page: Page, *, way: str, reason: str = "") -> None:
    page.get_by_label("回答の本文").fill(ANSWER)
    page.locator(".i-way", has_text=way).locator("input[type=radio]").check()
    if reason:
        page.locator(".i-reason input, .i-reason textarea").first.fill(reason)
    page.locator("#answer button[value=approve]").click()
    page.wait_for_load_state()


def test_an_expired_contract_brings_the_reason_and_the_way_forward(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 14:00", ticking=True)
    contact = a_contact()
    contract = a_contract(contact.customer, site="大阪営業所")
    a_period(contract, accepted_on="2025-09-10", purchased_on="2025-09-10")
    visitor = visitors()
    visitor.sign_in_by_code(contact.user.email)

    page = visitor.go("/inquiries/new/")
    expect(page.locator("main")).to_contain_text("2026年9月30日")
    visitor.looks_right()
    page.locator("input[name=contract]").first.check()
    write(page)
    confirm(page)
    expect(page.locator("main")).to_contain_text("お約束できません")
    visitor.looks_right()
    page.get_by_role("button", name="対象かどうかの確認を頼む").click()
    expect(page.locator(".promise-hero")).to_contain_text("11月20日(金)")
    visitor.looks_right()
    number = send(page)
    expect(page.locator("main")).to_contain_text("確認のご依頼を受け付けました")
    visitor.looks_right()

    # What is one customer's is another's 404.
    stranger = visitors()
    stranger.sign_in_by_code(a_contact(name="他社 太郎").user.email)
    for path in [f"/inquiries/{number}/", f"/contracts/{contract.number}/"]:
        answer = stranger.page.goto(path)
        assert answer is not None
        assert answer.status == 404
    stranger.looks_right()
