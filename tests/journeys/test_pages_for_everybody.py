"""The pages that need no sign-in, as people with a phone, a keyboard or large letters meet them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.clock import set_desk_clock

PAGES = [
    "/",
    "/calendar/",
    "/calendar/?month=2026-12&at=12/28+17:20",
    "/terms/",
    "/verify/",
    "/nothere/",
]
WIDTHS = [360, 390, 900, 1280]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth"


@contextmanager
def a_window(chromium: Browser, live_server: Any, **options: Any) -> Iterator[Page]:
    set_desk_clock("2026-11-20 17:05")
    context = chromium.new_context(locale="ja-JP", base_url=live_server.url, **options)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_and_nothing_is_in_the_way(
    chromium: Browser, live_server: Any, path: str
) -> None:
    with a_window(chromium, live_server) as page:
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            assert not page.evaluate(SIDEWAYS), width
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        assert [said for said in complaints if "404" not in said] == []


def test_letters_twice_as_large_scroll_nothing_sideways(
    chromium: Browser, live_server: Any
) -> None:
    with a_window(chromium, live_server, viewport={"width": 1280, "height": 800}) as page:
        for path in PAGES:
            page.goto(path)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert not page.evaluate(SIDEWAYS), path


def test_on_a_phone_the_menu_opens_without_script(chromium: Browser, live_server: Any) -> None:
    phone = {"width": 390, "height": 800}
    with a_window(chromium, live_server, viewport=phone, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_text("メニュー", exact=True).click()
        page.locator(".site-menu").get_by_role("link", name="営業日カレンダー").click()
        assert page.get_by_role("heading", level=1).inner_text().endswith("2026年11月")


def test_the_keyboard_reaches_the_text_first(chromium: Browser, live_server: Any) -> None:
    with a_window(chromium, live_server) as page:
        page.goto("/calendar/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_the_status_line_follows_the_desks_clock_and_not_the_browsers(
    chromium: Browser, live_server: Any
) -> None:
    with a_window(chromium, live_server) as page:
        page.clock.install()
        page.goto("/calendar/")
        assert "受付中" in page.locator("#status-line").inner_text()
        set_desk_clock("2026-11-20 17:30")
        page.clock.fast_forward(61_000)
        page.get_by_text("受付時間外").wait_for()
