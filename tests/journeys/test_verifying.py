"""An auditor with a certificate's QR code, and an administrator with a key, on any device."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from contracts import services as contracts
from contracts.models import Certificate
from licensing import services as licensing
from licensing.models import Key
from supportdesk.outbox import sealing
from tests.builders import a_period
from tests.clock import set_desk_clock, tokyo
from tests.journeys.test_pages_for_everybody import SIDEWAYS, WCAG
from tests.licensing.builders import an_application
from tests.signing.keys import a_key_ring


@pytest.fixture(autouse=True)
def _ring(tmp_path: Path) -> Iterator[None]:
    with a_key_ring(tmp_path, "2026a"):
        yield


@contextmanager
def a_window(chromium: Browser, live_server: Any, **options: Any) -> Iterator[Page]:
    set_desk_clock("2026-11-20 17:05")
    context = chromium.new_context(locale="ja-JP", base_url=live_server.url, **options)
    yield context.new_page()
    context.close()


def a_certificate() -> str:
    order = a_period(accepted_on="2025-12-15")
    contracts.sign_certificates(now=tokyo("2026-01-05 10:00"))
    return Certificate.objects.get(order=order).signed_text


def a_key() -> tuple[Key, str]:
    an_application("2026-11-20 16:50")
    licensing.issue_due(now=tokyo("2026-11-20 16:55"))
    key = Key.objects.exclude(kid="").latest("pk")
    return key, sealing.unseal(bytes(key.sealed_text)).decode()


def nobody_is_kept_out(page: Page) -> None:
    for width in (360, 900, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert not page.evaluate(SIDEWAYS), width
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()


def test_a_qr_code_leads_to_the_verdict(chromium: Browser, live_server: Any) -> None:
    text = a_certificate()
    with a_window(chromium, live_server) as page:
        page.goto("/verify/?t=" + "".join(text.split()))
        expect(page.get_by_role("heading", level=2).first).to_have_text(
            "本物の証書です。いま有効です"
        )
        assert page.title().startswith("本物の証書です。いま有効です")
        nobody_is_kept_out(page)


def test_a_key_is_pasted_put_right_and_checked_without_script(
    chromium: Browser, live_server: Any
) -> None:
    key, text = a_key()
    lines = text.splitlines()
    lines[1] = lines[1][:-1] + ("Z" if lines[1][-1] != "Z" else "Y")
    with a_window(chromium, live_server, java_script_enabled=False) as page:
        page.goto("/")
        page.get_by_role("link", name="証書・キーを確かめる").click()
        page.get_by_label("署名文 どちらか必須").fill("\n".join(lines))
        page.get_by_role("button", name="確かめる", exact=True).click()
        expect(page.get_by_text("2行目に違う文字があります")).to_be_visible()

        page.get_by_label("署名文 どちらか必須").fill(text)
        page.get_by_label("ホストコード 任意").fill(key.shown_host_code)
        page.get_by_role("button", name="確かめる", exact=True).click()
        expect(page.get_by_text("本物のキーです。いま使えます")).to_be_visible()
        expect(page.get_by_text("一致しました")).to_be_visible()
        assert page.url == live_server.url + "/verify/"
        assert page.get_by_label("署名文 どちらか必須").input_value() == ""


def test_what_is_missing_is_said_first_and_the_field_is_one_click_away(
    chromium: Browser, live_server: Any
) -> None:
    with a_window(chromium, live_server) as page:
        page.goto("/verify/")
        page.get_by_role("button", name="確かめる", exact=True).click()
        assert page.title().startswith("エラー")
        page.get_by_role("link", name="署名文を貼り付けるか、ファイルを選んでください").click()
        assert page.evaluate("document.activeElement.id") == "id_text"
        nobody_is_kept_out(page)


def test_a_refusal_is_readable_for_everybody(chromium: Browser, live_server: Any) -> None:
    with a_window(chromium, live_server) as page:
        page.goto("/verify/?t=2026000123")
        expect(page.get_by_text("番号だけでは確かめられません").first).to_be_visible()
        nobody_is_kept_out(page)
