"""The old server: reminded of once, a week before the overlap ends; reported once, by its day."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from contracts.models import Contact
from licensing import services
from licensing.domain.plan import reminder_day
from licensing.models import Application, Event, ServerStop
from licensing.services import NothingToReportError, StopDateError
from licensing.tasks import remind_of_stops
from supportdesk.accounts.models import User
from supportdesk.outbox.models import Mail
from tests.accounts import doors
from tests.at_once import at_once
from tests.builders import a_contact, a_staff_member
from tests.clock import desk_clock, set_desk_clock, tokyo
from tests.domain.calendars import desk
from tests.licensing.builders import a_license, an_application, send, wanted
from tests.licensing.moves import an_issued_move, everything_in, key_of
from tests.licensing.visitor import errors_of, signed_in
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db

REMINDER = "stop_reminder"
# Issued on Tuesday 24 November 2026: the overlap ends on Saturday 23 January 2027, and a week
# before it is Saturday the 16th, so that Friday the 15th is the day of the reminder.
ISSUED, REMINDED = "2026-11-24 09:00", "2027-01-15 09:00"


@pytest.fixture
def move(tmp_path: Path) -> Application:
    return an_issued_move(tmp_path, ISSUED)


def reminders() -> int:
    return Mail.objects.filter(kind=REMINDER).count()


# --- The reminder -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issued", "until", "day"),
    [
        ("2026-11-24", "2027-01-23", "2027-01-15"),  # a Saturday: the Friday before
        ("2026-11-20", "2027-01-19", "2027-01-12"),  # a Tuesday: itself
        ("2026-11-12", "2027-01-11", "2027-01-04"),  # a Monday
        ("2026-11-30", "2026-12-03", "2026-12-01"),  # shorter than a week: the next business day
        ("2026-12-04", "2026-12-05", None),  # nothing left to remind in
        ("2026-11-24", "2026-11-24", None),
    ],
)
def test_the_day_of_the_reminder(issued: str, until: str, day: str | None) -> None:
    first, last = date.fromisoformat(issued), date.fromisoformat(until)
    assert reminder_day(first, last, desk()) == (date.fromisoformat(day) if day else None)


def test_it_goes_out_once_from_the_opening_of_its_day(move: Application) -> None:
    assert services.remind_of_stops(now=tokyo("2027-01-15 08:59:59")) == 0
    assert services.remind_of_stops(now=tokyo(REMINDED)) == 1
    assert services.remind_of_stops(now=tokyo("2027-01-15 09:00:01")) == 0
    assert services.remind_of_stops(now=tokyo("2027-01-20 09:00")) == 0

    mail = Mail.objects.get(kind=REMINDER)
    said = everything_in(mail)
    assert (mail.recipient, mail.due_at) == (move.applicant.email, tokyo(REMINDED))
    for words in ("aoba-app01", "1月23日(土) に終わります", "1月30日(土) までに", move.number):
        assert words in said, words
    assert f"/license/{move.number}/#stop" in said


def test_it_goes_to_contract_and_technical_contacts_in_their_language(move: Application) -> None:
    customer = move.applicant.customer
    english, renewal = a_contact(customer, "Alex Kim"), a_contact(customer, "更新")
    User.objects.filter(pk=english.user.pk).update(language="en")
    Contact.objects.filter(pk=renewal.pk).update(is_contract=False, is_technical=False)

    services.remind_of_stops(now=tokyo(REMINDED))

    told = {mail.recipient: everything_in(mail) for mail in Mail.objects.filter(kind=REMINDER)}
    assert set(told) == {move.applicant.email, english.email}
    assert "Sat 23 Jan" in told[english.email]


def test_a_worker_that_was_away_makes_up_for_it_but_not_for_ever(move: Application) -> None:
    # Sunday: put at once, out at the next opening.
    assert services.remind_of_stops(now=tokyo("2027-01-24 12:00")) == 1
    assert Mail.objects.get(kind=REMINDER).due_at == tokyo("2027-01-25 09:00")


def test_once_the_day_to_report_has_passed_the_staff_list_has_it(move: Application) -> None:
    assert services.remind_of_stops(now=tokyo("2027-01-31 12:00")) == 0


def test_a_server_that_was_reported_is_not_reminded_of(move: Application) -> None:
    report(move, "2026-12-06", at="2026-12-07 10:00")
    assert services.remind_of_stops(now=tokyo(REMINDED)) == 0


def test_a_revoked_key_leaves_no_server_to_wait_for(move: Application) -> None:
    old = key_of(move).replaces
    assert old is not None
    services.revoke_key(old, reason="流出", by=a_staff_member(), now=tokyo("2026-12-01 10:00"))
    assert services.remind_of_stops(now=tokyo(REMINDED)) == 0
    assert services.replaced_key(move) is None


def test_the_sweep_reads_the_desks_clock(move: Application) -> None:
    with desk_clock("2027-01-15 08:59"):
        assert remind_of_stops() == 0
    with desk_clock(REMINDED):
        assert remind_of_stops() == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_remind_once(tmp_path: Path) -> None:
    an_issued_move(tmp_path, ISSUED)

    found = at_once(*[lambda: services.remind_of_stops(now=tokyo(REMINDED))] * 6)

    assert sum(found) == 1
    assert reminders() == ServerStop.objects.count() == 1


# --- The report ---------------------------------------------------------------------------


def report(move: Application, day: str, *, at: str, note: str = "") -> ServerStop:
    return services.report_stop(
        move,
        stopped_on=date.fromisoformat(day),
        note=note,
        by=move.applicant.user,
        now=tokyo(at),
    )


def test_the_report_is_kept_with_its_day_and_who_gave_it(move: Application) -> None:
    stop = report(move, "2026-12-06", at="2026-12-07 10:00", note=" 電源を切りました ")

    stop.refresh_from_db()
    assert (stop.stopped_on, stop.note) == (date(2026, 12, 6), "電源を切りました")
    assert (stop.reported_by, stop.reported_at) == (
        move.applicant.user,
        tokyo("2026-12-07 10:00"),
    )
    event = Event.objects.get(application=move, kind=Event.Kind.STOPPED)
    assert (event.by, event.note) == (move.applicant.user, "電源を切りました")


@pytest.mark.parametrize(
    ("day", "fault"), [("2026-12-08", "future"), ("2026-11-23", "before_issue")]
)
def test_a_day_that_cannot_be_is_refused(move: Application, day: str, fault: str) -> None:
    with pytest.raises(StopDateError, match=fault):
        report(move, day, at="2026-12-07 10:00")
    assert ServerStop.objects.get().reported_at is None


@pytest.mark.parametrize("day", ["2026-11-24", "2026-12-07"])
def test_the_first_and_the_last_possible_day_are_right(move: Application, day: str) -> None:
    assert report(move, day, at="2026-12-07 10:00").stopped_on == date.fromisoformat(day)


def test_it_is_reported_once(move: Application) -> None:
    report(move, "2026-12-06", at="2026-12-07 10:00")
    with pytest.raises(NothingToReportError):
        report(move, "2026-12-07", at="2026-12-07 10:01")
    assert ServerStop.objects.get().stopped_on == date(2026, 12, 6)


def test_before_the_key_is_issued_there_is_nothing_to_report() -> None:
    waiting = an_application("2026-11-20 17:05")
    with pytest.raises(NothingToReportError):
        report(waiting, "2026-11-20", at="2026-11-20 18:00")


def test_the_database_refuses_half_a_report_and_a_day_ahead(move: Application) -> None:
    stop = report(move, "2026-12-06", at="2026-12-07 10:00")
    broken: list[dict[str, Any]] = [
        {"stopped_on": None},
        {"reported_by": None},
        {"stopped_on": date(2026, 12, 8)},
    ]
    for change in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            ServerStop.objects.filter(pk=stop.pk).update(**change)


def test_the_customer_reports_on_the_page(move: Application) -> None:
    client = signed_in(move.applicant)
    url = f"/license/{move.number}/stop/"
    with desk_clock("2026-12-07 10:00"):
        assert url in client.get(f"/license/{move.number}/").content.decode()
        assert "aoba-app01" in client.get(url).content.decode()
        # Typed with the keyboard's full width; the year is the last such day's.
        told = client.post(url, {"stopped_on": "１２月６日", "note": ""}, follow=True)

    page = told.content.decode()
    assert ServerStop.objects.get().stopped_on == date(2026, 12, 6)
    assert "旧サーバーの停止のご報告を受け取りました" in page
    assert url not in page
    assert "旧サーバーを停止" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "旧サーバーを停止した日を入力してください"),
        ("きのう", "2026/12/5 または 12月5日 の形で入力してください"),
        ("2026/12/8", "11月24日(火)）から今日（12月7日(月)）までの日付"),
        ("2026/11/23", "11月24日(火)）から今日（12月7日(月)）までの日付"),
        ("2026/2/30", "2026/12/5 または 12月5日 の形で入力してください"),
    ],
)
def test_a_wrong_day_is_said_at_the_field_and_nothing_typed_is_lost(
    move: Application, typed: str, words: str
) -> None:
    with desk_clock("2026-12-07 10:00"):
        answer = signed_in(move.applicant).post(
            f"/license/{move.number}/stop/", {"stopped_on": typed, "note": "電源を切りました"}
        )
    assert answer.status_code == 200
    assert words in errors_of(answer)["stopped_on"][0]
    assert "電源を切りました" in answer.content.decode()
    assert ServerStop.objects.get().reported_at is None


def test_a_stranger_finds_no_page_to_report_on(move: Application) -> None:
    for method in ("get", "post"):
        answer = getattr(signed_in(a_contact()), method)(f"/license/{move.number}/stop/")
        assert answer.status_code == 404


def test_a_second_report_is_told_that_there_is_one(move: Application) -> None:
    report(move, "2026-12-06", at="2026-12-07 10:00")
    with desk_clock("2026-12-07 10:05"):
        answer = signed_in(move.applicant).post(
            f"/license/{move.number}/stop/", {"stopped_on": "12月7日", "note": ""}, follow=True
        )
    assert "もう受け取っています" in answer.content.decode()
    assert ServerStop.objects.get().stopped_on == date(2026, 12, 6)


# --- The staff's list -----------------------------------------------------------------------


def test_staff_see_who_is_overdue(move: Application, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    services.remind_of_stops(now=tokyo(REMINDED))
    assert not ServerStop.objects.overdue(date(2027, 1, 30)).exists()
    assert ServerStop.objects.overdue(date(2027, 1, 31)).exists()
    user = a_staff_member()
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.refresh_from_db()
    client = doors.staff_client(user)

    set_desk_clock("2027-01-31 10:00")
    page = client.get("/staff/licensing/serverstop/?reported=overdue").content.decode()

    for words in ("停止の報告待ち", "期限を超過", "aoba-app01", move.applicant.customer.name):
        assert words in page, words
    report(move, "2027-01-31", at="2027-01-31 10:30")
    waiting = client.get("/staff/licensing/serverstop/").content.decode()
    assert "aoba-app01" not in waiting
    assert "aoba-app01" in client.get("/staff/licensing/serverstop/?reported=yes").content.decode()


def test_staff_see_every_overlap_that_ends_from_the_issue_on(move: Application) -> None:
    stop = ServerStop.objects.get()
    assert (stop.key, stop.reminded_at, stop.report_by) == (
        key_of(move).replaces,
        None,
        date(2027, 1, 30),
    )
    user = a_staff_member()
    client = doors.staff_client(user)

    set_desk_clock("2026-12-07 10:00")
    page = client.get("/staff/licensing/serverstop/").content.decode()

    for words in ("aoba-app01", "1月23日(土)", "並行稼働中"):
        assert words in page, words


def test_a_server_whose_key_ends_with_the_issue_is_waited_for_by_nobody(tmp_path: Path) -> None:
    license_ = a_license()
    send(wanted(license_, reason="failure"), "2026-11-24 09:00")
    with a_key_ring(tmp_path):
        services.issue_due(now=tokyo("2026-11-24 09:00"))
    assert not ServerStop.objects.exists()


def test_a_key_revoked_for_cause_leaves_the_staffs_list(move: Application) -> None:
    old = key_of(move).replaces
    assert old is not None
    services.revoke_key(old, reason="流出", by=a_staff_member(), now=tokyo("2026-12-01 10:00"))
    assert not ServerStop.objects.unreported().exists()
    assert not ServerStop.objects.overdue(date(2027, 2, 28)).exists()


# --- Told to staff -------------------------------------------------------------------------

STOP = "/staff/licensing/application/{}/stop/"


def a_clerk(**fields: Any) -> tuple[Client, User]:
    user = a_staff_member()
    User.objects.filter(pk=user.pk).update(**fields)
    client = doors.staff_client(user)
    return client, user


def told(move: Application, **changed: Any) -> dict[str, Any]:
    return {
        "channel": "telephone",
        "told_by": move.applicant.pk,
        "stopped_on": "12月6日",
        "note": "電源を切ったとのこと",
        **changed,
    }


def test_a_stop_told_by_telephone_is_entered_by_staff(move: Application) -> None:
    client, clerk = a_clerk()
    set_desk_clock("2026-12-07 10:00")
    page = client.get(f"/staff/licensing/application/{move.pk}/change/").content.decode()
    assert STOP.format(move.pk) in page
    answer = client.post(STOP.format(move.pk), told(move), follow=True)

    stop = ServerStop.objects.get()
    assert (stop.stopped_on, stop.channel) == (date(2026, 12, 6), "telephone")
    assert (stop.reported_by, stop.entered_by) == (move.applicant.user, clerk)
    assert Event.objects.get(application=move, kind=Event.Kind.STOPPED).by == clerk
    words = f"電話 で受け付け、担当 {clerk.name}が入力"
    assert words in answer.content.decode()
    customers = signed_in(move.applicant).get(f"/license/{move.number}/").content.decode()
    assert words in customers
    assert "12月6日(日)" in customers
    assert STOP.format(move.pk) not in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("channel", "", "受付の方法を選んでください"),
        ("channel", "web", "正しく選択してください"),
        ("told_by", "", "連絡をくださった方を選んでください"),
        ("stopped_on", "2026/12/8", "今日（12月7日(月)）までの日付"),
        ("stopped_on", "きのう", "2026/12/5 または 12月5日 の形で"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    move: Application, field: str, wrong: str, words: str
) -> None:
    client, _clerk = a_clerk()
    set_desk_clock("2026-12-07 10:00")
    answer = client.post(STOP.format(move.pk), told(move, **{field: wrong}))
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert words in answer.content.decode()
    assert "電源を切ったとのこと" in answer.content.decode()
    assert ServerStop.objects.get().reported_at is None


def test_somebody_of_another_customer_did_not_tell_it(move: Application) -> None:
    client, _clerk = a_clerk()
    set_desk_clock("2026-12-07 10:00")
    answer = client.post(STOP.format(move.pk), told(move, told_by=a_contact().pk))
    assert list(answer.context["form"].errors) == ["told_by"]


def test_entered_twice_the_first_stays(move: Application) -> None:
    """A double click, two of the staff, or the customer in between: a stale page says so."""
    client, _clerk = a_clerk()
    set_desk_clock("2026-12-07 10:00")
    client.post(STOP.format(move.pk), told(move))
    again = client.post(STOP.format(move.pk), told(move, stopped_on="12月7日"), follow=True)
    assert "停止の連絡を待っているサーバーはありません" in again.content.decode()
    assert ServerStop.objects.get().stopped_on == date(2026, 12, 6)
    assert Event.objects.filter(kind=Event.Kind.STOPPED).count() == 1


def test_who_may_only_look_enters_nothing(move: Application) -> None:
    client, _clerk = a_clerk(view_only=True)
    set_desk_clock("2026-12-07 10:00")
    for method in (client.get, client.post):
        assert method(STOP.format(move.pk), told(move)).status_code == 403
    page = client.get(f"/staff/licensing/application/{move.pk}/change/").content.decode()
    assert STOP.format(move.pk) not in page


def test_the_database_knows_who_entered_what_did_not_come_by_the_web(move: Application) -> None:
    stop = report(move, "2026-12-06", at="2026-12-07 10:00")
    for change in ({"channel": "fax"}, {"entered_by": a_staff_member()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServerStop.objects.filter(pk=stop.pk).update(**change)
