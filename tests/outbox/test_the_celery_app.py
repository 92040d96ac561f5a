"""Beat and the sweepers speak of things that exist; a sweep that fails is tried on."""

import logging
import threading
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils.module_loading import import_string

from supportdesk import celery
from supportdesk.celery import app


def test_everything_beat_asks_for_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


@pytest.mark.parametrize(
    "path", [path for role in settings.SWEEPS_BY_ROLE.values() for path in role]
)
def test_every_sweep_exists_and_asks_for_nothing(path: str) -> None:
    assert import_string(path).__code__.co_argcount == 0


def sweep(what: Callable[[], int]) -> None:
    with override_settings(SWEEP_INTERVAL=0.01):
        thread = threading.Thread(target=celery._keep_sweeping, args=[what])
        thread.start()
        thread.join(10)
    celery.stopping.clear()
    assert not thread.is_alive()


@pytest.mark.django_db
def test_a_sweep_that_fails_is_tried_again_and_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    calls = []

    def fails_three_times() -> int:
        calls.append(1)
        if len(calls) <= 3:
            raise RuntimeError
        celery.stopping.set()
        return 0

    with caplog.at_level(logging.WARNING, logger="supportdesk.celery"):
        sweep(fails_three_times)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "works again" in caplog.text


def test_a_sweep_that_finds_something_is_called_again_at_once() -> None:
    left = list(range(50))

    def finds() -> int:
        if left:
            left.pop()
        else:
            celery.stopping.set()
        return len(left)

    with override_settings(SWEEP_INTERVAL=3600):
        thread = threading.Thread(target=celery._keep_sweeping, args=[finds])
        thread.start()
        thread.join(1)
        celery.stopping.set()
        thread.join(10)
    celery.stopping.clear()
    assert left == []
