"""The race: whoever makes a promise holds the calendar, and whoever announces waits."""

from datetime import date
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from supportdesk.promises import closures
from supportdesk.promises.models import Promise
from tests.clock import tokyo
from tests.promises.ledger import a_closure, a_promise, a_staff_member

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = tokyo("2026-12-25 17:30")


def test_a_promise_being_made_during_the_announcement_is_moved_by_it() -> None:
    draft, staff = a_closure("2026-12-28"), a_staff_member()
    preview = closures.preview_announcement([draft], now=FRIDAY)
    made, announced = Event(), Event()

    def customer_sends() -> None:
        with transaction.atomic():
            a_promise("2026-12-25 17:31")
            made.set()
            # The announcement is waiting for us now, or it would have ended already.
            assert not announced.wait(0.3)
        connection.close()

    def staff_announces() -> None:
        made.wait(10)
        closures.announce_closures([draft], preview_version=preview.version, by=staff, now=FRIDAY)
        announced.set()
        connection.close()

    threads = [Thread(target=customer_sends), Thread(target=staff_announces)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert announced.is_set()
    assert Promise.objects.get().promised_on == date(2026, 12, 29)


def test_two_staff_announce_at_once_and_one_sees_the_preview_again() -> None:
    drafts, staff = [a_closure("2026-12-28"), a_closure("2026-12-29")], a_staff_member()
    preview = closures.preview_announcement(drafts, now=FRIDAY)
    outcomes: list[str] = []

    def announce(draft: object) -> None:
        try:
            closures.announce_closures(
                [draft],  # type: ignore[list-item]
                preview_version=preview.version,
                by=staff,
                now=FRIDAY,
            )
            outcomes.append("announced")
        except closures.CalendarChangedError:
            outcomes.append("shown again")
        connection.close()

    threads = [Thread(target=announce, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["announced", "shown again"]
