"""What is missing goes back to the customer; when it comes in again, the clock starts anew."""

from datetime import date
from typing import Any

import pytest

from contracts.models import Order
from licensing import services
from licensing.models import Application, Attempt, Event
from licensing.services import OutcomeChangedError, StateChangedError
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.builders import a_period, a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import a_code, a_license, rewritten, send, wanted
from tests.licensing.test_sending import text_of

pytestmark = pytest.mark.django_db


def a_returned_application(wall: str = "2026-11-20 15:00") -> Application:
    """Held on Friday for a code that another licence uses, and returned the same afternoon."""
    license_ = a_license()
    contact = license_.contract.customer.contacts.get()
    other = a_license(contact).current_key
    assert other is not None
    application = send(wanted(license_, code=other.host_code), "2026-11-20 10:00")
    return services.return_to_customer(
        application, by=a_staff_member(), missing="ホストコードをお確かめください", now=tokyo(wall)
    )


def send_again(application: Application, wall: str, **changed: Any) -> Application:
    return services.send_again(
        application,
        rewritten(application, **({"code": a_code()} | changed)),
        by=application.applicant.user,
        shown=None,
        now=tokyo(wall),
    )


def test_nothing_is_promised_until_it_comes_back() -> None:
    application = a_returned_application()

    assert application.state == Application.State.RETURNED
    assert application.promise is None
    assert Promise.objects.get().state == Promise.State.KEPT  # our own target: it was looked at
    body = text_of(Mail.objects.get(kind="returned"))
    assert "ホストコードをお確かめください" in body
    assert "/correct/" in body
    assert "11月30日(月)までに" in body  # 24, 25, 26, 27, 30: the 23rd is a holiday


def test_it_is_accepted_anew_with_a_new_clock_and_both_attempts_are_kept() -> None:
    application = a_returned_application()

    again = send_again(application, "2026-11-24 17:00:01")

    assert again.state == Application.State.ACCEPTED
    assert again.sent_at == again.accepted_at == tokyo("2026-11-24 17:00:01")
    assert again.promise is not None
    assert again.promise.promised_on == date(2026, 11, 25)
    first = Attempt.objects.get()
    assert first.ending == Attempt.Ending.RETURNED
    assert first.note == "ホストコードをお確かめください"
    assert first.review_promise is not None
    assert first.findings[0]["kind"] == "in_use_elsewhere"
    assert again.findings == []
    assert [step.kind for step in again.log.order_by("at", "pk")] == [
        Event.Kind.SENT,
        Event.Kind.HELD,
        Event.Kind.RETURNED,
        Event.Kind.SENT_AGAIN,
        Event.Kind.ACCEPTED,
    ]


@pytest.mark.parametrize(("back", "covered"), [("2026-11-30 23:59", True), ("2026-12-01", False)])
def test_the_coverage_day_is_kept_for_five_business_days(back: str, covered: bool) -> None:
    application = a_returned_application()
    Order.objects.update(ends_on=date(2026, 11, 20))  # covered on the day it was sent, not since

    again = send_again(application, back)

    assert again.coverage_decision.covered == covered
    assert again.coverage_decision.on == (date(2026, 11, 20) if covered else date(2026, 12, 1))
    assert again.state == (Application.State.ACCEPTED if covered else Application.State.HELD)


def test_a_period_bought_meanwhile_counts_once_it_is_judged_anew() -> None:
    license_ = a_license(covered=False)
    application = services.return_to_customer(
        send(wanted(license_), "2026-11-02 10:00"),
        by=a_staff_member(),
        missing="ご注文をお願いします",
        now=tokyo("2026-11-02 11:00"),
    )
    a_period(license_.contract, accepted_on="2026-11-01")

    assert send_again(application, "2026-11-11 10:00").state == Application.State.ACCEPTED


def test_what_is_still_wrong_is_held_again_and_staff_are_called_again() -> None:
    application = a_returned_application()

    again = send_again(application, "2026-11-24 10:00", code=application.new_host_code)

    assert again.state == Application.State.HELD
    assert Mail.objects.filter(kind="review_request").count() == 2
    assert Mail.objects.filter(kind="acknowledgement").count() == 2
    services.return_to_customer(
        again, by=a_staff_member(), missing="もう一度", now=tokyo("2026-11-24 11:00")
    )
    assert Attempt.objects.count() == 2
    assert Mail.objects.filter(kind="returned").count() == 2


def test_it_can_be_withdrawn_while_it_is_back() -> None:
    application = a_returned_application()

    withdrawn = services.withdraw(
        application, by=application.applicant.user, now=tokyo("2026-11-24 10:00")
    )

    assert withdrawn.state == Application.State.WITHDRAWN


def test_only_what_is_held_goes_back_and_only_with_what_is_missing() -> None:
    application = a_returned_application()
    staff, now = a_staff_member(), tokyo("2026-11-20 16:00")

    with pytest.raises(StateChangedError):
        services.return_to_customer(application, by=staff, missing="x", now=now)
    again = send_again(application, "2026-11-24 10:00", code=application.new_host_code)
    with pytest.raises(ValueError, match="missing"):
        services.return_to_customer(again, by=staff, missing=" ", now=now)


def test_shown_as_accepted_and_held_meanwhile_is_shown_again() -> None:
    application = a_returned_application()
    wish = rewritten(application, code=a_code())
    shown = services.preview_again(application, wish, now=tokyo("2026-11-24 10:00")).shown
    application.license.contract.customer.contacts.update(is_contract=False, is_technical=False)

    with pytest.raises(OutcomeChangedError):
        services.send_again(
            application,
            wish,
            by=application.applicant.user,
            shown=shown,
            now=tokyo("2026-11-24 10:01"),
        )
    application.refresh_from_db()
    assert application.state == Application.State.RETURNED
