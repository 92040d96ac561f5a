"""Fifty presses of a button, two issuers, staff against staff: one application, one key."""

from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from licensing import services
from licensing.models import Application, Key
from licensing.services import StateChangedError, TokenReusedError
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.at_once import at_once
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
from tests.signing.keys import a_key_ring

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_form_sent_fifty_times_is_one_application() -> None:
    wish, token = wanted(a_license()), uuid4()

    sent = at_once(*[lambda: send(wish, "2026-11-20 16:55", token=token)] * 50)

    assert {each.pk for each in sent} == {Application.objects.get().pk}
    assert Promise.objects.count() == Mail.objects.count() == 1


def test_one_token_for_two_licences_at_once_makes_one_application() -> None:
    token = uuid4()
    wishes = [wanted(a_license()), wanted(a_license())]

    sent = at_once(
        *(partial(send, wish, "2026-11-20 16:55", token=token) for wish in wishes),
        refused=TokenReusedError,
    )

    assert Application.objects.count() == 1
    assert sorted(type(each).__name__ for each in sent) == [
        "Application",
        TokenReusedError.__name__,
    ]


def test_two_issuers_make_one_key(tmp_path: Path) -> None:
    applications = [an_application() for _ in range(5)]

    with a_key_ring(tmp_path):
        issued = at_once(*[lambda: services.issue_due(now=tokyo("2026-11-20 16:56"))] * 4)

    assert sum(issued) == len(applications)
    for application in applications:
        assert application.keys.count() == 1
        assert application.license.keys.current().count() == 1
    assert Mail.objects.filter(kind="license_key").count() == len(applications)


def test_fifty_issuers_on_one_application_make_one_key(tmp_path: Path) -> None:
    application = an_application()

    with a_key_ring(tmp_path):
        issued = at_once(*[lambda: services.issue_due(now=tokyo("2026-11-20 16:56"))] * 50)

    assert sum(issued) == 1
    key = application.keys.get()
    assert application.license.keys.current().get() == key
    assert Mail.objects.filter(kind="license_key").count() == 1


def test_fifty_issuers_make_one_provisional_key(tmp_path: Path) -> None:
    application = send(wanted(a_license()), "2026-11-21 23:30", provisional="夜間の切り替え")

    with a_key_ring(tmp_path):
        issued = at_once(*[lambda: services.issue_due(now=tokyo("2026-11-21 23:30"))] * 50)

    assert sum(issued) == 1
    assert application.keys.get().klass == Key.Class.PROVISIONAL
    assert Mail.objects.filter(kind="provisional_key").count() == 1


def test_corrected_or_issued_as_it_was_but_never_between(tmp_path: Path) -> None:
    for _ in range(5):
        application = an_application()
        old, new = application.new_host_code, a_code()

        wish, now = rewritten(application, code=new), tokyo("2026-11-20 16:56")
        correct = partial(services.correct, application, wish, keeps=True, now=now)

        with a_key_ring(tmp_path / str(application.pk)):
            _issued, corrected = at_once(
                partial(services.issue_due, now=now),
                partial(correct, by=application.applicant.user),
                refused=StateChangedError,
            )
            services.issue_due(now=tokyo("2026-11-20 16:57"))

        right = old if isinstance(corrected, StateChangedError) else new
        assert application.keys.get().host_code == right
        application.refresh_from_db()
        assert application.new_host_code == right


def test_issued_or_withdrawn_but_never_both(tmp_path: Path) -> None:
    for _ in range(5):
        application = an_application()
        user, now = application.applicant.user, tokyo("2026-11-20 16:56")

        with a_key_ring(tmp_path / str(application.pk)):
            at_once(
                partial(services.issue_due, now=now),
                partial(services.withdraw, application, by=user, now=now),
                refused=StateChangedError,
            )

        application.refresh_from_db()
        issued = application.state == Application.State.ISSUED
        assert application.keys.count() == issued
        assert application.state in {Application.State.ISSUED, Application.State.WITHDRAWN}


def test_two_staff_decide_once() -> None:
    application, staff = a_held_application(), a_staff_member()
    now = tokyo("2026-11-20 17:30")

    done = at_once(
        lambda: services.accept_held(application, by=staff, note="確認", now=now),
        lambda: services.refuse(application, by=staff, reason="対象外", now=now),
        refused=StateChangedError,
    )

    assert sum(isinstance(each, StateChangedError) for each in done) == 1
    assert Mail.objects.filter(kind__in=["accepted", "refused"]).count() == 1


def test_the_database_itself_refuses_a_second_current_key() -> None:
    license_ = a_license()

    with pytest.raises(IntegrityError, match="key_one_current_per_license"):
        Key.objects.create(
            license=license_,
            klass=Key.Class.FOREIGN,
            issue_number=9,
            serial="X-9",
            server_name="x",
            host_code=a_code(),
            issued_at=tokyo("2026-11-20 10:00"),
        )


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "issued"},
        {"state": "held"},
        {"state": "withdrawn"},
        {"state": "refused"},
        {"state": "elsewhere"},
        {"promise": None},
        {"accepted_at": None},
    ],
)
def test_the_database_refuses_states_that_cannot_be(broken: dict[str, Any]) -> None:
    application = an_application()

    with pytest.raises(IntegrityError, match="application_"):
        Application.objects.filter(pk=application.pk).update(**broken)
