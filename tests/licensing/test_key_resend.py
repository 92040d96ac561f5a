"""Staff mail a key once more: a new mail, the same bytes, a reason, registered contacts only."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contact
from licensing import services
from licensing.models import KeyResend
from licensing.services import NobodyToSendToError, NotShownError
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from tests.accounts import doors
from tests.at_once import at_once
from tests.builders import a_contact, a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.licensing.moves import an_issued_move, everything_in, key_of, signed_text
from tests.licensing.visitor import signed_in

pytestmark = pytest.mark.django_db

AGAIN = "license_key_again"
NOW = tokyo("2026-11-24 10:00")


@pytest.fixture(autouse=True)
def _passwords_hash_quickly(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_the_same_text_goes_out_under_a_new_mail_with_the_reason(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)
    first = Mail.objects.get(kind="license_key")
    original = everything_in(first)
    # It has gone: from now on the text is nowhere but sealed in the key itself.
    Mail.objects.filter(pk=first.pk).update(state="sent", sent_at=NOW, content=b"")

    services.resend_key(key, reason="届いていないため", by=a_staff_member(), now=NOW)

    again = Mail.objects.get(kind=AGAIN)
    said = everything_in(again)
    assert signed_text(key) in original
    assert said.count(signed_text(key)) == original.count(signed_text(key))
    assert "届いていないため" in said
    assert "前にお送りしたものと同じキーです" in said
    assert again.message_id != first.message_id
    assert again.secret and again.due_at == NOW


def test_only_registered_contract_and_technical_contacts_get_it(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    customer = move.applicant.customer
    technical, renewal, gone = (a_contact(customer, name) for name in ("技術", "更新", "退職"))
    Contact.objects.filter(pk=renewal.pk).update(is_contract=False, is_technical=False)
    Contact.objects.filter(pk=gone.pk).update(is_active=False)

    resend = services.resend_key(key_of(move), reason="担当の交代", by=a_staff_member(), now=NOW)

    expected = {move.applicant.email, technical.email}
    assert {mail.recipient for mail in Mail.objects.filter(kind=AGAIN)} == expected
    assert {each["email"] for each in resend.recipients} == expected


def test_the_customers_history_tells_it(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    services.resend_key(key_of(move), reason="届いていないため", by=a_staff_member(), now=NOW)

    with desk_clock("2026-11-24 10:05"):
        page = signed_in(move.applicant).get(f"/license/{move.number}/").content.decode()

    words = f"{move.applicant.name} 様 へ再送しました（理由　届いていないため）"
    assert f"正式キー {key_of(move).serial} を {words}" in page


def test_while_one_is_on_its_way_pressing_again_sends_no_other(tmp_path: Path) -> None:
    key, staff = key_of(an_issued_move(tmp_path)), a_staff_member()
    first = services.resend_key(key, reason="一度目", by=staff, now=NOW)
    second = services.resend_key(key, reason="二度目", by=staff, now=NOW)
    assert first == second
    assert Mail.objects.filter(kind=AGAIN).count() == 1

    Mail.objects.filter(kind=AGAIN).update(state="withdrawn", withdrawn_at=NOW, content=b"")
    assert services.resend_key(key, reason="三度目", by=staff, now=NOW) != first
    assert Mail.objects.filter(kind=AGAIN).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_staff_at_once_send_one(tmp_path: Path) -> None:
    key = key_of(an_issued_move(tmp_path))
    staff = [a_staff_member(), a_staff_member()]
    press = partial(services.resend_key, key, reason="届いていないため", now=NOW)

    resends = at_once(*(partial(press, by=by) for by in staff))

    assert len({resend.pk for resend in resends}) == 1
    assert KeyResend.objects.count() == Mail.objects.filter(kind=AGAIN).count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_it_needs_a_reason(tmp_path: Path, reason: str) -> None:
    key = key_of(an_issued_move(tmp_path))
    with pytest.raises(ValueError, match="reason"):
        services.resend_key(key, reason=reason, by=a_staff_member(), now=NOW)
    assert not KeyResend.objects.exists()


def test_what_has_no_text_or_no_longer_works_is_not_sent(tmp_path: Path) -> None:
    key = key_of(an_issued_move(tmp_path))
    assert key.replaces is not None
    with pytest.raises(NotShownError, match="foreign"):
        services.resend_key(key.replaces, reason="確認", by=a_staff_member(), now=NOW)
    services.revoke_key(key, reason="流出", by=a_staff_member(), now=NOW)
    with pytest.raises(NotShownError, match="ended"):
        services.resend_key(key, reason="確認", by=a_staff_member(), now=NOW)
    assert not Mail.objects.filter(kind=AGAIN).exists()


def test_without_anybody_registered_nothing_is_sent_or_kept(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    Contact.objects.update(is_contract=False, is_technical=False)
    with pytest.raises(NobodyToSendToError):
        services.resend_key(key_of(move), reason="確認", by=a_staff_member(), now=NOW)
    assert not KeyResend.objects.exists()


def staff(**fields: Any) -> Client:
    user = a_staff_member()
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
    return doors.staff_client(user)


def test_staff_see_the_recipients_before_and_give_a_reason(tmp_path: Path) -> None:
    move = an_issued_move(tmp_path)
    key = key_of(move)
    url = f"/staff/licensing/key/{key.pk}/resend/"
    client = staff(is_superuser=True)

    set_desk_clock("2026-11-24 10:00")
    page = client.get(url).content.decode()
    assert move.applicant.email in page
    assert "まだ何も送信されません" in page
    assert "理由を入力してください" in client.post(url, {"reason": " "}).content.decode()
    assert not KeyResend.objects.exists()
    told = client.post(url, {"reason": "届いていないため"}, follow=True).content.decode()

    assert f"{move.applicant.name} 様へ再送します" in told
    assert KeyResend.objects.get().reason == "届いていないため"
    assert signed_text(key).splitlines()[0] not in page + told


def test_staff_who_may_only_read_cannot_send_or_revoke(tmp_path: Path) -> None:
    key = key_of(an_issued_move(tmp_path))
    client = staff(view_only=True)
    for verb in ("resend", "revoke"):
        answer = client.post(f"/staff/licensing/key/{key.pk}/{verb}/", {"reason": "確認"})
        assert answer.status_code == 403
    key.refresh_from_db()
    assert key.revoked_at is None
    assert not KeyResend.objects.exists()


def test_staff_revoke_after_reading_what_it_cannot_do(tmp_path: Path) -> None:
    key = key_of(an_issued_move(tmp_path))
    url = f"/staff/licensing/key/{key.pk}/revoke/"
    client = staff(is_superuser=True)

    set_desk_clock("2026-11-24 10:00")
    page = client.get(url).content.decode()
    assert "インターネットにつながらないサーバー" in page
    client.post(url, {"reason": "流出の疑い"})

    key.refresh_from_db()
    assert (key.revoked_at, key.revocation_reason) == (NOW, "流出の疑い")
    again = client.post(url, {"reason": "もう一度"}, follow=True).content.decode()
    assert "すでに取り消されています" in again
