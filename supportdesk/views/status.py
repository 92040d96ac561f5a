"""The status line alone: asked again each minute by the page that shows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """The fragment; `?brief=1` leaves out what the page's hero says already."""
    return render(
        request, "components/status_line.html", {"brief": request.GET.get("brief") == "1"}
    )
