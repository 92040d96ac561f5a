"""Somebody is invited to a customer's contacts: by mail, once, for 24 hours."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from contracts.models import Contact, Invitation
from contracts.services import (
    Invited,
    RefusedError,
    UnusableError,
    accept_invitation,
    change_roles,
    invitation_of,
    invite,
    invite_again,
    let_colleague_go,
    switch_off_contact,
    withdraw_invitation,
)
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from tests.accounts import doors
from tests.at_once import at_once
from tests.builders import a_contact, a_customer, a_staff_member
from tests.clock import set_desk_clock
from tests.contracts.people import ADDRESS, SENT, an_invitation, mail_of, someone, token_in

pytestmark = pytest.mark.django_db

JOINED = SENT + timedelta(hours=1)


def accept(invitation: Invitation, at: Any = JOINED, language: str = "ja") -> Contact:
    token = token_in(invitation)
    return accept_invitation(token, name="鈴木 一郎", language=language, now=at)


def fault_of(invitation: Invitation, at: Any = JOINED) -> str:
    with pytest.raises(UnusableError) as raised:
        accept(invitation, at)
    with pytest.raises(UnusableError) as seen:
        invitation_of(token_in(invitation), now=at)
    assert raised.value.fault == seen.value.fault
    return raised.value.fault


# --- What the mail carries ------------------------------------------------------------------


def test_the_mail_carries_the_only_copy_of_a_long_token_and_is_a_secret() -> None:
    invitation = an_invitation(a_contact())
    token = token_in(invitation)
    assert len(token) >= 43  # 32 bytes
    assert token not in str(Invitation.objects.values().get())
    assert mail_of(invitation).secret
    assert mail_of(invitation).recipient == ADDRESS
    assert token not in mail_of(invitation).subject


def test_until_it_is_accepted_there_is_nobody_who_could_sign_in_or_get_a_key() -> None:
    by = a_contact()
    an_invitation(by)
    assert not User.objects.filter(email=ADDRESS).exists()
    assert list(by.customer.contacts.receiving_keys()) == [by]
    doors.ask_for_code(Client(), ADDRESS)
    assert not doors.code_mails().exists()


# --- The link --------------------------------------------------------------------------------


@pytest.fixture
def link() -> str:
    set_desk_clock("2026-11-20 16:30")
    return f"/contracts/invitation/{token_in(an_invitation(a_contact()))}/"


def test_opening_the_link_changes_nothing_however_often(link: str) -> None:
    for _scanner in range(3):
        seen = Client().get(link)
        assert "鈴木 一郎" in seen.content.decode()
        assert Client().head(link).status_code == 200
    assert not User.objects.filter(email=ADDRESS).exists()
    assert seen["Referrer-Policy"] == "same-origin"
    assert "no-store" in seen["Cache-Control"]


def test_pressing_registers_and_leads_to_the_code_that_signs_in(link: str) -> None:
    client = Client()
    done = client.post(link, {"name": "鈴木　一朗", "name_kana": "すずき", "language": "ja"})
    assert done["Location"] == doors.CODE
    contact = Contact.objects.get(user__email=ADDRESS)
    assert (contact.name, contact.name_kana) == ("鈴木 一朗", "スズキ")
    assert (contact.is_contract, contact.is_technical, contact.is_renewal) == (False, True, False)
    assert "_auth_user_id" not in client.session
    (mail,) = doors.code_mails()
    doors.type_code(client, doors.code_in(mail))
    assert client.get("/contracts/people/").status_code == 200


def test_a_name_that_is_missing_is_asked_for_and_nothing_is_used_up(link: str) -> None:
    answer = Client().post(link, {"name": " ", "language": "ja"})
    assert "お名前を入力してください" in answer.content.decode()
    assert Client().post(link, {"name": "鈴木", "language": "ja"})["Location"] == doors.CODE


def test_somebody_else_who_was_signed_in_in_that_browser_is_signed_out(link: str) -> None:
    other = a_contact(name="高橋 恵")
    client = Client()
    client.force_login(other.user)
    assert "高橋 恵" in client.get(link).content.decode()
    client.post(link, {"name": "鈴木 一郎", "language": "ja"})
    assert client.get("/contracts/people/").status_code == 302


def test_the_page_says_what_became_of_a_link_and_how_to_get_a_new_one() -> None:
    set_desk_clock("2026-11-21 16:00")
    by = a_contact()
    invitation = an_invitation(by)
    address = f"/contracts/invitation/{token_in(invitation)}/"
    expired = Client().get(address)
    assert expired.status_code == 410
    assert "期限が切れました" in expired.content.decode()
    assert "契約の担当の方" in expired.content.decode()
    assert Client().post(address, {"name": "鈴木", "language": "ja"}).status_code == 410
    assert Client().get("/contracts/invitation/nothing/").status_code == 404


# --- How long, how often ------------------------------------------------------------------------


def test_it_is_good_until_the_last_moment_before_24_hours_are_over() -> None:
    invitation = an_invitation(a_contact())
    end = SENT + timedelta(hours=24)
    assert fault_of(invitation, end) == "expired"
    assert fault_of(invitation, end + timedelta(microseconds=1)) == "expired"
    assert accept(invitation, end - timedelta(microseconds=1)).email == ADDRESS


def test_a_used_one_is_used() -> None:
    invitation = an_invitation(a_contact())
    accept(invitation)
    assert fault_of(invitation) == "used"


def test_one_taken_back_counts_no_more() -> None:
    by = a_contact()
    invitation = an_invitation(by)
    withdraw_invitation(invitation, by=by.user, now=JOINED)
    assert fault_of(invitation) == "withdrawn"
    with pytest.raises(RefusedError):
        invite_again(invitation, by=by.user, now=JOINED)


def test_sent_again_only_the_newest_link_counts_and_it_counts_for_24_hours() -> None:
    by = a_contact()
    first = an_invitation(by)
    second = invite_again(first, by=by.user, now=JOINED)
    assert fault_of(first) == "withdrawn"
    assert accept(second, JOINED + timedelta(hours=23, minutes=59)).email == ADDRESS


def test_inviting_the_same_address_anew_ends_the_one_before() -> None:
    by = a_contact()
    first = an_invitation(by)
    second = an_invitation(by, now=JOINED)
    assert fault_of(first) == "withdrawn"
    assert accept(second, JOINED).email == ADDRESS


def test_an_expired_one_can_be_sent_again() -> None:
    by = a_contact()
    late = SENT + timedelta(days=3)
    again = invite_again(an_invitation(by), by=by.user, now=late)
    assert accept(again, late).email == ADDRESS


@pytest.mark.django_db(transaction=True)
def test_twenty_who_press_at_once_make_one_contact() -> None:
    invitation = an_invitation(a_contact())
    press = partial(
        accept_invitation, token_in(invitation), name="鈴木 一郎", language="ja", now=JOINED
    )
    pressed = at_once(*[press] * 20, refused=UnusableError)
    faults = [each.fault for each in pressed if isinstance(each, UnusableError)]
    assert faults == ["used"] * 19
    assert Contact.objects.filter(user__email=ADDRESS).count() == 1


# --- Who may invite, and whom ------------------------------------------------------------------


def test_a_colleague_without_the_contract_role_invites_nobody() -> None:
    by = a_contact()
    Contact.objects.filter(pk=by.pk).update(is_contract=False)
    with pytest.raises(RefusedError, match="契約の担当"):
        an_invitation(by)
    assert not Mail.objects.exists()


def test_nobody_invites_into_another_customer() -> None:
    with pytest.raises(RefusedError, match="契約の担当"):
        invite(a_customer(), someone(), by=a_contact().user, now=SENT)


def test_staff_invite_for_every_customer_but_not_those_who_only_look() -> None:
    customer, staff = a_customer(), a_staff_member()
    assert accept(invite(customer, someone(), by=staff, now=SENT)).customer == customer
    User.objects.filter(pk=staff.pk).update(view_only=True)
    staff.refresh_from_db()
    with pytest.raises(RefusedError):
        invite(customer, someone("other@customer.example"), by=staff, now=SENT)


def test_whoever_invited_and_was_switched_off_lets_nobody_in_any_more() -> None:
    first = a_contact()
    leaver = a_contact(first.customer, "高橋 恵")
    invitation = an_invitation(leaver)
    let_colleague_go(leaver, by=first.user, now=JOINED)
    assert fault_of(invitation) == "withdrawn"


def test_nor_does_somebody_who_lost_the_contract_role() -> None:
    first = a_contact()
    other = a_contact(first.customer, "高橋 恵")
    invitation = an_invitation(other)
    change_roles(
        other, is_contract=False, is_technical=True, is_renewal=False, by=first.user, now=JOINED
    )
    assert fault_of(invitation) == "withdrawn"


def test_a_colleague_is_not_invited_twice() -> None:
    by = a_contact()
    colleague = a_contact(by.customer, "高橋 恵")
    with pytest.raises(RefusedError, match="すでに"):
        an_invitation(by, someone(colleague.email.upper()))


def test_that_an_address_is_somebody_elses_is_not_told_to_whoever_invites() -> None:
    stranger = a_contact(name="見知らぬ 人")
    invitation = an_invitation(a_contact(), someone(stranger.email))
    assert invitation_of(token_in(invitation), now=JOINED) == invitation
    with pytest.raises(UnusableError, match="registered"):
        accept(invitation)
    stranger.refresh_from_db()
    assert stranger.name == "見知らぬ 人"


def test_staff_cannot_be_made_contacts_by_an_invitation() -> None:
    staff = a_staff_member()
    with pytest.raises(UnusableError, match="registered"):
        accept(an_invitation(a_contact(), someone(staff.email)))
    assert not Contact.objects.filter(user=staff).exists()


def test_a_colleague_who_left_comes_back_by_an_invitation_with_its_roles() -> None:
    by = a_contact()
    back = a_contact(by.customer, "高橋 恵")
    switch_off_contact(back, now=SENT)
    invitation = an_invitation(by, someone(back.email))
    assert not Contact.objects.active().filter(pk=back.pk).exists()
    assert accept(invitation) == back
    back = Contact.objects.active().get(pk=back.pk)
    assert (back.is_contract, back.is_technical) == (False, True)


def test_without_a_role_nobody_is_invited() -> None:
    by = a_contact()
    with pytest.raises(RefusedError, match="役割"):
        invite(by.customer, Invited(email=ADDRESS, name="鈴木"), by=by.user, now=SENT)


def test_an_address_and_a_customer_get_only_so_many() -> None:
    by = a_contact()
    for _again in range(3):
        an_invitation(by)
    with pytest.raises(RefusedError, match="多すぎます"):
        an_invitation(by, now=SENT + timedelta(minutes=59))
    an_invitation(by, now=SENT + timedelta(minutes=61))
    for number in range(26):
        an_invitation(by, someone(f"p{number}@customer.example"), now=JOINED)
    with pytest.raises(RefusedError, match="多すぎます"):
        an_invitation(by, someone("one.more@customer.example"), now=JOINED)
