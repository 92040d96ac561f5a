"""The staff's gate: password and second factor, both in this very session.

What counts are the records of this session: of a password, and of an
authenticator that still exists. One of them alone, an e-mailed code, or what was
shown in another session opens nothing; removing an authenticator ends the
sessions it opened.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from supportdesk.accounts.sessions import STAFF

type ViewFunction[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

FIRST_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def opens(request: HttpRequest) -> bool:
    """Whether this session may see the staff's side."""
    user = request.user
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    return _gave_password(request) and _showed_second_factor(request)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this person has set one up at all, proven in this session or not."""
    return bool(
        Authenticator.objects.filter(user_id=request.user.pk, type__in=FIRST_STEPS).exists()
    )


def record_second_factor(request: HttpRequest, authenticator: Authenticator) -> None:
    """Whoever has just set up an authenticator has shown that they hold it."""
    record_authentication(
        request, request.user, "mfa", id=authenticator.pk, type=authenticator.type
    )


def staff_required[**P](view: ViewFunction[P]) -> ViewFunction[P]:
    """For a staff page outside the admin: the same gate."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not opens(request):
            return detour(request, request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def own_factors[**P](view: ViewFunction[P]) -> ViewFunction[P]:
    """For the pages where staff manage their own second factor.

    The first one is set up with the password alone; whoever has one already
    must have shown it in this session before another is added or removed.
    """

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.is_staff:
            raise Http404
        if not request.user.is_authenticated or (has_second_factor(request) and not opens(request)):
            return detour(request, request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def detour(request: HttpRequest, goal: str) -> HttpResponse:
    """Where somebody goes whom the gate does not let through to `goal`."""
    if not request.user.is_authenticated:
        return redirect_to_login(goal, reverse("account_login"))
    if not request.user.is_staff:
        return render(request, "account/staff_only.html", status=403)
    if not _gave_password(request):
        return redirect_to_login(goal, reverse("account_reauthenticate"))
    if has_second_factor(request):
        return redirect_to_login(goal, reverse("mfa_reauthenticate"))
    return redirect_to_login(goal, reverse("mfa_activate_totp"))


def goal_of(request: HttpRequest) -> str:
    """The page that was asked for, if it is one of ours; the start page otherwise."""
    goal = request.GET.get(REDIRECT_FIELD_NAME, "")
    ours = goal.startswith("/") and url_has_allowed_host_and_scheme(goal, allowed_hosts=None)
    return goal if ours else reverse("admin:index")


def _gave_password(request: HttpRequest) -> bool:
    return any(record["method"] == "password" for record in _records(request))


def _showed_second_factor(request: HttpRequest) -> bool:
    used = [record["id"] for record in _records(request) if record["method"] == "mfa"]
    still_there = Authenticator.objects.filter(pk__in=used, user_id=request.user.pk)
    return bool(used) and bool(still_there.exists())


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    """What this session proved. A session of staff ends after eight hours; so do its records."""
    since = time.time() - STAFF.absolute
    records = get_authentication_records(request, request.user)
    return [record for record in records if record["at"] > since]
