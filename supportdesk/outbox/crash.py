"""Where the fault tests may kill or freeze a worker. Off in production (settings.CRASH_POINTS)."""

import os
import signal

from django.conf import settings


def point(name: str) -> None:
    """Stop here when CRASH_AT names this point, by the signal that CRASH_BY names."""
    if settings.CRASH_POINTS and os.environ.get("CRASH_AT") == name:
        os.kill(os.getpid(), signal.Signals[os.environ.get("CRASH_BY", "SIGKILL")])
