"""The first page: what sending now would mean, what waits for the customer, what is under way.

What stands in the lists comes from the apps' own `services.home_rows(user)`: rows with
    title, url, meta (number and date, one line),
    asked  what we ask of the customer, or "" when it is our turn,
    badge  (kind, word) of `{% state %}`, for what is under way.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The same hero for everybody; the lists for a signed-in customer."""
    return render(request, "home.html", {"brief": True})
