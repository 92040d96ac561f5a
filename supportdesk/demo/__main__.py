"""`python -m supportdesk.demo run | at | prepare | load`: what `make demo` calls."""

import argparse
import sys
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

TOKYO: Final = ZoneInfo("Asia/Tokyo")
LAST_PORT: Final = 65535


def moment(text: str) -> datetime | None:
    """ "2026-11-20 16:58" (or "…T16:58") in Tokyo; nothing or "now" is the real time."""
    if text in ("", "now"):
        return None
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=TOKYO)
        except ValueError:
            continue
    raise argparse.ArgumentTypeError(
        f'{text!r} is not a moment; write it like AT="2026-11-20 16:58" (Tokyo time)'
    )


def port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= LAST_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port; write it like PORT=8001")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m supportdesk.demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start everything; Ctrl-C stops everything")
    run.add_argument("--port", type=port, default=8000)
    run.add_argument("--at", type=moment, default=None, metavar="MOMENT")
    run.add_argument("--fresh", action="store_true", help="forget the demo's data first")
    at = commands.add_parser("at", help="move the clock of the running desk")
    at.add_argument("at", type=moment, metavar="MOMENT")
    commands.add_parser("prepare", help="(called by run) tables and signing keys, as the owner")
    for name, what in {
        "load": "the clock, and data if there are none",
        "clock": "the clock",
    }.items():
        step = commands.add_parser(name, help=f"(called by run or at) {what}")
        step.add_argument("--at", type=moment, default=None)
    return parser


def main() -> int:
    options = _parser().parse_args()
    match options.command:
        case "run":
            from supportdesk.demo.run import run

            return run(port=options.port, at=options.at, fresh=options.fresh)
        case "at":
            from supportdesk.demo.run import move_clock

            return move_clock(options.at)
        case "prepare":
            from supportdesk.demo.steps import prepare

            prepare()
        case "clock":
            from supportdesk.demo.steps import set_clock

            set_clock(options.at)
        case "load":
            from supportdesk.demo.steps import load

            load(options.at)
    return 0


if __name__ == "__main__":
    sys.exit(main())
