"""The staff's lists of keys and licences: by what they are worth today; and the one switch."""

import re
from pathlib import Path

import pytest
from django.test import Client

from licensing import services
from licensing.models import Key, License, ProvisionalKeys
from tests.accounts import doors
from tests.builders import a_staff_member
from tests.clock import desk_clock, tokyo
from tests.licensing.builders import a_license, send, wanted
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

KEYS = "/staff/licensing/key/"


@pytest.fixture
def client() -> Client:
    client, staff = Client(), a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    return client


def found(client: Client, query: str) -> set[str]:
    """The serials of a list, as its rows show them on 1 December 2026."""
    with desk_clock("2026-12-01 10:00"):
        page = client.get(KEYS + query).content.decode()
    return set(re.findall(r"field-serial[^>]*>.*?>\s*(L-[\d-]+)\s*<", page, re.DOTALL))


@pytest.fixture
def license_(tmp_path: Path) -> License:
    """Moved on 20 November: -01 runs on beside -02, and a stranger's key was revoked."""
    license_ = a_license()
    send(wanted(license_), "2026-11-20 16:00")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:00"))
    gone = a_license(server="gone").keys.get()
    services.revoke_key(gone, reason="流出", by=a_staff_member(), now=tokyo("2026-11-25 10:00"))
    return license_


def test_keys_are_listed_by_what_they_are_worth(client: Client, license_: License) -> None:
    old, new = f"{license_.number}-01", f"{license_.number}-02"
    gone = Key.objects.get(server_name="gone").serial

    assert found(client, "") == {old, new, gone}
    assert found(client, "?state=current") == {new}
    assert found(client, "?state=overlap") == {old}
    assert found(client, "?state=revoked") == found(client, "?state=listed") == {gone}
    assert found(client, "?state=provisional") == set()
    with desk_clock("2026-12-01 10:00"):
        assert "並行稼働中" in client.get(f"{KEYS}?state=overlap").content.decode()


def test_the_list_of_licences_says_whose_they_are_and_where_they_run(
    client: Client, license_: License
) -> None:
    page = client.get("/staff/licensing/license/").content.decode()

    for words in (license_.contract.customer.name, "aoba-app02", f"{license_.number}-02"):
        assert words in page, words


def test_the_switch_says_how_it_stands_and_needs_a_reason(client: Client) -> None:
    add = "/staff/licensing/provisionalkeys/add/"
    page = client.get("/staff/licensing/provisionalkeys/", follow=True).content.decode()
    assert "いま受け付けています" in page
    assert "保存してもう一つ追加" not in page

    client.post(add, {"note": ""})
    assert services.are_offered()
    client.post(add, {"note": "移行試験の期間のため"})

    assert not services.are_offered()
    switch = ProvisionalKeys.objects.get()
    assert switch.note == "移行試験の期間のため"
    page = client.get("/staff/licensing/provisionalkeys/", follow=True).content.decode()
    assert "いま受け付けていません" in page
