"""What happened to an application: written by whatever does it, in the same transaction."""

from datetime import datetime

from licensing.models import Application, Event, Key
from supportdesk.accounts.models import User
from supportdesk.promises.models import Promise


def record(
    application: Application,
    kind: Event.Kind,
    *,
    at: datetime,
    by: User | None = None,
    note: str = "",
    promise: Promise | None = None,
    key: Key | None = None,
) -> Event:
    """Keep one step of an application at `at` (aware); `by` is None for what the desk does itself.

    `note` is why, in the words of whoever did it; `promise` what the step promised;
    `key` the key that it made or ended. In the caller's transaction.
    """
    return Event.objects.create(
        application=application, kind=kind, at=at, by=by, note=note, promise=promise, key=key
    )
