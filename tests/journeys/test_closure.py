"""Journey 3: a closure announced the evening before moves the promises that stand for that day."""

from collections.abc import Callable

from playwright.sync_api import expect

from supportdesk.promises.models import Promise
from tests.clock import set_desk_clock
from tests.journeys.desk import Desk
from tests.journeys.test_inquiry import confirm, fill_in, send
from tests.journeys.visitor import Visitor, somebody_of_the_staff

NAME = "年末特別休業"


def test_announcing_moves_what_stands_for_that_day_and_what_came_in_meanwhile(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    # Friday 25 December 2026, after the cut-off: what is sent now is for Monday 28.
    set_desk_clock("2026-12-25 17:30", ticking=True)
    first, second = a_covered_contact_until_2027(), a_covered_contact_until_2027()
    visitor = visitors()
    visitor.sign_in_by_code(first)
    number = send(confirm(fill_in(visitor)))
    expect(visitor.page.locator("main")).to_contain_text("12月28日(月)")

    staff = visitors()
    staff.sign_in_as_staff(somebody_of_the_staff())
    page = staff.go("/staff/business_calendar/closure/add/")
    staff.looks_right()
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=starts_on]").fill("2026/12/28")
    page.locator("input[name=ends_on]").fill("2026/12/28")
    page.locator("button[name=_save], input[name=_save]").first.click()

    # The preview names what would move, from when to when; nothing has moved yet.
    expect(page.locator("#content")).to_contain_text("動くお約束 1件")
    expect(page.locator("#content")).to_contain_text(number)
    expect(page.locator("#content")).to_contain_text("12月29日(火)")
    staff.looks_right()
    assert not Promise.objects.filter(promised_on="2026-12-29").exists()

    # Another request comes in between preview and announcement …
    other = visitors()
    other.sign_in_by_code(second)
    other_number = send(confirm(fill_in(other)))
    known = {address: len(desk.mails(address)) for address in (first, second)}

    # … and is not left behind.
    page.get_by_role("button", name="この内容で告知する").click()
    expect(page.locator("body")).to_contain_text("告知しました")
    staff.looks_right()
    moved = Promise.objects.filter(subject_number__in=[number, other_number])
    assert {str(promise.promised_on) for promise in moved} == {"2026-12-29"}
    for address in (first, second):
        told = desk.mail_to(address, SUBJECT_OF_MOVE, beyond=known[address])
        assert "12月29日(火)" in told.text
        assert NAME in told.text
    visitor.go(f"/inquiries/{number}/")
    expect(visitor.page.locator("main")).to_contain_text(NAME)
    visitor.looks_right()
    visitor.go("/calendar/?month=2026-12")
    expect(visitor.page.locator("main")).to_contain_text(NAME)
    visitor.looks_right()


SUBJECT_OF_MOVE = "変わりました"


def a_covered_contact_until_2027() -> str:
    from tests.builders import a_contact, a_contract, a_period

    contact = a_contact()
    a_period(a_contract(contact.customer), accepted_on="2026-06-10", purchased_on="2026-06-10")
    return contact.user.email
