import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from tests.accounts import doors
from tests.builders import a_staff_member

pytestmark = pytest.mark.django_db


def _own_pages() -> list[URLPattern]:
    """Every address of the admin that names one row: its own pages and its actions."""
    return [
        pattern
        for model_admin in admin.site._registry.values()
        for pattern in model_admin.get_urls()
        if isinstance(pattern, URLPattern) and "object_id" in pattern.pattern.converters
    ]


@pytest.mark.parametrize("key", ["abc", "９９", "-1", "9" * 40])
def test_a_key_that_cannot_be_one_is_no_page(client: Client, key: str) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    assert _own_pages()
    for pattern in _own_pages():
        try:
            address = reverse(f"admin:{pattern.name}", kwargs={"object_id": key})
        except NoReverseMatch:
            continue
        assert client.get(address).status_code in {302, 403, 404}, address


def test_the_search_of_the_staff_s_side_takes_any_page(client: Client) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    for page in ("abc", "0", "-1", "9" * 30, ""):
        response = client.get("/staff/search/", {"s": "a", "page": page})
        assert response.status_code in {200, 404}, page
