"""The edge where workers come in: the sweep of the mail, and the daily chore."""

from datetime import timedelta

from supportdesk import clock
from supportdesk.celery import app
from supportdesk.outbox import services
from supportdesk.outbox.delivery import Courier

KEPT = timedelta(days=90)

_courier = Courier()  # swept by one thread of the process


def drain() -> int:
    """One batch of the mail that is due; swept again at once while it finds some."""
    return _courier.drain()


@app.task
def forget() -> int:
    """Forget what mails of three months ago said."""
    return services.forget(clock.now() - KEPT)
