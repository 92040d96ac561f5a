"""What was to be delivered against what a relay took: lost, early, repeated, and how late."""

import json
import os
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from supportdesk.outbox.models import Mail
from tests.outbox.sink import Received, Sink


@dataclass(frozen=True, slots=True)
class Verdict:
    mails: int
    lost: int
    early: int
    repeats: int
    altered: int  # repeats that are not the same byte for byte
    unrecorded: int  # taken by the relay, but not `sent` in the end
    late_p50: float
    late_p99: float
    late_max: float


def judge(story: str, sink: Sink) -> Verdict:
    """Compare all mails that did not fail with the relay's own record, and report it."""
    copies: dict[str, list[Received]] = defaultdict(list)
    for received in sink.received:
        copies[received.message_id].append(received)
    mails = list(Mail.objects.exclude(state=Mail.State.FAILED))
    late = sorted(
        copies[mail.message_id][0].at - mail.due_at.timestamp()
        for mail in mails
        if mail.message_id in copies
    )
    verdict = Verdict(
        mails=len(mails),
        lost=sum(mail.message_id not in copies for mail in mails),
        early=sum(seconds < 0 for seconds in late),
        repeats=sum(len(same) - 1 for same in copies.values()),
        altered=sum(len({each.content for each in same}) > 1 for same in copies.values()),
        unrecorded=sum(mail.state != Mail.State.SENT for mail in mails),
        late_p50=_percentile(late, 0.5),
        late_p99=_percentile(late, 0.99),
        late_max=_percentile(late, 1.0),
    )
    _report(story, verdict)
    return verdict


def _percentile(ordered: list[float], part: float) -> float:
    return round(ordered[min(int(len(ordered) * part), len(ordered) - 1)], 3) if ordered else 0.0


def _report(story: str, verdict: Verdict) -> None:
    """A line for whoever prints the full-sized run (benchmarks/outbox_faults.py)."""
    if path := os.environ.get("FAULTS_REPORT"):
        with Path(path).open("a") as file:
            file.write(json.dumps({"story": story, **asdict(verdict)}) + "\n")
