from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from supportdesk.accounts.access import customer_required, person, recent_sign_in
from supportdesk.accounts.models import User
from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = pytest.mark.django_db


@customer_required
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(person(request).contact.customer.name)


def _request(user: User | AnonymousUser, **headers: str) -> HttpRequest:
    request = RequestFactory().get("/inquiries/?page=2", headers=headers)
    request.user = user
    request.session = {}  # type: ignore[assignment]
    return request


def test_a_contact_sees_it_and_nobody_keeps_a_copy() -> None:
    contact = a_contact()
    response = page(_request(contact.user))
    assert response.content.decode() == contact.customer.name  # type: ignore[attr-defined]
    assert "no-store" in response["Cache-Control"]


def test_a_stranger_signs_in_and_comes_back() -> None:
    response = page(_request(AnonymousUser()))
    assert response["Location"] == "/sign-in/?next=/inquiries/%3Fpage%3D2"


def test_a_fragment_moves_the_whole_page() -> None:
    request = _request(AnonymousUser())
    request.htmx = True  # type: ignore[attr-defined]
    assert page(request).headers["HX-Redirect"] == "/sign-in/?next=/inquiries/%3Fpage%3D2"


def test_staff_are_shown_the_way_to_their_side() -> None:
    response = page(_request(a_staff_member()))
    assert response.status_code == 403
    assert 'href="/staff/"' in response.content.decode()  # type: ignore[attr-defined]


def test_a_sign_in_is_recent_for_so_many_minutes(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    assert recent_sign_in(request, 10)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=9)):  # noqa: TID251
        assert recent_sign_in(request, 10)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1)):  # noqa: TID251
        assert not recent_sign_in(request, 10)


def test_nobody_s_sign_in_is_recent() -> None:
    assert not recent_sign_in(_request(AnonymousUser()), 10)
