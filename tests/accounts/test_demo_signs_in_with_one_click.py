from typing import Any

import pytest
from django.test import Client

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.demo_urls")]
CLICK = "/demo/sign-in/"


def test_one_click_signs_in_a_customer(client: Client, settings: Any) -> None:
    settings.DEMO = True
    user = a_contact().user
    assert client.post(CLICK, {"email": user.email})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_as_staff_through_the_gate(client: Client, settings: Any) -> None:
    settings.DEMO = True
    response = client.post(CLICK, {"email": a_staff_member().email})
    assert response["Location"] == "/staff/"
    assert doors.opens_admin(client)


def test_from_one_to_the_other_and_back_to_a_page_of_ours(client: Client, settings: Any) -> None:
    settings.DEMO = True
    staff, contact = a_staff_member(), a_contact()
    client.post(CLICK, {"email": staff.email})
    response = client.post(CLICK, {"email": contact.user.email, "next": "/calendar/"})
    assert response["Location"] == "/calendar/"
    assert not doors.opens_admin(client)
    response = client.post(CLICK, {"email": staff.email, "next": "//evil.example"})
    assert response["Location"] == "/staff/"


def test_not_by_a_link_and_not_as_anybody(client: Client, settings: Any) -> None:
    settings.DEMO = True
    assert client.get(CLICK).status_code == 405
    assert client.post(CLICK, {"email": "nobody@customer.example"}).status_code == 404


def test_outside_the_demo_it_refuses_even_if_somebody_mounts_it(client: Client) -> None:
    assert client.post(CLICK, {"email": a_staff_member().email}).status_code == 400
    assert "_auth_user_id" not in client.session
