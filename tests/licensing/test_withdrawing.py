"""Until the key is issued the customer may take an application back."""

import pytest

from licensing import services
from licensing.models import Application
from licensing.services import StateChangedError
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.clock import tokyo
from tests.licensing.builders import a_held_application, a_license, an_application, send, wanted

pytestmark = pytest.mark.django_db
NOW = tokyo("2026-11-21 10:00")


def test_nothing_is_owed_any_more() -> None:
    application = an_application("2026-11-20 17:05")

    withdrawn = services.withdraw(application, by=application.applicant.user, now=NOW)

    assert withdrawn.state == Application.State.WITHDRAWN
    assert Promise.objects.get().state == Promise.State.WITHDRAWN
    assert Mail.objects.filter(kind="withdrawn").count() == 1


def test_what_is_held_can_be_taken_back_too() -> None:
    application = a_held_application()

    services.withdraw(application, by=application.applicant.user, now=NOW)

    assert Promise.objects.get().state == Promise.State.WITHDRAWN


def test_afterwards_the_licence_is_free_again() -> None:
    application = an_application("2026-11-20 17:05")
    services.withdraw(application, by=application.applicant.user, now=NOW)

    again = send(wanted(application.license), "2026-11-21 11:00")

    assert again.state == Application.State.ACCEPTED


def test_twice_is_once() -> None:
    application = send(wanted(a_license()), "2026-11-20 17:05")
    user = application.applicant.user
    services.withdraw(application, by=user, now=NOW)

    with pytest.raises(StateChangedError):
        services.withdraw(application, by=user, now=NOW)

    assert Mail.objects.filter(kind="withdrawn").count() == 1
