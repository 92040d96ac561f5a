"""A real browser, where there is one, on a desk of real processes."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.journeys.chromium import CHROMIUM, FLAGS
from tests.journeys.desk import Desk, UsualDesk
from tests.journeys.visitor import Visitor

# Playwright's own event loop lives in this thread; our queries between its calls are no danger.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not CHROMIUM and not os.environ.get("BROWSER_REQUIRED"):
                item.add_marker(pytest.mark.skip(reason="there is no Chromium on this machine"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not CHROMIUM:
        terminalreporter.section("NO BROWSER", sep="!", red=True, bold=True)
        terminalreporter.line(
            "There is no Chromium on this machine: THE BROWSER JOURNEYS DID NOT RUN.\n"
            "Install it (Debian: apt install chromium fonts-noto-cjk) and run again."
        )


@pytest.fixture(scope="session")
def playwright_here() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright_here: Playwright) -> Iterator[Browser]:
    browser = playwright_here.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def usual_desk(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[UsualDesk]:
    usual = UsualDesk(tmp_path_factory.mktemp("desks"))
    yield usual
    with django_db_blocker.unblock():
        usual.close()


@pytest.fixture
def desk(transactional_db: None, usual_desk: UsualDesk) -> Desk:
    """It goes on running between journeys; the database and the mails are as if it were new."""
    return usual_desk.open()


@pytest.fixture(autouse=True)
def _no_desk_but_ones_own(
    request: pytest.FixtureRequest, transactional_db: None, usual_desk: UsualDesk
) -> None:
    if "desk" not in request.fixturenames:
        usual_desk.close()


_windows: list[Page] = []


@pytest.fixture
def visitors(chromium: Browser, desk: Desk) -> Iterator[Any]:
    """`visitors()` opens a browser window of its own for one person."""

    def open_window(**options: Any) -> Visitor:
        context = chromium.new_context(locale="ja-JP", base_url=desk.url, **options)
        context.set_default_timeout(15_000)
        page = context.new_page()
        _windows.append(page)
        return Visitor(page, desk, scripted=options.get("java_script_enabled", True))

    yield open_window
    while _windows:
        _windows.pop().context.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What a failed journey saw: the page and what the processes said."""
    outcome: Any = yield
    report = outcome.get_result()
    desk = getattr(item, "funcargs", {}).get("desk")
    if report.when == "call" and report.failed and desk is not None:
        for number, page in enumerate(_windows):
            picture = Path("test-results") / f"{item.name}-{number}.png"
            page.screenshot(path=picture, full_page=True)
            report.sections.append((f"{page.url} ({picture})", page.inner_text("body")))
        report.sections.append(("the desk's processes", desk.logs()))
