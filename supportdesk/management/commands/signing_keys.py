"""Make, list and rotate the signing keys: for whoever runs the issuer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from supportdesk.signing import keyring
from supportdesk.signing.keyring import KeyRing, KeyRingError


class Command(BaseCommand):
    help = (
        "The key ring of the issuer. generate KID makes a pair (the first one signs, a later "
        "one waits), activate KID lets the waiting one sign, list shows ids and states. "
        "No private key is ever printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="ids and states")
        for action, text in (("generate", "make a key pair"), ("activate", "let it sign")):
            actions.add_parser(action, help=text).add_argument("kid")

    def handle(self, *args: Any, action: str, kid: str = "", **options: Any) -> None:
        try:
            ring = _act(action, kid)
        except KeyRingError as error:
            raise CommandError(str(error)) from error
        for entry in ring.entries:
            self.stdout.write(f"{entry.key.kid}  {entry.key.algorithm}  {entry.state}")


def _act(action: str, kid: str) -> KeyRing:
    if action == "generate":
        return keyring.generate(kid)
    ring = keyring.public_keys()
    if action == "activate":
        ring = ring.activated(kid)
        keyring.write_public_keys(ring)
    return ring
