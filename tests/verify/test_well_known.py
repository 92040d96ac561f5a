"""What anybody needs to check our signatures offline lies at a well-known address."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as desk
from django.test import Client

from licensing import services as licensing
from supportdesk.signing import keyring, verifier
from supportdesk.signing.verifier import read_keys, read_revocations
from tests.clock import set_desk_clock, tokyo
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db
KEYS = "/.well-known/supportdesk/keys.json"
REVOCATIONS = "/.well-known/supportdesk/revocations.txt"
VERIFIER = "/.well-known/supportdesk/verifier.py"


@pytest.fixture(autouse=True)
def _ring(tmp_path: Path) -> Iterator[None]:
    set_desk_clock("2026-11-20 16:58")
    with a_key_ring(tmp_path, "2026a", "2027a"):
        yield


def test_the_public_keys_are_published_as_they_are(client: Client) -> None:
    answer = client.get(KEYS)

    assert answer.content == Path(desk.SIGNING_PUBLIC_KEYS).read_bytes()
    assert answer["Content-Type"] == "application/json"
    assert set(read_keys(answer.content)) == {"2026a", "2027a"}
    assert [each["state"] for each in json.loads(answer.content)["keys"]] == ["active", "next"]
    assert b"PRIVATE" not in answer.content


def test_each_state_is_published_with_its_date(client: Client) -> None:
    at = tokyo("2026-11-20 16:58")
    keyring.rotate("2027a", at=at, wait=at - at)
    keyring.withdraw("2026a", at=at)

    first, second = json.loads(client.get(KEYS).content)["keys"]
    assert (first["state"], first["withdrawn"]) == ("withdrawn", "2026-11-20T07:58:00Z")
    assert first["retired"] == "2026-11-20T07:58:00Z"
    assert (second["state"], second["active"]) == ("active", "2026-11-20T07:58:00Z")


def test_the_list_is_published_as_it_was_signed(client: Client) -> None:
    assert client.get(REVOCATIONS).status_code == 404
    licensing.publish_revocations(now=tokyo("2026-11-20 16:58"))

    answer = client.get(REVOCATIONS)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    read = read_revocations(answer.content.decode(), read_keys(client.get(KEYS).content))
    assert (read.code, read.number) == ("ok", 1)


def test_the_verifier_is_the_one_the_desk_runs(client: Client) -> None:
    assert client.get(VERIFIER).content == Path(verifier.__file__).read_bytes()


@pytest.mark.parametrize("address", [KEYS, REVOCATIONS, VERIFIER])
def test_they_may_be_kept_for_minutes_and_are_asked_again_by_their_tag(
    client: Client, address: str
) -> None:
    licensing.publish_revocations(now=tokyo("2026-11-20 16:58"))
    first = client.get(address)
    assert first["Cache-Control"] == "public, max-age=300"
    assert first["Access-Control-Allow-Origin"] == "*"
    assert not first.cookies

    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(address, headers={"if-none-match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_a_changed_ring_has_another_tag(client: Client) -> None:
    first = client.get(KEYS)["ETag"]
    keyring.generate("2028a")

    assert client.get(KEYS)["ETag"] != first


@pytest.mark.parametrize("address", [KEYS, REVOCATIONS, VERIFIER])
def test_they_are_there_to_be_read_only(client: Client, address: str) -> None:
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("written", ["", "{}", "no json"])
def test_a_damaged_ring_is_not_published(client: Client, written: str, settings: Any) -> None:
    Path(settings.SIGNING_PUBLIC_KEYS).write_text(written)

    assert client.get(KEYS).status_code == 503
