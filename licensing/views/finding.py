"""What the address names, for whoever may see it; a stranger gets 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from licensing.models import Application


def visible_application(request: HttpRequest, number: str) -> Application:
    """The application of that number, of the customer who asks. Raises Http404."""
    visible = Application.objects.visible_to(request.user).for_pages()
    return get_object_or_404(visible, number=number)
