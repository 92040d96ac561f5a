"""allauth's views where they differ from allauth: what is added is said here, nothing else."""

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import RequestLoginCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpResponse

from supportdesk.accounts import codes, gate
from supportdesk.accounts.forms import RequestCodeForm


class RequestCode(RequestLoginCodeView):  # type: ignore[misc]
    """Customers ask for a code. Every address gets the same page after the same work."""

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        clear_login(self.request)
        if form.recipient is None:
            codes.rehearse(self.request, form.cleaned_data["email"])
        response: HttpResponse = super().form_valid(form)
        return response


class _SetUp:
    """Whoever sets up an authenticator holds it: that opens the gate for this session."""

    request: Any
    authenticator_type: str

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        newest = Authenticator.objects.filter(
            user=self.request.user, type=self.authenticator_type
        ).latest("created_at", "pk")
        gate.record_second_factor(self.request, newest)
        return response


class SetUpTotp(_SetUp, ActivateTOTPView):  # type: ignore[misc]
    authenticator_type = Authenticator.Type.TOTP


class AddPasskey(_SetUp, AddWebAuthnView):  # type: ignore[misc]
    authenticator_type = Authenticator.Type.WEBAUTHN
