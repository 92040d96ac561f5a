"""Sign-in codes for customers, mailed through the outbox."""

from contextlib import nullcontext
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.outbox.services import put
from supportdesk.presenting.letters import letter


def may_receive(user: User | None) -> bool:
    """Codes are for the active contacts of customers; staff never sign in by code."""
    return user is not None and user.is_active and not user.is_staff


def send(request: HttpRequest, email: str, code: str) -> None:
    """Put the mail with `code` in the outbox, due at once; each code is a mail of its own."""
    with transaction.atomic():
        _put(request, email, code)


def rehearse(request: HttpRequest, email: str) -> None:
    """The same work for an address that gets no mail, so that time tells nothing about it."""
    with transaction.atomic():
        _put(request, email, get_random_string(8, "0123456789"))
        transaction.set_rollback(True)


def _put(request: HttpRequest, email: str, code: str) -> None:
    reader = User.objects.filter(email=email).first()
    with translation.override(reader.language) if reader and reader.language else nullcontext():
        _put_in_words(request, email, code)


def _put_in_words(request: HttpRequest, email: str, code: str) -> None:
    now = clock.of(request)
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    tries = settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS
    put(
        kind="sign_in_code",
        subject_key=f"sign-in:{uuid4()}",
        recipient=email,
        subject=_("【年間サポートデスク】サインイン用のコード"),
        body=letter(
            "mails/account/sign_in_code.txt",
            {"code": code, "minutes": minutes, "tries": tries, "site_url": settings.SITE_URL},
        ),
        due_at=now,
        now=now,
        secret=True,
    )
