"""The language somebody chose goes with them: to every browser they sign in on, and into mails."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.views.i18n import set_language

from supportdesk.accounts.models import User

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

_KNOWN = frozenset(code for code, _name in settings.LANGUAGES)


def choose(request: HttpRequest) -> HttpResponseBase:
    """The switch in the footer: for this browser and, signed in, for the person."""
    wish = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and wish in _KNOWN:
        keep(request.user, wish)
    return set_language(request)


def keep(user: User, language: str) -> None:
    """From now on this person's pages and mails are in `language`, one of the desk's."""
    User.objects.filter(pk=user.pk).update(language=language)
    user.language = language


def bring_along(request: HttpRequest, user: User) -> None:
    """Signing in: what was chosen at the door is the choice of whoever has not made any."""
    wish = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if not user.language and wish in _KNOWN:
        keep(user, wish)


def as_chosen(get_response: GetResponse) -> GetResponse:
    """Middleware after the sign-in: a person's own choice wins over the browser's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        language = request.user.language if request.user.is_authenticated else ""
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return get_response(request)

    return middleware
