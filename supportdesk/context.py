"""What every template may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from supportdesk import clock
from supportdesk.business_calendar.services import load_calendar
from supportdesk.presenting.desk_state import DeskState, desk_state


def desk(request: HttpRequest) -> dict[str, Any]:
    """`desk_now` and `desk_state` are called by the template only if it uses them."""
    return {
        "desk_now": lambda: clock.of(request),
        "desk_state": lambda: state_of(request),
        "DEMO": settings.DEMO,
    }


def state_of(request: HttpRequest) -> DeskState:
    """The desk's state at this request's moment, computed once."""
    cached: DeskState | None = getattr(request, "_desk_state", None)
    if cached is None:
        cached = desk_state(clock.of(request), load_calendar())
        request._desk_state = cached  # type: ignore[attr-defined]  # noqa: SLF001
    return cached
