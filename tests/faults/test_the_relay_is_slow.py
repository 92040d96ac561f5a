"""A relay that takes longer than a lease: the worker that waits for it keeps its mail."""

import asyncio

import pytest

from tests.faults.ledger import judge
from tests.faults.processes import hands, surroundings
from tests.outbox.mails import put_mail
from tests.outbox.sink import ScriptedServer, smtp_sink

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

LEASE_SECONDS = 1


async def hesitate(server: ScriptedServer) -> None:
    await asyncio.sleep(2.5 * LEASE_SECONDS)


def test_a_slow_relay_makes_nobody_send_a_mail_again() -> None:
    with smtp_sink() as sink:
        sink.says("END", hesitate, times=1)
        lease = {"OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS), "OUTBOX_BATCH": "1"}
        with hands(surroundings(sink, **lease)) as workers:
            for _ in range(3):
                put_mail()
            pids = [workers.start() for _ in range(2)]
            assert [workers.wait(pid) for pid in pids] == [0, 0]
        verdict = judge("a relay slower than the lease", sink)
    assert (verdict.lost, verdict.repeats, verdict.unrecorded) == (0, 0, 0)
