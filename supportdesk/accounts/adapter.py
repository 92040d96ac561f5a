"""Where the desk differs from allauth: two doors, no sign-up, mail through the outbox."""

import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from supportdesk.accounts import access, codes, language, sessions
from supportdesk.accounts.models import User
from supportdesk.outbox.sealing import seal, unseal

log = logging.getLogger(__name__)

_MINUTES_A_PASSWORD_IS_FRESH = 5


class DeskAccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("メールアドレスとパスワードの組み合わせを確かめてください"),
        "incorrect_code": _("コードが違います。届いたコードをもう一度確かめて入力してください"),
        "incorrect_password": _("パスワードをもう一度確かめて入力してください"),
        "too_many_login_attempts": _(
            "入力の回数が多すぎます。しばらく待ってから、もう一度お試しください"
        ),
        "rate_limited": _("送信の回数が多すぎます。しばらく待ってから、もう一度お試しください"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only pages of this site: a path, never an address with a host or a scheme."""
        return url.startswith("/") and bool(super().is_safe_url(url))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.is_staff:
            return reverse("admin:index")
        return resolve_url("/")

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse | None:
        """Each side has its own door, whatever a form lets through: staff never by code."""
        door = _latest_method(request, user)
        if (door == "code" and user.is_staff) or (door == "password" and not user.is_staff):
            clear_login(request)
            return self.respond_user_inactive(request, user)
        refusal: HttpResponse | None = super().pre_login(request, user, **details)
        return refusal

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request)
        language.bring_along(request, user)
        log.info("user %s signed in", user.pk)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log.warning("sign-in failed for %.100r", credentials.get("email"))

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """A password given minutes ago is fresh enough; allauth would ask for it twice."""
        return not access.recent_sign_in(context.request, _MINUTES_A_PASSWORD_IS_FRESH)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix != "account/email/login_code":
            raise NotImplementedError(f"The desk sends no {template_prefix} mail.")
        codes.send(context["request"], email, context["code"])

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count by account and address together: nobody can lock out somebody else."""
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{self.get_client_ip(request)}"


class DeskMFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("コードが違います。いま表示されているコードを入力してください"),
    }

    def encrypt(self, text: str) -> str:
        return seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text.encode()).decode()


def _latest_method(request: HttpRequest, user: User) -> str:
    records = get_authentication_records(request, user)
    fresh = [r for r in records if time.time() - r["at"] < sessions.STAFF.idle]
    return str(fresh[-1]["method"]) if fresh else ""
