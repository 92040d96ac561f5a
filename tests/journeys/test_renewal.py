"""The renewal, from outside: reminded, ordered in the portal, accepted by a clerk; and by hand."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from contracts.models import Contact, Contract
from tests.builders import a_contact, a_contract, a_period
from tests.clock import set_desk_clock
from tests.journeys.desk import Desk, wait_for
from tests.journeys.visitor import SCREEN, Visitor, somebody_of_the_staff

REMINDER = "更新のご案内"
STAFF = "/staff/contracts"


def an_ending_contract() -> tuple[Contract, Contact]:
    """Covered to 30 November 2026, with one person for everything."""
    contract = a_contract()
    contact = a_contact(contract.customer)
    a_period(contract, accepted_on="2025-11-10", purchased_on="2025-11-10")
    return contract, contact


def order_a_renewal(visitor: Visitor, contract: Contract) -> Page:
    """The three screens; ends on the page of the order that was sent."""
    page = visitor.go(f"/contracts/{contract.number}/")
    visitor.looks_right()
    fits_with_large_text(visitor)
    page.get_by_role("link", name="更新を注文する").click()
    visitor.looks_right()
    page.get_by_label("貴社の注文番号").fill("PO-2026-0117")
    page.get_by_role("button", name="確認へ進む").click()
    expect(page.locator("main")).to_contain_text("当社がご注文を受け付けた日（受付日）で決まります")
    expect(page.locator("main")).to_contain_text("PO-2026-0117")
    visitor.looks_right()
    page.get_by_role("button", name="この内容で注文を送信する").click()
    page.wait_for_url("**/contracts/renewals/**")
    visitor.looks_right()
    return page


def fits_with_large_text(visitor: Visitor) -> None:
    """200 % text on a phone: nothing scrolls sideways."""
    if not visitor.scripted:
        return
    page = visitor.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(SCREEN)  # type: ignore[arg-type]


def test_a_customer_orders_the_clerk_accepts_and_the_reminders_stop(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 09:30", ticking=True)
    contract, contact = an_ending_contract()
    email = contact.user.email
    reminder = desk.mail_to(email, REMINDER)
    assert "11月30日(月)" in reminder.subject

    visitor = visitors()
    visitor.sign_in_by_code(email)
    page = order_a_renewal(visitor, contract)
    number = page.locator("main .num").first.inner_text()
    desk.mail_to(email, f"【受付番号 {number}】更新のご注文を受け取りました")
    assert not contract.orders.filter(kind="renewal").exists()  # sent is not accepted

    clerk = visitors()
    clerk.sign_in_as_staff(somebody_of_the_staff())
    desk_page = clerk.go(f"{STAFF}/renewalrequest/")
    desk_page.get_by_role("link", name=re.compile(number)).first.click()
    desk_page.get_by_role("link", name="受け付ける").first.click()
    expect(desk_page.locator("main, #main").first).to_contain_text("期間内のご注文です")
    clerk.looks_right(phone=False)
    desk_page.get_by_role("button", name=re.compile("受付日.*で受け付け")).click()
    desk_page.wait_for_url(f"**{STAFF}/order/*/change/")

    accepted = desk.mail_to(email, f"【受付番号 {number}】更新のご注文を受け付けました")
    assert "2027年11月30日(火)" in accepted.text
    page.reload()
    expect(page.locator("main")).to_contain_text("受付日 2026年11月20日(金) で決まった期間")
    page.get_by_role("link", name="期間と証書を見る").click()
    newest = page.locator(".periods tbody tr").first
    expect(newest).to_contain_text("2026年12月1日 〜 2027年11月30日")
    certificate = contract.orders.get(kind="renewal").certificate
    assert certificate
    wait_for(lambda: certificate.number in _reloaded(page), f"certificate {certificate.number}")
    visitor.looks_right()

    known = len(desk.mails(email))
    set_desk_clock("2026-12-01 10:00", ticking=True)
    desk.stays_silent(email, REMINDER, beyond=known)


def _reloaded(page: Page) -> str:
    page.reload()
    return page.locator(".periods tbody tr").first.inner_text()


def test_the_renewal_is_ordered_without_javascript(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 18:00", ticking=True)
    contract, contact = an_ending_contract()
    visitor = visitors(java_script_enabled=False)
    visitor.sign_in_by_code(contact.user.email)
    page = order_a_renewal(visitor, contract)
    page.get_by_role("link", name="取り下げる").click()
    page.get_by_role("button", name="取り下げる").click()
    expect(page.locator("main")).to_contain_text("に取り下げました")


def test_a_clerk_records_an_order_by_hand_after_seeing_its_period(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-12-02 10:00", ticking=True)
    contract, _contact = an_ending_contract()
    clerk = visitors()
    clerk.sign_in_as_staff(somebody_of_the_staff())
    page = clerk.go(f"{STAFF}/order/add/?contract={contract.number}")
    page.get_by_label("お客さまの注文番号").fill("PO-2026-0117")
    page.get_by_role("button", name="期間を確認する").click()
    shown = page.locator(".promise")
    expect(shown).to_contain_text("満了後の更新")
    expect(shown).to_contain_text("空白が 31日 できます")
    clerk.looks_right(phone=False)
    assert not contract.orders.filter(kind="late_renewal").exists()
    page.get_by_role("button", name="この内容で登録し、証書を発行する").click()
    page.wait_for_url(f"**{STAFF}/order/*/change/")
    order = contract.orders.get(kind="late_renewal")
    assert (order.customer_order_number, str(order.starts_on)) == ("PO-2026-0117", "2027-01-01")

    # The what-if of the contract's page: moving the date moves the picture.
    page = clerk.go(f"{STAFF}/contract/{contract.pk}/change/")
    result = page.locator(".what-if-result")
    expect(result).to_contain_text("途切れずに続きます")
    page.locator("#id_on").fill("2029-01-01")
    page.locator("#id_on").dispatch_event("change")
    expect(result).to_contain_text("再継続年間サポート")
