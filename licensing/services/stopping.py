"""The old server of a move: the customer is reminded, and reports the day it was shut down."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet

from contracts.domain.channels import Channel
from contracts.models import Contact
from contracts.received import received_words
from licensing import mails
from licensing.domain.plan import DAYS_TO_REPORT, Move, reminder_day
from licensing.models import Application, Event, Key, ServerStop
from licensing.models.stops import asked_of
from licensing.services.events import record
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.services import load_calendar

# No reminder is earlier than this before the end of the overlap, whatever closes in between.
_LOOK_AHEAD = timedelta(days=60)


class StopDateError(ValueError):
    """The day cannot be the one on which it was shut down: it lies ahead, or before the key."""

    def __init__(self, fault: Literal["future", "before_issue"]) -> None:
        super().__init__(fault)
        self.fault = fault


class NothingToReportError(Exception):
    """There is no old server to wait for, or its stop was reported before."""


def replaced_key(application: Application) -> Key | None:
    """The key of the old server, where the move left one that ran on; else None."""
    replaced = _not_ended().filter(replaced_by__application=application).first()
    if replaced is None or replaced.superseded_at is None or replaced.tolerated_until is None:
        return None
    ran_on = replaced.tolerated_until > clock.today(replaced.superseded_at)
    return replaced if ran_on else None


def _not_ended() -> QuerySet[Key]:
    """Revoked for cause, a key leaves no server to wait for; signed anew, it runs on as another."""
    return Key.objects.filter(Q(revoked_at=None) | Q(resigned_by__isnull=False))


def wait_for_stop(application: Application, old: Key) -> None:
    """Put the old server of a move on the list of those to be reported, where it runs on.

    In the transaction that issues the new key and ends `old`.
    """
    if replaced_key(application) == old:
        asked_of(old, application).save(force_insert=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class StopState:
    """What the customer has to do about the old server, as it stands.

    `remind_on` is the day of the reminder while it lies ahead; `may_report` once the new
    key is issued; `stop` what was asked or reported so far.
    """

    report_by: date
    remind_on: date | None
    may_report: bool
    stop: ServerStop | None

    @property
    def reported(self) -> bool:
        return self.stop is not None and self.stop.reported_at is not None

    @property
    def received(self) -> str:
        """電話 で受け付け、担当 中村が入力; empty where the customer reported on the page."""
        return received_words(self.stop.channel, self.stop.entered_by) if self.stop else ""


def stop_of(application: Application, move: Move) -> StopState | None:
    """Where the report of the old server's stop stands; None where nothing ran on."""
    if move.report_by is None or move.old_until is None:
        return None
    stops = ServerStop.objects.select_related("reported_by", "entered_by")
    stop = stops.filter(application=application).first()
    reminded = stop is not None and (stop.reminded_at or stop.reported_at) is not None
    day = None if reminded else reminder_day(move.issued_on, move.old_until, load_calendar())
    return StopState(
        report_by=move.report_by,
        remind_on=day,
        may_report=application.issued_at is not None,
        stop=stop,
    )


def stop_reported(application: Application) -> bool:
    """Whether the customer has said that the old server is shut down."""
    return ServerStop.objects.filter(application=application, reported_at__isnull=False).exists()


@transaction.atomic(durable=True)
def report_stop(
    application: Application,
    *,
    stopped_on: date,
    note: str,
    by: User,
    now: datetime,
    entered_by: User | None = None,
    channel: str = Channel.WEB.value,
) -> ServerStop:
    """Keep that the old server was shut down on the Tokyo date `stopped_on`, once.

    `by` says so; what staff enter for them names who did in `entered_by`, and `channel`
    says how it reached them. Raises StopDateError for a day after that of `now` or before
    the new key was issued, NothingToReportError where no old server is waited for any more.
    """
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    key = replaced_key(locked)
    if key is None or locked.issued_at is None:
        raise NothingToReportError
    stop = ServerStop.objects.filter(application=locked).first() or asked_of(key, locked)
    if stop.reported_at is not None:
        raise NothingToReportError
    _judge(stopped_on, issued_on=clock.today(locked.issued_at), today=clock.today(now))
    stop.stopped_on, stop.note = stopped_on, note.strip()
    stop.reported_at, stop.reported_by = now, by
    stop.channel, stop.entered_by = channel, entered_by
    stop.save()
    record(locked, Event.Kind.STOPPED, at=now, by=entered_by or by, key=key, note=stop.note)
    return stop


def _judge(stopped_on: date, *, issued_on: date, today: date) -> None:
    if stopped_on > today:
        raise StopDateError("future")
    if stopped_on < issued_on:
        raise StopDateError("before_issue")


def remind_of_stops(*, now: datetime) -> int:
    """Remind of every old server whose overlap ends in a week; give how many were.

    One mail to each contract and technical contact, on the last business day
    that leaves a week, from its opening. At most once a move, wherever and how
    often this runs; a move that was reported, or whose day to report has passed,
    is not reminded of. Late is better than never: what was missed is made up for.
    """
    calendar = load_calendar()
    due = [key.pk for key in _running_out(now) if _is_due(key, calendar, now)]
    return sum(_remind(pk, now=now) for pk in due)


def _running_out(now: datetime) -> QuerySet[Key]:
    today = clock.today(now)
    window = (today - timedelta(days=DAYS_TO_REPORT), today + _LOOK_AHEAD)
    replaced = _not_ended().filter(tolerated_until__range=window)
    unasked = Q(stop=None) | Q(stop__reminded_at=None, stop__reported_at=None)
    return replaced.filter(unasked, replaced_by__application__isnull=False)


def _is_due(key: Key, calendar: BusinessCalendar, now: datetime) -> bool:
    if key.superseded_at is None or key.tolerated_until is None:
        return False
    day = reminder_day(clock.today(key.superseded_at), key.tolerated_until, calendar)
    return day is not None and now >= calendar.opening(day)


@transaction.atomic(durable=True)
def _remind(pk: int, *, now: datetime) -> bool:
    # Whoever holds the application decides alone, as in `report_stop`.
    key = Key.objects.select_related("replaced_by").get(pk=pk)
    application = key.replaced_by.application
    if application is None:
        return False
    rows = Application.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    locked = rows.for_pages().filter(pk=application.pk).first()
    if locked is None:
        return False
    stop = ServerStop.objects.filter(key=key).first() or asked_of(key, locked)
    if stop.reminded_at or stop.reported_at:
        return False
    stop.reminded_at = now
    stop.save()
    due_at = load_calendar().next_open(now)
    for contact in _recipients(locked):
        mails.remind_of_stop(locked, key, stop, to=contact, due_at=due_at, now=now)
    return True


def _recipients(application: Application) -> Iterator[Contact]:
    customer = application.license.contract.customer
    contacts = Contact.objects.receiving_keys().filter(customer=customer)
    yield from contacts.select_related("user").order_by("-is_contract", "pk")
