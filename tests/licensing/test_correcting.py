"""Until the key is issued the customer may put the application right; what it said is kept."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from licensing import services
from licensing.models import Application, Attempt, Event, Key
from licensing.services import (
    NothingChangedError,
    OutcomeChangedError,
    StateChangedError,
    TooLateToCorrectError,
)
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.builders import a_staff_member
from tests.clock import tokyo
from tests.licensing.builders import (
    a_code,
    a_held_application,
    a_license,
    an_application,
    rewritten,
    send,
    wanted,
)
from tests.licensing.test_sending import text_of
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db


def correct(application: Application, wall: str, **changed: Any) -> Application:
    return services.correct(
        application,
        rewritten(application, **changed),
        by=application.applicant.user,
        keeps=None,
        now=tokyo(wall),
    )


def test_by_the_cut_off_of_the_accepting_day_the_promise_stays() -> None:
    """Accepted on Friday evening for Tuesday, Monday a holiday: any time until Tuesday 17:00."""
    application = an_application("2026-11-20 17:05")
    promise, code = application.promise, a_code()

    corrected = correct(application, "2026-11-23 21:00", code=code)

    assert corrected.new_host_code == code
    assert corrected.promise == promise
    assert Promise.objects.get().state == Promise.State.OWED
    assert corrected.accepted_at == tokyo("2026-11-20 17:05")


@pytest.mark.parametrize(
    ("corrected_at", "keeps"), [("2026-11-20 17:00:00", True), ("2026-11-20 17:00:01", False)]
)
def test_after_the_cut_off_the_clock_starts_anew(corrected_at: str, keeps: bool) -> None:
    """Its key could not be issued yet, or it would be out."""
    application = an_application("2026-11-20 16:50")

    corrected = correct(application, corrected_at, code=a_code())

    assert corrected.promise is not None
    promised_on = date(2026, 11, 20) if keeps else date(2026, 11, 24)
    assert corrected.promise.promised_on == promised_on
    assert Promise.objects.count() == (1 if keeps else 2)
    if not keeps:
        assert application.promise is not None
        application.promise.refresh_from_db()
        assert application.promise.state == Promise.State.WITHDRAWN
        assert corrected.accepted_at == tokyo(corrected_at)
        assert corrected.promise.release_at == tokyo("2026-11-24 09:00")


def test_what_is_not_in_the_key_starts_no_clock() -> None:
    application = an_application("2026-11-20 16:50")

    corrected = correct(application, "2026-11-20 18:00", note="12月に変わります", os="RHEL 9")

    assert corrected.promise == application.promise
    assert (corrected.note, corrected.new_os) == ("12月に変わります", "RHEL 9")


def test_the_old_values_are_kept_with_what_they_promised() -> None:
    application = an_application("2026-11-20 16:50")
    before = application.new_host_code
    correct(application, "2026-11-20 17:30", code=a_code())
    application.refresh_from_db()
    correct(application, "2026-11-21 10:00", name="aoba-app09")

    first, second = Attempt.objects.order_by("number")
    assert first.said["new_host_code"] == before
    assert first.promise is not None
    assert first.promise.promised_on == date(2026, 11, 20)
    assert second.said["new_server_name"] == "aoba-app02"
    assert second.promise is not None
    assert second.promise.promised_on == date(2026, 11, 24)
    assert first.ending == second.ending == Attempt.Ending.CORRECTED


def test_the_corrected_code_is_what_is_issued(tmp_path: Path) -> None:
    application, code = an_application("2026-11-20 17:05"), a_code()
    correct(application, "2026-11-21 10:00", code=code)

    with a_key_ring(tmp_path):
        assert services.issue_due(now=tokyo("2026-11-24 09:00")) == 1

    assert Key.objects.get(klass="regular").host_code == code


def test_once_issued_it_is_too_late(tmp_path: Path) -> None:
    application = an_application("2026-11-20 16:55")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:55"))

    with pytest.raises(StateChangedError):
        correct(application, "2026-11-20 16:56", code=a_code())


def test_a_code_that_must_be_looked_at_holds_it_after_all() -> None:
    application = an_application("2026-11-20 17:05")
    other = a_license(application.applicant).current_key
    assert other is not None

    held = correct(application, "2026-11-21 10:00", code=other.host_code)

    assert held.state == Application.State.HELD
    assert held.promise is None
    assert held.review_promise is not None
    assert held.admission.kinds == ("in_use_elsewhere",)
    assert Promise.objects.get(rule="cutoff_release").state == Promise.State.WITHDRAWN


def test_putting_right_what_held_it_accepts_it() -> None:
    license_ = a_license()
    contact = license_.contract.customer.contacts.get()
    other = a_license(contact).current_key
    assert other is not None
    application = send(wanted(license_, code=other.host_code), "2026-11-20 10:00")

    accepted = correct(application, "2026-11-20 11:00", code=a_code())

    assert accepted.state == Application.State.ACCEPTED
    assert accepted.accepted_at == tokyo("2026-11-20 11:00")
    assert accepted.promise is not None
    assert accepted.promise.release_at == tokyo("2026-11-20 11:00")
    assert accepted.findings == []


def test_what_is_still_to_be_looked_at_keeps_its_target() -> None:
    application = a_held_application("2026-11-20 10:00")

    corrected = correct(application, "2026-11-20 18:00", code=a_code())

    assert corrected.state == Application.State.HELD
    assert corrected.review_promise == application.review_promise


def test_what_staff_let_pass_is_not_held_again() -> None:
    application = a_held_application("2026-11-20 16:00")
    services.accept_held(
        application, by=a_staff_member(), note="注文書を確認", now=tokyo("2026-11-20 17:10")
    )
    application.refresh_from_db()

    corrected = correct(application, "2026-11-21 09:00", code=a_code())

    assert corrected.state == Application.State.ACCEPTED
    assert corrected.acceptance_note == "注文書を確認"
    assert corrected.admission.kinds == ("not_covered",)


def test_nothing_changed_is_said() -> None:
    application = an_application("2026-11-20 17:05")

    with pytest.raises(NothingChangedError):
        correct(application, "2026-11-21 10:00")
    assert not Attempt.objects.exists()


def test_shown_as_kept_and_sent_after_the_cut_off_is_shown_again() -> None:
    application = an_application("2026-11-20 16:50")

    with pytest.raises(OutcomeChangedError):
        services.correct(
            application,
            rewritten(application, code=a_code()),
            by=application.applicant.user,
            keeps=True,
            now=tokyo("2026-11-20 17:00:01"),
        )
    assert not Attempt.objects.exists()


def test_the_customer_hears_what_became_of_the_promise() -> None:
    application = an_application("2026-11-20 16:50")
    correct(application, "2026-11-20 16:58", code=a_code())
    application.refresh_from_db()
    correct(application, "2026-11-20 17:10", code=a_code())

    kept, moved = Mail.objects.filter(kind="corrected").order_by("put_at")
    assert "お約束は変わりません" in text_of(kept)
    assert "数え直しました" in text_of(moved)
    assert "11月24日(火) 9:00" in text_of(moved)
    assert [step.kind for step in application.log.order_by("at", "pk")] == [
        Event.Kind.SENT,
        Event.Kind.ACCEPTED,
        Event.Kind.CORRECTED,
        Event.Kind.CORRECTED,
        Event.Kind.ACCEPTED,
    ]


# --- A code mistyped in a key that was issued --------------------------------------


@pytest.fixture
def issued(tmp_path: Path) -> Application:
    application = an_application("2026-11-20 16:00")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-20 16:00"))
    application.refresh_from_db()
    return application


def test_within_seven_days_a_new_key_is_no_move(issued: Application, tmp_path: Path) -> None:
    moved_from = Key.objects.get(klass="foreign")
    again = send(rewritten(issued, code=a_code(), corrects=issued), "2026-11-27 10:00")
    with a_key_ring(tmp_path / "again"):
        services.issue_due(now=tokyo("2026-11-27 10:00"))

    again.refresh_from_db()
    assert (again.kind, again.state) == (Application.Kind.CORRECTION, Application.State.ISSUED)
    wrong, right = Key.objects.filter(klass="regular").order_by("issue_number")
    assert right.replaces == wrong
    # It was for a machine that does not exist; the old server's parallel run goes on.
    assert wrong.tolerated_until == date(2026, 11, 27)
    moved_from.refresh_from_db()
    assert moved_from.tolerated_until == date(2026, 11, 20) + timedelta(days=60)
    assert services.preview(wanted(issued.license), now=tokyo("2026-11-28 10:00")).moves is not None
    count = services.preview(wanted(issued.license), now=tokyo("2026-11-28 10:00")).moves
    assert count is not None
    assert count.used == 1


def test_on_the_eighth_day_it_takes_a_move(issued: Application) -> None:
    assert services.may_correct_issued(issued, now=tokyo("2026-11-27 23:59"))
    assert not services.may_correct_issued(issued, now=tokyo("2026-11-28 00:00"))

    with pytest.raises(TooLateToCorrectError):
        send(rewritten(issued, code=a_code(), corrects=issued), "2026-11-28 10:00")


def test_the_days_are_counted_from_the_move_not_from_its_last_correction(
    issued: Application, tmp_path: Path
) -> None:
    again = send(rewritten(issued, code=a_code(), corrects=issued), "2026-11-27 10:00")
    with a_key_ring(tmp_path / "again"):
        services.issue_due(now=tokyo("2026-11-27 10:00"))
    again.refresh_from_db()

    assert services.may_correct_issued(again, now=tokyo("2026-11-27 11:00"))
    assert not services.may_correct_issued(again, now=tokyo("2026-11-28 11:00"))
    # The first is no longer the key in force.
    assert not services.may_correct_issued(issued, now=tokyo("2026-11-27 11:00"))
