"""Shown 16:59, sent 17:00:01: stored and told. Another kind of outcome: shown again, not stored."""

import pytest

from contracts.models import Order
from licensing.models import Application
from licensing.services import OutcomeChangedError
from licensing.words import change_words
from supportdesk.business_calendar.models import Closure
from supportdesk.outbox.models import Mail
from supportdesk.promises.closures import announce_closures, preview_announcement
from tests.builders import a_period, a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import a_license, send, shown_at, wanted
from tests.licensing.test_sending import text_of

pytestmark = pytest.mark.django_db


def test_the_cut_off_passed_between_confirmation_and_sending() -> None:
    wish = wanted(a_license())
    shown = shown_at(wish, "2026-11-20 16:59:50")

    application = send(wish, "2026-11-20 17:00:01", shown=shown)

    change = application.change
    assert application.state == Application.State.ACCEPTED
    assert change is not None
    assert change.cause == "cutoff"
    assert (change.before, change.after) == (
        tokyo("2026-11-20 16:59:50"),
        tokyo("2026-11-24 09:00"),
    )
    body = text_of(Mail.objects.get(kind="acknowledgement"))
    assert body.index("変わりました") < body.index("受理しました")
    told = change_words(application)
    assert told is not None
    assert told.reason in body
    assert "取り下げ" in body


@pytest.mark.parametrize(
    ("story", "seen", "sent"),
    [
        ("seconds later, still at once", "2026-11-20 16:50:00", "2026-11-20 16:51:00"),
        ("the same opening", "2026-11-20 17:05", "2026-11-21 22:00"),
        ("shown before the opening, sent after it", "2026-11-20 08:59", "2026-11-20 09:01"),
    ],
)
def test_a_promise_that_stands_is_not_called_changed(story: str, seen: str, sent: str) -> None:
    wish = wanted(a_license())

    application = send(wish, sent, shown=shown_at(wish, seen))

    assert application.change is None, story


@pytest.mark.parametrize("sent", ["2026-11-24 10:00", "2026-11-24 17:30"])
def test_a_confirmation_left_open_over_night(sent: str) -> None:
    wish = wanted(a_license())

    application = send(wish, sent, shown=shown_at(wish, "2026-11-20 16:00"))

    assert application.change is not None
    assert application.change.cause == "day"


def test_a_closure_announced_between_confirmation_and_sending() -> None:
    wish = wanted(a_license())
    shown = shown_at(wish, "2026-12-25 17:30")
    announce_a_closure(on="2026-12-28", at="2026-12-25 17:35")

    application = send(wish, "2026-12-25 17:40", shown=shown)

    assert application.change is not None
    assert application.change.cause == "calendar"
    assert application.promise is not None
    assert application.promise.promised_on.isoformat() == "2026-12-29"


def test_a_closure_of_other_days_is_not_given_as_the_reason() -> None:
    wish = wanted(a_license())
    shown = shown_at(wish, "2026-11-20 16:59:50")
    announce_a_closure(on="2027-08-13", at="2026-11-20 16:59:55")

    application = send(wish, "2026-11-20 17:00:01", shown=shown)

    assert application.change is not None
    assert application.change.cause == "cutoff"


def test_a_day_cut_short_after_the_confirmation_is_the_reason() -> None:
    wish = wanted(a_license())
    shown = shown_at(wish, "2026-12-28 14:00")
    announce_a_closure(on="2026-12-28", at="2026-12-28 14:01", closes_at="12:00")

    application = send(wish, "2026-12-28 14:05", shown=shown)

    assert application.change is not None
    assert application.change.cause == "calendar"


def announce_a_closure(*, on: str, at: str, closes_at: str | None = None) -> None:
    closure = Closure.objects.create(
        name="臨時休業",
        starts_on=on,
        ends_on=on,
        kind="half_day" if closes_at else "closure",
        opens_at=closes_at and "09:00",
        closes_at=closes_at,
    )
    closure.refresh_from_db()
    version = preview_announcement([closure], now=tokyo(at)).version
    announce_closures([closure], preview_version=version, by=a_staff_member(), now=tokyo(at))


def test_no_longer_covered_stores_nothing() -> None:
    license_ = a_license()
    wish = wanted(license_)
    shown = shown_at(wish, "2026-11-20 16:55")
    Order.objects.update(withdrawn_at=tokyo("2026-11-20 16:56"), withdrawal_reason="誤り")

    with pytest.raises(OutcomeChangedError) as caught:
        send(wish, "2026-11-20 16:57", shown=shown)

    assert caught.value.preview.admission.kinds == ("not_covered",)
    assert not Application.objects.exists()
    assert not Mail.objects.exists()


def test_covered_meanwhile_is_shown_again_too() -> None:
    license_ = a_license(covered=False)
    wish = wanted(license_)
    shown = shown_at(wish, "2026-11-20 16:55")
    a_period(license_.contract, accepted_on="2026-11-01")

    with pytest.raises(OutcomeChangedError) as caught:
        send(wish, "2026-11-20 16:57", shown=shown)

    assert caught.value.preview.admission.outcome == "accept"
