"""The edge where workers come in: files to check and to write, and the daily chore."""

from datetime import timedelta

from django.conf import settings

from supportdesk import clock
from supportdesk.celery import app
from supportdesk.imports import services


def run_imports() -> int:
    """Swept by the workers, Redis or not."""
    return services.run_next(now=clock.now())


@app.task
def forget() -> int:
    """Forget the files and lines of some weeks ago."""
    return services.forget(clock.now() - timedelta(days=settings.IMPORT_KEEP_DAYS))
