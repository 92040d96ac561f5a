import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member
from tests.clock import desk_clock

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_code_from_the_mail_signs_the_contact_in(client: Client) -> None:
    contact = a_contact()
    response = doors.ask_for_code(client, contact.user.email)
    assert response["Location"] == doors.CODE
    (mail,) = doors.code_mails()
    response = doors.type_code(client, doors.code_in(mail))
    assert response["Location"] == "/"
    assert signed_in(client)


def test_the_mail_is_secret_due_at_once_and_in_japanese(client: Client) -> None:
    contact = a_contact()
    doors.ask_for_code(client, contact.user.email)
    (mail,) = doors.code_mails()
    assert mail.secret
    assert mail.due_at == mail.put_at
    assert mail.subject == "【年間サポートデスク】サインイン用のコード"
    assert doors.code_in(mail) not in mail.subject
    words = doors.words_of(mail)
    assert "15分以内" in words
    assert "5回" in words


def test_every_code_is_a_mail_of_its_own(client: Client) -> None:
    contact = a_contact()
    doors.ask_for_code(client, contact.user.email)
    doors.ask_for_code(Client(), contact.user.email)
    first, second = doors.code_mails()
    assert doors.code_in(first) != doors.code_in(second)


def test_address_and_code_may_be_typed_full_width(client: Client) -> None:
    contact = a_contact()
    wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
    doors.ask_for_code(client, f"　{contact.user.email.upper().translate(wide)} ")
    (mail,) = doors.code_mails()
    doors.type_code(client, doors.code_in(mail).replace("-", "").translate(wide))
    assert signed_in(client)


@time_machine.travel("2026-11-20 07:55Z", tick=False)
def test_an_unknown_address_learns_nothing_and_gets_no_mail() -> None:
    contact = a_contact()
    address, unknown = contact.user.email, "x" + contact.user.email[1:]
    with desk_clock("2026-11-20 16:55"):
        assert _answers(address) == _answers(unknown)
    assert [mail.recipient for mail in doors.code_mails()] == [address]


def _answers(address: str) -> list[tuple[int, bytes, dict[str, str]]]:
    """All that a person can compare: random tokens and what they typed themselves left out."""
    client = Client()
    answers = [doors.ask_for_code(client, address), client.get(doors.CODE)]
    answers += [doors.type_code(client, "0000-0000") for _ in range(5)]
    answers += [client.get(doors.ASK)]
    return [_seen(answer, address) for answer in answers]


def _seen(response: Any, typed: str) -> tuple[int, bytes, dict[str, str]]:
    content = re.sub(rb'(nonce|csrfmiddlewaretoken" value)="[^"]+"', b"", response.content)
    return response.status_code, content.replace(typed.encode(), b"..."), dict(response.headers)


def test_an_unknown_address_makes_the_same_work() -> None:
    """So its time tells nothing. Statements are compared: a busy machine's clock proves nothing."""
    known, unknown = a_contact().user.email, "nobody@customer.example"
    _statements(known)  # what is read once by a process
    assert _statements(known) == _statements(unknown)


def _statements(address: str) -> list[str]:
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        doors.ask_for_code(Client(), address)
    named = r"SELECT set_config\('pghistory\..*?, true\); "  # who is at work goes before each
    kinds = [" ".join(re.sub(named, "", query["sql"]).split()[:3]) for query in queries]
    kinds = [re.sub(r'"s\d+_x\d+"|_django_curs_\w+', "", kind) for kind in kinds]
    return [kind for kind in kinds if not kind.startswith("ROLLBACK")]


def test_staff_get_the_same_page_and_no_code(client: Client) -> None:
    response = doors.ask_for_code(client, a_staff_member().email)
    assert response["Location"] == doors.CODE
    assert not doors.code_mails().exists()


def test_a_contact_who_left_gets_no_code(client: Client) -> None:
    user = a_contact().user
    user.is_active = False
    user.save(update_fields=["is_active"])
    doors.ask_for_code(client, user.email)
    assert not doors.code_mails().exists()


def test_somebody_who_became_staff_meanwhile_is_refused(client: Client) -> None:
    user = a_contact().user
    doors.ask_for_code(client, user.email)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    response = doors.type_code(client, doors.code_in(doors.code_mails().get()))
    assert response["Location"] == "/sign-in/refused/"
    assert not signed_in(client)


def test_the_fifth_wrong_code_ends_it(client: Client) -> None:
    user = a_contact().user
    doors.ask_for_code(client, user.email)
    code = doors.code_in(doors.code_mails().get())
    for _ in range(4):
        assert doors.type_code(client, "0000-0000").status_code == 200
    assert doors.type_code(client, "0000-0000")["Location"] == doors.ASK
    doors.type_code(client, code)
    assert not signed_in(client)


@pytest.mark.parametrize(("minutes", "is_in"), [(14, True), (16, False)])
def test_a_code_lasts_15_minutes(client: Client, minutes: int, is_in: bool) -> None:
    user = a_contact().user
    doors.ask_for_code(client, user.email)
    code = doors.code_in(doors.code_mails().get())
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):  # noqa: TID251
        doors.type_code(client, code)
        assert signed_in(client) is is_in


def test_a_code_works_once(client: Client) -> None:
    user = a_contact().user
    doors.sign_in_by_code(client, user)
    client.post(doors.OUT)
    doors.type_code(client, doors.code_in(doors.code_mails().get()))
    assert not signed_in(client)


def test_the_code_of_one_browser_does_not_work_in_another(client: Client) -> None:
    user = a_contact().user
    doors.ask_for_code(client, user.email)
    other = Client()
    doors.ask_for_code(other, user.email)
    first, _second = doors.code_mails()
    doors.type_code(other, doors.code_in(first))
    assert not signed_in(other)


def test_after_five_codes_an_address_waits(client: Client) -> None:
    user = a_contact().user
    for _ in range(6):
        response = doors.ask_for_code(Client(), user.email)
    assert response.status_code == 200
    assert "しばらく待ってから" in response.content.decode()
    assert doors.code_mails().count() == 5


def test_signing_in_again_gives_the_session_a_new_key(client: Client) -> None:
    client.get(doors.ASK)
    doors.ask_for_code(client, a_contact().user.email)
    before = client.session.session_key
    doors.type_code(client, doors.code_in(doors.code_mails().get()))
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "path",
    [
        "/signup/",
        "/accounts/signup/",
        "/accounts/login/",
        "/sign-in/signup/",
        "/sign-up/",
        "/password/reset/",
        "/accounts/password/reset/",
        "/email/",
        "/accounts/email/",
        "/demo/sign-in/",
    ],
)
def test_what_is_closed_does_not_exist(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
