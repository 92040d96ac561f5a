"""After a restore: what the relay has taken since the backup was made is not sent again."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from supportdesk import clock, numbering
from supportdesk.outbox import restored


class Command(BaseCommand):
    help = "Say what was sent since the backup: until then no worker starts (docs/operations.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = parser.add_mutually_exclusive_group(required=True)
        known.add_argument("--taken", metavar="FILE", help="the relay's log; - is standard input")
        known.add_argument(
            "--nothing-missing",
            action="store_true",
            help="it is complete: moved, upgraded, or recovered to its last commit",
        )
        parser.add_argument(
            "--skip-numbers",
            type=int,
            default=1000,
            help="numbers that may have been given out since the backup (default 1000)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["nothing_missing"]:
            restored.settle([], now=clock.now())
            self.stdout.write("The workers may start.")
            return
        found = restored.settle(restored.message_ids(_lines(options["taken"])), now=clock.now())
        numbering.leave_gap(options["skip_numbers"])
        self.stdout.write(f"{found.recorded} mails were sent since the backup: recorded as sent.")
        self.stdout.write(f"{found.waiting} mails are still to be sent: they go out when due.")
        if found.unknown:
            self.stdout.write(
                f"{len(found.unknown)} more were sent whose rows are lost with what they told of "
                "(the relay's log has their recipients):"
            )
            self.stdout.writelines(f"  {pk}" for pk in found.unknown)
        self.stdout.write("The workers may start.")


def _lines(name: str) -> list[str]:
    if name == "-":
        return sys.stdin.read().splitlines()
    try:
        return Path(name).read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error}") from error
