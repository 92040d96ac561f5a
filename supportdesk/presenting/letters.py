"""A mail's text, as its reader gets it."""

from typing import Any

from django.template.loader import render_to_string


def letter(template: str, context: dict[str, Any]) -> str:
    """Render the text of a mail; it ends with one line end, however its templates nest."""
    return render_to_string(template, context).strip() + "\n"
