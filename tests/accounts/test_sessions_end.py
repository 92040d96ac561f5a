from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = pytest.mark.django_db


def signed_in(client: Client) -> bool:
    client.get("/health/")
    return "_auth_user_id" in client.session


def _visit(client: Client, *hours: float) -> bool:
    """Visits at these hours after now; whether the last one still found the person signed in."""
    start = datetime.now(UTC)  # noqa: TID251
    found = False
    for hour in hours:
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            found = signed_in(client)
    return found


@pytest.mark.parametrize(
    ("hours", "is_in"),
    [
        pytest.param([11.9], True, id="within 12 hours"),
        pytest.param([12.1], False, id="12 hours without a visit"),
        pytest.param([11 * n for n in range(1, 16)], True, id="six days of visits"),
        pytest.param([11 * n for n in range(1, 17)], False, id="seven days altogether"),
    ],
)
def test_a_sign_in_of_a_customer_ends_in_time(
    client: Client, hours: list[float], is_in: bool
) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    assert _visit(client, *hours) is is_in


@pytest.mark.parametrize(
    ("hours", "is_in"),
    [
        pytest.param([0.49], True, id="within half an hour"),
        pytest.param([0.51], False, id="half an hour without a visit"),
        pytest.param([0.4 * n for n in range(1, 20)], True, id="a morning of visits"),
        pytest.param([0.4 * n for n in range(1, 22)], False, id="eight hours altogether"),
    ],
)
def test_a_sign_in_of_staff_ends_in_time(client: Client, hours: list[float], is_in: bool) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    assert _visit(client, *hours) is is_in


def test_fragments_that_a_page_asks_for_by_itself_keep_nobody_signed_in(client: Client) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    start = datetime.now(UTC)  # noqa: TID251
    for minute in (10, 20, 29):
        with time_machine.travel(start + timedelta(minutes=minute)):
            client.get("/status/", headers={"HX-Request": "true"})
    assert not _visit(client, 0.55)


def test_signing_out_ends_it_on_the_server(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    key = client.cookies["sessionid"].value
    client.post(doors.OUT)
    client.cookies["sessionid"] = key
    assert not signed_in(client)


def test_signing_out_is_not_done_by_a_link(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    client.get(doors.OUT)
    assert signed_in(client)


def test_a_contact_who_leaves_is_out_at_the_next_request(client: Client) -> None:
    user = a_contact().user
    doors.sign_in_by_code(client, user)
    assert client.get("/sign-in/").status_code == 302
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get("/sign-in/").status_code == 200


def test_people_are_told_why_they_are_out(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=13)):  # noqa: TID251
        page: Any = client.get("/sign-in/")
    assert "時間がたったためサインアウトしました" in page.content.decode()
