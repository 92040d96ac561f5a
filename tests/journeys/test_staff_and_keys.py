"""Support staff and a move: held, decided, its stop told by telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from licensing import services
from licensing.models import Application
from tests.clock import set_desk_clock
from tests.journeys.desk import Desk, wait_for
from tests.journeys.visitor import Visitor, somebody_of_the_staff
from tests.licensing.builders import a_held_application, an_application

LISTS = (
    "application/",
    "key/",
    "license/",
    "serverstop/",
    "revocationlist/",
    "resigning/",
    "application/enter/?q=a",
)


@pytest.fixture
def clerk(desk: Desk, visitors: Callable[..., Visitor]) -> Visitor:
    visitor = visitors()
    visitor.sign_in_as_staff(somebody_of_the_staff())
    return visitor


def test_a_clerk_decides_and_enters_what_was_told_on_the_telephone(
    desk: Desk, clerk: Visitor
) -> None:
    set_desk_clock("2026-11-20 10:30", ticking=True)
    held = a_held_application("2026-11-20 10:00")
    page = clerk.go("/staff/licensing/application/")
    # At 1280 px the sidebar is there without being asked for.
    expect(page.locator("#nav-sidebar")).to_be_visible()
    expect(page.locator("#result_list")).to_contain_text("サポート期間外")
    clerk.looks_right(phone=False)

    page.locator("a.q-subject").first.click()
    clerk.looks_right(phone=False)
    page.get_by_role("link", name="受理する").click()
    page.get_by_role("button", name="この理由で受理する").click()
    expect(page.locator(".desk-error")).to_have_text("受理する理由を入力してください")
    clerk.looks_right(phone=False)
    page.get_by_label("受理する理由").fill("注文書を確認")
    page.get_by_role("button", name="この理由で受理する").dblclick()
    wait_for(lambda: Application.objects.get().issued_at is not None, "the key is issued")

    page.goto(f"/staff/licensing/application/{held.pk}/change/")
    expect(page.locator(".i-thread")).to_contain_text("正式キー")
    clerk.looks_right(phone=False)
    page.get_by_role("link", name="停止の連絡を登録").click()
    page.get_by_role("button", name="停止を登録する").click()
    expect(page.locator(".desk-error")).to_have_count(3)
    clerk.looks_right(phone=False)
    page.get_by_label("受付の方法").select_option("telephone")
    page.get_by_label("連絡をくださった方").select_option(index=1)
    page.get_by_label("停止した日").fill("11月20日")
    page.get_by_role("button", name="停止を登録する").click()
    expect(page.locator(".i-aside")).to_contain_text("電話 で受け付け")
    assert services.stop_reported(held)


def test_the_lists_are_accessible_and_as_wide_as_the_window(desk: Desk, clerk: Visitor) -> None:
    an_application("2026-11-20 16:00")
    set_desk_clock("2026-11-20 16:30", ticking=True)
    for path in LISTS:
        page = clerk.go(f"/staff/licensing/{path}")
        clerk.looks_right(phone=False)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 1280, path


def test_the_sidebar_stays_as_whoever_works_here_left_it(desk: Desk, clerk: Visitor) -> None:
    page = clerk.go("/staff/licensing/key/")
    page.get_by_role("button", name="左の欄を開閉する").click()
    expect(page.locator("#nav-sidebar")).to_be_hidden()
    page.reload()
    expect(page.locator("#nav-sidebar")).to_be_hidden()
    page.get_by_role("button", name="左の欄を開閉する").click()
    expect(page.locator("#nav-sidebar")).to_be_visible()
