"""Applying for a new key: what sending now would mean, and sending it once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from contracts.domain.coverage import CoverageDecision
from contracts.models import Contact, Contract
from contracts.services import coverage_of
from licensing import mails
from licensing.domain.admission import Admission, Move, Server, decide_admission
from licensing.domain.change import Shown
from licensing.models import Application, Key, License
from supportdesk import clock
from supportdesk.business_calendar.services import current_terms, load_calendar
from supportdesk.numbering import REQUESTS, next_number
from supportdesk.presenting.language import in_the_desks_language
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import cutoff_release, review_target
from supportdesk.promises.models import Promise
from supportdesk.promises.services import make_promise

SUBJECT_KIND = "application"
URL_NAME = "licensing:application"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A complete application as it was typed and normalised; not stored yet."""

    license: License
    old_server_name: str
    new: Server
    reason: str
    note: str
    planned_on: date | None

    def digest(self) -> str:
        """Tells a form sent again from a changed one."""
        written = json.dumps(
            [
                self.license.pk,
                self.old_server_name,
                self.new.name,
                self.new.host_code,
                self.reason,
                self.note,
                self.planned_on and self.planned_on.isoformat(),
            ]
        )
        return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What sending at one instant would mean: accepted or held, and the promise either way."""

    wanted: Wanted
    coverage: CoverageDecision
    admission: Admission
    decision: Decision

    @property
    def shown(self) -> Shown:
        return Shown.of(self.admission.outcome, self.decision)


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


def preview(wanted: Wanted, *, now: datetime) -> Preview:
    """Decide what sending at `now` would mean; changes nothing.

    Coverage counts on the Tokyo date of `now`; accepted is promised by the
    17:00 rule (2-2d), held has a review target of the desk's own.
    """
    license_ = wanted.license
    contract = Contract.objects.with_periods().get(pk=license_.contract_id)
    coverage = coverage_of(contract, clock.today(now))
    key = license_.current_key
    elsewhere = Key.objects.current().filter(host_code=wanted.new.host_code)
    admission = decide_admission(
        Move(
            coverage=coverage,
            old=key.server if key else None,
            new=wanted.new,
            used_elsewhere=elsewhere.exclude(license=license_).exists(),
            recipients=Contact.objects.receiving_keys().filter(customer=contract.customer).count(),
        )
    )
    rule = cutoff_release if admission.outcome == "accept" else review_target
    decision = rule(now, load_calendar())
    return Preview(wanted=wanted, coverage=coverage, admission=admission, decision=decision)


def send_application(
    wanted: Wanted, *, applicant: Contact, token: UUID, shown: Shown | None, now: datetime
) -> Application:
    """Store an application, make its promise and put the acknowledgement, in one transaction.

    Accepted at `now` when the checks pass, otherwise held (*Held requests*).
    The same `token` with the same contents gives the application that it made.
    Raises TokenReusedError where the contents differ, AlreadyOpenError while
    the licence has another application under way, OutcomeChangedError where
    `shown` had another kind of outcome. A promise that only moved is stored;
    `Application.change` tells it.
    """
    try:
        with transaction.atomic(durable=True):
            return _send(wanted, applicant=applicant, token=token, shown=shown, now=now)
    except IntegrityError:
        # Two at once with one token and different licences: the first has won.
        if repeated := _repeated(wanted, applicant, token):
            return repeated
        raise


def _send(
    wanted: Wanted, *, applicant: Contact, token: UUID, shown: Shown | None, now: datetime
) -> Application:
    # Whoever holds the licence decides alone: the same form twice, two forms, a sweep.
    License.objects.select_for_update(no_key=True).get(pk=wanted.license.pk)
    if repeated := _repeated(wanted, applicant, token):
        return repeated
    if under_way := wanted.license.applications.open().first():
        raise AlreadyOpenError(under_way)
    current = preview(wanted, now=now)
    if shown and shown.outcome != current.admission.outcome:
        raise OutcomeChangedError(current)
    application = _store(current, applicant=applicant, token=token, shown=shown, now=now)
    mails.acknowledge(application, now=now)
    if application.state == Application.State.HELD:
        mails.ask_staff(application, due_at=load_calendar().next_open(now), now=now)
    return application


def _repeated(wanted: Wanted, applicant: Contact, token: UUID) -> Application | None:
    application = Application.objects.for_pages().filter(token=token).first()
    if application is None:
        return None
    same = application.body_digest == wanted.digest() and application.applicant_id == applicant.pk
    if not same:
        raise TokenReusedError(application)
    return application


def _store(
    current: Preview, *, applicant: Contact, token: UUID, shown: Shown | None, now: datetime
) -> Application:
    wanted, accepted = current.wanted, current.admission.outcome == "accept"
    key = wanted.license.current_key
    number = next_number(REQUESTS, clock.today(now))
    application = Application(
        number=number,
        license=wanted.license,
        applicant=applicant,
        old_server_name=wanted.old_server_name,
        old_host_code=key.host_code if key else "",
        new_server_name=wanted.new.name,
        new_host_code=wanted.new.host_code,
        reason=wanted.reason,
        note=wanted.note,
        planned_on=wanted.planned_on,
        state=Application.State.ACCEPTED if accepted else Application.State.HELD,
        sent_at=now,
        accepted_at=now if accepted else None,
        coverage=current.coverage.as_json(),
        findings=current.admission.as_json(),
        terms=current_terms(clock.today(now)),
        shown=shown.as_json() if shown else {},
        token=token,
        body_digest=wanted.digest(),
    )
    promise = promise_for(application, current.decision, now=now)
    if accepted:
        application.promise = promise
    else:
        application.review_promise = promise
    application.save(force_insert=True)
    return application


@in_the_desks_language
def promise_for(application: Application, decision: Decision, *, now: datetime) -> Promise:
    """A row of the ledger for this application, told to whoever applied."""
    return make_promise(
        decision,
        subject_kind=SUBJECT_KIND,
        subject_number=application.number,
        subject_label=application.title,
        subject_url_name=URL_NAME,
        recipient=application.applicant.email,
        now=now,
    )
