"""The home page's rows of moves: what the customer owes, and the aim after a broken day."""

from datetime import date
from pathlib import Path

import pytest

from licensing import services
from licensing.models import Application
from supportdesk.promises.models import Promise
from supportdesk.promises.services import new_aim, settle
from tests.clock import desk_clock, tokyo
from tests.licensing.builders import an_application
from tests.licensing.moves import an_issued_move
from tests.licensing.visitor import signed_in

pytestmark = pytest.mark.django_db


def test_after_a_broken_promise_the_row_tells_the_new_aim() -> None:
    application = an_application("2026-11-20 16:55")
    settle(now=tokyo("2026-11-21 00:01"))
    promise = Promise.objects.get(subject_number=application.number)
    assert promise.state == Promise.State.BROKEN
    # Saturday: the apology goes out on Tuesday, and that day is aimed at (2-1f).
    assert new_aim(promise) == date(2026, 11, 24)

    with desk_clock("2026-11-21 10:00"):
        page = signed_in(application.applicant).get("/").content.decode()

    assert "お約束を過ぎました" in page
    assert "新しい目安 11月24日(火)" in page


def test_a_promise_that_is_owed_or_kept_has_no_new_aim() -> None:
    application = an_application("2026-11-20 16:55")
    assert new_aim(application.promise) is None
    assert new_aim(None) is None
    (row,) = services.home_rows(application.license.contract.customer, tokyo("2026-11-20 16:56"))
    assert "新しい目安" not in row.meta


def test_the_old_server_waits_for_the_customer_from_the_reminder_to_the_report(
    tmp_path: Path,
) -> None:
    move = an_issued_move(tmp_path, "2026-11-24 09:00")
    customer, now = move.license.contract.customer, tokyo("2027-01-15 09:00")
    assert services.home_rows(customer, now) == []

    services.remind_of_stops(now=now)
    (row,) = services.home_rows(customer, now)
    assert "旧サーバーの停止を" in row.asked
    assert "1月30日(土)" in row.asked
    assert row.url == f"/license/{move.number}/#stop"

    services.report_stop(
        Application.objects.get(pk=move.pk),
        stopped_on=date(2027, 1, 14),
        note="",
        by=move.applicant.user,
        now=now,
    )
    assert services.home_rows(customer, now) == []
