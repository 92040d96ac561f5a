"""What beat does with sessions."""

from django.core.management import call_command

from supportdesk.celery import app


@app.task
def clear_sessions() -> None:
    """Remove the rows of sessions that ended: nobody can use them any more."""
    call_command("clearsessions")
