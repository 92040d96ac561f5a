"""The pictures of README.md, taken from the demo itself: `make screenshots`."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from supportdesk.demo.servers import free_port  # noqa: E402 - after the path
from tests.journeys.chromium import CHROMIUM, FLAGS  # noqa: E402

IMAGES = ROOT / "docs" / "images"
HOME = ROOT / ".var" / "screenshots"
MOMENT = "2026-11-20 16:58"
STARTS_WITHIN_SECONDS = 240
# What scrolls within its window.
BY_THE_SCREEN = {"queue", "ledger"}
# The bar is the demo's, not the desk's.
WITHOUT_THE_BAR = "document.querySelector('.demo-bar').remove()"


def main() -> None:
    if not CHROMIUM:
        sys.exit("There is no Chromium on this machine: apt install chromium fonts-noto-cjk")
    shutil.rmtree(HOME, ignore_errors=True)
    port = free_port()
    run = ["-m", "supportdesk.demo", "run", "--port", str(port), "--at", MOMENT]
    demo = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-W", "ignore", *run],
        cwd=ROOT,
        env=os.environ | {"DEMO_HOME": str(HOME)},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, demo)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            context = browser.new_context(
                base_url=url, locale="ja-JP", viewport={"width": 1280, "height": 900}
            )
            _take(context.new_page())
            browser.close()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait()
        shutil.rmtree(HOME, ignore_errors=True)


def _wait_for(url: str, demo: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < end and demo.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/health/", timeout=5).close()  # noqa: S310 - our own
        except OSError:
            time.sleep(0.3)
        else:
            return
    sys.exit("the demo did not start")


def _take(page: Page) -> None:
    _be(page, "佐々木 亮")
    _picture(page, "home", "/")
    _picture(page, "calendar", "/calendar/")
    _picture(page, "contract", "/contracts/S-10482/")
    page.goto("/license/")
    page.get_by_role("link", name="本社サーバーの移設").first.click()
    _picture(page, "move")
    page.goto("/inquiries/new/")
    page.locator("input[name=contract]").first.check()
    page.get_by_text("更新作業").click()
    page.get_by_label("件名").fill("バージョンアップ前に確認すべき設定")
    page.locator("textarea[name=text]").fill(
        "バージョン 7.5 R2.0 へのバージョンアップを検討しています。"
        "事前に控えておくべき設定と、作業当日の手順についてご教示ください。"
    )
    page.locator(".actions button[value=confirm]").click()
    page.wait_for_url("**/confirm/")
    _picture(page, "confirm")
    _be(page, "中村 沙織")
    page.set_viewport_size({"width": 1440, "height": 900})
    _picture(page, "queue", "/staff/inquiries/inquiry/")
    _picture(page, "ledger", "/staff/promises/promise/")


def _be(page: Page, name: str) -> None:
    page.goto("/")
    if page.locator(".demo-bar details").get_attribute("open") is None:
        page.locator(".demo-bar summary").click()
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def _picture(page: Page, name: str, path: str = "") -> None:
    if path:
        page.goto(path)
    page.evaluate(WITHOUT_THE_BAR)
    page.wait_for_timeout(500)
    page.screenshot(path=IMAGES / f"{name}.png", full_page=name not in BY_THE_SCREEN)


if __name__ == "__main__":
    main()
