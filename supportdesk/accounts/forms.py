"""The forms of the two doors: customers by e-mailed code, staff by password and second factor."""

import unicodedata
from typing import Any

from allauth.account.forms import (
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
)
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateBySecondFactorForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from supportdesk.accounts import codes
from supportdesk.accounts.models import User
from supportdesk.accounts.passwords import LONGEST


class AddressField(forms.EmailField):
    """Full-width letters and blanks around an address are nobody's fault."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("メールアドレス"))
        options.setdefault("max_length", 254)
        super().__init__(**options)
        self.widget.attrs["autocomplete"] = "email"

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "")
        return unicodedata.normalize("NFKC", text).strip().lower()


class CodeField(forms.CharField):
    """A code as people type it: full-width digits, with or without the dash."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def to_python(self, value: Any) -> Any:
        return unicodedata.normalize("NFKC", str(super().to_python(value) or ""))


class PasswordField(forms.CharField):
    """The password of somebody who has one."""

    def __init__(self) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        super().__init__(label=_("パスワード"), strip=False, max_length=LONGEST, widget=widget)


class RequestCodeForm(RequestLoginCodeForm):
    _user: User | None

    email = AddressField(help_text=_("ご契約の担当者として登録されているアドレスです"))

    @property
    def recipient(self) -> User | None:
        """The contact who gets the code; None for every other address."""
        return self._user

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not codes.may_receive(self._user):
            self._user = None
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):
    code = CodeField(
        label=_("サインイン用のコード"), help_text=_("メールに書かれた8けたの数字です")
    )


class StaffSignInForm(LoginForm):
    user: User | None

    password = PasswordField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"] = AddressField()
        self.order_fields(["login", "password"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.user and not (self.user.is_active and self.user.is_staff):
            self.user = None  # the same words as for a wrong password
            self.add_error(None, self._mismatch())
        return cleaned

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        clear_login(request)  # what an abandoned sign-in left behind must not count for this one
        response: HttpResponse = super().login(request, redirect_url)
        return response

    def _mismatch(self) -> forms.ValidationError:
        from allauth.account.adapter import get_adapter

        error: forms.ValidationError = get_adapter().validation_error("email_password_mismatch")
        return error


class PasswordAgainForm(ReauthenticateForm):
    password = PasswordField()


class SecondFactorForm(AuthenticateForm):
    code = CodeField(
        label=_("確認コード"), help_text=_("認証アプリの6けたの数字か、控えの復旧コードです")
    )


class SecondFactorAgainForm(ReauthenticateBySecondFactorForm):
    code = CodeField(
        label=_("確認コード"), help_text=_("認証アプリの6けたの数字か、控えの復旧コードです")
    )


class SetUpTotpForm(ActivateTOTPForm):
    code = CodeField(label=_("確認コード"), help_text=_("認証アプリに表示された6けたの数字です"))


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(label=_("パスキーの名前"), max_length=60, required=False)


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("パスキーの名前"), max_length=60)
