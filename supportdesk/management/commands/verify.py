"""Check a license key or a certificate from a shell: without a database and without secrets."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from supportdesk import clock
from supportdesk.signing import keyring, verifier
from supportdesk.signing.verifier import CODES, FRESHNESS, Revocations, Verdict

EPILOG = """\
examples:
  verify key.txt --host 7F3A-91C2-0B6E-D541 --revocations revocations.txt
  verify - --at 2027-01-31 --json < certificate.txt
  verify 04368 SBDDW PK3A6 …

exit codes:
  0  genuine and valid
  1  refused; the result code says why (docs/signed-documents.md)
  2  wrong usage, or a file that cannot be read
  3  genuine and valid, but the revocation list is stale or missing

A key in the command line can be read by others on this machine and stays in the shell's
history: prefer a file, or - and a pipe. Times without an offset are Tokyo's. The time is
this machine's own: without a database there is no desk's clock.
"""
UNUSABLE = 2


class Command(BaseCommand):
    help = "Check a license key or a support certificate offline: genuine, for what, still valid?"
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs |= {"epilog": EPILOG, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="+", help="a file, - for standard input, or the text")
        parser.add_argument("--type", action="append", help="license-key or support-certificate")
        parser.add_argument("--product", help="refuse what is for another product (its code)")
        parser.add_argument("--host", help="refuse what is for another host code")
        parser.add_argument("--at", help="a date or a time instead of now")
        parser.add_argument(
            "--keys", default=settings.SIGNING_PUBLIC_KEYS, help="file of the public keys"
        )
        parser.add_argument("--revocations", help="file of the published revocation list")
        parser.add_argument("--json", action="store_true", help="answer in one line, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys = verifier.read_keys(Path(options["keys"]).read_bytes())
            listed = _listed(options["revocations"], keys)
            verdict = verifier.verify(
                _text(options["key"]),
                keys,
                document_type=options["type"] or verifier.DOCUMENT_TYPES,
                on=_tokyo_date(options["at"]),
                product=options["product"],
                host=verifier.fold(options["host"]) if options["host"] else None,
                revocations=listed,
            )
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        told = _told(verdict, listed)
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else _words(told))
        if code := verifier.exit_code(verdict):
            sys.exit(code)


def _text(words: list[str]) -> str:
    """Standard input, the file of that name, or the text itself."""
    if words == ["-"]:
        return sys.stdin.read(verifier.LONGEST_TEXT + 1)
    text = " ".join(words)
    if len(words) > 1 or len(text) > verifier.LONGEST_TEXT:
        return text
    # A signed text in one word is no name of a file: none is so long.
    return _file(text) if len(text) < 255 and Path(text).is_file() else text  # noqa: PLR2004


def _file(name: str) -> str:
    with Path(name).open("rb") as file:
        return file.read(verifier.LONGEST_LIST + 1).decode("utf-8", "replace")


def _listed(name: str | None, keys: dict[str, verifier.PublicKey]) -> Revocations | None:
    """A list that is not there is missing, which the answer says; only not asking is silent."""
    if name is None:
        return None
    written = _file(name) if Path(name).is_file() else ""
    return verifier.read_revocations(written, keys)


def _tokyo_date(at: str | None) -> date:
    if at is None:
        return clock.today(keyring.real_time())
    moment = datetime.fromisoformat(at)
    return clock.today(moment) if moment.tzinfo else moment.date()


def _told(verdict: Verdict, listed: Revocations | None) -> dict[str, Any]:
    told: dict[str, Any] = {"result": verdict.code, "meaning": CODES[verdict.code]}
    if verdict.line:
        told["line"] = verdict.line
    told["revocations"] = {
        "state": verdict.revocations,
        "meaning": FRESHNESS[verdict.revocations],
        **(_of_list(listed) if listed else {}),
    }
    if verdict.genuine:
        told |= {"kid": verdict.kid, "document": verdict.document}
    return told


def _of_list(listed: Revocations) -> dict[str, Any]:
    if listed.code != "ok" or listed.issued_at is None:
        return {"list": listed.code}
    issued = listed.issued_at.isoformat()
    return {"number": listed.number, "issued": issued, "next": listed.next_on.isoformat()}


def _words(told: dict[str, Any]) -> str:
    line = f" (line {told['line']})" if "line" in told else ""
    listed = told["revocations"]
    lines = [f"{told['result']}: {told['meaning']}{line}", f"revocations: {listed['meaning']}"]
    if "number" in listed:
        lines.append(f"  list {listed['number']} of {listed['issued']}, next by {listed['next']}")
    elif "list" in listed:
        lines.append(f"  the list is not usable: {CODES[listed['list']]}")
    facts = {"signed with": told["kid"], **told["document"]} if "document" in told else {}
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in facts.items())])
