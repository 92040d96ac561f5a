import pytest
from django.test import Client

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection to the broker while signing in fails the test."""

    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("signing in asked for Redis")

    monkeypatch.setattr("redis.connection.AbstractConnection.connect", refuse)


def test_customers_sign_in(client: Client) -> None:
    assert doors.sign_in_by_code(client, a_contact().user)["Location"] == "/"


def test_staff_sign_in(client: Client) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    assert doors.opens_admin(client)


def test_limits_still_count(client: Client) -> None:
    staff = a_staff_member()
    for _ in range(11):
        response = doors.give_password(client, staff, "wrong")
    assert "しばらく待ってから" in response.content.decode()
