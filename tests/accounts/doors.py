"""Going through the doors as people do: what they type, and what they read in their mail."""

import re
import time
from email import message_from_bytes, policy
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from supportdesk.accounts.models import User
from supportdesk.outbox import sealing
from supportdesk.outbox.models import Mail

ASK, CODE, OUT = "/sign-in/", "/sign-in/code/", "/sign-out/"
STAFF, SECOND, ADMIN = "/staff-sign-in/", "/staff-sign-in/second-factor/", "/staff/"
SET_UP = "/staff-sign-in/factors/app/"
PASSWORD = "correct horse battery staple"


def code_mails() -> Any:
    return Mail.objects.filter(kind="sign_in_code").order_by("put_at", "pk")


def words_of(mail: Mail) -> str:
    content = bytes(mail.content)
    plain = sealing.unseal(content) if mail.secret else content
    text = message_from_bytes(plain, policy=policy.default).get_body(["plain"])
    assert text is not None
    return str(text.get_content())


def code_in(mail: Mail) -> str:
    found = re.search(r"\d{4}-\d{4}", words_of(mail))
    assert found is not None
    return found.group()


def ask_for_code(client: Client, address: str, **query: str) -> Any:
    return client.post(ASK, {"email": address, **query})


def type_code(client: Client, code: str, **query: str) -> Any:
    return client.post(CODE, {"code": code, **query})


def sign_in_by_code(client: Client, user: User) -> Any:
    ask_for_code(client, user.email)
    return type_code(client, code_in(code_mails().filter(recipient=user.email).last()))


def give_password(client: Client, user: User, password: str = PASSWORD, **query: str) -> Any:
    return client.post(STAFF, {"login": user.email, "password": password, **query})


def with_app(user: User) -> str:
    """Staff with an authenticator app; gives its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def app_code(secret: str) -> str:
    """The code an app shows now; not one that changes before anybody could type it."""
    left = 30 - time.time() % 30
    if left < 5:
        time.sleep(left)
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def sign_in_staff(client: Client, user: User, secret: str) -> Any:
    give_password(client, user)
    return client.post(SECOND, {"code": app_code(secret)})


def opens_admin(client: Client) -> bool:
    """Whether the staff's side shows itself; following where it leads otherwise."""
    response = client.get("/staff/password_change/")
    return bool(response.status_code == 200)


def staff_client(user: User) -> Client:
    """A browser in which this member of staff has come all the way in, without the typing."""
    client = Client()
    client.force_login(user)
    found = Authenticator.objects.filter(user=user).first()
    authenticator = found or TOTP.activate(user, generate_totp_secret()).instance
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "at": time.time(), "id": authenticator.pk, "type": authenticator.type},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
