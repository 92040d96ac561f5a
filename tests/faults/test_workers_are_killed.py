"""Celery workers are killed again and again while mail comes due (G2); the database hangs up."""

import random
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from supportdesk import clock
from supportdesk.outbox.models import Mail
from tests.faults.ledger import judge
from tests.faults.processes import CeleryWorker, celery_workers, surroundings
from tests.faults.scale import scaled
from tests.outbox.mails import put_mail
from tests.outbox.sink import smtp_sink

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

MAILS = scaled(ci=200, full=10_000)
OVER_SECONDS = scaled(ci=5, full=60)
KILLS = scaled(ci=3, full=50)
WORKERS = scaled(ci=2, full=4)
DEPLOYS = scaled(ci=1, full=30)
CEILING_SECONDS = scaled(ci=120, full=900)  # generous: speed is told by the full-sized run
WINDOW = 20  # what one kill may repeat under a backlog; 1 when nothing is late
WARM_UP_SECONDS = 2


def wait_until_sent() -> None:
    until = time.monotonic() + CEILING_SECONDS
    while Mail.objects.unsent().exists():
        assert time.monotonic() < until, "not recovered in time"
        time.sleep(0.1)


def put_over_time() -> None:
    """One after the other comes due, once all are put and the workers are up."""
    someday = clock.now() + timedelta(days=1)
    with transaction.atomic():
        for number in range(MAILS):
            put_mail(due_at=someday + timedelta(seconds=OVER_SECONDS * number / MAILS))
    soon = clock.now() + timedelta(seconds=WARM_UP_SECONDS)
    Mail.objects.update(due_at=F("due_at") - (someday - soon))


def hang_up_on_everybody() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_every_due_mail_goes_out_whoever_dies() -> None:
    dice = random.Random(20261120)
    with smtp_sink() as sink:
        environment = surroundings(sink)
        with celery_workers(WORKERS, environment) as workers:
            put_over_time()
            for _ in range(KILLS):
                time.sleep((WARM_UP_SECONDS + OVER_SECONDS) / (KILLS + 1))
                victim = dice.randrange(WORKERS)
                workers[victim].kill()
                workers[victim] = CeleryWorker(environment)
            wait_until_sent()
        verdict = judge(f"{KILLS} kills of {WORKERS} Celery workers", sink)
    assert (verdict.mails, verdict.lost, verdict.early) == (MAILS, 0, 0)
    assert (verdict.altered, verdict.unrecorded) == (0, 0)
    assert verdict.repeats <= KILLS * WINDOW


def test_a_database_that_hangs_up_loses_and_repeats_nothing() -> None:
    with smtp_sink() as sink:
        with celery_workers(1, surroundings(sink)) as workers:
            put_over_time()
            for _ in range(KILLS):
                time.sleep((WARM_UP_SECONDS + OVER_SECONDS) / (KILLS + 1))
                hang_up_on_everybody()
            wait_until_sent()
            assert workers[0].stop() == 0
        verdict = judge(f"the database hangs up {KILLS} times", sink)
    assert (verdict.mails, verdict.lost, verdict.early) == (MAILS, 0, 0)
    assert (verdict.repeats, verdict.unrecorded) == (0, 0)  # they know what they have sent


def test_a_rolling_deploy_loses_and_repeats_nothing() -> None:  # G15
    with smtp_sink() as sink:
        environment = surroundings(sink, OUTBOX_LEASE_SECONDS="15")  # nobody is killed
        with celery_workers(WORKERS, environment) as workers:
            put_over_time()
            for turn in range(DEPLOYS):
                time.sleep(OVER_SECONDS / DEPLOYS)
                assert workers[turn % WORKERS].stop() in {0, -signal.SIGTERM}  # or not up yet
                workers[turn % WORKERS] = CeleryWorker(environment)
            wait_until_sent()
        verdict = judge("a rolling deploy", sink)
    assert (verdict.mails, verdict.lost, verdict.early) == (MAILS, 0, 0)
    assert (verdict.repeats, verdict.unrecorded) == (0, 0)
