"""The demo's own pages: the control of its clock and the mails that it caught."""

from datetime import datetime, time, timedelta
from io import BytesIO
from itertools import islice

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from supportdesk import clock
from supportdesk.business_calendar.services import load_calendar
from supportdesk.demo import caught_mails
from supportdesk.presenting.moments import UnreadableError, read_moment

SHOWN = 60
TUESDAY = 1
DAYS_OF_A_WEEK = 7


@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the whole desk to another moment, from where it runs on."""
    now = clock.of(request)
    if request.POST.get("to") == "real":
        clock.unshift()
    elif moment := _wanted(request, now):
        clock.shift_to(moment)
    else:
        messages.error(request, _("日時を 2026/11/24 9:00 のように入力してください。"))
    return _back(request)


def _wanted(request: HttpRequest, now: datetime) -> datetime | None:
    today = clock.today(now)
    match request.POST.get("to"):
        case "hour":
            return now + timedelta(hours=1)
        case "tuesday":
            days = (TUESDAY - today.weekday() - 1) % DAYS_OF_A_WEEK + 1
            return datetime.combine(today + timedelta(days), time(9), clock.TOKYO)
        case "opening":
            calendar = load_calendar()
            if calendar.is_open(now):
                return calendar.opening(calendar.next_business_day(today))
            return calendar.next_open(now)
    try:
        return read_moment(request.POST.get("at", ""), today=today)
    except UnreadableError:
        return None


def _back(request: HttpRequest) -> HttpResponseRedirect:
    came_from = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return redirect(came_from if own else "/")


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """What the desk has sent, newest first; of one recipient with `?to=`."""
    to = request.GET.get("to", "")
    caught = list(caught_mails.newest_first(settings.DEMO_MAILS))
    chosen = (mail for mail in caught if not to or to in mail.recipients)
    return render(
        request,
        "demo/mails.html",
        {
            "to": to,
            "mails": list(islice(chosen, SHOWN)),
            "recipients": sorted({to for mail in caught for to in mail.recipients}),
        },
    )


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One caught mail."""
    return render(request, "demo/mail.html", {"mail": _caught(name)})


@require_safe
def attachment(request: HttpRequest, name: str, index: int) -> FileResponse:
    """One attachment of a caught mail, as a file to keep."""
    attachments = _caught(name).attachments
    if index >= len(attachments):
        raise Http404
    found = attachments[index]
    return FileResponse(
        BytesIO(found.content),
        as_attachment=True,
        filename=found.name,
        content_type=found.content_type,
    )


def _caught(name: str) -> caught_mails.CaughtMail:
    path = settings.DEMO_MAILS / f"{name}.eml"
    if not path.exists():
        raise Http404
    return caught_mails.read(path)
