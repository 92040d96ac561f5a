"""One click signs a visitor of the demo in. Outside the demo neither the URL nor the way exists."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from supportdesk.accounts import gate
from supportdesk.accounts.models import User


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the demo person with the posted `email`; go to `next` or their first page."""
    if not settings.DEMO:
        raise SuspiciousOperation("Signing in with one click exists in the demo only.")
    user = get_object_or_404(User, email=request.POST.get("email", ""), is_active=True)
    request.session.flush()
    get_adapter().login(request, user)
    record_authentication(request, user, "password" if user.is_staff else "code")
    if user.is_staff:
        gate.record_second_factor(request, _authenticator(user))
    return HttpResponseRedirect(_goal(request))


def _authenticator(user: User) -> Authenticator:
    """The gate wants one that exists; who knows its secret does not matter here."""
    found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return found or TOTP.activate(user, generate_totp_secret()).instance


def _goal(request: HttpRequest) -> str:
    adapter = get_adapter()
    goal = request.POST.get("next", "")
    return goal if adapter.is_safe_url(goal) else adapter.get_login_redirect_url(request)
