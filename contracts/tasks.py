from datetime import datetime, timedelta

from contracts import services
from supportdesk import clock

LOOKING_AGAIN_AFTER = timedelta(minutes=1)


def tell_of_closures() -> int:
    """Swept by the workers, Redis or not."""
    return services.tell_of_closures(now=clock.now())


class _Reminders:
    """Looks for what is due once a minute: a reminder may wait for that, a database need not."""

    looked_at: datetime | None = None

    def sweep(self) -> int:
        now = clock.now()
        if self.looked_at and timedelta() <= now - self.looked_at < LOOKING_AGAIN_AFTER:
            return 0
        found = services.send_reminders(now=now)
        self.looked_at = None if found else now
        return found


_reminders = _Reminders()  # swept by one thread of the process


def send_reminders() -> int:
    """Swept by the workers, Redis or not."""
    return _reminders.sweep()


def sign_certificates() -> int:
    """Swept by the issuer, the only process that can sign, Redis or not."""
    return services.sign_certificates(now=clock.now())
