"""An issuer dies between any two steps: one key of a class, the same bytes, one mail of it."""

import signal
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from licensing.models import Application, Key
from licensing.services.displaying import text_of
from supportdesk.outbox import sealing
from supportdesk.outbox.models import Mail
from tests.clock import set_desk_clock
from tests.faults.processes import Hands, hands, surroundings
from tests.faults.scale import scaled
from tests.licensing.builders import a_license, send, wanted
from tests.outbox.sink import smtp_sink
from tests.signing.keys import a_key_ring

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

POINTS = ["after_claim", "after_sign", "after_store", "before_commit", "after_commit"]
ROUNDS = scaled(ci=1, full=50)
PATIENCE = 200


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Hands]:
    with smtp_sink() as sink, a_key_ring(tmp_path):
        ring = {
            "SIGNING_KEY_DIR": str(tmp_path / "private"),
            "SIGNING_PUBLIC_KEYS": str(tmp_path / "public.json"),
        }
        with hands(surroundings(sink, **ring)) as forked:
            yield forked


def finish(workers: Hands, klass: str, application: Application) -> None:
    """Sweep on until the key is there: the dead one's locks go when its connection does."""
    for _sweep in range(PATIENCE):
        assert workers.run(WORK="issue") == 0
        if application.keys.filter(klass=klass).exists():
            return
        time.sleep(0.05)
    pytest.fail("no key was issued")


def text_in(mail: Mail) -> str:
    parsed = message_from_bytes(sealing.unseal(bytes(mail.content)), policy=policy.default)
    body = parsed.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def judge(application: Application, klass: str, kind: str) -> None:
    key = application.keys.get(klass=klass)
    in_force = Key.objects.filter(license=application.license, superseded_at=None, klass=klass)
    assert list(in_force) == [key]
    subject = f"application:{application.number}" if klass == "regular" else f"key:{key.serial}"
    (mail,) = Mail.objects.filter(kind=kind, subject_key__startswith=f"{subject}:contact:")
    assert text_of(key) in text_in(mail)
    serials = application.license.keys.values_list("issue_number", flat=True)
    assert sorted(serials) == list(range(1, len(serials) + 1))


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_a_regular_key_is_issued(workers: Hands, point: str) -> None:
    set_desk_clock("2026-11-20 16:56")
    for _round in range(ROUNDS):
        application = send(wanted(a_license()), "2026-11-20 16:55")
        assert workers.run(WORK="issue", CRASH_AT=f"issue:{point}") == -signal.SIGKILL
        finish(workers, "regular", application)
        judge(application, "regular", "license_key")
        application.refresh_from_db()
        assert application.state == Application.State.ISSUED
        assert application.license.keys.current().count() == 1


@pytest.mark.parametrize("point", ["after_sign", "before_commit", "after_commit"])
def test_killed_while_a_provisional_key_is_issued(workers: Hands, point: str) -> None:
    set_desk_clock("2026-11-21 23:30")
    application = send(wanted(a_license()), "2026-11-21 23:30", provisional="夜間の切り替え")
    assert workers.run(WORK="issue", CRASH_AT=f"issue:{point}") == -signal.SIGKILL
    finish(workers, "provisional", application)
    judge(application, "provisional", "provisional_key")
