"""Our business calendar beside the field's: the same questions, the same processor.

    python benchmarks/peers.py [--questions 200] [--seed 7]

Makes `.var/peers` with the peers once (needs the package index), then asks each for the end of so
much reception time after random moments, and for the reception time between two moments. An answer
is right when a plain count of open minutes says so; a peer that has no such question shows "-".
Processor time, microseconds a question; a calendar is built once and not counted.
"""

import argparse
import importlib.metadata
import json
import os
import random
import subprocess
import sys
import time
import venv
from bisect import bisect_left
from collections.abc import Callable
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

CHECKOUT = Path(__file__).resolve().parent.parent
PEERS = CHECKOUT / ".var" / "peers"
PACKAGES = ["businesstimedelta==1.0.1", "pandas==3.1.1", "holidays==0.109"]
TOKYO = ZoneInfo("Asia/Tokyo")
FIRST, LAST = date(2026, 1, 1), date(2037, 12, 31)
MINUTE = timedelta(minutes=1)
SATURDAY = 5
# Whole hours of reception, because pandas counts in those (a day has seven and a half), and none
# that ends at a closing when it begins at an opening: that convention has its own line.
SPANS = {"2 hours": 120, "40 hours": 40 * 60, "1 year": 1_801 * 60, "10 years": 18_001 * 60}
PATIENCE_SECONDS = 20
# The boundary that parts the field: 180 minutes from 9:00 are used up at noon, not after lunch.
BOUNDARY = (datetime(2026, 11, 24, 9, 0, tzinfo=TOKYO), 180)

type Add = Callable[[datetime, int], datetime]
type Between = Callable[[datetime, datetime], int]


def public_holidays() -> dict[date, str]:
    import holidays

    return dict(holidays.country_holidays("JP", years=range(FIRST.year, LAST.year + 1)))


def ours() -> tuple[Add, Between]:
    sys.path.insert(0, str(CHECKOUT))
    from supportdesk.business_calendar.domain.calendar import BusinessCalendar

    calendar = BusinessCalendar.build(holidays=public_holidays())

    def add(at: datetime, minutes: int) -> datetime:
        return calendar.add_business_time(at, timedelta(minutes=minutes))

    def between(start: datetime, end: datetime) -> int:
        return calendar.business_time_between(start, end) // MINUTE

    return add, between


def businesstimedelta() -> tuple[Add, Between]:
    # By name: what only this file's own environment has is nothing to the type checker.
    peer, pytz = import_module("businesstimedelta"), import_module("pytz")
    tokyo = pytz.timezone("Asia/Tokyo")  # the only kind of zone that it takes
    rules = peer.Rules(
        [
            peer.WorkDayRule(
                start_time=datetime(2026, 1, 1, 9).time(),  # noqa: DTZ001 - a time of day
                end_time=datetime(2026, 1, 1, 17, 30).time(),  # noqa: DTZ001
                tz=tokyo,
            ),
            peer.LunchTimeRule(tz=tokyo),
            peer.HolidayRule(public_holidays(), tz=tokyo),
        ]
    )

    def add(at: datetime, minutes: int) -> datetime:
        end: datetime = at + peer.BusinessTimeDelta(rules, seconds=minutes * 60)
        return end

    def between(start: datetime, end: datetime) -> int:
        found = rules.difference(start, end)
        return int(found.hours * 60 + found.seconds // 60)

    return add, between


def pandas() -> tuple[Add, None]:
    pd = import_module("pandas")
    hours: dict[str, Any] = {"start": ["09:00", "13:00"], "end": ["12:00", "17:30"]}
    one = pd.offsets.CustomBusinessHour(holidays=list(public_holidays()), **hours)

    def add(at: datetime, minutes: int) -> datetime:
        end: datetime = (pd.Timestamp(at) + (minutes // 60) * one).to_pydatetime()
        return end

    return add, None


CALENDARS: dict[str, Callable[[], tuple[Add, Between | None]]] = {
    "supportdesk": ours,
    "businesstimedelta": businesstimedelta,
    "pandas": pandas,
}


class Minutes:
    """Slow to make, obviously right: every open minute of twelve years, one by one."""

    def __init__(self) -> None:
        closed = public_holidays()
        self.open: list[datetime] = []
        day = FIRST
        while day <= LAST:
            if day.weekday() < SATURDAY and day not in closed:
                midnight = datetime(day.year, day.month, day.day, tzinfo=TOKYO)
                spans = (*range(540, 720), *range(780, 1050))
                self.open += [midnight + minute * MINUTE for minute in spans]
            day += timedelta(days=1)

    def between(self, start: datetime, end: datetime) -> int:
        return bisect_left(self.open, end) - bisect_left(self.open, start)

    def after(self, start: datetime, minutes: int) -> datetime:
        """The instant at which so many minutes are used up: the end of the last of them."""
        return self.open[bisect_left(self.open, start) + minutes - 1] + MINUTE


def questions(seed: int, count: int) -> list[datetime]:
    chance = random.Random(seed)
    first = datetime(2026, 1, 5, tzinfo=TOKYO)
    return [first + chance.randrange(365 * 1440) * MINUTE for _ in range(count)]


def ask(name: str, seed: int, count: int) -> dict[str, Any]:
    """Run in an interpreter of its own: what one calendar says, and for how much time."""
    add, between = CALENDARS[name]()
    oracle = Minutes()
    package = "supportdesk" if name == "supportdesk" else name
    version = "this checkout" if name == "supportdesk" else importlib.metadata.version(package)
    row: dict[str, Any] = {"version": version, "noon": add(*BOUNDARY).strftime("%H:%M")}
    for label, minutes in SPANS.items():
        starts = questions(seed, count)
        exact = [(start, oracle.after(start, minutes)) for start in starts]
        row[f"add {label}"] = _measure([(add, start, minutes, end) for start, end in exact])
        if between:
            asked = [(between, start, end, minutes) for start, end in exact]
            row[f"between {label}"] = _measure(asked)
    return row


def _measure(asked: list[tuple[Callable[[Any, Any], Any], Any, Any, Any]]) -> tuple[float, float]:
    """Microseconds a question, and the share of right answers; slow ones are asked less often."""
    began, right, done = time.process_time(), 0, 0
    for function, first, second, expected in asked:
        right += function(first, second) == expected
        done += 1
        if time.process_time() - began > PATIENCE_SECONDS:
            break
    return (time.process_time() - began) / done * 1e6, right / done


def python_with_peers() -> str:
    if not (PEERS / "done").exists():
        print("Making .var/peers ...", flush=True)
        venv.create(PEERS, clear=True, with_pip=True)
        install = [str(PEERS / "bin" / "pip"), "install", "--quiet", *PACKAGES, "tzdata"]
        subprocess.run(install, check=True)
        (PEERS / "done").touch()
    return str(PEERS / "bin" / "python")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=CALENDARS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(ask(options.only, options.seed, options.questions)))
        return
    python, rows = python_with_peers(), {}
    for name in CALENDARS:
        command = [python, __file__, "--only", name, "--questions", str(options.questions)]
        command += ["--seed", str(options.seed)]
        quiet = os.environ | {"PYTHONWARNINGS": "ignore"}
        told = subprocess.run(command, check=True, capture_output=True, text=True, env=quiet)
        rows[name] = json.loads(told.stdout)
    _print(rows)


def _print(rows: dict[str, dict[str, Any]]) -> None:
    print(f"{'':18}" + "".join(f"{name:>26}" for name in rows))
    versions = "".join(f"{row['version']:>26}" for row in rows.values())
    print(f"{'':18}{versions}")
    noons = "".join(f"{row['noon']:>26}" for row in rows.values())
    print(f"{'9:00 + 180 min':18}{noons}")
    for verb in ("add", "between"):
        for span in SPANS:
            cells = (row.get(f"{verb} {span}") for row in rows.values())
            print(f"{f'{verb} {span}':18}" + "".join(map(_cell, cells)))


def _cell(measured: list[float] | None) -> str:
    if measured is None:
        return f"{'-':>26}"
    microseconds, right = measured
    return f"{f'{microseconds:,.0f} us, {right:.0%} right':>26}"


if __name__ == "__main__":
    main()
