"""What the checks stop is held for staff: with the reason told, and a target of our own."""

import pytest

from licensing import services
from licensing.models import Application
from licensing.services import StateChangedError
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.builders import a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import a_held_application, a_license, send, wanted
from tests.licensing.test_sending import text_of

pytestmark = pytest.mark.django_db


def test_without_coverage_it_is_held_with_a_review_target() -> None:
    application = a_held_application("2026-11-20 17:05")

    assert application.state == Application.State.HELD
    assert application.promise is None
    assert application.review_promise is not None
    assert application.review_promise.rule == Promise.Rule.REVIEW_TARGET
    assert application.review_promise.promised_on.isoformat() == "2026-11-24"
    assert application.admission.kinds == ("not_covered",)


@pytest.mark.parametrize(
    "story", ["same_server", "old_code_typed", "in_use_elsewhere", "code_in_doubt"]
)
def test_a_suspicious_host_code_is_held(story: str) -> None:
    license_ = a_license()
    key = license_.current_key
    assert key is not None
    customer = license_.contract.customer.contacts.get()
    ours, theirs = a_license(customer).current_key, a_license().current_key
    assert ours is not None
    assert theirs is not None
    wish = {
        "same_server": wanted(license_, name=key.server_name, code=key.host_code),
        "old_code_typed": wanted(license_, code=key.host_code),
        "in_use_elsewhere": wanted(license_, code=ours.host_code),
        "code_in_doubt": wanted(license_, code=theirs.host_code),
    }[story]

    assert send(wish, "2026-11-20 10:00").admission.kinds == (story,)


def test_nobody_to_receive_the_key_is_held() -> None:
    license_ = a_license()
    license_.contract.customer.contacts.update(is_contract=False, is_technical=False)

    assert send(wanted(license_), "2026-11-20 10:00").admission.kinds == ("no_recipient",)


def test_the_customer_is_told_what_is_checked_and_by_when() -> None:
    a_held_application("2026-11-20 17:05")

    body = text_of(Mail.objects.get(kind="acknowledgement"))
    assert "11月24日(火)のうち" in body
    assert "当社の目安" in body
    assert "まだご注文をいただいていません" in body


@pytest.mark.parametrize(
    ("sent", "told"),
    [("2026-11-20 16:55", "2026-11-20 16:55"), ("2026-11-21 22:00", "2026-11-24 09:00")],
)
def test_staff_are_told_at_once_in_business_hours(sent: str, told: str) -> None:
    application = a_held_application(sent)

    mail = Mail.objects.get(kind="review_request")
    assert mail.due_at == tokyo(told)
    assert application.number in mail.subject
    assert application.license.contract.customer.name in text_of(mail)


def test_accepting_starts_the_clock_of_the_promise_anew() -> None:
    """2-2d counts from acceptance; the coverage day stays the day of sending."""
    application = a_held_application("2026-11-20 10:00")
    staff = a_staff_member()

    accepted = services.accept_held(
        application, by=staff, note="注文書を確認", now=tokyo("2026-11-20 17:10")
    )

    assert accepted.state == Application.State.ACCEPTED
    assert accepted.accepted_by == staff
    assert accepted.promise is not None
    assert accepted.promise.release_at == tokyo("2026-11-24 09:00")
    assert accepted.coverage_decision.on.isoformat() == "2026-11-20"
    assert review_state(accepted) == Promise.State.KEPT
    assert "11月24日(火) 9:00" in text_of(Mail.objects.get(kind="accepted"))


def test_refusing_tells_the_reason() -> None:
    application = a_held_application("2026-11-20 10:00")

    refused = services.refuse(
        application,
        by=a_staff_member(),
        reason="年間サポートのご注文が必要です",
        now=tokyo("2026-11-20 11:00"),
    )

    assert refused.state == Application.State.REFUSED
    assert review_state(refused) == Promise.State.KEPT
    assert "年間サポートのご注文が必要です" in text_of(Mail.objects.get(kind="refused"))


def test_looked_at_too_late_the_target_is_missed() -> None:
    application = a_held_application("2026-11-20 10:00")

    accepted = services.accept_held(
        application, by=a_staff_member(), note="確認", now=tokyo("2026-11-24 10:00")
    )

    assert review_state(accepted) == Promise.State.BROKEN


def test_a_decision_needs_its_reason() -> None:
    application = a_held_application()
    staff, now = a_staff_member(), tokyo("2026-11-20 17:00")

    with pytest.raises(ValueError, match="reason"):
        services.accept_held(application, by=staff, note=" ", now=now)
    with pytest.raises(ValueError, match="reason"):
        services.refuse(application, by=staff, reason="", now=now)


def test_who_decides_second_is_told_so() -> None:
    application = a_held_application()
    staff, now = a_staff_member(), tokyo("2026-11-20 17:00")
    services.refuse(application, by=staff, reason="対象外", now=now)

    with pytest.raises(StateChangedError) as caught:
        services.accept_held(application, by=staff, note="確認", now=now)

    assert caught.value.application.state == Application.State.REFUSED


def review_state(application: Application) -> str:
    assert application.review_promise is not None
    application.review_promise.refresh_from_db()
    return application.review_promise.state
