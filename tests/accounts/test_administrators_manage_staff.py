from typing import Any

import pytest
from django.test import Client

from supportdesk.accounts.models import User
from tests.accounts import doors
from tests.builders import a_contact, a_customer, a_staff_member

pytestmark = pytest.mark.django_db
STAFF = "/staff/accounts/staffmember/"
NEW = {
    "email": "New.Person@supportdesk.example",
    "name": "山口 健",
    "password1": "correct horse battery staple 7",
    "password2": "correct horse battery staple 7",
}


def somebody(client: Client, **powers: bool) -> User:
    user = a_staff_member()
    for name, value in powers.items():
        setattr(user, name, value)
    user.save()
    doors.sign_in_staff(client, user, doors.with_app(user))
    return user


def changed(user: User, **fields: Any) -> dict[str, Any]:
    powers = {
        name: "on" for name in ("is_active", "view_only", "is_superuser") if getattr(user, name)
    }
    given = {"email": user.email, "name": user.name} | powers | fields
    return {name: value for name, value in given.items() if value is not None}


def test_a_new_member_signs_in_and_sets_up_a_second_factor(client: Client) -> None:
    somebody(client, is_superuser=True)
    assert client.post(f"{STAFF}add/", NEW).status_code == 302
    member = User.objects.get(email="new.person@supportdesk.example")
    assert (member.is_staff, member.is_superuser, member.joined_at is None) == (True, False, False)
    theirs = Client()
    doors.give_password(theirs, member, NEW["password1"])
    response = theirs.get(doors.ADMIN, follow=True)
    assert response.redirect_chain[-1][0].startswith(doors.SET_UP)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("short 1 two", id="under 12 characters"),
        pytest.param("q1w2e3r4t5y6", id="among the common ones"),
        pytest.param("123456789012345", id="digits only"),
        pytest.param("my supportdesk password", id="our own name"),
        pytest.param("x9 " * 43, id="over 128 characters"),
        pytest.param("new.person@supportdesk", id="the address"),
    ],
)
def test_weak_passwords_are_refused(client: Client, password: str) -> None:
    somebody(client, is_superuser=True)
    page = client.post(f"{STAFF}add/", NEW | {"password1": password, "password2": password})
    assert page.status_code == 200
    assert not User.objects.filter(name="山口 健").exists()


def test_a_long_password_in_japanese_is_fine(client: Client) -> None:
    somebody(client, is_superuser=True)
    password = "正しい馬と電池とホチキス🐎の組み合わせ"
    client.post(f"{STAFF}add/", NEW | {"password1": password, "password2": password})
    member = User.objects.get(name="山口 健")
    assert doors.give_password(Client(), member, password)["Location"] == "/staff/"


def test_an_address_is_taken_in_either_case_and_on_either_side(client: Client) -> None:
    somebody(client, is_superuser=True)
    taken = a_contact().user.email
    page = client.post(f"{STAFF}add/", NEW | {"email": taken.upper()})
    assert "このメールアドレスはすでに登録されています" in page.content.decode()


def test_only_administrators_see_staff(client: Client) -> None:
    somebody(client)
    assert client.get(STAFF).status_code == 403
    assert client.post(f"{STAFF}add/", NEW).status_code == 403
    assert "担当者</span>" not in client.get("/staff/contracts/customer/").content.decode()


def test_nobody_changes_their_own_powers(client: Client) -> None:
    me = somebody(client, is_superuser=True)
    client.post(f"{STAFF}{me.pk}/change/", changed(me, is_superuser=None, name="改名"))
    me.refresh_from_db()
    assert (me.is_superuser, me.name) == (True, "改名")


def test_an_administrator_changes_what_others_may_do(client: Client) -> None:
    somebody(client, is_superuser=True)
    other = a_staff_member()
    client.post(f"{STAFF}{other.pk}/change/", changed(other, view_only="on"))
    other.refresh_from_db()
    assert other.view_only


def test_customers_people_cannot_be_made_staff_here(client: Client) -> None:
    somebody(client, is_superuser=True)
    contact = a_contact().user
    assert client.get(f"{STAFF}{contact.pk}/change/").status_code == 302
    posted = changed(contact, is_staff="on", is_superuser="on")
    client.post(f"{STAFF}{contact.pk}/change/", posted)
    contact.refresh_from_db()
    assert not (contact.is_staff or contact.is_superuser)


def test_staff_are_switched_off_and_never_deleted(client: Client) -> None:
    somebody(client, is_superuser=True)
    other = a_staff_member()
    assert client.post(f"{STAFF}{other.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"{STAFF}{other.pk}/change/", changed(other, is_active=None))
    other.refresh_from_db()
    assert not other.is_active


def test_a_lost_second_factor_is_taken_away_and_set_up_anew(client: Client) -> None:
    somebody(client, is_superuser=True)
    other, theirs = a_staff_member(), Client()
    doors.sign_in_staff(theirs, other, doors.with_app(other))
    posted = {"action": "forget_second_factor", "_selected_action": [other.pk]}
    assert client.post(STAFF, posted).status_code == 302
    assert not doors.opens_admin(theirs)
    response = theirs.get(doors.ADMIN, follow=True)
    assert (
        doors.SET_UP in response.redirect_chain[-1][0] or "again" in response.redirect_chain[-1][0]
    )


def test_view_only_staff_look_and_change_nothing(client: Client) -> None:
    somebody(client, view_only=True)
    customer = a_customer()
    address = f"/staff/contracts/customer/{customer.pk}/change/"
    page = client.get(address)
    assert page.status_code == 200
    assert 'name="name"' not in page.content.decode()
    assert client.post(address, {"name": "別の名前"}).status_code == 403
    assert client.get("/staff/contracts/customer/add/").status_code == 403
    customer.refresh_from_db()
    assert customer.name != "別の名前"


def test_what_each_kind_of_person_may_do() -> None:
    staff, looker, boss = a_staff_member(), a_staff_member(), a_staff_member()
    looker.view_only = boss.is_superuser = True
    gone = a_staff_member()
    gone.is_active = False
    table = {
        staff: (True, True, False),
        looker: (True, False, False),
        boss: (True, True, True),
        gone: (False, False, False),
        a_contact().user: (False, False, False),
    }
    asked = ("contracts.view_customer", "contracts.change_customer", "accounts.change_staffmember")
    for person, may in table.items():
        assert tuple(person.has_perm(name) for name in asked) == may, person
