"""One person at a browser, and what is looked at on every page that they visit."""

from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axe_playwright_python.sync_playwright import Axe
from django.conf import global_settings
from django.test import override_settings
from playwright.sync_api import ConsoleMessage, Page

from supportdesk.accounts.models import User
from tests.accounts.doors import app_code
from tests.journeys.desk import Desk

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
PASSWORD = "correct horse battery staple"
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1280, "height": 900}


def somebody_of_the_staff(name: str = "中村 沙織") -> User:
    """May do everything on the staff's side."""
    # The web process is a real one: it does not know the tests' quick hasher.
    with override_settings(PASSWORD_HASHERS=global_settings.PASSWORD_HASHERS):
        return User.objects.create_superuser("s.nakamura@supportdesk.example", PASSWORD, name=name)


@dataclass
class Visitor:
    page: Page
    desk: Desk
    complaints: list[str] = field(default_factory=list)
    scripted: bool = True

    def __post_init__(self) -> None:
        self.page.set_viewport_size(SCREEN)  # type: ignore[arg-type]
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def sign_in_by_code(self, email: str) -> None:
        """As a customer does: address, then the code from the mail."""
        known = len(self.desk.mails(email))
        self.go("/sign-in/")
        self.looks_right()
        self.page.get_by_label("メールアドレス").fill(email)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/sign-in/code/**")
        self.looks_right()
        code = self.desk.sign_in_code(email, known)
        self.page.locator("input[name=code]").fill(code)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def sign_in_as_staff(self, user: User) -> None:
        """Password, then the code of the authenticator app; ends on the staff's side."""
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        self.go("/staff/")
        self.give_password(user)
        code = app_code(secret)
        self.page.locator("input[name=code]").fill(code)
        self.page.get_by_role("button", name="サインインする").click()
        self.page.wait_for_url("**/staff/**")

    def give_password(self, user: User) -> None:
        self.page.get_by_label("メールアドレス").fill(user.email)
        self.page.get_by_label("パスワード").fill(PASSWORD)
        self.page.get_by_role("button", name="次へ進む").click()

    def tab_to(self, selector: str) -> None:
        """Move on with the Tab key; where the focus is can be seen all the way."""
        for _step in range(80):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(_FOCUS_IS_VISIBLE), self.page.evaluate(_FOCUSED)
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the Tab key never reaches {selector}")

    def looks_right(self, *, phone: bool = True) -> None:
        """No accessibility finding, nothing that scrolls sideways, no script or policy error."""
        if not self.scripted:  # axe is a script itself
            return
        self._axe()
        if phone:
            self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            self._fits()
            self._axe()
            self.page.set_viewport_size(SCREEN)  # type: ignore[arg-type]
        assert not self.complaints, self.complaints

    def _axe(self) -> None:
        results: Any = Axe().run(self.page, options=WCAG)
        found = [
            f"{finding['id']}: {node['html'][:300]} {node['failureSummary'][:300]}"
            for finding in results.response["violations"]
            for node in finding["nodes"]
        ]
        assert not found, f"{self.page.url}\n" + "\n".join(found)

    def _fits(self) -> None:
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], (
            f"{self.page.url} is {width} px wide on a phone: {self.page.evaluate(_WIDEST)}"
        )


_WIDEST = """() => [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""

_FOCUSED = "() => document.activeElement.outerHTML.slice(0, 200)"
# An outline or a shadow on the element itself, or on the card around a radio button.
_FOCUS_IS_VISIBLE = """() => {
    const drawn = e => {
        const style = getComputedStyle(e);
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    };
    const focused = document.activeElement;
    return focused === document.body || [focused, focused.closest('label'),
        focused.parentElement, focused.nextElementSibling].some(e => e && drawn(e));
}"""
