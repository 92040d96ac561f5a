import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = pytest.mark.django_db


def _policy(response: Any) -> dict[str, list[str]]:
    directives = response["Content-Security-Policy"].split(";")
    return {name: values for name, *values in (part.split() for part in directives)}


def test_pages_for_customers_allow_no_inline_script_or_style(client: Client) -> None:
    policy = _policy(client.get("/sign-in/"))
    assert policy["default-src"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in str(policy)


def test_only_the_admin_may_evaluate_as_unfold_needs(client: Client) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    policy = _policy(client.get("/staff/password_change/"))
    assert policy["script-src"] == ["'self'", "'unsafe-eval'"]
    assert policy["style-src"] == ["'self'", "'unsafe-inline'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in str(_policy(client.get("/staff-sign-in/factors/")))


@pytest.mark.parametrize("path", ["/sign-in/", "/staff-sign-in/", "/staff/", "/no-such-page/"])
def test_every_answer_is_guarded(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Content-Security-Policy" in headers


def test_nobody_keeps_a_copy_of_what_stands_behind_a_sign_in(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    for path in ("/calendar/", "/terms/", "/no-such-page/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_cookies_stay_out_of_scripts_and_of_other_sites(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


def test_over_https_cookies_belong_to_this_host_alone() -> None:
    production = _production_settings()
    assert production["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert production["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert production["SESSION_COOKIE_SECURE"] is production["CSRF_COOKIE_SECURE"] is True
    assert production["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert production["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


_NAMES = (
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
)
_TELL = f"""
import json
from supportdesk import settings
print(json.dumps({{name: getattr(settings, name) for name in {_NAMES}}}))
"""


def _production_settings() -> dict[str, Any]:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "k" * 50,
        "FIELD_ENCRYPTION_KEYS": "x",
        "DATABASE_URL": "postgres://nobody@/nothing",
    }
    told = subprocess.run(
        [sys.executable, "-c", _TELL], env=environment, capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def test_a_form_without_its_token_is_refused() -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in (doors.ASK, doors.STAFF, doors.OUT):
        assert strict.post(path, {"email": "a@customer.example"}).status_code == 403
