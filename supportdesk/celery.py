"""The Celery app, the whole beat schedule, and the sweeper that needs no broker.

What is promised never waits for Redis: due rows lie in PostgreSQL, and every
worker sweeps them in threads of its own, whatever its broker connection does.
Tasks are declared with `from supportdesk.celery import app`.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pghistory
from celery import Celery, Task, bootsteps
from celery.schedules import crontab
from django.conf import settings
from django.db import connections
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "supportdesk.settings")
log = logging.getLogger(__name__)


class Named(Task):  # type: ignore[type-arg]
    """What a task changes carries its name into the history."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with pghistory.context(task=self.name):
            return super().__call__(*args, **kwargs)


app = Celery("supportdesk", broker=settings.REDIS_URL, task_cls=Named)
app.conf.update(
    timezone="Asia/Tokyo",
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    # No forks beside the sweepers' threads and connections; what there is to do waits for others.
    worker_pool="threads",
    worker_concurrency=4,
    worker_hijack_root_logger=False,
    # Whoever reaches Redis can put tasks there, but not order workers about.
    worker_enable_remote_control=False,
    # A worker without its broker goes on sweeping and goes on trying, for ever.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Nobody who publishes waits long for a Redis that is gone or does not answer.
    task_publish_retry=False,
    broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 2},
    # Beat keeps no file: everything below may run twice or be missed once.
    beat_scheduler="celery.beat:Scheduler",
)
app.conf.beat_schedule = {
    "forget-mail": {"task": "supportdesk.outbox.tasks.forget", "schedule": crontab("30", "3")},
    "tidy-inquiries": {"task": "inquiries.tasks.tidy", "schedule": crontab("40", "3")},
    "forget-imports": {
        "task": "supportdesk.imports.tasks.forget",
        "schedule": crontab("45", "3"),
    },
    "clear-sessions": {
        "task": "supportdesk.accounts.tasks.clear_sessions",
        "schedule": crontab("50", "3"),
    },
}
app.autodiscover_tasks()

# Set when this worker shuts down: whoever works in batches stops after the row in hand.
stopping = Event()
GRACE_SECONDS = 8.0


class Sweeper(bootsteps.StartStopStep):
    """Calls each of settings.SWEEPS every SWEEP_INTERVAL seconds, in a thread of its own.

    A sweep gives how much it found; while it finds something it is called again at once.
    """

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self.threads: list[Thread] = []

    def start(self, parent: Any) -> None:
        for path in settings.START_CHECKS:
            import_string(path)()  # whoever fails one does not start
        sweeps = [import_string(path) for path in settings.SWEEPS]
        self.threads = [
            Thread(target=_keep_sweeping, args=[sweep], daemon=True) for sweep in sweeps
        ]
        for thread in self.threads:
            thread.start()

    def stop(self, parent: Any) -> None:
        stopping.set()
        for thread in self.threads:
            thread.join(GRACE_SECONDS)

    terminate = stop


def _keep_sweeping(sweep: Callable[[], int]) -> None:
    name, failing = f"{sweep.__module__}.{sweep.__qualname__}", False
    while not stopping.is_set():
        try:
            with pghistory.context(task=name):
                found = sweep()
            if failing:
                log.warning("%s works again", name)
            failing = False
            _give_a_sign_of_life(name)
        except Exception:
            if not failing:  # once, not every second of an outage
                log.exception("%s fails; it is tried on", name)
            found, failing = 0, True
            connections.close_all()
        if not found:
            stopping.wait(settings.SWEEP_INTERVAL)
    connections.close_all()


def _give_a_sign_of_life(name: str) -> None:
    """For the container's health check: a worker that runs is no proof that it sweeps."""
    if settings.SWEEP_HEARTBEAT:
        Path(settings.SWEEP_HEARTBEAT, name).touch()


app.steps["worker"].add(Sweeper)
