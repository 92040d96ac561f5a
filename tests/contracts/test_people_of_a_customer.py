"""A contract contact manages the people of their organisation; who left, and who takes over."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from contracts.models import Contact
from contracts.services import (
    RefusedError,
    accept_invitation,
    change_roles,
    hand_over_to_new,
    let_colleague_go,
    reader_of,
    register_contact,
    switch_off_contact,
    switch_on_contact,
    unreached,
    whom_to_write,
)
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.builders import a_contact, a_customer
from tests.clock import set_desk_clock, tokyo
from tests.contracts.people import ADDRESS, SENT, an_invitation, someone, token_in
from tests.inquiries.desk import Form, a_covered_contact, signed_in

pytestmark = pytest.mark.django_db

NOW = tokyo("2026-11-20 16:55")


def two() -> tuple[Contact, Contact]:
    """Two contract contacts of one customer."""
    first = a_contact()
    return first, a_contact(first.customer, "高橋 恵")


def active(contact: Contact) -> bool:
    return Contact.objects.active().filter(pk=contact.pk).exists()


# --- Switching off ------------------------------------------------------------


def test_a_colleague_who_left_is_out_at_the_next_request() -> None:
    set_desk_clock("2026-11-20 16:55")
    first, leaver = two()
    theirs, client = signed_in(leaver.user), signed_in(first.user)
    assert theirs.get("/contracts/").status_code == 200
    page = f"/contracts/people/{leaver.pk}/leave/"
    assert "まだ止められていません" in client.get(page).content.decode()
    assert theirs.get("/contracts/").status_code == 200
    done = client.post(page, {"successor": "nobody", "language": "ja"}, follow=True)
    assert "高橋 恵 様のアクセスを止めました" in done.content.decode()
    assert theirs.get("/contracts/").status_code == 302


def test_nobody_switches_themself_off() -> None:
    first, _second = two()
    with pytest.raises(RefusedError, match="ご自身"):
        let_colleague_go(first, by=first.user, now=NOW)


def test_a_technical_contact_and_a_stranger_switch_nobody_off() -> None:
    first, second = two()
    Contact.objects.filter(pk=second.pk).update(is_contract=False)
    for by in (second, a_contact()):
        with pytest.raises(RefusedError, match="契約の担当"):
            let_colleague_go(first, by=by.user, now=NOW)
    assert active(first)


def test_the_page_of_a_technical_contact_offers_nothing_and_the_addresses_refuse() -> None:
    set_desk_clock("2026-11-20 16:55")
    first, second = two()
    Contact.objects.filter(pk=second.pk).update(is_contract=False)
    client = signed_in(second.user)
    page = client.get("/contracts/people/").content.decode()
    assert first.name in page
    assert "/leave/" not in page
    assert "招待する" not in page
    assert client.get("/contracts/people/invite/").status_code == 403
    assert client.post(f"/contracts/people/{first.pk}/leave/", {}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["switch off", "take the role"])
def test_two_who_end_each_others_role_at_once_leave_one_contract_contact(act: str) -> None:
    first, second = two()
    start, told = Barrier(2), []

    def end(other: Contact, by: Contact) -> None:
        start.wait()
        try:
            if act == "switch off":
                let_colleague_go(other, by=by.user, now=NOW)
            else:
                change_roles(
                    other,
                    is_contract=False,
                    is_technical=True,
                    is_renewal=False,
                    by=by.user,
                    now=NOW,
                )
            told.append("done")
        except RefusedError:
            told.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=end, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "refused"]
    assert first.customer.contacts.contract_contacts().count() == 1


# --- Roles ------------------------------------------------------------


def test_the_last_contract_contact_stays_one() -> None:
    only = a_contact()
    with pytest.raises(RefusedError, match="いなくなる"):
        change_roles(
            only, is_contract=False, is_technical=True, is_renewal=True, by=only.user, now=NOW
        )


def test_somebody_switched_off_does_not_count_as_a_contract_contact() -> None:
    first, second = two()
    switch_off_contact(second, now=NOW)
    with pytest.raises(RefusedError, match="いなくなる"):
        change_roles(
            first, is_contract=False, is_technical=True, is_renewal=True, by=first.user, now=NOW
        )


def test_roles_are_changed_on_their_page_and_count_at_once() -> None:
    set_desk_clock("2026-11-20 16:55")
    first, second = two()
    client = signed_in(first.user)
    client.post(f"/contracts/people/{second.pk}/", {"roles": ["is_renewal"]})
    second.refresh_from_db()
    assert (second.is_contract, second.is_technical, second.is_renewal) == (False, False, True)
    assert second not in second.customer.contacts.receiving_keys()
    refused = client.post(f"/contracts/people/{second.pk}/", {"roles": []})
    assert "役割を1つ以上" in refused.content.decode()


# --- Who takes over ------------------------------------------------------------


def test_what_is_open_is_told_to_whoever_took_over() -> None:
    first, leaver = two()
    let_colleague_go(leaver, successor=first, by=first.user, now=NOW)
    leaver = Contact.objects.get(pk=leaver.pk)
    assert whom_to_write(leaver) == first
    assert reader_of(leaver.user) == first.user


def test_who_takes_over_has_the_roles_of_both() -> None:
    first, leaver = two()
    other = register_contact(
        first.customer, email="t@customer.example", name="三人 目", is_technical=True, now=NOW
    )
    let_colleague_go(leaver, successor=other, by=first.user, now=NOW)
    other.refresh_from_db()
    assert (other.is_contract, other.is_technical, other.is_renewal) == (True, True, True)


def test_without_a_successor_a_contract_contact_is_written_to() -> None:
    first, leaver = two()
    switch_off_contact(leaver, now=NOW)
    assert whom_to_write(Contact.objects.get(pk=leaver.pk)) == first


def test_where_nobody_is_left_the_old_address_is_all_there_is() -> None:
    only = a_contact()
    switch_off_contact(only, now=NOW)
    assert whom_to_write(Contact.objects.get(pk=only.pk)) == only


def test_successors_of_successors_are_followed_and_a_circle_ends() -> None:
    first, second = two()
    third = a_contact(first.customer, "三人 目")
    let_colleague_go(second, successor=third, by=first.user, now=NOW)
    let_colleague_go(third, successor=first, by=first.user, now=NOW)
    assert whom_to_write(Contact.objects.get(pk=second.pk)) == first
    Contact.objects.filter(pk=third.pk).update(replaced_by=second)
    assert whom_to_write(Contact.objects.get(pk=second.pk)) == first


def test_who_takes_over_is_an_active_colleague() -> None:
    first, leaver = two()
    gone = a_contact(first.customer, "もう いない")
    switch_off_contact(gone, now=NOW)
    for successor in (gone, a_contact()):
        with pytest.raises(RefusedError, match="有効なご担当者"):
            let_colleague_go(leaver, successor=successor, by=first.user, now=NOW)


def test_switched_on_again_a_contact_is_written_to_themself() -> None:
    first, leaver = two()
    let_colleague_go(leaver, successor=first, by=first.user, now=NOW)
    switch_on_contact(leaver)
    assert whom_to_write(Contact.objects.get(pk=leaver.pk)) == leaver


def test_a_dead_mailbox_is_replaced_by_inviting_somebody_in_its_place() -> None:
    first, dead = two()
    invitation = hand_over_to_new(dead, someone(), by=first.user, now=SENT)
    assert not active(dead)
    assert whom_to_write(Contact.objects.get(pk=dead.pk)) == first  # while nobody has come yet
    new = accept_invitation(token_in(invitation), name="鈴木", language="ja", now=NOW)
    assert whom_to_write(Contact.objects.get(pk=dead.pk)) == new


def test_an_invitation_that_is_refused_switches_nobody_off() -> None:
    first, dead = two()
    with pytest.raises(RefusedError):
        hand_over_to_new(dead, someone("two..dots@customer.example"), by=first.user, now=SENT)
    assert active(dead)


def test_promises_and_waiting_mails_of_an_inquiry_go_on_to_the_new_contact(settings: Any) -> None:
    set_desk_clock("2026-11-20 15:00")
    asker, contract = a_covered_contact()
    first = a_contact(asker.customer, "高橋 恵")
    inquiry = Form(signed_in(asker.user), contract).through()
    waiting = _mail_to(asker.email, key="waiting")
    secret = _mail_to(asker.email, key="secret", secret=True)
    let_colleague_go(Contact.objects.get(pk=asker.pk), successor=first, by=first.user, now=NOW)
    assert Promise.objects.get(subject_number=inquiry.number).recipient == first.email
    assert Mail.objects.get(pk=waiting.pk).recipient == first.email
    assert Mail.objects.get(pk=secret.pk).recipient == asker.email


def _mail_to(address: str, *, key: str, secret: bool = False) -> Mail:
    return outbox.put(
        kind="test",
        subject_key=key,
        recipient=address,
        subject="件名",
        body="本文",
        due_at=NOW + timedelta(days=3),
        now=NOW,
        secret=secret,
    )


# --- What the page shows ------------------------------------------------------------


def test_the_page_shows_everybody_with_roles_and_who_is_invited_or_left() -> None:
    set_desk_clock("2026-11-20 16:55")
    first, leaver = two()
    let_colleague_go(leaver, successor=first, by=first.user, now=NOW)
    an_invitation(first)
    page = signed_in(first.user).get("/contracts/people/").content.decode()
    assert "登録を待っています" in page
    assert "鈴木 一郎" in page
    assert "利用を止めた方" in page
    assert f"{first.name} 様が引き継ぎました" in page
    set_desk_clock("2026-11-21 16:00")
    assert "期限切れ" in signed_in(first.user).get("/contracts/people/").content.decode()


def test_a_mail_that_could_not_be_sent_is_shown_to_colleagues() -> None:
    set_desk_clock("2026-11-20 16:55")
    first, second = two()
    mail = _mail_to(second.email, key="failed")
    Mail.objects.filter(pk=mail.pk).update(state="failed")
    assert unreached([first, second], now=NOW) == {second.email}
    assert unreached([first, second], now=NOW + timedelta(days=31)) == set()
    assert (
        "メールが届いていません" in signed_in(first.user).get("/contracts/people/").content.decode()
    )


def test_the_people_of_another_customer_are_not_there() -> None:
    set_desk_clock("2026-11-20 16:55")
    first, _second = two()
    stranger = a_contact(a_customer("株式会社よそ"), "見知らぬ 人")
    invitation = an_invitation(stranger)
    client = signed_in(first.user)
    assert "見知らぬ 人" not in client.get("/contracts/people/").content.decode()
    for address in (
        f"/contracts/people/{stranger.pk}/",
        f"/contracts/people/{stranger.pk}/leave/",
        f"/contracts/people/invitations/{invitation.pk}/again/",
        f"/contracts/people/invitations/{invitation.pk}/withdraw/",
    ):
        assert client.post(address).status_code == 404


def test_invited_sent_again_and_taken_back_on_the_page() -> None:
    set_desk_clock("2026-11-20 16:55")
    first = a_contact()
    client = signed_in(first.user)
    typed = {"name": "鈴木 一郎", "email": ADDRESS, "roles": ["is_technical"], "language": "en"}
    wrong = client.post("/contracts/people/invite/", typed | {"email": "nobody"})
    assert "メールアドレスを1つ" in wrong.content.decode()
    assert "鈴木 一郎" in wrong.content.decode()
    client.post("/contracts/people/invite/", typed)
    sent = first.customer.invitations.open().get()
    assert sent.language == "en"
    client.post(f"/contracts/people/invitations/{sent.pk}/again/")
    again = first.customer.invitations.open().get()
    assert again.pk != sent.pk
    client.post(f"/contracts/people/invitations/{again.pk}/withdraw/")
    assert not first.customer.invitations.open().exists()


def test_a_person_invited_in_the_place_of_another_needs_a_name_and_an_address() -> None:
    set_desk_clock("2026-11-20 16:55")
    first, dead = two()
    client = signed_in(first.user)
    page = f"/contracts/people/{dead.pk}/leave/"
    missing = client.post(page, {"successor": "new", "language": "ja"}).content.decode()
    assert "お名前を入力してください" in missing
    assert "メールアドレスを入力してください" in missing
    assert active(dead)
    typed = {"successor": "new", "name": "鈴木", "email": ADDRESS, "language": "ja"}
    client.post(page, typed)
    invited = first.customer.invitations.open().get()
    assert (invited.replaces, invited.is_contract, invited.is_renewal) == (dead, True, True)


def test_ones_own_facts_are_changed_in_the_profile() -> None:
    set_desk_clock("2026-11-20 16:55")
    contact = a_contact()
    client: Client = signed_in(contact.user)
    typed = {"name": "佐々木　良", "name_kana": "ささき", "phone": "０５２ー０００ー１０００"}
    client.post("/contracts/profile/", typed | {"department": "総務部", "language": "en"})
    contact = Contact.objects.get(pk=contact.pk)
    assert (contact.name, contact.name_kana) == ("佐々木 良", "ササキ")
    assert (contact.phone, contact.department) == ("052-000-1000", "総務部")
    assert contact.user.language == "en"
