"""What a signing key has signed that is in use: what has to be made anew when it is withdrawn."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from contracts.models import Certificate
from licensing.models import Key
from supportdesk import clock
from supportdesk.signing.verifier import KEY_ID


class Command(BaseCommand):
    help = "List the certificates and license keys in use that one signing key has signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kid", type=_key_id)

    def handle(self, *args: Any, kid: str, **options: Any) -> None:
        found = [*_certificates(kid), *_keys(kid)]
        for number, kind, customer in found:
            self.stdout.write(f"{number}\t{kind}\t{customer}")
        self.stderr.write(f"{len(found)} signed with {kid} and in use")


def _key_id(written: str) -> str:
    if not KEY_ID.fullmatch(written):
        raise ValueError(written)
    return written


def _certificates(kid: str) -> Iterator[tuple[str, str, str]]:
    """Signed, not replaced, of an order that was not withdrawn, and not over."""
    rows = Certificate.objects.to_be_signed_anew([kid], clock.today(clock.now()))
    for each in rows.select_related("order__contract__customer").order_by("number"):
        yield each.number, "certificate", each.order.contract.customer.name


def _keys(kid: str) -> Iterator[tuple[str, str, str]]:
    """In force, or tolerated beside the one that ended it."""
    rows = Key.objects.to_be_signed_anew([kid], clock.today(clock.now()))
    for each in rows.select_related("license__contract__customer").order_by("serial"):
        yield each.serial, "license key", each.license.contract.customer.name
