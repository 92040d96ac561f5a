"""How long a sign-in lasts, and that nothing behind it is ever cached.

Real time is meant, not the desk's clock: moving a demo to Tuesday must not
sign anybody out, and a clock that stands still must not keep anybody in.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

SIGNED_IN_AT = "signed_in_at"
_SEEN_AT = "seen_at"
_NOTICE_EVERY = 60  # seconds: a visit a minute is written down, not every click


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds of real time: without a visit, and altogether."""

    idle: int
    absolute: int


STAFF = Limits(idle=30 * 60, absolute=8 * 3600)
CUSTOMER = Limits(idle=12 * 3600, absolute=7 * 24 * 3600)


class SessionLimits:
    """Middleware: ends sign-ins that lasted too long; keeps pages behind them out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_over(request):
            logout(request)
            messages.info(
                request, _("時間がたったためサインアウトしました。もう一度サインインしてください。")
            )
        response = self.get_response(request)
        if request.user.is_authenticated:
            _note_visit(request)
            add_never_cache_headers(response)
        return response


def begin(request: HttpRequest) -> None:
    """Start counting: somebody has just signed in."""
    request.session[SIGNED_IN_AT] = request.session[_SEEN_AT] = time.time()


def _is_over(request: HttpRequest) -> bool:
    now = time.time()
    limits = STAFF if request.user.is_staff else CUSTOMER
    begun = request.session.setdefault(SIGNED_IN_AT, now)
    seen = request.session.get(_SEEN_AT, begun)
    return bool(now - begun >= limits.absolute or now - seen >= limits.idle)


def _note_visit(request: HttpRequest) -> None:
    if "HX-Request" in request.headers:
        return  # pages ask for fragments by themselves, each minute: no sign of a person
    now = time.time()
    if now - request.session.get(_SEEN_AT, 0) >= _NOTICE_EVERY:
        request.session[_SEEN_AT] = now
