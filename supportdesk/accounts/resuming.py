"""What was typed when a sign-in had run out: kept, and given back after the next one.

The form comes as a POST that nobody is signed in for. Its fields are kept in the visitor's
own session until somebody signs in there and opens that page, which then offers to send them
again; nothing is sent by itself. Files cannot be kept: they are chosen anew.
"""

import time

from django.http import HttpRequest

_KEY = "typed_before_sign_in"
_FORGET = "forget_typed"
_MINUTES = 30
_LARGEST = 64 * 1024  # characters: more than any form of ours takes
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", _FORGET})

type Fields = list[tuple[str, str]]


def keep_typed(request: HttpRequest) -> None:
    """Keep the fields of a POST to this address; the next one takes their place."""
    fields = _fields(request)
    if fields and sum(len(name) + len(value) for name, value in fields) <= _LARGEST:
        request.session[_KEY] = {
            "path": request.get_full_path(),
            "fields": fields,
            "files": bool(request.FILES),
            "at": time.time(),
        }


def typed_before(request: HttpRequest) -> dict[str, object] | None:
    """What is offered again on this page, for half an hour; None for nothing."""
    kept = request.session.get(_KEY)
    if kept is None or kept["path"] != request.get_full_path():
        return None
    if time.time() - kept["at"] > _MINUTES * 60:
        forget_typed(request)
        return None
    return {"fields": kept["fields"], "files": kept["files"]}


def is_to_be_forgotten(request: HttpRequest) -> bool:
    """Whether the person chose to go on without it."""
    return _FORGET in request.POST


def forget_typed(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def _fields(request: HttpRequest) -> Fields:
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in _NOT_TYPED
        for value in values
    ]
