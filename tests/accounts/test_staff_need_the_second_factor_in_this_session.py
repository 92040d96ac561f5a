"""Journey 6: staff with a password only, or with an e-mailed code, do not reach the admin."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.accounts import doors
from tests.builders import a_contact, a_staff_member

pytestmark = pytest.mark.django_db


def _later(**by: float) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(**by))  # noqa: TID251


def test_password_and_app_open_the_admin(client: Client) -> None:
    staff = a_staff_member()
    secret = doors.with_app(staff)
    response = doors.give_password(client, staff)
    assert response["Location"] == doors.SECOND
    assert not doors.opens_admin(client)
    response = client.post(doors.SECOND, {"code": doors.app_code(secret)})
    assert response["Location"] == "/staff/"
    assert doors.opens_admin(client)


def test_the_password_alone_leads_to_the_second_step_only(client: Client) -> None:
    staff = a_staff_member()
    doors.with_app(staff)
    doors.give_password(client, staff)
    response = client.get(doors.ADMIN, follow=True)
    assert response.redirect_chain[-1][0].startswith(doors.SECOND)
    assert "_auth_user_id" not in client.session


def test_without_a_second_factor_the_way_leads_to_setting_one_up(client: Client) -> None:
    staff = a_staff_member()
    doors.give_password(client, staff)
    response = client.get(doors.ADMIN, follow=True)
    assert response.redirect_chain[-1][0].startswith(doors.SET_UP)
    assert not doors.opens_admin(client)

    page = client.get(doors.SET_UP)
    assert b"data:image/svg+xml;base64," in page.content
    secret = client.session["mfa.totp.secret"]
    response = client.post(doors.SET_UP, {"code": doors.app_code(secret)}, follow=True)
    assert "復旧コード" in response.content.decode()
    assert doors.opens_admin(client)


def test_the_app_s_secret_is_not_readable_in_the_database(client: Client) -> None:
    staff = a_staff_member()
    secret = doors.with_app(staff)
    assert secret not in str(Authenticator.objects.get(user=staff).data)


def test_setting_one_up_wants_a_recent_password(client: Client) -> None:
    staff = a_staff_member()
    doors.give_password(client, staff)
    with _later(minutes=6):
        response = client.get(doors.SET_UP)
        assert response["Location"].startswith("/staff-sign-in/again/?")
        response = client.post(response["Location"], {"password": doors.PASSWORD})
        assert response["Location"] == doors.SET_UP
        assert client.get(doors.SET_UP).status_code == 200


def test_a_wrong_app_code_opens_nothing(client: Client) -> None:
    staff = a_staff_member()
    doors.with_app(staff)
    doors.give_password(client, staff)
    client.post(doors.SECOND, {"code": "000000"})
    assert not doors.opens_admin(client)


def test_an_app_code_works_once(client: Client) -> None:
    staff = a_staff_member()
    secret = doors.with_app(staff)
    with time_machine.travel(time.time(), tick=False):
        doors.sign_in_staff(client, staff, secret)
        other = Client()
        doors.sign_in_staff(other, staff, secret)
        assert doors.opens_admin(client)
        assert not doors.opens_admin(other)


def test_a_recovery_code_opens_the_admin_once(client: Client) -> None:
    staff = a_staff_member()
    doors.with_app(staff)
    (code, *_rest) = _recovery_codes(staff)
    for browser, is_in in ((client, True), (Client(), False)):
        doors.give_password(browser, staff)
        browser.post(doors.SECOND, {"code": code})
        assert doors.opens_admin(browser) is is_in


def _recovery_codes(staff: Any) -> list[str]:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    codes: list[str] = RecoveryCodes.activate(staff).get_unused_codes()
    return codes


def test_an_e_mailed_code_does_not_sign_staff_in(client: Client) -> None:
    staff = a_staff_member()
    doors.ask_for_code(client, staff.email)
    assert not doors.code_mails().exists()
    assert not doors.opens_admin(client)


def test_a_customer_who_becomes_staff_keeps_no_way_in_by_code(client: Client) -> None:
    user = a_contact().user
    doors.sign_in_by_code(client, user)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    assert not doors.opens_admin(client)
    secret = doors.with_app(user)
    client.post("/staff-sign-in/again/second-factor/", {"code": doors.app_code(secret)})
    assert not doors.opens_admin(client)
    assert (
        client.get(doors.ADMIN, follow=True)
        .redirect_chain[-1][0]
        .startswith("/staff-sign-in/again/")
    )


def test_a_customer_is_told_whose_page_it_is(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    response = client.get(doors.ADMIN, follow=True)
    assert response.status_code == 403
    assert "担当者用の画面です" in response.content.decode()


def test_a_customer_with_a_password_is_refused_in_the_same_words(client: Client) -> None:
    user = a_contact().user
    user.set_password(doors.PASSWORD)
    user.save(update_fields=["password"])
    refused = doors.give_password(client, user).content.decode()
    wrong = doors.give_password(client, user, "wrong").content.decode()
    words = "メールアドレスとパスワードの組み合わせを確かめてください"
    assert words in refused
    assert words in wrong
    assert "_auth_user_id" not in client.session


def test_the_second_factor_of_an_earlier_session_does_not_count(client: Client) -> None:
    staff = a_staff_member()
    secret = doors.with_app(staff)
    doors.sign_in_staff(client, staff, secret)
    client.post(doors.OUT)
    assert not doors.opens_admin(client)
    doors.give_password(client, staff)
    assert not doors.opens_admin(client)


def test_what_an_abandoned_sign_in_left_behind_does_not_count(client: Client) -> None:
    """A record of a second factor that lies in the session before the sign-in begins."""
    staff = a_staff_member()
    authenticator = Authenticator.objects.get(user=staff) if doors.with_app(staff) else None
    assert authenticator is not None
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "at": time.time(), "id": authenticator.pk, "type": "totp"}
    ]
    session["account_authentication_methods_user"] = str(staff.pk)
    session.save()
    doors.give_password(client, staff)
    assert not any(r["method"] == "mfa" for r in client.session[AUTHENTICATION_METHODS_SESSION_KEY])
    assert not doors.opens_admin(client)


def test_a_day_old_session_opens_nothing(client: Client) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    with _later(hours=24):
        assert not doors.opens_admin(client)
        assert "_auth_user_id" not in client.session


def test_removing_the_app_ends_what_it_opened(client: Client) -> None:
    staff = a_staff_member()
    secret = doors.with_app(staff)
    doors.sign_in_staff(client, staff, secret)
    Authenticator.objects.filter(user=staff).delete()
    assert not doors.opens_admin(client)


def test_a_session_without_the_second_step_cannot_add_another(client: Client) -> None:
    """Signed in before an app was set up elsewhere: knowing the password is not enough any more."""
    staff = a_staff_member()
    doors.give_password(client, staff)
    secret = doors.with_app(staff)
    response = client.get("/staff-sign-in/factors/passkeys/add/")
    assert response["Location"].startswith("/staff-sign-in/again/second-factor/")
    response = client.post(response["Location"], {"code": doors.app_code(secret)})
    assert response["Location"] == "/staff-sign-in/factors/passkeys/add/"
    assert doors.opens_admin(client)


def test_customers_have_no_pages_for_a_second_factor(client: Client) -> None:
    doors.sign_in_by_code(client, a_contact().user)
    assert client.get("/staff-sign-in/factors/").status_code == 404
    assert client.get(doors.SET_UP).status_code == 404


def test_a_deactivated_person_is_out_at_the_next_request(client: Client) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    assert not doors.opens_admin(client)


def test_a_new_password_ends_the_other_sessions(client: Client) -> None:
    staff = a_staff_member()
    doors.sign_in_staff(client, staff, doors.with_app(staff))
    staff.set_password("another horse battery staple")
    staff.save(update_fields=["password"])
    assert not doors.opens_admin(client)


@pytest.mark.parametrize("path", ["/staff/", "/staff/login/", "/staff/accounts/user/"])
def test_the_admin_has_no_door_of_its_own(client: Client, path: str) -> None:
    staff = a_staff_member()
    response = client.post(path, {"username": staff.email, "password": doors.PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0].startswith(doors.STAFF)
    assert "_auth_user_id" not in client.session


def test_ten_wrong_passwords_and_the_account_waits_for_that_address(client: Client) -> None:
    staff = a_staff_member()
    doors.with_app(staff)
    for _ in range(10):
        doors.give_password(client, staff, "wrong")
    assert "しばらく待ってから" in doors.give_password(client, staff).content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert doors.give_password(elsewhere, staff)["Location"] == doors.SECOND
    with _later(minutes=16):
        assert doors.give_password(client, staff)["Location"] == doors.SECOND


def test_a_claimed_address_does_not_escape_the_limit(client: Client) -> None:
    staff = a_staff_member()
    for n in range(10):
        client.post(
            doors.STAFF,
            {"login": staff.email, "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        )
    page = doors.give_password(client, staff).content.decode()
    assert "しばらく待ってから" in page


def test_behind_one_proxy_the_address_it_saw_counts(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    staff = a_staff_member()
    doors.with_app(staff)

    def attempt(password: str, claimed: str, seen: str) -> Any:
        return client.post(
            doors.STAFF,
            {"login": staff.email, "password": password},
            headers={"X-Forwarded-For": f"{claimed}, {seen}"},
        )

    for n in range(10):
        attempt("wrong", f"198.51.100.{n}", "203.0.113.5")
    assert "しばらく" in attempt(doors.PASSWORD, "198.51.100.99", "203.0.113.5").content.decode()
    assert attempt(doors.PASSWORD, "203.0.113.5", "203.0.113.6")["Location"] == doors.SECOND


def test_too_many_requests_are_answered_in_words(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    staff = a_staff_member()
    doors.give_password(client, staff)
    client.post(doors.OUT)
    response = doors.give_password(client, staff)
    assert response.status_code == 429
    assert "しばらくお待ちください" in response.content.decode()
