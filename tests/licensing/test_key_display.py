"""A key is shown on demand, after a fresh code, to those who receive it; each look is recorded."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contact
from licensing import services
from licensing.models import Key, KeyDisplay
from licensing.services import NotShownError
from tests.builders import a_contact, a_staff_member
from tests.clock import desk_clock, tokyo
from tests.licensing.builders import send, wanted
from tests.licensing.moves import an_issued_move, fresh, key_of, signed_text
from tests.licensing.visitor import signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def only(contact: Contact, **roles: bool) -> Contact:
    """A colleague with these roles and no others."""
    colleague = a_contact(contact.customer, "更新 次郎")
    none = dict.fromkeys(("is_contract", "is_technical", "is_renewal"), False)
    Contact.objects.filter(pk=colleague.pk).update(**none | roles)
    colleague.refresh_from_db()
    return colleague


def address(key: Key) -> str:
    return f"/license/keys/{key.serial}/"


def test_opening_the_address_shows_and_records_nothing(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)

    with desk_clock("2026-11-20 17:10"):
        page = fresh(move.applicant).get(address(key))

    assert page.status_code == 200
    assert signed_text(key).splitlines()[0] not in page.content.decode()
    assert "表示すると、日時とお名前を記録し" in page.content.decode()
    assert not KeyDisplay.objects.exists()


def test_pressing_the_button_shows_the_text_and_records_who_saw_it(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)

    with desk_clock("2026-11-20 17:10"):
        page = fresh(move.applicant).post(address(key))
        shown = page.content.decode()
        history = fresh(move.applicant).get(f"/license/{move.number}/").content.decode()

    assert f">{signed_text(key)}</pre>" in shown
    assert "no-store" in page["Cache-Control"]
    display = KeyDisplay.objects.get()
    assert (display.key, display.user) == (key, move.applicant.user)
    assert (display.how, display.at.astimezone()) == ("shown", tokyo("2026-11-20 17:10"))
    assert f"正式キー {key.serial} を表示しました（{move.applicant.name} 様）" in history


def test_the_file_has_the_same_bytes_and_is_recorded_as_a_file(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)

    with desk_clock("2026-11-20 17:10"):
        answer = fresh(move.applicant).post(address(key), {"how": "downloaded"})

    assert answer.content.decode() == signed_text(key) + "\n"
    assert answer["Content-Disposition"] == f'attachment; filename="{key.serial}.txt"'
    assert answer["Content-Type"].startswith("text/plain")
    assert KeyDisplay.objects.get().how == KeyDisplay.How.DOWNLOADED


@pytest.mark.parametrize("minutes", [10.5, 60, 60 * 24])
def test_an_older_code_is_asked_for_again_first(tmp_path: Path, minutes: float) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)
    client = fresh(move.applicant, minutes_ago=minutes)

    with desk_clock("2026-11-20 17:10"):
        assert "先にもう一度、確認コードを" in client.get(address(key)).content.decode()
        answer = client.post(address(key))

    assert answer["Location"] == f"/sign-in/?next={address(key)}"
    assert "_auth_user_id" not in client.session
    assert not KeyDisplay.objects.exists()


def test_nine_minutes_are_fresh_enough(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    with desk_clock("2026-11-20 17:10"):
        assert fresh(move.applicant, minutes_ago=9).post(address(key_of(move))).status_code == 200
    assert KeyDisplay.objects.count() == 1


@pytest.mark.parametrize("role", ["is_contract", "is_technical"])
def test_contract_and_technical_contacts_may(tmp_path: Path, role: str) -> None:
    move = an_issued_move(tmp_path)
    with desk_clock("2026-11-20 17:10"):
        answer = fresh(only(move.applicant, **{role: True})).post(address(key_of(move)))
    assert signed_text(key_of(move)) in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_renewal_contact_is_told_who_can(tmp_path: Path, method: str) -> None:
    move = an_issued_move(tmp_path)
    renewal = only(move.applicant, is_renewal=True)

    with desk_clock("2026-11-20 17:10"):
        answer = getattr(fresh(renewal), method)(address(key_of(move)))
        page = fresh(renewal).get(f"/license/{move.number}/").content.decode()

    assert answer.status_code == 403
    assert f"{move.applicant.name} 様" in answer.content.decode()
    assert signed_text(key_of(move)).splitlines()[0] not in answer.content.decode()
    assert "キーを表示できるのは、契約または技術のご担当者です。" in page
    assert address(key_of(move)) not in page
    assert not KeyDisplay.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(tmp_path: Path, method: str) -> None:
    key = key_of(an_issued_move(tmp_path))
    with desk_clock("2026-11-20 17:10"):
        assert getattr(fresh(a_contact()), method)(address(key)).status_code == 404
        assert getattr(Client(), method)(address(key))["Location"].startswith("/sign-in/")
        staff = Client()
        staff.force_login(a_staff_member())
        assert getattr(staff, method)(address(key)).status_code == 403
    assert not KeyDisplay.objects.exists()


def test_a_key_from_before_the_desk_has_no_text_to_show(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    old = key_of(move).replaces
    assert old is not None
    with desk_clock("2026-11-20 17:10"):
        answer = fresh(move.applicant).post(address(old))
    assert not KeyDisplay.objects.exists()
    assert "移行前に発行したもの" in answer.content.decode()


def test_a_key_that_is_still_tolerated_is_shown_and_one_that_has_ended_is_not(
    tmp_path: Path,
) -> None:
    first = an_issued_move(tmp_path / "one", "2026-11-20 16:00")
    key = key_of(first)
    with a_key_ring(tmp_path / "two"):
        send(wanted(first.license, name="aoba-app03"), "2026-11-20 16:30")
        services.issue_due(now=tokyo("2026-11-20 16:30"))
    key.refresh_from_db()

    last_day = tokyo("2027-01-19 23:59")
    assert key.tolerated_until == last_day.date()
    contact = first.applicant
    assert services.display_key(key, to=contact, how=KeyDisplay.How.SHOWN, now=last_day)
    with pytest.raises(NotShownError, match="ended"):
        services.display_key(
            key, to=contact, how=KeyDisplay.How.SHOWN, now=tokyo("2027-01-20 00:00")
        )
    with desk_clock("2027-01-20 09:00"):
        page = fresh(contact).post(address(key))
    assert "もう使えないため" in page.content.decode()
    assert KeyDisplay.objects.count() == 1


def test_a_revoked_key_is_not_shown(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)
    services.revoke_key(key, reason="流出", by=a_staff_member(), now=tokyo("2026-11-21 10:00"))
    with pytest.raises(NotShownError, match="ended"):
        services.display_key(
            key, to=move.applicant, how=KeyDisplay.How.SHOWN, now=tokyo("2026-11-21 10:01")
        )


def test_whoever_left_the_firm_is_shown_nothing(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    Contact.objects.filter(pk=move.applicant.pk).update(is_active=False)
    with pytest.raises(NotShownError, match="role"):
        services.display_key(
            key_of(move), to=move.applicant, how=KeyDisplay.How.SHOWN, now=tokyo("2026-11-21 10:00")
        )


def test_the_button_stands_where_a_key_can_be_shown(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)
    assert key.replaces is not None
    with desk_clock("2026-11-20 17:10"):
        for path in (f"/license/{move.number}/", f"/license/licenses/{move.license.number}/"):
            page = signed_in(move.applicant).get(path).content.decode()
            assert f'action="{address(key)}"' in page, path
            assert address(key.replaces) not in page, path
            assert "本文の記録なし" in page, path


def test_without_a_csrf_token_nothing_is_shown(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    client: Any = Client(enforce_csrf_checks=True)
    client.force_login(move.applicant.user)
    assert client.post(address(key_of(move))).status_code == 403
    assert not KeyDisplay.objects.exists()
