"""What every template may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from supportdesk import clock


def desk(request: HttpRequest) -> dict[str, Any]:
    """`desk_now` is called by the template only if it uses it; DEMO switches the banner."""
    return {"desk_now": lambda: clock.of(request), "DEMO": settings.DEMO}
