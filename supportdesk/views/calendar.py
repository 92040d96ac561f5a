"""The business calendar for everybody: open now, the month, what differs, what if I send then."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from supportdesk import clock
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.errors import OutOfReachError
from supportdesk.business_calendar.services import load_calendar
from supportdesk.context import state_of
from supportdesk.presenting.desk_state import desk_state
from supportdesk.presenting.feed import feed
from supportdesk.presenting.irregular import irregular_days
from supportdesk.presenting.moments import UnreadableError, read_moment
from supportdesk.presenting.month import weeks

# How far the page leafs; the rules go further.
FIRST_YEAR, LAST_YEAR = 2000, 2100
MONTHS_LISTED = 2


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """`?month=2026-12` shows that month, `?at=2026/12/28 16:40` answers what sending then means."""
    state, shown = state_of(request), load_calendar()
    today = clock.today(state.now)
    month = _month(request, today)
    context = {
        "month": month,
        "this_month": (month.year, month.month) == (today.year, today.month),
        "before": _months_later(month, -1),
        "after": _months_later(month, 1),
        "weeks": weeks(
            shown,
            month,
            today=today,
            past_cutoff=state.past_cutoff,
            promised_on=state.key.promised_on,
        ),
        "irregular": irregular_days(shown, max(month, today), _last_listed(month, today)),
        "business": shown,
        "next_business_day": shown.next_business_day(today),
        **_asked(request, shown, today),
    }
    return render(request, "calendar.html", context)


def _month(request: HttpRequest, today: date) -> date:
    """The first day of the month asked for. A page we do not have is a 404, not a guess."""
    asked = request.GET.get("month")
    if not asked:
        return today.replace(day=1)
    try:
        year, number = (int(part) for part in asked.split("-"))
        month = date(year, number, 1)
    except ValueError:
        raise Http404(_("月は 2026-12 のように指定してください")) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404(_("その年のカレンダーはありません"))
    return month


def _months_later(month: date, months: int) -> date | None:
    count = month.year * 12 + month.month - 1 + months
    year, number = divmod(count, 12)
    return date(year, number + 1, 1) if FIRST_YEAR <= year <= LAST_YEAR else None


def _last_listed(month: date, today: date) -> date:
    """What differs is listed for the month shown and the one after it, never for the past only."""
    start = max(month, today)
    count = start.year * 12 + start.month - 1 + MONTHS_LISTED
    return date(count // 12, count % 12 + 1, 1) - timedelta(days=1)


def _asked(request: HttpRequest, shown: BusinessCalendar, today: date) -> dict[str, Any]:
    text = request.GET.get("at", "")
    if not text.strip():
        return {}
    try:
        moment = read_moment(text, today=today)
        answer = desk_state(moment, shown)
    except (UnreadableError, OutOfReachError):
        return {"at": text, "at_error": True}
    return {"at": text, "answer": answer}


@require_safe
@conditional_page
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """The same days to subscribe to, as iCalendar."""
    now = clock.of(request)
    body = feed(load_calendar(), today=clock.today(now))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="desk.ics"'
    response["Cache-Control"] = "public, max-age=3600"
    return response
