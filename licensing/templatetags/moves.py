"""The time line of a move for the staff's page of an application: `{% load moves %}`."""

from typing import Any

from django import template

from licensing import services
from licensing.models import Application
from licensing.timeline import picture_of
from supportdesk import clock

register = template.Library()


@register.inclusion_tag("admin/licensing/move.html", takes_context=True)
def move_time_line(context: template.Context, application: Application) -> dict[str, Any]:
    """The same picture and list as the customer's; nothing before anything is promised."""
    keys = services.keys_of(application)
    move = services.move_of(application, keys)
    now = clock.of(context["request"])
    return {"picture": move and picture_of(move, application, keys, now=now)}
