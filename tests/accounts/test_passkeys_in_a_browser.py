"""A passkey from registration to the staff's side, with the browser's own virtual authenticator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.accounts import doors
from tests.builders import a_staff_member
from tests.journeys.chromium import CHROMIUM, FLAGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine"),
]

_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def a_window(address: str) -> Iterator[Page]:
    """Inside, Playwright's loop runs in this thread: the database is asked before, not there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(locale="ja-JP", base_url=address)
        window = context.new_page()
        session = context.new_cdp_session(window)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})
        yield window
        browser.close()


def _give_password(window: Page, address: str) -> None:
    window.goto(doors.STAFF)
    window.get_by_label("メールアドレス").fill(address)
    window.get_by_label("パスワード").fill(doors.PASSWORD)
    window.get_by_role("button", name="次へ進む").click()


def test_a_passkey_is_registered_and_opens_the_staff_s_side(live_server: Any) -> None:
    address = a_staff_member().email
    with a_window(live_server.url) as window:
        _give_password(window, address)
        window.wait_for_url("**/factors/**")  # nothing set up yet: the way leads here
        window.get_by_role("link", name="代わりにパスキーを登録する").click()
        window.get_by_label("パスキーの名前").fill("事務所の端末")
        window.get_by_role("button", name="パスキーを登録する").click()
        window.get_by_text("復旧コード").first.wait_for()

        window.context.clear_cookies()
        _give_password(window, address)
        window.wait_for_url("**/second-factor/")
        window.get_by_role("button", name="パスキーで確かめる").click()
        window.wait_for_url("**/staff/**")
        assert window.get_by_role("heading", level=1).inner_text()


def test_without_a_passkey_at_hand_the_page_says_so(live_server: Any) -> None:
    staff = a_staff_member()
    doors.with_app(staff)
    with a_window(live_server.url) as window:
        _give_password(window, staff.email)
        window.wait_for_url("**/second-factor/")
        window.get_by_role("button", name="パスキーで確かめる").click()
        window.get_by_text("パスキーを使えませんでした").wait_for(timeout=70_000)
