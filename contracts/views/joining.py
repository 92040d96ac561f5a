"""Pages for people who cannot sign in: an invitation's link, and the form for dead mailboxes."""

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from contracts import services
from contracts.forms.portal_people import AcceptForm, MailboxForm
from contracts.models import Invitation
from contracts.views.people import typed
from supportdesk import clock
from supportdesk.accounts.access import sign_in_by_mailed_code

# Counted by the visitor's network, and by it and the address that was typed: nobody can use
# up what the owner of an address may send.
_LIMITS = {"mailbox": "10/h/ip,3/h/key", "invitation": "60/h/ip"}
_GONE = 410


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who was invited makes sure of their name and presses: only that makes them a contact.

    Opening the page changes nothing; mail scanners do. Afterwards they sign in by a mailed code
    like everybody: so the mailbox is theirs now, too, not only when the link was sent.
    """
    try:
        invited = services.invitation_of(token, now=clock.of(request))
        _speak(request, invited)
        form = AcceptForm.of(invited, typed(request))
        if request.method == "POST" and form.is_valid():
            return _accept(request, token, form)
    except services.UnusableError as error:
        return _unusable(request, error)
    context = {"form": form, "invitation": invited}
    return render(request, "contracts/invitation.html", context)


def _accept(request: HttpRequest, token: str, form: AcceptForm) -> HttpResponse:
    facts = form.cleaned_data
    contact = services.accept_invitation(token, **facts, now=clock.of(request))
    door = sign_in_by_mailed_code(request, contact.user)
    with translation.override(facts["language"]):
        messages.success(request, _("ご担当者として登録しました。"))
    return door


def _unusable(request: HttpRequest, error: services.UnusableError) -> HttpResponse:
    if not ratelimit.consume(
        request, app="contracts", action="invitation", config=_LIMITS, limit_get=True
    ):
        return render(request, "429.html", status=429)
    if error.invitation:
        _speak(request, error.invitation)
    status = 404 if error.fault == "unknown" else _GONE
    context = {"fault": error.fault, "invitation": error.invitation}
    return render(request, "contracts/invitation_unusable.html", context, status=status)


def _speak(request: HttpRequest, invited: Invitation) -> None:
    """To whom nothing is known of but their invitation, in its language."""
    if not request.user.is_authenticated and not request.COOKIES.get("django_language"):
        translation.activate(invited.language)


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest) -> HttpResponse:
    """メールが届かなくなった方へ: the same answer whatever was typed."""
    form = MailboxForm(typed(request))
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(
            request,
            app="contracts",
            action="mailbox",
            config=_LIMITS,
            key=f"{get_adapter().get_client_ip(request)}:{form.cleaned_data['email']}",
        ):
            services.report_dead_mailbox(**form.cleaned_data, now=clock.of(request))
            return redirect("contracts:mailbox_done")
        told = _("送信の回数が多すぎます。しばらく待ってから、もう一度お試しください")
        form.add_error(None, told)
    return render(request, "contracts/mailbox.html", {"form": form})


@require_safe
def mailbox_done(request: HttpRequest) -> HttpResponse:
    return render(request, "contracts/mailbox_done.html")
