"""What has to be done in the demo's database before and while it runs; each step is a process."""

import os
from datetime import datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the set-up
from django.core.management import call_command  # noqa: E402

from supportdesk import clock  # noqa: E402
from supportdesk.signing import keyring  # noqa: E402

FIRST_KEY = "demo-1"


def prepare(at: datetime | None) -> None:
    """Bring the tables up to date, make the clock movable and set it. Needs the owner role."""
    call_command("migrate", verbosity=0, interactive=False)
    clock.make_shiftable()
    set_clock(at)
    if not Path(settings.SIGNING_PUBLIC_KEYS).exists():
        keyring.generate(FIRST_KEY)


def set_clock(at: datetime | None) -> None:
    """Move the desk to `at` and let it run on from there; None is the real time."""
    if at is None:
        clock.unshift()
    else:
        clock.shift_to(at)
    shown = clock.now().astimezone(clock.TOKYO)
    print(f"The desk's clock shows {shown:%A %-d %B %Y, %-H:%M} in Tokyo.", flush=True)  # noqa: T201


def load() -> None:
    """Fill an empty desk with a believable vendor's customers, contracts and requests."""
