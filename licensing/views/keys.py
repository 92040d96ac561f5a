"""One key on demand, one licence with all its keys, and the report that the old server stopped."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Contact
from licensing import services
from licensing.forms.stopping import StopForm
from licensing.history import key_events
from licensing.key_words import not_shown_words, row_of
from licensing.models import Application, Key, KeyDisplay, License
from licensing.services import NothingToReportError, NotShownError
from licensing.views.finding import visible_application
from licensing.words import badge_of
from supportdesk import clock
from supportdesk.accounts.access import customer_required, person, recent_sign_in, sign_in_again

# How long a code counts as fresh for a look at a key.
MINUTES_FRESH = 10


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def key(request: HttpRequest, serial: str) -> HttpResponseBase:
    """Looking is a POST, so that nothing shows, or records, a key because a browser was curious.

    Without a code of the last ten minutes the person is asked for one, and comes back here.
    """
    visible = Key.objects.visible_to(request.user).select_related(
        "license__contract__customer", "license__contract__product", "application", "replaces"
    )
    found = get_object_or_404(visible, serial=serial)
    now, contact = clock.of(request), person(request).contact
    why = "role" if not services.may_open(contact) else services.not_shown_because(found, now=now)
    if why:
        return _refused(request, found, why)
    if request.method != "POST":
        context = _facts(request, found) | {"fresh": recent_sign_in(request, MINUTES_FRESH)}
        return render(request, "licensing/key_ask.html", context)
    if not recent_sign_in(request, MINUTES_FRESH):
        return sign_in_again(request)
    return _given(request, found, contact)


def _given(request: HttpRequest, found: Key, contact: Contact) -> HttpResponse:
    saving = request.POST.get("how") == KeyDisplay.How.DOWNLOADED
    how = KeyDisplay.How.DOWNLOADED if saving else KeyDisplay.How.SHOWN
    try:
        text = services.display_key(found, to=contact, how=how, now=clock.of(request))
    except NotShownError as error:  # it ended, or the role did, between the two looks
        return _refused(request, found, error.why)
    if saving:
        return HttpResponse(
            text + "\n",
            content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{found.serial}.txt"'},
        )
    return render(request, "licensing/key.html", _facts(request, found) | {"text": text})


def _refused(request: HttpRequest, found: Key, why: str) -> HttpResponse:
    context = _facts(request, found) | {
        "why": why,
        "words": not_shown_words(why),
        "who": Contact.objects.receiving_keys().filter(customer=found.license.contract.customer_id),
    }
    status = 403 if why == "role" else 200
    return render(request, "licensing/key_refused.html", context, status=status)


def _facts(request: HttpRequest, found: Key) -> dict[str, object]:
    return {"key": found, "row": row_of(found, now=clock.of(request))}


@require_safe
@customer_required
def license_page(request: HttpRequest, number: str) -> HttpResponse:
    """One licence: all its keys with their states, its moves, and who looked at a key."""
    now = clock.of(request)
    licenses = License.objects.visible_to(request.user).with_current_key()
    found = get_object_or_404(licenses, number=number)
    keys = list(found.keys.select_related("application").order_by("-issue_number"))
    moves = Application.objects.for_pages().filter(license=found)
    context = {
        "license": found,
        "rows": [row_of(each, now=now) for each in keys],
        "moves": [(each, badge_of(each, now=now)) for each in moves],
        "under_way": next((each for each in moves if each.is_open), None),
        "may_open": services.may_open(person(request).contact),
        "history": sorted(key_events(keys), key=lambda event: event.at)[::-1],
    }
    return render(request, "licensing/license.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def stop(request: HttpRequest, number: str) -> HttpResponse:
    """The customer reports the day on which the old server was shut down, once."""
    found = visible_application(request, number)
    old_key = services.replaced_key(found)
    back = redirect("licensing:application", number)
    if old_key is None or found.issued_at is None or services.stop_reported(found):
        if request.method == "POST":
            messages.warning(request, _("停止のご報告は、もう受け取っています。"))
        return back
    now = clock.of(request)
    form = StopForm(
        request.POST or None, issued_on=clock.today(found.issued_at), today=clock.today(now)
    )
    if not form.is_valid():
        context = {"application": found, "old_key": old_key, "form": form}
        return render(request, "licensing/stop.html", context)
    try:
        services.report_stop(found, **form.cleaned_data, by=person(request), now=now)
    except NothingToReportError:
        messages.warning(request, _("停止のご報告は、もう受け取っています。"))
    else:
        messages.success(request, _("旧サーバーの停止のご報告を受け取りました。"))
    return back
