"""The register: a customer's licences with their keys' states, and how staff find one of them."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contracts.models import Certificate
from licensing import services
from licensing.domain import host_code
from licensing.models import Key
from supportdesk.accounts.models import User
from tests.accounts import doors
from tests.builders import a_contact, a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.licensing.builders import a_license, send, wanted
from tests.licensing.moves import an_issued_move, key_of
from tests.licensing.visitor import signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)


def test_the_standing_of_keys_in_every_state(tmp_path: Path) -> None:
    contact = a_contact()
    move = send(wanted(a_license(contact)), "2026-11-20 17:05", applicant=contact)
    with a_key_ring(tmp_path):
        asked = tokyo("2026-11-20 17:06")
        services.ask_provisional(move, reason="週末の試験", by=contact.user, now=asked)
        services.issue_due(now=asked)
        bridging = move.keys.get()
        on = asked.date()
        standing = services.key_standing(bridging.serial, on)
        assert standing is not None
        assert (standing.state, standing.until) == ("provisional", bridging.valid_until)
        services.issue_due(now=tokyo("2026-11-24 09:00"))
    key = key_of(move)
    old = key.replaces
    assert old is not None

    def state(serial: str, on: date) -> str:
        found = services.key_standing(serial, on)
        assert found is not None
        return found.state

    assert state(key.serial, DAY) == "current"
    assert state(old.serial, date(2027, 1, 23)) == "overlap"
    assert state(old.serial, date(2027, 1, 24)) == "superseded"
    ended = services.key_standing(old.serial, DAY)
    assert ended is not None
    assert (ended.replaced_by, ended.until, ended.in_force) == (
        key.serial,
        date(2027, 1, 23),
        True,
    )
    services.revoke_key(key, reason="流出", by=a_staff_member(), now=tokyo("2026-11-25 10:00"))
    assert state(key.serial, date(2026, 11, 25)) == "revoked"
    assert services.key_standing("L-99999-01", DAY) is None


def test_the_list_tells_what_each_licence_may_run_by_today(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path, "2026-11-24 09:00")
    key = key_of(move)
    assert key.replaces is not None

    with desk_clock("2026-11-25 10:00"):
        page = signed_in(move.applicant).get("/license/").content.decode()
    assert page.index(key.serial) < page.index(key.replaces.serial)
    assert "並行稼働中" in page
    assert f"/license/licenses/{move.license.number}/" in page

    with desk_clock("2027-02-01 10:00"):
        page = signed_in(move.applicant).get("/license/").content.decode()
    assert key.serial in page
    assert key.replaces.serial not in page


def test_the_page_of_a_licence_has_all_its_keys_and_moves(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path, "2026-11-24 09:00")
    key = key_of(move)
    address = f"/license/licenses/{move.license.number}/"

    with desk_clock("2027-02-01 10:00"):
        page = signed_in(move.applicant).get(address).content.decode()
        assert signed_in(a_contact()).get(address).status_code == 404

    for words in (key.serial, "失効", "並行稼働は", move.number, "移設の記録"):
        assert words in page, words


def test_the_list_asks_the_same_whatever_there_is(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    move = an_issued_move(tmp_path, "2026-11-24 09:00")
    for _more in range(5):
        a_license(move.applicant)
    client = signed_in(move.applicant)
    with desk_clock("2026-11-25 10:00"), django_assert_max_num_queries(30):
        client.get("/license/")


# --- How staff find a key -----------------------------------------------------------------


@pytest.fixture
def staff(settings: Any) -> Client:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = a_staff_member()
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.refresh_from_db()
    return doors.staff_client(user)


@pytest.fixture
def key() -> Key:
    license_ = a_license(code=host_code.with_check("7F3A91C20B6ED54"), server="kinmokusei-07")
    a_license(server="aoba-app99")
    found = license_.current_key
    assert found is not None
    return found


def typed(key: Key) -> dict[str, str]:
    certificate = Certificate.objects.get(order__contract=key.license.contract)
    return {
        "a name": "kinmokusei",
        "a name in capitals and full width": "ＫＩＮＭＯＫＵＳＥＩ－07",
        "a code": key.shown_host_code,
        "a code in lower case with blanks": key.shown_host_code.lower().replace("-", " "),
        "a code in full width with O for 0": "７Ｆ３Ａ－９１Ｃ２－ＯＢ６Ｅ",
        "a part of a code": "91C2",
        "a serial": key.serial,
        "a serial with another hyphen": key.serial.replace("-", "‐"),
        "a licence": key.license.number,
        "a certificate": certificate.number,
    }


def test_by_name_code_serial_licence_and_certificate(staff: Client, key: Key) -> None:
    set_desk_clock("2026-11-20 10:00")
    for what, term in typed(key).items():
        for register in ("key", "license"):
            page = staff.get(f"/staff/licensing/{register}/", {"q": term}).content.decode()
            assert key.license.number in page, (register, what)
            assert "aoba-app99" not in page, (register, what)


@pytest.mark.parametrize("term", ["0000-1111-2222-3333", "'; DROP", "%", "ーーーー", "🗝"])
def test_what_is_nowhere_finds_nothing(staff: Client, key: Key, term: str) -> None:
    set_desk_clock("2026-11-20 10:00")
    answer = staff.get("/staff/licensing/key/", {"q": term})
    assert answer.status_code == 200
    assert "kinmokusei-07" not in answer.content.decode()


def test_the_register_shows_states_of_the_day(staff: Client, tmp_path: Path) -> None:
    move = an_issued_move(tmp_path, "2026-11-24 09:00")
    set_desk_clock("2026-11-25 10:00")
    page = staff.get("/staff/licensing/key/").content.decode()
    assert "並行稼働中" in page
    set_desk_clock("2027-02-01 10:00")
    ended = staff.get("/staff/licensing/key/").content.decode()
    states = re.findall(r"(?s)field-state_badge.*?<span[^>]*>\s*(.*?)\s*</span>", ended)
    assert sorted(states) == ["いま使えます", "失効"]
    one = staff.get(f"/staff/licensing/key/{key_of(move).pk}/change/").content.decode()
    assert "期限なし" in one
    assert (
        "移設の予定"
        in staff.get(f"/staff/licensing/application/{move.pk}/change/").content.decode()
    )


@pytest.mark.parametrize("what", ["abc", "あ", "%00", "9" * 30])
def test_a_link_to_a_contract_that_cannot_be_opens_an_empty_form(staff: Client, what: str) -> None:
    answer = staff.get(f"/staff/licensing/license/add/?contract={what}&nothing={what}")
    assert answer.status_code == 200
