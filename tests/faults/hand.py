"""Reads orders from standard input, one JSON object a line: {"start": {…}} forks a worker under
that environment and answers its process id, {"wait": pid} answers its wait status."""

import json
import os
import sys
import time

import django

PATIENCE_SECONDS = 60.0


def drain_everything() -> None:
    from supportdesk.outbox import tasks
    from supportdesk.outbox.models import Mail

    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and Mail.objects.unsent().exists():
        if not tasks.drain() and not tasks.drain_slow():
            time.sleep(0.05)


def issue_what_is_due() -> None:
    from licensing.tasks import issue_due

    issue_due()


WORK = {"drain": drain_everything, "issue": issue_what_is_due}


def start(environment: dict[str, str]) -> int:
    pid = os.fork()
    if pid == 0:
        os.environ.update(environment)
        WORK[environment.get("WORK", "drain")]()
        os._exit(0)
    return pid


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
    django.setup()
    from supportdesk.outbox import tasks  # noqa: F401 - loaded once, for all that are forked

    for line in sys.stdin:
        order = json.loads(line)
        if "start" in order:
            print(start(order["start"]), flush=True)
        else:
            _, status = os.waitpid(order["wait"], os.WUNTRACED)
            print(status, flush=True)


if __name__ == "__main__":
    main()
