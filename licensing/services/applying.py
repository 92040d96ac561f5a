"""Applying for a new key: sending it once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from contracts.domain.channels import Channel
from contracts.models import Contact
from contracts.services import whom_to_write
from licensing import mails
from licensing.domain.change import Shown
from licensing.models import Application, Event, License, MoveRequest
from licensing.services import provisional
from licensing.services.events import record
from licensing.services.previewing import Preview, Wanted, may_correct_issued, preview
from licensing.services.versions import values_of
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.services import current_terms, load_calendar
from supportdesk.numbering import REQUESTS, next_number
from supportdesk.presenting.language import in_the_desks_language
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.models import Promise
from supportdesk.promises.services import make_promise

SUBJECT_KIND = "application"
URL_NAME = "licensing:application"


class OutcomeChangedError(Exception):
    """Held instead of accepted, or the other way round, since the confirmation; nothing stored."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(preview.admission.outcome)
        self.preview = preview


class TokenReusedError(Exception):
    """The form was sent before with other contents: `application` is what that made."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.number)
        self.application = application


class AlreadyOpenError(Exception):
    """The licence has an application under way: `application`."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.number)
        self.application = application


class TooLateToCorrectError(Exception):
    """The key of `application` can no longer be replaced as mistyped: it takes a move."""

    def __init__(self, application: Application) -> None:
        super().__init__(application.number)
        self.application = application


def send_application(
    wanted: Wanted,
    *,
    applicant: Contact,
    token: UUID,
    shown: Shown | None,
    now: datetime,
    provisional_reason: str = "",
    entered_by: User | None = None,
    channel: str = Channel.WEB.value,
) -> Application:
    """Store an application, make its promise and put the acknowledgement, in one transaction.

    Accepted at `now` when the checks pass, otherwise held (*Held requests*).
    With `provisional_reason` a provisional key is issued at once, where one is
    offered for what was accepted. Staff who enter it in the customer's name are
    `entered_by`, and `channel` says how it reached them.
    The same `token` with the same contents gives the application that it made.
    Raises TokenReusedError where the contents differ, AlreadyOpenError while
    the licence has another application under way, TooLateToCorrectError where what
    it corrects is too long ago, OutcomeChangedError where `shown` had another
    kind of outcome. A promise that only moved is stored;
    `Application.change` tells it.
    """
    sending = _Sending(wanted, applicant, token, shown, provisional_reason, entered_by, channel)
    try:
        with transaction.atomic(durable=True):
            return _send(sending, now=now)
    except IntegrityError:
        # Two at once with one token and different licences: the first has won.
        if repeated := _repeated(wanted, applicant, token):
            return repeated
        raise


@dataclass(frozen=True, slots=True)
class _Sending:
    wanted: Wanted
    applicant: Contact
    token: UUID
    shown: Shown | None
    provisional_reason: str
    entered_by: User | None
    channel: str

    @property
    def by(self) -> User:
        return self.entered_by or self.applicant.user


def _send(sending: _Sending, *, now: datetime) -> Application:
    wanted, shown = sending.wanted, sending.shown
    # Whoever holds the licence decides alone: the same form twice, two forms, a sweep.
    License.objects.select_for_update(no_key=True).get(pk=wanted.license.pk)
    if repeated := _repeated(wanted, sending.applicant, sending.token):
        return repeated
    if under_way := wanted.license.applications.open().first():
        raise AlreadyOpenError(under_way)
    if wanted.corrects and not may_correct_issued(wanted.corrects, now=now):
        raise TooLateToCorrectError(wanted.corrects)
    current = preview(wanted, now=now)
    if shown and shown.outcome != current.admission.outcome:
        raise OutcomeChangedError(current)
    application = _store(current, sending, now=now)
    _finish_request(application)
    record(application, Event.Kind.SENT, at=now, by=sending.by, note=wanted.note)
    admitted(application, now=now)
    if sending.provisional_reason and provisional.is_offered(application, now=now):
        provisional.ask(application, reason=sending.provisional_reason, by=sending.by, now=now)
    mails.acknowledge(application, now=now)
    return application


def admitted(application: Application, *, now: datetime) -> None:
    """Record what the checks made of what was sent, and call staff to what they stopped."""
    if application.state == Application.State.HELD:
        promise = application.review_promise
        record(application, Event.Kind.HELD, at=now, promise=promise)
        mails.ask_staff(application, due_at=load_calendar().next_open(now), now=now)
    else:
        record(application, Event.Kind.ACCEPTED, at=now, promise=application.promise)


def _repeated(wanted: Wanted, applicant: Contact, token: UUID) -> Application | None:
    application = Application.objects.for_pages().filter(token=token).first()
    if application is None:
        return None
    same = application.body_digest == wanted.digest() and application.applicant_id == applicant.pk
    if not same:
        raise TokenReusedError(application)
    return application


def _store(current: Preview, sending: _Sending, *, now: datetime) -> Application:
    wanted, shown = current.wanted, sending.shown
    key = wanted.license.current_key
    application = Application(
        number=next_number(REQUESTS, clock.today(now)),
        license=wanted.license,
        applicant=sending.applicant,
        entered_by=sending.entered_by,
        channel=sending.channel,
        kind=Application.Kind.CORRECTION if wanted.corrects else Application.Kind.MOVE,
        corrects=wanted.corrects,
        old_host_code=key.host_code if key else "",
        declaration=wanted.declaration,
        terms=current_terms(clock.today(now)),
        shown=shown.as_json() if shown else {},
        token=sending.token,
        body_digest=wanted.digest(),
        **values_of(wanted),
    )
    judge(application, current, now=now)
    application.save(force_insert=True)
    return application


def judge(application: Application, current: Preview, *, now: datetime) -> list[str]:
    """Put state, promise and findings of `current` on the application, unsaved.

    Makes the row of the ledger. Gives the names of the fields that it wrote.
    """
    promise = promise_for(application, current.decision, now=now)
    application.sent_at = now
    application.coverage = current.coverage.as_json()
    application.findings = current.admission.as_json()
    application.moves = current.moves.as_json() if current.moves else {}
    if current.accepted:
        application.state, application.accepted_at = Application.State.ACCEPTED, now
        application.promise, application.review_promise = promise, None
    else:
        application.state, application.accepted_at = Application.State.HELD, None
        application.promise, application.review_promise = None, promise
    return [
        *("sent_at", "coverage", "findings", "moves", "state", "accepted_at"),
        *("promise", "review_promise"),
    ]


def _finish_request(application: Application) -> None:
    """The application that a request of somebody who could not sign in has led to."""
    passed_on = MoveRequest.objects.filter(
        token=application.token, state=MoveRequest.State.PASSED_ON
    )
    passed_on.update(state=MoveRequest.State.FINISHED, application=application)


@in_the_desks_language
def promise_for(application: Application, decision: Decision, *, now: datetime) -> Promise:
    """A row of the ledger for this application, told to whoever applied."""
    return make_promise(
        decision,
        subject_kind=SUBJECT_KIND,
        subject_number=application.number,
        subject_label=application.title,
        subject_url_name=URL_NAME,
        recipient=whom_to_write(application.applicant).email,
        now=now,
    )
