"""Signed out in the middle of a form: what was typed is there again after signing in."""

import re
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contact
from licensing.models import Application
from tests.accounts import doors
from tests.builders import a_contact
from tests.clock import set_desk_clock
from tests.licensing.builders import a_code, a_license, an_application
from tests.licensing.visitor import fill_in, shown_on, signed_in, start, typed

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture
def contact() -> Contact:
    set_desk_clock("2026-11-20 10:00")
    return a_contact()


def run_out(client: Client) -> None:
    """The session is gone, as after twelve hours; the form is still in the window."""
    client.session.flush()
    client.cookies.pop("sessionid", None)


def offered(client: Client, at: str) -> dict[str, str]:
    """What the page offers to send again."""
    page = client.get(at).content.decode()
    assert "入力した内容が残っています" in page, page
    first = page[page.index("<main") : page.index("入力した内容で続ける")]
    return {name: value for name, value in HIDDEN.findall(first) if name != "csrfmiddlewaretoken"}


def come_back(client: Client, contact: Contact, answer: Any, at: str) -> None:
    """Send to sign in, by the code from a mail, and back again, in the same browser."""
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")
    doors.sign_in_by_code(client, contact.user)


def test_the_form_comes_back_as_it_was_typed(contact: Contact) -> None:
    client = signed_in(contact)
    at = start(client)
    data = typed(a_license(contact), new_server_name="aoba-kept", new_os="RHEL 9")
    run_out(client)
    come_back(client, contact, client.post(at, data), at)

    again = offered(client, at)

    assert again["new_server_name"] == "aoba-kept"
    assert client.post(at, again)["Location"] == f"{at}confirm/"
    assert not Application.objects.exists()  # nothing is sent by itself


def test_what_was_confirmed_is_sent_after_all(contact: Contact) -> None:
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact), new_server_name="aoba-kept"))
    page = client.get(confirm).content.decode()
    form = page[page.index('name="shown"') - 40 :]
    sent = dict(HIDDEN.findall(form))
    run_out(client)
    come_back(client, contact, client.post(confirm, sent), confirm)

    client.post(confirm, offered(client, confirm))

    assert Application.objects.get().new_server_name == "aoba-kept"


def test_a_correction_is_sent_after_all(contact: Contact) -> None:
    move = an_application("2026-11-20 17:05", contact)
    set_desk_clock("2026-11-20 17:10")
    client, at, code = signed_in(move.applicant), f"/license/{move.number}/correct/", a_code()
    data = {**client.get(at).context["form"].initial, "new_host_code": code}
    confirm = fill_in(client, data, at=at)
    page = client.get(confirm).content.decode()
    sent = dict(HIDDEN.findall(page[page.index('name="shown"') - 40 :]))
    run_out(client)
    come_back(client, move.applicant, client.post(confirm, sent), confirm)

    client.post(confirm, offered(client, confirm))

    move.refresh_from_db()
    assert move.new_host_code == code


def test_another_window_that_sends_it_too_is_told_what_became_of_it(contact: Contact) -> None:
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact)))
    page = client.get(confirm).content.decode()
    sent = dict(HIDDEN.findall(page[page.index('name="shown"') - 40 :]))

    first, second = client.post(confirm, sent), client.post(confirm, sent)

    number = Application.objects.get().number
    assert first["Location"] == second["Location"] == f"/license/{number}/done/"


def test_a_correction_pressed_twice_is_one(contact: Contact) -> None:
    move = an_application("2026-11-20 17:05", contact)
    set_desk_clock("2026-11-20 17:10")
    client, at = signed_in(move.applicant), f"/license/{move.number}/correct/"
    data = {**client.get(at).context["form"].initial, "new_host_code": a_code()}
    confirm = fill_in(client, data, at=at)
    page = client.get(confirm).content.decode()
    sent = dict(HIDDEN.findall(page[page.index('name="shown"') - 40 :]))

    first, second = client.post(confirm, sent), client.post(confirm, sent)

    assert first["Location"] == second["Location"] == f"/license/{move.number}/"
    assert move.attempts.count() == 1


def test_it_can_be_left_and_the_page_opened(contact: Contact) -> None:
    client = signed_in(contact)
    at = start(client)
    run_out(client)
    come_back(client, contact, client.post(at, typed(a_license(contact))), at)
    offered(client, at)

    answer = client.post(at, {"forget_typed": "1"})

    assert answer["Location"] == at
    assert "入力した内容が残っています" not in client.get(at).content.decode()


def test_other_pages_are_open_as_ever(contact: Contact) -> None:
    client = signed_in(contact)
    at = start(client)
    run_out(client)
    come_back(client, contact, client.post(at, typed(a_license(contact))), at)

    assert client.get("/license/").context["licenses"]


def test_a_draft_that_nobody_signed_is_no_draft(contact: Contact) -> None:
    client = signed_in(contact)
    confirm = fill_in(client, typed(a_license(contact)))
    shown = shown_on(client, confirm)
    run_out(client)
    client.force_login(contact.user)

    for forged in ("", "x:y:z"):
        answer = client.post(confirm, {"shown": shown, "typed": forged})
        assert answer["Location"] == "/license/apply/"
    assert not Application.objects.exists()
