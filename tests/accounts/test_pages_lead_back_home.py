"""F-20: after signing in people come back to a page of this site, and to no other."""

import pytest
from django.test import Client

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http:///evil.example",
    "///evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "\t//evil.example",
    "//testserver@evil.example/",
    "%0d%0aSet-Cookie:a=b",
    "\r\nSet-Cookie:a=b",
    "evil.example",
]


@pytest.mark.parametrize("goal", ELSEWHERE)
def test_customers_do_not_follow_a_link_elsewhere(client: Client, goal: str) -> None:
    user = a_contact().user
    doors.ask_for_code(client, user.email, next=goal)
    response = doors.type_code(client, doors.code_in(doors.code_mails().get()), next=goal)
    assert response["Location"] == "/"
    assert "Set-Cookie: a" not in str(response.headers)


@pytest.mark.parametrize("goal", ELSEWHERE[:3])
def test_staff_do_not_follow_a_link_elsewhere(client: Client, goal: str) -> None:
    staff = a_staff_member()
    secret = doors.with_app(staff)
    doors.give_password(client, staff, next=goal)
    response = client.post(doors.SECOND, {"code": doors.app_code(secret)})
    assert response["Location"] == "/staff/"
    for other in ELSEWHERE:
        assert client.get("/staff/login/", {"next": other})["Location"] == "/staff/", other


def test_signing_out_leads_nowhere_else(client: Client) -> None:
    for goal in ELSEWHERE:
        assert client.post(doors.OUT, {"next": goal})["Location"] == "/", goal


def test_the_page_that_was_asked_for_comes_back(client: Client) -> None:
    goal = "/calendar/?month=2026-11"
    user = a_contact().user
    response = doors.ask_for_code(client, user.email, next=goal)
    assert response["Location"] == "/sign-in/code/?next=%2Fcalendar%2F%3Fmonth%3D2026-11"
    page = client.get(response["Location"])
    assert 'name="next" value="/calendar/?month=2026-11"' in page.content.decode()
    response = doors.type_code(client, doors.code_in(doors.code_mails().get()), next=goal)
    assert response["Location"] == goal


def test_the_staff_page_that_was_asked_for_comes_back(client: Client) -> None:
    staff = a_staff_member()
    secret = doors.with_app(staff)
    response = client.get("/staff/password_change/", follow=True)
    (*_ways, (last, _status)) = response.redirect_chain
    assert last == "/staff-sign-in/?next=/staff/password_change/"
    client.post(last, {"login": staff.email, "password": doors.PASSWORD})
    response = client.post(doors.SECOND, {"code": doors.app_code(secret)})
    assert response["Location"] == "/staff/password_change/"
