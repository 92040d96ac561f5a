"""The calendar in force, wherever this checkout's database is."""

import os

import environ
from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.models import CalendarVersion
from supportdesk.business_calendar.services import load_calendar


def calendar_in_force() -> BusinessCalendar:
    """The desk's own calendar: of DATABASE_URL, or of this checkout's running demo.

    Raises CommandError where there is no database, or one without our tables.
    """
    if not os.environ.keys() & {"DATABASE_URL", "DATABASE_URL_FILE"}:
        _look_at_the_demo()
    try:
        return load_calendar()
    except (Error, CalendarVersion.DoesNotExist) as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(
            f"No calendar in the database ({reason}). Start the demo, set DATABASE_URL, or ask "
            "with --without-database: it knows the public holidays, not the desk's closures."
        ) from error


def _look_at_the_demo() -> None:
    from supportdesk.demo import servers  # late: production does not carry the demo

    demo = servers.running()
    if demo and demo["database"]:
        settings.DATABASES["default"] |= environ.Env.db_url_config(demo["database"])
