"""The daily chore: what no row names any more, and forms that nobody will send."""

from inquiries import services
from supportdesk import clock
from supportdesk.celery import app


@app.task
def tidy() -> int:
    """Remove orphaned files and forms untouched for 60 days; give how many."""
    return services.discard_abandoned(now=clock.now()) + services.sweep_orphans()
