"""Out of hours a key that ends: by the customer's choice, for a reason, one at a time."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError

from contracts.models import Order
from licensing import services
from licensing.domain.key_fields import KeyFields
from licensing.models import Application, Event, Key, License
from licensing.services import NotOfferedError
from licensing.services.displaying import text_of as key_text
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from supportdesk.signing import keyring
from supportdesk.signing.verifier import verify
from tests.builders import a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import (
    a_code,
    a_held_application,
    a_license,
    an_application,
    rewritten,
    send,
    shown_at,
    wanted,
)
from tests.licensing.test_sending import text_of
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db
SATURDAY_NIGHT = "2026-11-21 23:30"
WHY = "日曜の朝に本番を切り替えるため"


def bridged(wall: str = SATURDAY_NIGHT, license_: License | None = None) -> Application:
    """Sent out of hours with a wish for a provisional key, and issued in the same second."""
    application = send(wanted(license_ or a_license()), wall, provisional=WHY)
    services.issue_due(now=tokyo(wall))
    application.refresh_from_db()
    return application


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[None]:
    with a_key_ring(tmp_path):
        yield


@pytest.mark.usefixtures("ring")
def test_on_saturday_night_it_goes_out_at_once_with_its_end_inside() -> None:
    application = bridged()

    key = application.keys.get()
    assert (key.klass, key.valid_until) == (Key.Class.PROVISIONAL, date(2026, 12, 21))
    verdict = verify(
        key_text(key),
        keyring.public_keys().keys,
        document_type="license-key",
        product=application.license.contract.product.code,
        host=application.new_host_code,
        on=date(2026, 12, 21),
    )
    assert verdict.ok
    fields = KeyFields.from_document(verdict.document)
    assert (fields.klass, fields.valid_until) == ("provisional", date(2026, 12, 21))
    late = verify(
        key_text(key),
        keyring.public_keys().keys,
        document_type="license-key",
        on=date(2026, 12, 22),
    )
    assert late.code == "expired"


@pytest.mark.usefixtures("ring")
def test_it_keeps_no_promise_and_ends_nothing() -> None:
    application = bridged()

    assert application.state == Application.State.ACCEPTED
    assert Promise.objects.get().state == Promise.State.OWED
    assert Promise.objects.get().mail is None
    assert application.license.current_key is not None
    assert application.license.current_key.klass == Key.Class.FOREIGN
    mail = Mail.objects.get(kind="provisional_key")
    assert mail.due_at == tokyo(SATURDAY_NIGHT)
    assert mail.secret
    assert "12月21日(月)" in text_of(mail)
    assert "11月24日(火) 9:00" in text_of(mail)


@pytest.mark.usefixtures("ring")
def test_the_regular_key_takes_its_place_on_the_promised_day() -> None:
    application = bridged()

    assert services.issue_due(now=tokyo("2026-11-24 09:00")) == 1

    provisional = Key.objects.get(klass="provisional")
    regular = Key.objects.get(klass="regular")
    assert provisional.superseded_at == tokyo("2026-11-24 09:00")
    assert provisional.tolerated_until == provisional.valid_until
    assert application.license.current_key == regular
    assert regular.replaces is not None
    assert regular.replaces.klass == Key.Class.FOREIGN
    assert regular.issue_number == provisional.issue_number + 1


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize(
    ("wall", "offered"),
    [
        ("2026-11-20 16:59", False),  # at once anyway
        ("2026-11-20 17:00:00", False),
        ("2026-11-20 17:00:01", True),
        ("2026-11-20 08:59", True),  # today at 9:00
        ("2026-11-20 09:00", False),
        ("2026-11-23 12:00", True),  # a holiday
    ],
)
def test_offered_only_while_the_regular_key_has_to_wait(wall: str, offered: bool) -> None:
    wish = wanted(a_license())

    until = services.offered_until(services.preview(wish, now=tokyo(wall)), now=tokyo(wall))
    application = send(wish, wall, provisional=WHY)

    assert (until is not None) == offered
    assert (application.provisional_due_at is not None) == offered


@pytest.mark.usefixtures("ring")
def test_only_in_a_valid_support_period() -> None:
    now = tokyo(SATURDAY_NIGHT)
    held = send(wanted(a_license(covered=False)), SATURDAY_NIGHT, provisional=WHY)
    assert held.provisional_due_at is None
    # Not even where staff accept it for a reason of their own.
    accepted = services.accept_held(held, by=a_staff_member(), note="特例", now=now)
    assert not services.is_offered(accepted, now=now)
    with pytest.raises(NotOfferedError):
        services.ask_provisional(accepted, reason=WHY, by=held.applicant.user, now=now)


@pytest.mark.usefixtures("ring")
def test_no_longer_than_the_support_period() -> None:
    license_ = a_license()
    Order.objects.update(ends_on=date(2026, 11, 30))

    assert bridged(license_=license_).keys.get().valid_until == date(2026, 11, 30)


@pytest.mark.usefixtures("ring")
def test_staff_switch_it_off_and_on_with_a_reason() -> None:
    staff, now = a_staff_member(), tokyo(SATURDAY_NIGHT)
    services.switch_provisional(offered=False, note="鍵の点検", by=staff, now=now)
    wish = wanted(a_license())

    assert not services.are_offered()
    assert services.offered_until(services.preview(wish, now=now), now=now) is None
    assert send(wish, SATURDAY_NIGHT, provisional=WHY).provisional_due_at is None

    services.switch_provisional(offered=True, note="終了", by=staff, now=now)
    assert services.are_offered()
    with pytest.raises(ValueError, match="reason"):
        services.switch_provisional(offered=False, note=" ", by=staff, now=now)


@pytest.mark.usefixtures("ring")
def test_asked_for_afterwards_once() -> None:
    """Shown at 16:59 and sent at 17:00:01: nothing was offered on the confirmation."""
    wish = wanted(a_license())
    application = send(wish, "2026-11-20 17:00:01", shown=shown_at(wish, "2026-11-20 16:59"))
    by, now = application.applicant.user, tokyo("2026-11-20 17:02")

    with pytest.raises(ValueError, match="reason"):
        services.ask_provisional(application, reason=" ", by=by, now=now)
    services.ask_provisional(application, reason=WHY, by=by, now=now)
    assert services.issue_due(now=now) == 1
    assert services.issue_due(now=now) == 0
    with pytest.raises(NotOfferedError):
        services.ask_provisional(application, reason=WHY, by=by, now=now)
    asked = application.log.get(kind=Event.Kind.PROVISIONAL_ASKED)
    assert (asked.at, asked.by, asked.note) == (now, by, WHY)
    assert application.log.get(kind=Event.Kind.PROVISIONAL_ISSUED).by is None


@pytest.mark.usefixtures("ring")
def test_a_corrected_code_gets_one_in_its_place_that_ends_no_later() -> None:
    application = bridged("2026-11-21 10:00")
    first = application.keys.get()
    code = a_code()
    services.correct(
        application,
        rewritten(application, code=code),
        by=application.applicant.user,
        keeps=True,
        now=tokyo("2026-11-22 10:00"),
    )

    assert services.issue_due(now=tokyo("2026-11-22 10:00")) == 1

    first.refresh_from_db()
    second = application.keys.open_provisional().get()
    assert (second.host_code, second.valid_until) == (code, first.valid_until)
    assert first.superseded_at == tokyo("2026-11-22 10:00")


@pytest.mark.usefixtures("ring")
def test_a_withdrawn_application_has_its_provisional_key_revoked() -> None:
    application = bridged()

    services.withdraw(application, by=application.applicant.user, now=tokyo("2026-11-22 10:00"))

    key = application.keys.get()
    assert key.revoked_at == tokyo("2026-11-22 10:00")
    assert key.revocation_reason == "正式キーの申請が取り下げられたため"


@pytest.mark.usefixtures("ring")
def test_the_database_itself_refuses_a_second_open_one() -> None:
    key = bridged().keys.get()
    key.pk, key.serial, key.issue_number = None, "X-9", 9
    key._state.adding = True

    with pytest.raises(IntegrityError, match="key_one_provisional_per_license"):
        key.save()


def test_what_is_held_is_offered_none() -> None:
    held = a_held_application(SATURDAY_NIGHT)
    assert not services.is_offered(held, now=tokyo(SATURDAY_NIGHT))
    assert services.is_offered(an_application(SATURDAY_NIGHT), now=tokyo(SATURDAY_NIGHT))
