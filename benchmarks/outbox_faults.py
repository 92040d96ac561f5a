"""What happens to the mail when workers, Redis and the database die? Full size; takes some minutes.

    python benchmarks/outbox_faults.py [--small] [-k words]

Runs the fault tests, which assert that nothing is lost, early or altered, and prints what they
measured: how many mails, what was lost, sent early or repeated, and how late they went out
(in seconds after they were due, by the relay's own record).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
COLUMNS = ("mails", "lost", "early", "repeats", "altered", "late_p50", "late_p99", "late_max")


def run(*, small: bool, words: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the fault tests; give pytest's exit status and what each story reported."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.jsonl"
        status = subprocess.call(
            [sys.executable, "-m", "pytest", "tests/faults", "-q", "-k", words],
            cwd=CHECKOUT,
            env={**os.environ, "FAULTS_FULL": "0" if small else "1", "FAULTS_REPORT": str(report)},
        )
        lines = report.read_text().splitlines() if report.exists() else []
    return status, [json.loads(line) for line in lines]


def table(stories: list[dict[str, Any]]) -> str:
    """The stories in columns."""
    width = max((len(story["story"]) for story in stories), default=0)
    head = " " * width + "".join(f"{column:>10}" for column in COLUMNS)
    rows = (
        f"{story['story']:<{width}}" + "".join(f"{story[column]:>10}" for column in COLUMNS)
        for story in stories
    )
    return "\n".join([head, *rows])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--small", action="store_true", help="the size that every test run has")
    parser.add_argument("-k", default="", metavar="words", help="only stories that match")
    arguments = parser.parse_args()
    status, stories = run(small=arguments.small, words=arguments.k)
    print(table(stories))
    return status


if __name__ == "__main__":
    raise SystemExit(main())
