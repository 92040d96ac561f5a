"""The edge where workers come in: the sweep of the mail, and the daily chore."""

from datetime import timedelta

from supportdesk import clock
from supportdesk.celery import app
from supportdesk.outbox import services
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.lanes import SlowHosts

KEPT = timedelta(days=90)

_slow = SlowHosts()
_courier, _patient = Courier(_slow), Courier(_slow, patient=True)  # swept by a thread each


def drain() -> int:
    """One batch of the mail that is due; swept again at once while it finds some."""
    return _courier.drain()


def drain_slow() -> int:
    """The same for the hosts that keep us waiting, so that they delay no other mail."""
    return _patient.drain()


@app.task
def forget() -> int:
    """Forget what mails of three months ago said."""
    return services.forget(clock.now() - KEPT)
