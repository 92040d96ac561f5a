"""Make, rotate and withdraw the signing keys: for whoever runs the issuer."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from supportdesk.signing import keyring
from supportdesk.signing.keyring import Entry, KeyRing, KeyRingError

_ACTIONS = {
    "generate": "make a key pair: the first one signs, a later one waits as next",
    "rotate": "let a key sign instead of the active one; the first time, make and publish it",
    "withdraw": "believe nothing any more that a key signed, because it is in wrong hands",
}


class Command(BaseCommand):
    help = (
        "The key ring of the issuer; docs/operations.md has the drill. No private key is ever "
        "printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("list", help="ids, states and since when")
        actions.add_parser("export", help="print the public keys, for products to embed")
        for action, text in _ACTIONS.items():
            chosen = actions.add_parser(action, help=text)
            chosen.add_argument("kid")
            if action == "rotate":
                chosen.add_argument(
                    "--now",
                    action="store_true",
                    help="although products may not know it yet: the active key is lost or stolen",
                )

    def handle(self, *args: Any, action: str, kid: str = "", **options: Any) -> None:
        try:
            if action == "export":
                self.stdout.write(keyring.published().decode(), ending="")
                return
            ring = _act(action, kid, at_once=options.get("now", False))
        except KeyRingError as error:
            raise CommandError(str(error)) from error
        for entry in ring.entries:
            self.stdout.write(_line(entry))
        if action == "rotate" and ring.entry(kid).state == "next":
            self.stdout.write(_what_now(ring, kid))


def _act(action: str, kid: str, *, at_once: bool) -> KeyRing:
    now = keyring.real_time()
    match action:
        case "generate":
            return keyring.generate(kid, at=now)
        case "rotate":
            return keyring.rotate(kid, at=now, wait=timedelta() if at_once else _wait())
        case "withdraw":
            return keyring.withdraw(kid, at=now)
    return keyring.public_keys()


def _wait() -> timedelta:
    return timedelta(days=settings.SIGNING_NEXT_DAYS)


def _line(entry: Entry) -> str:
    since = entry.since.get(entry.state)
    written = f"  since {since:%Y-%m-%d}" if since else ""
    return f"{entry.key.kid}  {entry.key.algorithm}  {entry.state}{written}"


def _what_now(ring: KeyRing, kid: str) -> str:
    ready = ring.ready_on(kid, wait=_wait())
    return (
        f"{kid} is published and does not sign yet. Hand the public keys to the products, and "
        f"give the same command again from {ready:%Y-%m-%d %H:%M} UTC on."
    )
