"""Was a promise kept?"""

from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """How a promise ended: the state of a row of the ledger that is no longer owed."""

    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


def judge(promised_on: date, *, fulfilled_on: date | None, today: date) -> Verdict | None:
    """Kept or broken, or None while it is still open (all Tokyo dates).

    "その当日中" (2-2d) is a promise until the end of that day: anything
    handed over on the promised date, at whatever hour, keeps it.
    """
    if fulfilled_on is not None:
        return Verdict.KEPT if fulfilled_on <= promised_on else Verdict.BROKEN
    return Verdict.BROKEN if today > promised_on else None
