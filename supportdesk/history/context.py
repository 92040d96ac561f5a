"""Who is at work: goes with every statement of a request, task or command into the history.

Each connection names its process (`process.py`); a request or a task says more.
"""

from collections.abc import Callable
from typing import Any

import pghistory
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse

type GetResponse = Callable[[HttpRequest], HttpResponse]


class Asking:
    """Whoever a request comes from, asked for when something is written: people sign in midway."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def as_json(self) -> dict[str, Any]:
        """The person and the page by its name: an address may carry a secret, its name does not."""
        user: Any = getattr(self.request, "user", None)
        match = self.request.resolver_match
        signed_in = user is not None and user.is_authenticated
        return {
            "user": user.pk if signed_in else None,
            "name": str(user) if signed_in else "",
            "page": match.view_name if match else "",
        }


class ContextEncoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.as_json() if isinstance(o, Asking) else super().default(o)


def requests_are_named(get_response: GetResponse) -> GetResponse:
    """Middleware: what a request changes carries its person and its page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with pghistory.context(by=Asking(request)):
            return get_response(request)

    return middleware
