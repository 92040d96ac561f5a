"""A key in the portal: after a fresh code only, recorded, saved; and the old server ends."""

from collections.abc import Callable

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from licensing.domain.host_code import with_check
from licensing.models import Key, KeyDisplay, ServerStop
from supportdesk.outbox import sealing
from tests.clock import set_desk_clock
from tests.journeys.desk import Desk, wait_for
from tests.journeys.test_reissue import a_licensed_contact, confirm, fill_in, send
from tests.journeys.visitor import Visitor


def moved(desk: Desk, visitor: Visitor, email: str) -> Page:
    """Apply, wait for the key, and open the page of the move."""
    page = send(confirm(fill_in(visitor, "aoba-dn02", with_check("000000000000002"))))
    desk.mail_to(email, "ライセンスキー")
    page.get_by_role("link", name="申請の状態を見る").click()
    expect(page.locator("main")).to_contain_text("並行稼働の終わり")
    return page


def text() -> str:
    key = Key.objects.get(klass=Key.Class.REGULAR)
    return sealing.unseal(bytes(key.sealed_text)).decode()


def grow_old() -> None:
    """The codes of all sessions were given an hour ago."""
    for session in Session.objects.all():
        data = session.get_decoded()
        for record in data.get("account_authentication_methods", []):
            record["at"] -= 3600
        session.session_data = Session.objects.encode(data)
        session.save()


def test_a_key_is_shown_after_a_fresh_code_and_the_history_tells_it(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 16:50", ticking=True)
    email = a_licensed_contact().user.email
    visitor = visitors()
    visitor.sign_in_by_code(email)
    page = moved(desk, visitor, email)
    visitor.looks_right()

    page.get_by_role("button", name="キーを表示").click()
    expect(page.locator("#key-text")).to_have_text(text(), use_inner_text=True)
    visitor.looks_right()
    assert KeyDisplay.objects.count() == 1

    with page.expect_download() as download:
        page.get_by_role("button", name="ファイルに保存する").click()
    assert download.value.path().read_text() == text() + "\n"
    page.get_by_role("link", name="申請の画面へ").click()
    expect(page.locator("main")).to_contain_text("を表示しました（佐々木 亮 様）")
    expect(page.locator("main")).to_contain_text("をファイルに保存しました（佐々木 亮 様）")

    # An hour later the same browser is asked who it is, and comes back to the key.
    grow_old()
    known = len(desk.mails(email))
    page.get_by_role("button", name="キーを表示").click()
    page.wait_for_url("**/sign-in/**")
    assert KeyDisplay.objects.count() == 2
    page.get_by_label("メールアドレス").fill(email)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/sign-in/code/**")
    page.locator("input[name=code]").fill(desk.sign_in_code(email, known))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/license/keys/**")
    visitor.looks_right()
    page.get_by_role("button", name="キーを表示").click()
    expect(page.locator("#key-text")).to_be_visible()
    assert KeyDisplay.objects.count() == 3


def test_the_old_server_is_reminded_of_and_reported_without_javascript(
    desk: Desk, visitors: Callable[..., Visitor]
) -> None:
    set_desk_clock("2026-11-20 16:50", ticking=True)
    email = a_licensed_contact().user.email
    visitor = visitors(java_script_enabled=False)
    visitor.sign_in_by_code(email)
    page = moved(desk, visitor, email)
    page.get_by_role("button", name="キーを表示").click()
    expect(page.locator("#key-text")).to_have_text(text(), use_inner_text=True)

    set_desk_clock("2027-01-12 09:30", ticking=True)
    desk.mail_to(email, "旧サーバーの停止をご確認ください")
    page = visitor.go("/")
    page.get_by_role("link", name="本社サーバーの移設").first.click()
    page.get_by_role("link", name="停止した日を報告する").click()
    page.get_by_label("停止した日").fill("１月１０日")
    page.get_by_role("button", name="停止したことを報告する").click()
    expect(page.locator("main")).to_contain_text("旧サーバーの停止のご報告を受け取りました")
    stop = wait_for(lambda: ServerStop.objects.filter(reported_at__isnull=False).first(), "report")
    assert stop.stopped_on is not None and stop.stopped_on.isoformat() == "2027-01-10"
