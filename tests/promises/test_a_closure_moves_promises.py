"""Announcing a closure: previewed, moved in one transaction, told; a withdrawn one moves back."""

from datetime import date

import pytest

from supportdesk.outbox.message import body_of
from supportdesk.outbox.models import Mail
from supportdesk.promises import closures, services
from supportdesk.promises.models import Promise, PromiseMove
from tests.clock import tokyo
from tests.promises.ledger import a_closure, a_promise, a_staff_member, an_answer_mail, announce

pytestmark = pytest.mark.django_db

FRIDAY = "2026-12-25 17:30"


def test_the_preview_lists_what_would_move_and_moves_nothing() -> None:
    promise = a_promise("2026-12-25 17:10")
    draft = a_closure("2026-12-28")

    preview = closures.preview_announcement([draft], now=tokyo(FRIDAY))

    (move,) = preview.moves
    assert move.plan.before.promised_on == date(2026, 12, 28)
    assert move.plan.after.promised_on == date(2026, 12, 29)
    assert move.plan.is_later
    assert Promise.objects.get(pk=promise.pk).promised_on == date(2026, 12, 28)


def test_announcing_moves_the_promise_and_tells_the_customer_once() -> None:
    promise = a_promise("2026-12-25 17:10")

    announce(a_closure("2026-12-28", name="臨時休業"), at=FRIDAY)

    promise.refresh_from_db()
    assert promise.promised_on == date(2026, 12, 29)
    assert PromiseMove.objects.get(promise=promise).to_on == date(2026, 12, 29)
    told = Mail.objects.get(kind="promise_moved")
    assert told.recipient == "sasaki@aoba.example"
    assert told.due_at == tokyo(FRIDAY)


def test_a_draft_counts_for_nothing() -> None:
    a_closure("2026-12-28")
    assert a_promise("2026-12-25 17:10").promised_on == date(2026, 12, 28)


def test_a_request_between_preview_and_announcement_is_not_left_behind() -> None:
    draft = a_closure("2026-12-28")
    preview = closures.preview_announcement([draft], now=tokyo(FRIDAY))
    late_comer = a_promise("2026-12-25 17:31", number="26-12-0002")

    closures.announce_closures(
        [draft], preview_version=preview.version, by=a_staff_member(), now=tokyo(FRIDAY)
    )

    late_comer.refresh_from_db()
    assert preview.moves == ()
    assert late_comer.promised_on == date(2026, 12, 29)


def test_a_decision_made_on_the_old_calendar_is_made_again_on_the_new() -> None:
    from supportdesk.business_calendar.services import load_calendar
    from supportdesk.promises.domain.rules import reception_target

    shown = reception_target(tokyo("2026-12-25 17:10"), load_calendar())
    announce(a_closure("2026-12-28"), at="2026-12-25 17:11")

    promise = services.make_promise(
        shown,
        subject_kind="inquiry",
        subject_number="26-12-0009",
        subject_label="",
        subject_url_name="contracts:detail",
        recipient="sasaki@aoba.example",
        now=tokyo("2026-12-25 17:12"),
    )

    assert shown.promised_on == date(2026, 12, 28)
    assert promise.promised_on == date(2026, 12, 29)


def test_the_waiting_mail_moves_with_its_promise() -> None:
    promise = a_promise("2026-12-25 17:20", rule="answer_release")
    services.await_mail(promise, an_answer_mail("2026-12-28 09:00"))

    announce(a_closure("2026-12-28"), at=FRIDAY)

    assert Mail.objects.get(kind="answer").due_at == tokyo("2026-12-29 09:00")


def test_a_waiting_first_reply_keeps_two_promises_and_its_move_is_told_once() -> None:
    mail = an_answer_mail("2026-12-28 09:00")
    day, moment = (
        a_promise("2026-12-25 17:10"),
        a_promise("2026-12-25 17:20", rule="answer_release"),
    )
    services.await_mail(day, mail)
    services.await_mail(moment, mail)

    assert len(announce(a_closure("2026-12-28"), at=FRIDAY)) == 2

    told = Mail.objects.get(kind="promise_moved")
    assert "12月29日(火) 9:00" in body_of(told)


def test_what_is_already_going_out_stays() -> None:
    promise = a_promise("2026-12-25 16:00", rule="cutoff_release")
    announce(a_closure("2026-12-25"), at="2026-12-25 16:01")
    promise.refresh_from_db()
    assert promise.promised_on == date(2026, 12, 25)


def test_a_kept_promise_keeps_the_explanation_it_was_made_with() -> None:
    promise = a_promise("2026-12-25 17:10")
    explained = promise.decision
    services.keep(promise, now=tokyo("2026-12-25 17:15"))

    assert announce(a_closure("2026-12-28"), at=FRIDAY) == ()

    promise.refresh_from_db()
    assert (promise.state, promise.decision) == (Promise.State.KEPT, explained)


def test_withdrawing_moves_back_but_never_before_what_was_promised_first() -> None:
    promise = a_promise("2026-12-25 17:10")
    closure = a_closure("2026-12-28")
    announce(closure, at=FRIDAY)
    made_under_it = a_promise("2026-12-25 17:40", number="26-12-0003")

    preview = closures.preview_withdrawal(closure, now=tokyo("2026-12-25 18:00"))
    closures.withdraw_closure(
        closure, preview_version=preview.version, now=tokyo("2026-12-25 18:00")
    )

    promise.refresh_from_db()
    made_under_it.refresh_from_db()
    assert [move.promise.pk for move in preview.moves] == [promise.pk]
    assert promise.promised_on == date(2026, 12, 28)
    assert made_under_it.promised_on == date(2026, 12, 29)


def test_a_preview_of_another_calendar_is_shown_again() -> None:
    first, second = a_closure("2026-12-28"), a_closure("2026-12-29")
    staff = a_staff_member()
    preview = closures.preview_announcement([first], now=tokyo(FRIDAY))
    announce(second, at=FRIDAY, by=staff)

    with pytest.raises(closures.CalendarChangedError):
        closures.announce_closures(
            [first], preview_version=preview.version, by=staff, now=tokyo(FRIDAY)
        )


def test_a_year_of_closures_is_announced_with_one_preview() -> None:
    promise = a_promise("2026-12-28 17:10")
    year = [
        a_closure("2026-08-12", "2026-08-14", name="夏期休業"),
        a_closure("2026-12-29", "2027-01-04", name="年末年始休業"),
    ]

    (move,) = announce(*year, at="2026-12-28 17:20")

    promise.refresh_from_db()
    assert promise.promised_on == date(2027, 1, 5)
    assert move.closure.name == "年末年始休業"


def test_nothing_is_announced_twice() -> None:
    closure, staff = a_closure("2026-12-28"), a_staff_member()
    announce(closure, at=FRIDAY, by=staff)
    with pytest.raises(closures.NothingToDoError):
        announce(closure, at=FRIDAY, by=staff)
