"""A customer at the pages, without a browser: what they type, and where they are led."""

import re
from typing import Any
from uuid import UUID

from django.test import Client

from contracts.models import Contact
from licensing.models import License
from tests.clock import set_desk_clock
from tests.licensing.builders import a_code

APPLY = "/license/apply/"


def signed_in(contact: Contact) -> Client:
    client = Client()
    client.force_login(contact.user)
    return client


def typed(license_: License, **changed: Any) -> dict[str, Any]:
    """A form filled in well, but for what is `changed`."""
    return {
        "license": license_.pk,
        "old_server_name": "",
        "new_server_name": "aoba-app02",
        "new_host_code": a_code(),
        "reason": "replacement",
        "planned_on": "2026/12/5",
        "note": "",
        "declaration": "on",
        **changed,
    }


def start(client: Client) -> str:
    """Open a new form; gives its address."""
    return str(client.get(APPLY)["Location"])


def fill_in(client: Client, data: dict[str, Any], at: str = "") -> str:
    """Fill in the form and go on; gives the address of the confirmation."""
    response = client.post(at or start(client), data)
    assert response.status_code == 302, errors_of(response)
    return str(response["Location"])


def shown_on(client: Client, confirm: str) -> str:
    """The confirmation's signed memory of what it showed."""
    page = client.get(confirm).content.decode()
    found = re.search(r'name="shown" value="([^"]+)"', page)
    assert found, page
    return found[1]


def send_from(client: Client, confirm: str, at: str | None = None) -> Any:
    """Look at the confirmation now, press the button (at another time, when given)."""
    shown = shown_on(client, confirm)
    if at:
        set_desk_clock(at)
    return client.post(confirm, {"shown": shown})


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def token_in(url: str) -> UUID:
    return UUID(url.split("/")[3])
