"""allauth's views where they differ from allauth: what is added is said here, nothing else."""

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import RequestLoginCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse

from supportdesk.accounts import codes, gate
from supportdesk.accounts.forms import RequestCodeForm


class RequestCode(RequestLoginCodeView):
    """Customers ask for a code. Every address gets the same page after the same work."""

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        clear_login(self.request)
        if form.recipient is None:
            codes.rehearse(self.request, form.cleaned_data["email"])
        response: HttpResponse = super().form_valid(form)
        return response


def _opened_by(request: HttpRequest, authenticator_type: str) -> None:
    """Whoever sets up an authenticator holds it: that opens the gate for this session."""
    own = Authenticator.objects.filter(user=request.user, type=authenticator_type)
    gate.record_second_factor(request, own.latest("created_at", "pk"))


class SetUpTotp(ActivateTOTPView):
    def form_valid(self, form: ActivateTOTPForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _opened_by(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskey(AddWebAuthnView):
    def form_valid(self, form: AddWebAuthnForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _opened_by(self.request, Authenticator.Type.WEBAUTHN)
        return response
