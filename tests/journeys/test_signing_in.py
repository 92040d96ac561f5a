"""Journey 6: who comes in by which door. Customers by a mailed code, staff never by it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.builders import a_contact
from tests.clock import set_desk_clock
from tests.journeys.desk import Desk
from tests.journeys.visitor import Visitor, somebody_of_the_staff


def test_a_customer_signs_in_with_the_code_from_the_mail(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 14:00", ticking=True)
    customer = a_contact().user
    visitor = visitors()
    visitor.sign_in_by_code(customer.email)
    assert customer.name in visitor.page.locator("header").inner_text()
    visitor.looks_right()
    # The staff's side is not theirs.
    visitor.go("/staff/")
    expect(visitor.page.locator("body")).to_contain_text("担当者")
    expect(visitor.page.locator("body")).not_to_contain_text("対応の順番")


def test_a_password_alone_does_not_open_the_staffs_side(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 14:00", ticking=True)
    user = somebody_of_the_staff()
    staff = visitors()
    staff.go("/staff/")
    staff.looks_right()
    staff.give_password(user)
    # Led to set up the second factor, whatever is asked for.
    for path in ["/staff/", "/staff/inquiries/inquiry/", "/staff/outbox/mail/"]:
        staff.go(path)
        assert "/staff/" not in staff.page.url.removeprefix(desk.url)[:7], staff.page.url
        expect(staff.page.locator("body")).not_to_contain_text("対応の順番")
    staff.looks_right()


def test_a_mailed_code_does_not_open_it_either(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 14:00", ticking=True)
    user = somebody_of_the_staff()
    staff = visitors()
    staff.go("/sign-in/")
    staff.page.get_by_label("メールアドレス").fill(user.email)
    staff.page.locator("main form button[type=submit]").first.click()
    staff.page.wait_for_url("**/sign-in/code/**")
    desk.stays_silent(user.email, "コード")
    staff.go("/staff/")
    expect(staff.page.locator("body")).not_to_contain_text("対応の順番")


def test_password_and_second_factor_open_it(desk: Desk, visitors: Callable[..., Visitor]) -> None:
    set_desk_clock("2026-11-20 14:00", ticking=True)
    staff = visitors()
    staff.sign_in_as_staff(somebody_of_the_staff())
    staff.go("/staff/inquiries/inquiry/")
    expect(staff.page.locator("body")).to_contain_text("対応の順番")
    staff.looks_right()
