"""Making, moving and settling promises. Nothing else writes the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Count, Q

from supportdesk import clock
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.promises import mails
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.domain.rules import decide, reception_target
from supportdesk.promises.domain.verdict import Verdict, judge
from supportdesk.promises.models import Promise


def hold_calendar() -> int:
    """Keep the calendar as it is until this transaction ends; give its version.

    Many may hold it at once; announcing a closure waits for them all, and they
    for it. So a promise is either moved by an announcement or made after it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM business_calendar_calendarversion FOR SHARE")
        (number,) = cursor.fetchone()
    return int(number)


@transaction.atomic
def make_promise(
    decision: Decision,
    *,
    subject_kind: str,
    subject_number: str,
    subject_label: str,
    subject_url_name: str,
    recipient: str,
    now: datetime,
) -> Promise:
    """Write a decision into the ledger, in the caller's transaction.

    If a closure was announced since `decision` was computed, it is computed
    again from the same instant: the caller compares what it showed with
    `promise.made` and tells the customer. `now` is aware.
    """
    if hold_calendar() != decision.calendar_version:
        decision = decide(decision.rule, decision.sent_at, load_calendar())
    return Promise.objects.create(
        rule=decision.rule,
        clock_started_at=decision.sent_at,
        promised_on=decision.promised_on,
        release_at=decision.release_at,
        decision=decision.as_json(),
        first_decision=decision.as_json(),
        calendar_version=decision.calendar_version,
        subject_kind=subject_kind,
        subject_number=subject_number,
        subject_label=subject_label,
        subject_url_name=subject_url_name,
        recipient=recipient,
        made_at=now,
    )


def await_mail(promise: Promise, mail: Mail) -> None:
    """The promise is kept when this mail goes out; an announced closure moves both."""
    promise.mail = mail
    promise.save(update_fields=["mail"])


def keep(promise: Promise, *, now: datetime) -> None:
    """Settle by an act instead of a mail: staff reviewed what was held (2-2d, our own target)."""
    in_time = clock.today(now) <= promise.promised_on
    _settle(promise, Verdict.KEPT if in_time else Verdict.BROKEN, at=now)


def withdraw_promise(promise: Promise, *, now: datetime) -> None:
    """Nothing is owed any more: the customer withdrew, or the request was refused."""
    _settle(promise, Verdict.WITHDRAWN, at=now)


def readdress(old: str, new: str) -> int:
    """Whoever was promised something is written to elsewhere from now on; give how many promises.

    In the caller's transaction; promises settled already keep the address they were told to.
    """
    return Promise.objects.owed().filter(recipient=old).update(recipient=new)


@transaction.atomic(durable=True)
def settle(*, now: datetime, limit: int = 500) -> int:
    """Decide kept or broken for every promise that can be decided; give how many were.

    Kept: the relay took the answer or key mail on or before the promised Tokyo
    date. Broken: it took it later, or the date has passed. The customer is told
    of a broken one by one mail at the next opening. Safe to run anywhere, any
    number of times.
    """
    decided = 0
    for promise in _undecided(now, limit):
        fulfilled_at = promise.mail.sent_at if promise.mail else None
        verdict = judge(
            promise.promised_on,
            fulfilled_on=clock.today(fulfilled_at) if fulfilled_at else None,
            today=clock.today(now),
        )
        if verdict is not None:
            decided += _settle(promise, verdict, at=fulfilled_at or now)
            if verdict is Verdict.BROKEN:
                _apologise(promise, now=now)
    return decided


@dataclass(frozen=True, slots=True)
class Record:
    """How many promises of a span of days were kept, were broken, are still owed."""

    since: date
    kept: int
    broken: int
    owed: int

    @property
    def kept_percent(self) -> int | None:
        """Of those decided, rounded down: 99.9 is not 100."""
        decided = self.kept + self.broken
        return self.kept * 100 // decided if decided else None


def record_of(*, on: date) -> tuple[Record, Record]:
    """The desk's record: this month and the last twelve, up to the Tokyo date `on`."""
    month = on.replace(day=1)
    year = month.replace(year=month.year - 1)
    return _record(month), _record(year)


def _record(since: date) -> Record:
    counts = Promise.objects.filter(promised_on__gte=since).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in ("kept", "broken", "owed")}
    )
    return Record(since, **counts)


def _undecided(now: datetime, limit: int) -> Iterable[Promise]:
    owed = Promise.objects.owed()
    candidates = owed.filter(mail__state=Mail.State.SENT) | owed.overdue(clock.today(now))
    return candidates.select_related("mail").select_for_update(skip_locked=True, of=("self",))[
        :limit
    ]


def _settle(promise: Promise, verdict: Verdict, *, at: datetime) -> bool:
    settled = Promise.objects.owed().filter(pk=promise.pk).update(state=verdict, settled_at=at)
    if settled:
        promise.state, promise.settled_at = verdict, at
    return bool(settled)


def _apologise(promise: Promise, *, now: datetime) -> None:
    """One mail at the next opening, with the new aim; staff may word it anew until it goes."""
    calendar = load_calendar()
    aim = reception_target(now, calendar).promised_on
    mails.broken(promise, aim=aim, due_at=calendar.next_open(now), now=now)
    promise.broken_told_at = now
    promise.save(update_fields=["broken_told_at"])


def new_aim(promise: Promise | None) -> date | None:
    """The day aimed at since a promise was broken, as the customer was told; None for any other.

    Staff may have worded the apology anew: that is theirs, this is the desk's own.
    """
    if promise is None or promise.state != Promise.State.BROKEN or promise.broken_told_at is None:
        return None
    return reception_target(promise.broken_told_at, load_calendar()).promised_on


def apology_of(promise: Promise) -> Mail | None:
    """The mail that tells of a broken promise, sent or waiting."""
    return Mail.objects.filter(kind=mails.BROKEN, subject_key=mails.key_of(promise), copy=0).first()


def reword_apology(promise: Promise, *, body: str) -> bool:
    """Staff's own words for the apology. False when it has gone already."""
    apology = apology_of(promise)
    return apology is not None and outbox.rerender(apology, subject=apology.subject, body=body)
