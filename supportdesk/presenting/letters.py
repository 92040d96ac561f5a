"""A mail's text, as its reader gets it."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse


def letter(template: str, context: dict[str, Any]) -> str:
    """Render the text of a mail; it ends with one line end, however its templates nest."""
    return render_to_string(template, context).strip() + "\n"


def page(name: str, *arguments: object) -> str:
    """The whole address of a page, by the name of its URL: where a mail leads."""
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"
