"""No English word on the staff's side: every list, form, history and deletion of the admin."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from supportdesk.accounts.models import User
from tests.accounts import doors
from tests.builders import a_period, a_staff_member
from tests.clock import desk_clock
from tests.inquiries.desk import an_inquiry
from tests.licensing.builders import an_application
from tests.outbox.mails import put_mail
from tests.spoken import spoken

pytestmark = pytest.mark.django_db

# What people type or what has no Japanese name: not words of ours.
_DATA = re.compile(
    r"\S+@\S+|https?://\S+|\b[A-Z]+-[\d-]+\b|(?i:desknet's NEO)"
    r"|\bproduct-\d+|aoba-app\d+|\bdn-standard\b"
    r"|\b[\w-]+\.(?:log|txt|zip|csv|ics|pdf)\b"
)
_NAMES = {"CSV", "ICS", "ID", "OS", "URL", "PDF", "MAC", "IP", "SMTP", "Enter", "esc", "UTC"}
_NAMES |= {"FAX", "Web", "Excel", "MB", "Unicode", "Shift", "JIS"}
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")


def english_in(page: str) -> set[str]:
    text = _DATA.sub(" ", " ".join(spoken(page)))
    return {word for word in _WORD.findall(text) if word not in _NAMES}


def _administrator(client: Client) -> User:
    staff = a_staff_member()
    staff.is_superuser = True
    staff.save(update_fields=["is_superuser"])
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    return staff


def _addresses() -> Iterator[str]:
    yield reverse("admin:password_change")
    yield reverse("admin:search") + "?s=a"
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_add")
        if row := model._default_manager.first():
            for page in ("change", "delete", "history"):
                yield reverse(f"{name}_{page}", args=[row.pk])


def test_every_page_of_the_admin(client: Client) -> None:
    with desk_clock("2026-11-20 16:55"):
        a_period()
        an_inquiry()
        an_application()
        put_mail()
    staff = _administrator(client)
    (app_list,) = {reverse("admin:accounts_staffmember_changelist")}
    found: dict[str, Any] = {}
    for address in [*_addresses(), f"{app_list}{staff.pk}/password/"]:
        response = client.get(address)
        assert response.status_code in {200, 302, 403}, address
        # Histories name the command that made these rows: this one.
        if words := english_in(response.content.decode()) - {"pytest"}:
            found[address] = words
    assert found == {}


def test_the_pages_around_signing_in(client: Client) -> None:
    found = {address: english_in(_page(client, address)) for address in _DOORS}
    _administrator(client)
    found |= {address: english_in(_page(client, address)) for address in _OWN}
    assert {address: words for address, words in found.items() if words} == {}


_DOORS = [doors.ASK, doors.STAFF, "/sign-in/refused/"]
_OWN = [
    f"/staff-sign-in/factors/{page}"
    for page in ("", "app/remove/", "passkeys/", "passkeys/add/", "codes/new/")
]


def _page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()
