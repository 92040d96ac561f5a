"""Mail goes out while Redis is absent from the start, killed, frozen or back again (G4)."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from supportdesk import embedded
from supportdesk.celery import app
from supportdesk.outbox.models import Mail
from supportdesk.outbox.tasks import forget
from tests.faults.ledger import judge
from tests.faults.processes import celery_workers, surroundings
from tests.outbox.mails import put_mail
from tests.outbox.sink import Sink, smtp_sink

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

PATIENCE_SECONDS = 60
EACH = 10


@contextmanager
def redis(port: int | None = None) -> Iterator[Any]:
    """A server that is killed at the end: frozen, it would not hear a polite request."""
    _, server = embedded.start_valkey(port=port)
    try:
        yield server
    finally:
        server.terminate()


def a_free_port() -> int:
    with redis() as server:
        return int(server.port)


def wait_until(what: Any) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.1)


def mail_goes_out(sink: Sink) -> None:
    for _ in range(EACH):
        put_mail()
    wait_until(lambda: not Mail.objects.unsent().exists())


def an_ordinary_task_runs(redis_url: str) -> None:
    """The daily chore forgets a mail of last year, asked for through the broker."""
    old = put_mail()
    Mail.objects.filter(pk=old.pk).update(
        state=Mail.State.SENT, sent_at="2001-01-01T00:00Z", dated_at="2001-01-01T00:00Z"
    )
    publisher = Celery(broker=redis_url)
    publisher.send_task("supportdesk.outbox.tasks.forget", ignore_result=True)
    wait_until(lambda: bytes(Mail.objects.get(pk=old.pk).content) == b"")
    old.delete()
    publisher.close()


def nobody_who_publishes_waits_long(redis_url: str) -> None:
    started = time.monotonic()
    with app.connection_for_write(redis_url) as connection, pytest.raises(OperationalError):
        app.send_task(forget.name, connection=connection)
    assert time.monotonic() - started < 10


def test_mail_never_waits_for_redis() -> None:
    port = a_free_port()
    redis_url = f"redis://127.0.0.1:{port}/0"
    with (
        smtp_sink() as sink,
        celery_workers(1, surroundings(sink, REDIS_URL=redis_url)) as (worker,),
    ):
        mail_goes_out(sink)  # absent from the start

        with redis(port) as server:
            an_ordinary_task_runs(redis_url)
            mail_goes_out(sink)
            os.kill(server.pid, signal.SIGSTOP)  # accepts, and never answers
            mail_goes_out(sink)
            nobody_who_publishes_waits_long(redis_url)
        mail_goes_out(sink)  # killed

        with redis(port):
            an_ordinary_task_runs(redis_url)  # and the worker works for it again
        mail_goes_out(sink)
        assert worker.stop() == 0  # without Redis too
        verdict = judge("Redis absent, back, frozen, killed, back, gone", sink)
    assert (verdict.mails, verdict.lost, verdict.early) == (5 * EACH, 0, 0)
    assert (verdict.repeats, verdict.unrecorded) == (0, 0)
