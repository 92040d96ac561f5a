"""The demo's bar and its pages of caught mails, as a visitor meets them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from contracts import services as contracts
from contracts.models import Certificate
from supportdesk.accounts.models import User
from supportdesk.demo.people import CUSTOMER, STAFF
from tests.builders import a_contract, a_customer, a_period
from tests.clock import set_desk_clock, tokyo
from tests.journeys.desk import Desk, UsualDesk, running_desk
from tests.journeys.visitor import PASSWORD, Visitor


@pytest.fixture
def desk(transactional_db: None, usual_desk: UsualDesk, tmp_path: Path) -> Iterator[Desk]:
    """A desk that knows it is a demo."""
    usual_desk.close()
    settings = {"DEMO": "1", "DEMO_MAILS": str(tmp_path / "mails")}
    with running_desk(tmp_path, extra=settings) as desk:
        yield desk


def test_one_click_signs_in_moves_the_clock_and_shows_the_mails(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 16:58", ticking=True)
    firm = a_customer()
    contracts.register_contact(
        firm, email=CUSTOMER.email, name=CUSTOMER.name, now=tokyo("2025-11-10 10:00")
    )
    a_period(a_contract(firm), accepted_on="2026-06-10", purchased_on="2026-06-10")
    Certificate.objects.update(announce=False)  # no mail has come yet when the journey begins
    User.objects.create_superuser(STAFF.email, PASSWORD, name=STAFF.name)

    visitor = visitors()
    page = visitor.go("/")
    visitor.looks_right()
    page.get_by_role("button", name="1時間進める").click()
    expect(page.locator(".demo-line")).to_contain_text("17:58")
    page.get_by_role("button", name="次の火曜 9:00 へ").click()
    expect(page.locator(".demo-line")).to_contain_text("11月24日(火) 9:00")
    page.locator("#demo-at").fill("２０２６年１１月２０日 １６：５８")
    page.get_by_role("button", name="この日時にする").click()
    expect(page.locator(".demo-line")).to_contain_text("11月20日(金) 16:58")

    visitor.go("/demo/mails/")
    expect(page.locator("main")).to_contain_text("まだ1通も届いていません")
    visitor.looks_right()
    # A code asked for elsewhere arrives in the list by itself, and can be read.
    other = visitors()
    other.go("/sign-in/")
    other.page.get_by_label("メールアドレス").fill(CUSTOMER.email)
    other.page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".demo-mails")).to_contain_text("サインイン用のコード", timeout=20_000)
    visitor.looks_right()
    page.locator(".demo-mails a").first.click()
    expect(page.locator(".demo-mail-text")).to_contain_text("15分以内に")
    visitor.looks_right()

    page.get_by_role("button", name=CUSTOMER.name).click()
    expect(page.locator("header.site-head")).to_contain_text(CUSTOMER.name)
    page.locator(".demo-bar summary").click()
    page.get_by_role("button", name=STAFF.name).click()
    expect(page.locator("body")).to_contain_text("対応の順番")
    expect(page.locator(".demo-line")).to_contain_text("11月20日(金) 16:58")
    visitor.looks_right()
