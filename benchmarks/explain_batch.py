"""How many questions a second does `manage.py explain --batch` answer?

    python benchmarks/explain_batch.py [--lines 20000] [--seed 7]

Pours questions of every kind through the real command and prints lines a second of one core for
each kind and for all of them mixed; start-up is printed beside and not counted. Processor time is
measured, so that a busy machine tells the same as an idle one.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "manage.py", "explain", "--batch", "--without-database"]
ZONES = ("Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

type Question = dict[str, Any]


def moment(chance: random.Random) -> datetime:
    return datetime(2026, 1, 1) + timedelta(seconds=chance.randrange(2 * 365 * 86_400))  # noqa: DTZ001


def calendar(chance: random.Random) -> dict[str, Any]:
    """A calendar nobody asked about before: its own zone, hours and closed days."""
    opens, closes = chance.randrange(6, 11), chance.randrange(14, 23)
    windows = [[f"{opens:02}:{chance.randrange(60):02}", "12:00"], ["13:00", f"{closes}:30"]]
    days: dict[str, list[str]] = {
        f"{moment(chance):%Y-%m-%d}": [] for _ in range(chance.randrange(8))
    }
    week = dict.fromkeys(WEEKDAYS[: chance.randrange(1, 8)], windows)
    return {"tz": chance.choice(ZONES), "week": week, "days": days}


def closures(chance: random.Random) -> list[dict[str, str]]:
    first = moment(chance)
    last = first + timedelta(days=chance.randrange(10))
    return [{"from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}", "name": "臨時休業"}]


def inquiry(chance: random.Random) -> Question:
    return {"rule": "inquiry", "at": moment(chance).isoformat()}


def key_with_closures(chance: random.Random) -> Question:
    return {"rule": "key", "at": moment(chance).isoformat(), "closures": closures(chance)}


def period(chance: random.Random) -> Question:
    expiry = moment(chance).date() if chance.randrange(3) else None
    return {
        "rule": "period",
        "accepted_on": f"{moment(chance):%Y-%m-%d}",
        "previous_expiry": expiry and expiry.isoformat(),
        "purchased_on": None,
    }


def add(chance: random.Random) -> Question:
    minutes = chance.choice((1, 90, 480.5, 60_000))
    return {"rule": "add", "at": moment(chance).isoformat(), "minutes": minutes}


def add_with_calendar(chance: random.Random) -> Question:
    return add(chance) | {"calendar": calendar(chance)}


def ten_years_with_calendar(chance: random.Random) -> Question:
    start = moment(chance)
    return {
        "rule": "between",
        "from": start.isoformat(),
        "to": (start + timedelta(days=3653)).isoformat(),
        "calendar": calendar(chance),
    }


def next_open(chance: random.Random) -> Question:
    return {"rule": "next_open", "at": moment(chance).isoformat()}


def is_open_with_calendar(chance: random.Random) -> Question:
    return {"rule": "is_open", "at": moment(chance).isoformat(), "calendar": calendar(chance)}


def is_business_day(chance: random.Random) -> Question:
    return {"rule": "is_business_day", "on": f"{moment(chance):%Y-%m-%d}"}


KINDS: tuple[Callable[[random.Random], Question], ...] = (
    inquiry,
    key_with_closures,
    period,
    add,
    add_with_calendar,
    ten_years_with_calendar,
    next_open,
    is_open_with_calendar,
    is_business_day,
)


def lines(kinds: tuple[Callable[[random.Random], Question], ...], count: int, seed: int) -> bytes:
    chance = random.Random(seed)
    questions = (json.dumps(chance.choice(kinds)(chance)) for _ in range(count))
    return "\n".join(questions).encode()


def seconds(questions: bytes) -> float:
    """Processor seconds of the command; every line must have been answered."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(COMMAND, input=questions, capture_output=True, cwd=CHECKOUT, check=False)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    answers = done.stdout.splitlines()
    if len(answers) != len(questions.splitlines()) or any(b'"error"' in line for line in answers):
        raise SystemExit(f"an answer is missing or an error:\n{done.stderr.decode()}")
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    start_up = min(seconds(lines((is_business_day,), 1, options.seed)) for _ in range(3))
    print(f"start-up {start_up:.2f} s; {options.lines} lines of each kind\n")
    for name, kinds in [*((kind.__name__, (kind,)) for kind in KINDS), ("mixed", KINDS)]:
        took = seconds(lines(kinds, options.lines, options.seed)) - start_up
        print(f"{name:26} {options.lines / took:8,.0f} lines/s")


if __name__ == "__main__":
    main()
