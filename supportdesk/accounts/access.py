"""Who may see a customer's page, and how fresh a sign-in has to be.

Real time is meant here, never the desk's clock: a demo moved to Tuesday must
neither end nor prolong anybody's sign-in.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from supportdesk.accounts import resuming
from supportdesk.accounts.models import User

type ViewFunction[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def customer_required[**P](view: ViewFunction[P]) -> ViewFunction[P]:
    """Only contacts of a customer: `person(request).contact` is there for the view.

    Strangers are sent to sign in and come back here afterwards, with what they
    typed; staff get a plain page that shows them the way to their own side. Never cached.
    """

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method == "POST":
                resuming.keep_typed(request)
            return _to_sign_in(request)
        if not hasattr(request.user, "contact"):
            return render(request, "account/customers_only.html", status=403)
        return _resumed(request) or view(request, *args, **kwargs)

    return guarded


def _resumed(request: HttpRequest) -> HttpResponse | None:
    """What a sign-in that ran out left unsent on this page; None where the page itself is due."""
    if request.method == "POST":
        resuming.forget_typed(request)
        if resuming.is_to_be_forgotten(request):
            return redirect(request.get_full_path())
        return None
    typed = resuming.typed_before(request)
    return render(request, "account/resume.html", {"typed": typed}) if typed else None


def person(request: HttpRequest) -> User:
    """Who is signed in, behind a guard that lets nobody else through: `person(request).contact`."""
    return cast("User", request.user)


def recent_sign_in(request: HttpRequest, minutes: int) -> bool:
    """Whether the person proved who they are within the last `minutes`.

    allauth's own check lets a user without password and second factor through
    however old the sign-in is; so the age is read from the records here.
    """
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - latest < minutes * 60)


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """End this sign-in and ask for a fresh one; the person comes back to this page."""
    logout(request)
    return _to_sign_in(request)


def sign_in_by_mailed_code(request: HttpRequest, user: User) -> HttpResponse:
    """Mail this person a code and go to where it is typed; whoever was signed in here leaves."""
    logout(request)
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=user.email)
    return redirect("account_confirm_login_code")


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    door = redirect_to_login(request.get_full_path(), reverse("account_request_login_code"))
    if getattr(request, "htmx", False):  # a fragment: the whole page has to move
        return HttpResponseClientRedirect(door.url)
    return door
