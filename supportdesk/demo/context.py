from typing import Any

from django.http import HttpRequest

from supportdesk.demo.people import ONE_CLICK


def people(request: HttpRequest) -> dict[str, Any]:
    """Whom the banner offers to be."""
    return {"demo_people": ONE_CLICK}
