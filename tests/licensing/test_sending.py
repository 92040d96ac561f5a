"""An application is accepted at once when the checks pass, promised by 2-2d, acknowledged."""

from uuid import uuid4

import pytest

from licensing.models import Application
from licensing.services import AlreadyOpenError, TokenReusedError
from supportdesk.outbox.models import Mail
from supportdesk.promises.models import Promise
from tests.builders import a_contact
from tests.clock import tokyo
from tests.licensing.builders import a_license, an_application, send, wanted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("clause", "sent", "promised_on", "release_at"),
    [
        ("2-2d in time", "2026-11-20 16:55", "2026-11-20", "2026-11-20 16:55"),
        ("2-2d exactly 17:00", "2026-11-20 17:00", "2026-11-20", "2026-11-20 17:00"),
        ("2-2d after, Monday a holiday", "2026-11-20 17:05", "2026-11-24", "2026-11-24 09:00"),
        ("2-2d closed day", "2026-11-21 22:00", "2026-11-24", "2026-11-24 09:00"),
        ("2-2d before the opening", "2026-11-20 07:30", "2026-11-20", "2026-11-20 09:00"),
        ("2-2d in the lunch gap", "2026-11-20 12:30", "2026-11-20", "2026-11-20 12:30"),
    ],
)
def test_the_promise_follows_the_cut_off(
    clause: str, sent: str, promised_on: str, release_at: str
) -> None:
    application = an_application(sent)

    assert application.state == Application.State.ACCEPTED, clause
    assert application.accepted_at == application.sent_at == tokyo(sent)
    assert application.promise is not None
    assert application.promise.promised_on.isoformat() == promised_on
    assert application.promise.release_at == tokyo(release_at)


def test_it_has_a_number_that_can_be_said_on_the_telephone() -> None:
    first, second = an_application(), an_application()

    assert (first.number[:6], int(second.number[6:])) == ("26-11-", int(first.number[6:]) + 1)


def test_what_the_coverage_was_on_the_day_of_sending_is_kept() -> None:
    application = an_application("2026-12-31 23:59")

    assert application.coverage_decision.covered
    assert application.coverage_decision.on.isoformat() == "2026-12-31"


def test_the_acknowledgement_tells_number_promise_and_reasons() -> None:
    application = an_application("2026-11-20 17:05")

    mail = Mail.objects.get(kind="acknowledgement")
    body = text_of(mail)
    assert mail.recipient == application.applicant.email
    assert application.number in mail.subject
    for words in ("11月24日(火) 9:00", application.number, "勤労感謝の日", "約款 2(2)", "様"):
        assert words in body, words
    assert mail.due_at == tokyo("2026-11-20 17:05")
    assert not mail.secret


def test_customers_words_stand_literally_in_the_mail() -> None:
    contact = a_contact(name="<b>髙﨑</b> & '様'")
    application = an_application(contact=contact)

    assert "<b>髙﨑</b> & '様'" in text_of(
        Mail.objects.get(subject_key__contains=application.number)
    )


def test_sent_twice_it_is_one_application() -> None:
    wish, token = wanted(a_license()), uuid4()

    first = send(wish, "2026-11-20 16:55", token=token)
    again = send(wish, "2026-11-20 17:05", token=token)

    assert again == first
    assert again.promise == first.promise
    assert Application.objects.count() == Promise.objects.count() == Mail.objects.count() == 1


def test_a_changed_form_under_the_same_token_is_refused_and_changes_nothing() -> None:
    license_, token = a_license(), uuid4()
    first = send(wanted(license_), "2026-11-20 16:55", token=token)

    with pytest.raises(TokenReusedError) as caught:
        send(wanted(license_, name="other"), "2026-11-20 16:56", token=token)

    assert caught.value.application == first
    assert Application.objects.get().new_server_name == "aoba-app02"


def test_a_token_of_somebody_else_does_not_give_their_application() -> None:
    token = uuid4()
    send(wanted(a_license()), "2026-11-20 16:55", token=token)

    with pytest.raises(TokenReusedError):
        send(wanted(a_license()), "2026-11-20 16:56", token=token)


def test_one_licence_has_one_application_under_way() -> None:
    license_ = a_license()
    first = send(wanted(license_), "2026-11-20 16:55")

    with pytest.raises(AlreadyOpenError) as caught:
        send(wanted(license_), "2026-11-20 16:56")

    assert caught.value.application == first
    assert Application.objects.count() == 1


def text_of(mail: Mail) -> str:
    """What a person reads in a mail."""
    from email import message_from_bytes, policy

    from supportdesk.outbox import sealing

    content = bytes(mail.content)
    parsed = message_from_bytes(
        sealing.unseal(content) if mail.secret else content, policy=policy.default
    )
    body = parsed.get_body()
    assert body is not None
    return str(body.get_content())
