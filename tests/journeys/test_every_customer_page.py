"""Every page that customers and visitors can open: accessible, and as wide as their window.

Which pages there are is read from the table of policies, so that a new one is looked at too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from contracts.models import Contact
from licensing import services
from licensing.models import Application
from tests.builders import a_contact, a_staff_member
from tests.clock import set_desk_clock, tokyo
from tests.journeys.test_pages_for_everybody import SIDEWAYS, WCAG
from tests.licensing.builders import (
    a_code,
    a_held_application,
    a_license,
    an_application,
    send,
    wanted,
)
from tests.licensing.moves import an_issued_move, fresh, key_of, signed_text
from tests.licensing.visitor import fill_in, signed_in, typed
from tests.signing.keys import a_key_ring
from tests.test_who_may_see_what import DOOR, POLICIES, World, world

__all__ = ["world"]

NARROW, WIDE = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
# Without its own page, or a page of the staff's.
_NOT_THEIRS = ("mfa_", "account_")


@contextmanager
def a_browser(
    chromium: Browser, live_server: Any, client: Client | None = None
) -> Iterator[BrowserContext]:
    """A window; of whoever `client` is signed in as."""
    context = chromium.new_context(locale="ja-JP", base_url=live_server.url)
    if client is not None:
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
    yield context
    context.close()


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands; told of all, so that one run finds them all."""
    found = []
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if page.evaluate(SIDEWAYS):
        found.append(f"{page.url} is wider than a phone")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.set_viewport_size({"width": 720, "height": 900})
    if page.evaluate(SIDEWAYS):
        found.append(f"{page.url} is wider than its window with letters twice as large")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    results: Any = Axe().run(page, options=WCAG)
    return found + [
        f"{page.url}: {finding['id']}: {node['html'][:200]}"
        for finding in results.response["violations"]
        for node in finding["nodes"]
    ]


def seen_by(world: World, person: str) -> list[str]:
    """The addresses that show this person a whole page."""
    client, found = world.clients[person](), []
    for name, policy in POLICIES.items():
        if policy is DOOR or person not in policy.seen or name.startswith(_NOT_THEIRS):
            continue
        if "get" in policy.methods:
            address = reverse(name, args=world.arguments.get(name))
            answer = client.get(address, follow=True)
            if "html" in answer.headers["Content-Type"] and not answer.streaming:
                found += [address] if b"<html" in answer.content else []
    return found


@pytest.mark.parametrize("person", ["customer", "anonymous"])
def test_every_page_of_the_portal(
    chromium: Browser, live_server: Any, world: World, person: str
) -> None:
    addresses = seen_by(world, person)
    assert len(addresses) > (30 if person == "customer" else 6)
    wrong = []
    with a_browser(
        chromium, live_server, world.clients[person]() if person == "customer" else None
    ) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        for address in addresses:
            page.goto(address)
            wrong += faults(page)
    assert not wrong, "\n".join(wrong)


def test_a_move_in_every_state(
    chromium: Browser, live_server: Any, tmp_path: Path, transactional_db: None
) -> None:
    wrong = []
    for address, client in _states(tmp_path):
        with a_browser(chromium, live_server, client) as context:
            page = context.new_page()
            page.goto(address)
            assert "/sign-in/" not in page.url
            wrong += faults(page)
    assert not wrong, "\n".join(wrong)


def _states(folder: Path) -> Iterator[tuple[str, Client]]:
    """Pages of moves that the table's world does not have."""
    set_desk_clock("2026-11-20 16:10")
    issued = an_issued_move(folder / "one", "2026-11-20 16:00")
    client = signed_in(issued.applicant)
    yield f"/license/{issued.number}/", client
    yield f"/license/{issued.number}/stop/", client
    yield f"/license/licenses/{issued.license.number}/", client
    yield f"/license/keys/{key_of(issued).serial}/", client
    at = f"/license/{issued.number}/correct/"
    again = {"new_server_name": "aoba-app02", "new_host_code": a_code(), "note": ""}
    yield fill_in(client, again, at=at), client
    held = a_held_application("2026-11-20 16:00")
    yield f"/license/{held.number}/", signed_in(held.applicant)
    yield f"/license/{held.number}/done/", signed_in(held.applicant)
    services.return_to_customer(
        held, by=a_staff_member(), missing="ホストコードを", now=tokyo("2026-11-20 16:05")
    )
    yield f"/license/{held.number}/", signed_in(held.applicant)
    yield f"/license/{held.number}/correct/", signed_in(held.applicant)
    yield from _out_of_hours(folder)
    contact = a_contact()
    client = signed_in(contact)
    yield fill_in(client, typed(a_license(contact))), client
    uncovered = a_contact()
    client = signed_in(uncovered)
    yield fill_in(client, typed(a_license(uncovered, covered=False))), client
    withdrawn = an_application("2026-11-20 17:05")
    by = withdrawn.applicant.user
    services.withdraw(withdrawn, by=by, now=tokyo("2026-11-20 17:06"))
    yield f"/license/{withdrawn.number}/", signed_in(withdrawn.applicant)
    yield "/license/", signed_in(a_contact())  # nothing there yet


def _out_of_hours(folder: Path) -> Iterator[tuple[str, Client]]:
    set_desk_clock("2026-11-21 23:31")
    contact = a_contact()
    client = signed_in(contact)
    yield fill_in(client, typed(a_license(contact))), client
    bridged = send(wanted(a_license(a_contact())), "2026-11-21 23:30", provisional="日曜に")
    with a_key_ring(folder / "two"):
        services.issue_due(now=tokyo("2026-11-21 23:30"))
    client = signed_in(bridged.applicant)
    yield f"/license/{bridged.number}/", client
    yield f"/license/{bridged.number}/withdraw/", client


def test_forms_with_errors(chromium: Browser, live_server: Any, transactional_db: None) -> None:
    set_desk_clock("2026-11-20 10:00")
    contact = a_contact()
    move = send(wanted(a_license(contact)), "2026-11-20 17:05", applicant=contact)
    a_license(contact)
    wrong = []
    with a_browser(chromium, live_server, signed_in(contact)) as context:
        page = context.new_page()
        for address in (
            "/license/apply/",
            f"/license/{move.number}/correct/",
            f"/license/{move.number}/provisional/",
            "/license/request/",
            "/verify/",
            "/contracts/people/invite/",
            "/contracts/mailbox/",
            "/contracts/profile/",
        ):
            page.goto(address)
            typed_in = (
                "main form :is(input[type=text], input[type=email], input[type=tel], textarea)"
            )
            for field in page.locator(typed_in).all():
                field.fill("")
            page.locator("main form .btn-primary").first.click()
            assert page.title().startswith("エラー"), address
            wrong += faults(page)
    assert not wrong, "\n".join(wrong)


def test_a_key_is_shown_and_printed_black_on_white(
    chromium: Browser, live_server: Any, tmp_path: Path, transactional_db: None
) -> None:
    set_desk_clock("2026-11-20 16:10")
    with a_key_ring(tmp_path / "keys"):
        move, contact = _issued_here("2026-11-20 16:00")
        with a_browser(chromium, live_server, fresh(contact)) as context:
            page = context.new_page()
            page.goto(f"/license/{move.number}/")
            page.get_by_role("button", name="キーを表示").first.click()
            page.locator("#key-text").wait_for()
            wrong = faults(page)
            page.emulate_media(media="print")
            assert page.evaluate(_PRINTED_GREY) == []
            page.emulate_media(media="screen")
            page.goto("/verify/")
            page.locator("textarea").fill(signed_text(key_of(move)))
            page.get_by_role("button", name="確かめる").click()
            page.get_by_role("heading", name="本物のキーです").wait_for()
            wrong += faults(page)
    assert not wrong, "\n".join(wrong)


def _issued_here(wall: str) -> tuple[Application, Contact]:
    contact = a_contact()
    move = send(wanted(a_license(contact)), wall, applicant=contact)
    services.issue_due(now=tokyo(wall))
    return Application.objects.for_pages().get(pk=move.pk), contact


_PRINTED_GREY = """() => [...document.querySelectorAll('html, html *')]
    .filter(e => e.offsetParent !== null || e === document.body)
    .filter(e => !['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'].includes(
        getComputedStyle(e).backgroundColor))
    .map(e => e.outerHTML.slice(0, 90))"""
