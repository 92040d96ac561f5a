"""A worker with another encryption secret than before does not start to seal and send."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as desk
from django.test import override_settings
from django.utils.module_loading import import_string

from licensing import services, tasks
from licensing.services import WrongSecretError
from supportdesk.celery import Sweeper
from tests.clock import set_desk_clock, tokyo
from tests.licensing.builders import a_license, an_application
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issued(tmp_path: Path) -> Iterator[None]:
    set_desk_clock("2026-11-20 16:58")
    with a_key_ring(tmp_path):
        an_application("2026-11-20 16:50")
        assert services.issue_due(now=tokyo("2026-11-20 16:55")) == 1
        yield


def another() -> str:
    return Fernet.generate_key().decode()


@pytest.mark.usefixtures("issued")
def test_the_secret_that_sealed_opens() -> None:
    tasks.prove_sealing()


@pytest.mark.usefixtures("issued")
def test_another_secret_is_refused_and_says_which_setting() -> None:
    with (
        override_settings(FIELD_ENCRYPTION_KEYS=[another()]),
        pytest.raises(WrongSecretError, match="FIELD_ENCRYPTION_KEYS"),
    ):
        tasks.prove_sealing()


@pytest.mark.usefixtures("issued")
def test_a_new_secret_with_the_old_one_behind_it_is_right() -> None:
    with override_settings(FIELD_ENCRYPTION_KEYS=[another(), *desk.FIELD_ENCRYPTION_KEYS]):
        tasks.prove_sealing()


def test_a_desk_without_signed_keys_has_nothing_to_prove() -> None:
    a_license()
    with override_settings(FIELD_ENCRYPTION_KEYS=[another()]):
        tasks.prove_sealing()


@pytest.mark.usefixtures("issued")
def test_a_worker_with_another_secret_starts_no_sweep() -> None:
    sweeper = Sweeper(parent=None)
    with (
        override_settings(
            FIELD_ENCRYPTION_KEYS=[another()],
            START_CHECKS=["licensing.tasks.prove_sealing"],
            SWEEPS=["licensing.tasks.issue_due"],
        ),
        pytest.raises(WrongSecretError),
    ):
        sweeper.start(None)
    assert sweeper.threads == []


@pytest.mark.usefixtures("issued")
def test_neither_secret_is_told() -> None:
    wrong = another()
    with (
        override_settings(FIELD_ENCRYPTION_KEYS=[wrong]),
        pytest.raises(WrongSecretError) as refused,
    ):
        import_string("licensing.tasks.prove_sealing")()
    assert wrong not in str(refused.value)
    assert desk.FIELD_ENCRYPTION_KEYS[0] not in str(refused.value)
