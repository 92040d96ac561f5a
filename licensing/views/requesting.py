"""For one who cannot sign in: a form with two numbers, and the same words whatever they are."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from licensing import drafts, services
from licensing.forms import ApplicationForm, MoveRequestForm
from licensing.models import MoveRequest
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_key(request: HttpRequest) -> HttpResponse:
    """Stored alike, answered alike: a worker compares the numbers and mails registered contacts."""
    form = MoveRequestForm(request.POST or None)
    if not form.is_valid():
        return render(request, "licensing/request.html", {"form": form})
    if not _within_limits(request, form.cleaned_data["certificate_number"]):
        told = _("送信の回数が多すぎます。しばらく待ってから、もう一度お試しください")
        form.add_error(None, told)
        return render(request, "licensing/request.html", {"form": form}, status=429)
    services.take_request(
        certificate_number=form.cleaned_data["certificate_number"],
        service_number=form.cleaned_data["service_number"],
        typed=form.typed(),
        now=clock.of(request),
    )
    return redirect("licensing:request_taken")


def _within_limits(request: HttpRequest, certificate_number: str) -> bool:
    """Counted by the visitor's address, by address and number together, and all in all.

    Never by the number alone: nobody can use up the owner's requests. The same for
    numbers that exist and for those that do not.
    """
    theirs = f"{get_adapter().get_client_ip(request)}:{certificate_number}"
    return bool(
        ratelimit.consume(request, action="license_request", key=theirs)
        and ratelimit.consume(request, action="license_request_all", key="all")
    )


@require_safe
def taken(request: HttpRequest) -> HttpResponse:
    """What happens now, in the same words for everybody."""
    return render(request, "licensing/request_taken.html")


@require_safe
@customer_required
def finish(request: HttpRequest, token: UUID) -> HttpResponse:
    """From the mail: a registered contact of that customer finds the form filled in."""
    contact = person(request).contact
    mine = MoveRequest.objects.filter(customer=contact.customer_id, token=token)
    if not mine.exists():
        raise Http404
    waiting = MoveRequest.objects.to_be_finished(token, clock.of(request))
    found = waiting.filter(customer=contact.customer_id).first()
    if found is None:
        # Finished already, or too old: the form's own page says which.
        return redirect("licensing:enter", token)
    if drafts.kept(request.session, token) is None:
        typed = found.typed | ({"license": str(found.license_id)} if found.license_id else {})
        drafts.keep(request.session, token, typed, list(ApplicationForm.base_fields))
    return redirect("licensing:enter", token)
