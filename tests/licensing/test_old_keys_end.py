"""What becomes of the old server's key: a planned move, a dead server, a dated key; the limit."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from licensing import services
from licensing.domain.key_fields import KeyFields
from licensing.models import Application, Event, Key, License
from licensing.services.displaying import text_of as key_text
from supportdesk.outbox.models import Mail
from supportdesk.signing import keyring
from supportdesk.signing.verifier import verify
from tests.builders import a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import a_license, send, wanted
from tests.licensing.test_sending import text_of
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
LAST = date(2027, 1, 19)


@pytest.fixture(autouse=True)
def ring(tmp_path: Path) -> Iterator[None]:
    with a_key_ring(tmp_path):
        yield


def moved(license_: License, wall: str = "2026-11-20 10:00", **asked: Any) -> Application:
    application = send(wanted(license_, **asked), wall)
    services.issue_due(now=tokyo(wall))
    application.refresh_from_db()
    return application


def fields_of(key: Key, product: str) -> KeyFields:
    verdict = verify(
        key_text(key),
        keyring.public_keys().keys,
        document_type="license-key",
        product=product,
        host=key.host_code,
        on=ON,
    )
    assert verdict.ok
    return KeyFields.from_document(verdict.document)


def test_a_planned_move_tolerates_the_old_key_for_sixty_days() -> None:
    license_ = a_license()
    old = license_.current_key
    assert old is not None

    application = moved(license_)

    old.refresh_from_db()
    assert (old.superseded_at, old.tolerated_until) == (tokyo("2026-11-20 10:00"), LAST)
    key = application.keys.get()  # a perpetual key has no dated one beside it
    fields = fields_of(key, license_.contract.product.code)
    assert (fields.klass, fields.replaces, fields.replaces_until) == ("regular", old.serial, LAST)
    assert (fields.valid_from, fields.valid_until) == (ON, None)
    assert (key.valid_from, key.valid_until) == (ON, None)
    body = text_of(Mail.objects.get(kind="license_key"))
    assert "1月19日(火)まで" in body
    assert "自動では止まりません" in body
    assert [step.kind for step in application.log.all()] == [
        Event.Kind.SENT,
        Event.Kind.ACCEPTED,
        Event.Kind.ISSUED,
        Event.Kind.SUPERSEDED,
    ]


def test_a_dead_server_ends_at_once_and_is_told_so() -> None:
    license_ = a_license()
    old = license_.current_key
    assert old is not None

    application = moved(license_, reason="failure")

    old.refresh_from_db()
    assert old.tolerated_until == ON
    assert fields_of(application.keys.get(), license_.contract.product.code).replaces_until == ON
    assert "発行と同時に失効" in text_of(Mail.objects.get(kind="license_key"))


def test_the_old_server_gets_a_key_that_ends_where_the_customer_asks() -> None:
    license_ = a_license(code="7F3A91C20B6ED54Z"[:15] + "X")
    old = license_.current_key
    assert old is not None

    application = moved(license_, wants_overlap=True)

    overlap = application.keys.get(klass="overlap")
    assert (overlap.host_code, overlap.valid_until) == (old.host_code, LAST)
    fields = fields_of(overlap, license_.contract.product.code)
    assert (fields.klass, fields.valid_until, fields.replaces) == ("overlap", LAST, "")
    # The one that is current is the new server's.
    assert license_.keys.current().get() == application.keys.get(klass="regular")
    mail = Mail.objects.get(kind="overlap_key")
    assert mail.secret
    assert overlap.serial in text_of(mail)


def test_the_old_server_gets_a_key_that_ends_where_its_own_did() -> None:
    license_ = a_license()
    Key.objects.update(valid_from=date(2026, 1, 1), valid_until=date(2027, 12, 31))

    application = moved(license_)

    assert application.keys.filter(klass="overlap").count() == 1


def test_the_fifth_move_in_six_months_is_held_with_the_count_told() -> None:
    license_ = a_license()
    for day in ("06-01", "07-01", "08-03", "09-01"):
        assert moved(license_, f"2026-{day} 10:00").state == Application.State.ISSUED

    fifth = send(wanted(license_), "2026-11-30 10:00")

    assert fifth.state == Application.State.HELD
    assert fifth.admission.kinds == ("too_many_moves",)
    body = text_of(
        Mail.objects.get(kind="acknowledgement", subject_key=f"application:{fifth.number}")
    )
    assert "6か月のあいだに 4回まで" in body
    assert "6月1日(月)から 4回" in body
    assert "12月1日(火)から数え直します" in body
    # Staff may let it pass, and their reason is kept.
    services.accept_held(
        fifth, by=a_staff_member(), note="検証環境の入れ替え", now=tokyo("2026-11-30 11:00")
    )
    assert services.issue_due(now=tokyo("2026-11-30 11:00")) == 1
    fifth.refresh_from_db()
    assert fifth.acceptance_note == "検証環境の入れ替え"


def test_a_day_later_the_window_is_over() -> None:
    license_ = a_license()
    for day in ("06-01", "07-01", "08-03", "09-01"):
        moved(license_, f"2026-{day} 10:00")

    assert send(wanted(license_), "2026-12-01 10:00").state == Application.State.ACCEPTED


def test_a_key_comes_as_a_file_too_with_the_same_bytes() -> None:
    from email import message_from_bytes, policy

    from supportdesk.outbox import sealing

    application = moved(a_license())

    mail = Mail.objects.get(kind="license_key")
    parsed = message_from_bytes(sealing.unseal(bytes(mail.content)), policy=policy.default)
    (file,) = parsed.iter_attachments()
    key = application.keys.get()
    assert file.get_filename() == f"{key.serial}.txt"
    assert file.get_payload(decode=True) == key_text(key).encode()
    assert key_text(key).encode() not in bytes(mail.content)
