"""Journeys 1 and 4: the 17:00 rule of keys (2-2d), seen from outside, with Redis and without."""

from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Page, expect

from contracts.models import Contact
from licensing.domain.host_code import with_check
from licensing.models import Key, License
from tests.builders import a_contact, a_contract, a_period
from tests.clock import set_desk_clock, tokyo
from tests.journeys.desk import Desk
from tests.journeys.visitor import Visitor

KEY_MAIL = "ライセンスキー"
RECEIVED_MAIL = "受付番号"


def a_licensed_contact() -> Contact:
    """Covered until the end of November 2026, with a licence whose key is older than the desk."""
    contact = a_contact()
    contract = a_contract(contact.customer)
    a_period(contract, accepted_on="2025-11-10", purchased_on="2025-11-10")
    license_ = License.objects.create(contract=contract, number="L-20431", label="本社サーバー")
    Key.objects.create(
        license=license_,
        klass=Key.Class.FOREIGN,
        issue_number=1,
        serial="L-20431-1",
        server_name="aoba-dn01",
        host_code=with_check("000000000000001"),
        issued_at=tokyo("2025-11-10 10:00"),
    )
    return contact


def fill_in(visitor: Visitor, server: str, code: str) -> Page:
    page = visitor.go("/license/apply/")
    page.get_by_label("新しいサーバー名").fill(server)
    page.get_by_label("新しいホストコード").fill(code)
    page.get_by_text("サーバーの入れ替え").click()
    page.get_by_label("切り替えのあとは").check()
    return page


def confirm(page: Page) -> Page:
    page.get_by_role("button", name="確認へ進む").click()
    page.wait_for_url("**/confirm/")
    return page


def send(page: Page) -> Page:
    page.get_by_role("button", name="この内容で送信する").click()
    page.wait_for_url("**/done/")
    return page


def promised(page: Page) -> datetime:
    """The moment that the page's promise shows largest."""
    shown = page.locator(".promise-hero .promise-head time.when").first.get_attribute("datetime")
    assert shown
    return datetime.fromisoformat(shown)


def test_before_the_cut_off_at_once_and_after_it_on_the_next_business_morning(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 16:55", ticking=True)
    email = a_licensed_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    story(desk, visitor, email)


def test_the_same_with_redis_stopped_from_before_signing_in(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    desk.stop_redis()
    set_desk_clock("2026-11-20 16:55", ticking=True)
    email = a_licensed_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    for path in ["/", "/calendar/", "/terms/", "/license/", "/contracts/", "/inquiries/"]:
        answer = visitor.page.goto(path)
        assert answer is not None and answer.status == 200, path
    story(desk, visitor, email)


def story(desk: Desk, visitor: Visitor, email: str) -> None:
    # 16:55: today's cut-off has not passed.
    page = fill_in(visitor, "aoba-dn02", with_check("000000000000002"))
    visitor.looks_right()
    confirm(page)
    visitor.looks_right()
    assert promised(page).date() == tokyo("2026-11-20 00:00").date()
    send(page)
    visitor.looks_right()
    first = desk.mail_to(email, KEY_MAIL)
    assert first.dated_at and first.dated_at.astimezone().date() == promised(page).date()

    # 17:05: the same again is promised for Tuesday; Monday is a public holiday.
    set_desk_clock("2026-11-20 17:05", ticking=True)
    known = len(desk.mails(email))
    page = confirm(fill_in(visitor, "aoba-dn03", with_check("000000000000003")))
    assert promised(page) == tokyo("2026-11-24 09:00")
    expect(page.locator(".promise-hero")).to_contain_text("勤労感謝の日")
    visitor.looks_right()
    send(page)
    assert promised(page) == tokyo("2026-11-24 09:00")
    desk.mail_to(email, RECEIVED_MAIL)

    # It stays on the desk over the long weekend …
    for moment in ["2026-11-21 09:30", "2026-11-23 12:00", "2026-11-24 08:59"]:
        set_desk_clock(moment)
        desk.stays_silent(email, KEY_MAIL, beyond=known, seconds=1)
    # … and leaves on Tuesday at 9:00.
    set_desk_clock("2026-11-24 09:00")
    desk.mail_to(email, KEY_MAIL, beyond=known)
    page.get_by_role("link", name="申請の状態を見る").click()
    expect(page.locator("main")).to_contain_text("いま使えます")
    visitor.looks_right()


def test_shown_before_the_cut_off_and_sent_after_it_is_stored_and_told(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 16:55", ticking=True)
    email = a_licensed_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    page = fill_in(visitor, "aoba-dn02", with_check("000000000000002"))

    set_desk_clock("2026-11-20 16:59:50")
    confirm(page)
    visitor.looks_right()  # with the countdown
    assert promised(page).date() == tokyo("2026-11-20 00:00").date()

    set_desk_clock("2026-11-20 17:00:01")
    send(page)
    expect(page.locator("main")).to_contain_text("確認画面でお知らせした日時から変わりました")
    assert promised(page) == tokyo("2026-11-24 09:00")
    visitor.looks_right()
    # One click takes it back.
    page.get_by_role("button", name="この申請を取り下げる").click()
    expect(page.locator("main")).to_contain_text("取り下げました")


def test_the_main_path_works_without_javascript(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 10:00", ticking=True)
    email = a_licensed_contact().user.email
    visitor = visitors(java_script_enabled=False)
    visitor.sign_in_by_code(email)
    page = confirm(fill_in(visitor, "aoba-dn02", with_check("000000000000002")))
    assert promised(page).date() == tokyo("2026-11-20 00:00").date()
    send(page)
    desk.mail_to(email, KEY_MAIL)


def test_the_main_path_works_with_the_keyboard_alone(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 10:00", ticking=True)
    email = a_licensed_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    page = visitor.go("/license/apply/")
    visitor.tab_to("[name=license]")
    page.keyboard.press("Space")
    visitor.tab_to("[name=reason]")
    page.keyboard.press("Space")
    visitor.tab_to("[name=new_server_name]")
    page.keyboard.type("aoba-dn02")
    visitor.tab_to("[name=new_host_code]")
    page.keyboard.type(with_check("000000000000002"))
    visitor.tab_to("[name=declaration]")
    page.keyboard.press("Space")
    visitor.tab_to("main button[type=submit].btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/confirm/")
    visitor.tab_to("main button[type=submit].btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    desk.mail_to(email, KEY_MAIL)
