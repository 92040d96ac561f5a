"""The calendar in force, wherever this checkout's database is."""

import os

import environ
from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.models import CalendarVersion
from supportdesk.business_calendar.services import load_calendar
from supportdesk.demo import servers


def calendar_in_force() -> BusinessCalendar:
    """The desk's own calendar: of DATABASE_URL, or of this checkout's running demo.

    Raises CommandError where there is no database, or one without our tables.
    """
    demo = servers.running()
    if "DATABASE_URL" not in os.environ and demo and demo["database"]:
        settings.DATABASES["default"] |= environ.Env.db_url_config(demo["database"])
    try:
        return load_calendar()
    except (Error, CalendarVersion.DoesNotExist) as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(
            f"No calendar in the database ({reason}). Start the demo, set DATABASE_URL, or ask "
            "with --without-database: it knows the public holidays, not the desk's closures."
        ) from error
