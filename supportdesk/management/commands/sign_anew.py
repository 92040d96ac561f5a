"""Have everything in use that a withdrawn signing key signed signed anew, by the issuer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from licensing import services
from supportdesk import clock


class Command(BaseCommand):
    help = (
        "Replace every license key and certificate in use that a withdrawn signing key signed. "
        "The issuer does it within seconds and mails the new ones; safe to be given again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kid")
        parser.add_argument("--reason", required=True, help="told to the customers")

    def handle(self, *args: Any, kid: str, reason: str, **options: Any) -> None:
        now = clock.now()
        try:
            services.order_resigning(kid, reason=reason, by=None, now=now)
        except services.NotWithdrawnError as error:
            raise CommandError(f"no signing key {kid} is withdrawn") from error
        except ValueError as error:
            raise CommandError(str(error)) from error
        for each in services.withdrawn_keys(now=now):
            if each.kid == kid:
                self.stdout.write(
                    f"{each.keys} license keys and {each.certificates} certificates to sign anew"
                )
