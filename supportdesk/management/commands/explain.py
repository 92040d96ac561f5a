"""Ask the rules from a shell: when would this be received, answered, issued, covered — and why."""

import io
import json
import os
import re
import sys
from argparse import SUPPRESS, RawDescriptionHelpFormatter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, cast, override

from django.core.management.base import BaseCommand, CommandError, CommandParser

from supportdesk.business_calendar.holidays import calendar_without_closures
from supportdesk.management.explain import batch, plain
from supportdesk.management.explain.database import calendar_in_force
from supportdesk.management.explain.parsing import QuestionError, read_closures, read_json
from supportdesk.management.explain.questions import (
    Answer,
    Desk,
    answer,
    decide_inquiry,
    decide_key,
    decide_order,
)

EPILOG = """\
examples:
  explain inquiry 2026-11-20T17:42
  explain key 2026-11-20T17:42 --closure 2026-12-29..2027-01-03:年末年始休業
  explain period --accepted-on 2026-04-01 --previous-expiry 2025-03-31
  explain hours add 2026-11-20T16:30 90
  explain --batch --without-database < questions.jsonl

Times without an offset are Tokyo's. With --batch every line of standard input is a question like
{"rule": "key", "at": "2026-11-20T17:42"} and gets one line, {"error": …} if it cannot be answered.
"""
HOURS_EPILOG = """\
examples:
  explain hours add 2026-11-20T09:00 180        12:00: time is used up at the closing instant
  explain hours between 2026-11-20T09:00 2026-11-24T09:00
  explain hours next-open 2026-11-21T22:00
  explain hours is-open 2026-11-20T12:00        closed: windows are half-open
  explain hours business-day 2026-11-23
  explain hours next-open 2026-03-08T01:30 --calendar \\
    '{"tz": "America/New_York", "week": {"sun": [["02:00", "06:00"]]}, "days": {"2026-03-15": []}}'
"""
_CLOSURE = re.compile(r"(?P<first>[^.:]+)\.\.(?P<last>[^.:]+)(?::(?P<name>.*))?")
_HOURS = {
    # subcommand: rule, its arguments, what it tells
    "add": ("add", ("at", "minutes"), "when so many minutes of open time have passed"),
    "between": ("between", ("from", "to"), "how much open time lies between"),
    "next-open": ("next_open", ("at",), "the first open instant at or after a time"),
    "is-open": ("is_open", ("at",), "whether the desk is open"),
    "business-day": ("is_business_day", ("on",), "whether answers and keys go out on a day"),
}


class Command(BaseCommand):
    help = "Ask the rules: when is it received, answered, issued, covered, open, and why."
    requires_system_checks = []

    @override
    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs |= {"epilog": EPILOG, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **kwargs)

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        _add_common(parser)
        parser.add_argument(
            "--batch", action="store_true", help="questions line by line from stdin"
        )
        rules = parser.add_subparsers(dest="rule", metavar="RULE")
        for rule, what in (
            ("inquiry", "an inquiry sent at a time: received when, first reply aimed at when"),
            ("key", "a key applied for at a time: sent when"),
        ):
            _add_rule(rules, rule, what).add_argument("at", help="like 2026-11-20T17:42")
        period = _add_rule(rules, "period", "the support period of an order")
        period.add_argument("--accepted-on", metavar="DATE", help="受付日")
        period.add_argument("--accepted-at", metavar="TIME", help="or the instant of acceptance")
        period.add_argument("--previous-expiry", metavar="DATE", help="前年度の満了日")
        period.add_argument("--purchased-on", metavar="DATE", help="初回ライセンス購入日")
        _add_hours(rules)

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            desk = _desk(options)
            if options["batch"]:
                self._answer_batch(desk, options)
            else:
                self._answer_one(_question(options), desk, as_json=options["json"])
        except (ValueError, OverflowError) as error:
            raise CommandError(str(error)) from error

    def _answer_one(self, question: Answer, desk: Desk, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer(question, desk), ensure_ascii=False))
            return
        for line in _lines(question, desk):
            self.stdout.write(line)

    def _answer_batch(self, desk: Desk, options: dict[str, Any]) -> None:
        if options["rule"]:
            raise CommandError("--batch reads its questions from standard input; name no rule.")
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        _ = desk.own  # without a database say so now, not once a line
        try:
            batch.run(cast("io.BufferedReader", sys.stdin.buffer), self._put, desk)
        except BrokenPipeError:
            # Whoever read the answers has had enough; nothing is left to be flushed at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            sys.exit(130)

    def _put(self, lines: str) -> None:
        self.stdout.write(lines, ending="")
        self.stdout.flush()


def _add_rule(rules: Any, name: str, what: str) -> CommandParser:
    parser: CommandParser = rules.add_parser(name, help=what, description=what)
    _add_common(parser, after_rule=True)
    return parser


def _add_common(parser: CommandParser, *, after_rule: bool = False) -> None:
    """The same options before and after the rule; what is not given there says nothing."""
    unsaid = SUPPRESS if after_rule else None
    parser.add_argument(
        "--json", action="store_true", default=unsaid or False, help="one JSON answer, for programs"
    )
    parser.add_argument(
        "--without-database",
        action="store_true",
        default=unsaid or False,
        help="know the public holidays only, not the desk's closures",
    )
    parser.add_argument(
        "--closure",
        dest="more_closures" if after_rule else "closures",
        action="append",
        default=[],
        metavar="FROM..TO:NAME",
        help="what if the desk were closed from a day to a day (repeatable)",
    )


def _add_hours(rules: Any) -> None:
    what = "reception hours and business days"
    hours: CommandParser = rules.add_parser(
        "hours",
        help=what,
        description=what,
        epilog=HOURS_EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    asks = hours.add_subparsers(dest="ask", metavar="QUESTION", required=True)
    for name, (_rule, arguments, tells) in _HOURS.items():
        parser = _add_rule(asks, name, tells)
        for argument in arguments:
            parser.add_argument(argument)
        parser.add_argument(
            "--calendar", metavar="JSON", help="a calendar of your own instead of the desk's"
        )


def _desk(options: dict[str, Any]) -> Desk:
    given = [*options["closures"], *options.get("more_closures", [])]
    load = calendar_without_closures if options["without_database"] else calendar_in_force
    return Desk(load, tuple(read_closures([_closure(text) for text in given])))


def _closure(text: str) -> Answer:
    match = _CLOSURE.fullmatch(text)
    if match is None:
        raise QuestionError(f"a closure is like 2026-12-29..2027-01-03:年末年始休業, not {text!r}")
    return {"from": match["first"], "to": match["last"], "name": match["name"]}


def _question(options: dict[str, Any]) -> Answer:
    """The words of the command line as the question that a batch would hold."""
    match options["rule"]:
        case "inquiry" | "key" as rule:
            return {"rule": rule, "at": options["at"]}
        case "period":
            names = ("accepted_on", "accepted_at", "previous_expiry", "purchased_on")
            given = {name: options[name] for name in names if options[name] is not None}
            return {"rule": "period", **given}
        case "hours":
            return _hours_question(options)
    raise CommandError("What shall be explained? See explain --help, or pipe questions to --batch.")


def _hours_question(options: dict[str, Any]) -> Answer:
    rule, arguments, _tells = _HOURS[options["ask"]]
    question = {"rule": rule, **{name: options[name] for name in arguments}}
    if "minutes" in question:
        question["minutes"] = _number(question["minutes"])
    if options["calendar"]:
        question["calendar"] = read_json(options["calendar"])
    return question


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise QuestionError(f"minutes must be a number, not {text!r}") from None


def _lines(question: Answer, desk: Desk) -> Iterable[str]:
    match question["rule"]:
        case "inquiry":
            return plain.decision_lines(decide_inquiry(question, desk))
        case "key":
            return plain.decision_lines(decide_key(question, desk))
        case "period":
            return plain.period_lines(decide_order(question))
        case rule:
            return plain.hours_lines(rule, answer(question, desk))
