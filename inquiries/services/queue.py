"""The staff's queue, most urgent first, and the rows of a customer's home page. Reads only.

What is left of a promise is counted for a whole page with one calendar.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from inquiries.models import Inquiry, InquiryQuerySet, Message
from inquiries.statuses import Status, having
from supportdesk import clock
from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox.models import Mail
from supportdesk.promises.domain.rules import answer_release
from supportdesk.promises.domain.urgency import TimeLeft, business_days_since, time_left
from supportdesk.promises.models import Promise

Kind = Literal["promised", "scheduled", "undated", "paused", "done"]
_RANK: dict[Kind, int] = {"promised": 0, "scheduled": 1, "undated": 2, "paused": 3, "done": 4}


@dataclass(frozen=True, slots=True)
class Row:
    """What the queue shows of one inquiry besides its own columns."""

    kind: Kind
    left: TimeLeft | None = None
    idle_days: int = 0

    @property
    def urgent(self) -> bool:
        """Past the cut-off but still today, or broken: the red edge marks only these."""
        return self.left is not None and (self.left.by_exception or self.left.broken)


@dataclass(frozen=True, slots=True)
class Strip:
    """The head of the queue: when an answer approved now goes out, what is owed by when.

    `urgent_on` is today where something is owed today or was owed before.
    """

    release_at: datetime
    cutoff: datetime | None
    past_cutoff: bool
    today_owed: int
    today_broken: int
    next_on: date
    next_owed: int
    next_left: TimeLeft
    is_open: bool
    turns_at: datetime
    turns_in: timedelta


def in_order(inquiries: InquiryQuerySet, *, now: datetime) -> InquiryQuerySet:
    """Annotate with what decides the order, and sort: nearest promise, then longest without a move.

    `scheduled_at` is when an approved answer will go out; `rank` and `due_on` make the order.
    """
    scheduled = Message.objects.scheduled(now)
    own = scheduled.filter(inquiry=OuterRef("pk")).order_by("mail__due_at")
    # Only of the few that have one: most of what there ever was has none.
    scheduled_at = When(
        pk__in=scheduled.values("inquiry"), then=Subquery(own.values("mail__due_at")[:1])
    )
    return (
        inquiries.annotate(scheduled_at=Case(scheduled_at))
        .annotate(rank=_rank())
        .annotate(due_on=Case(When(rank=0, then=F("promise__promised_on"))))
        .order_by("rank", F("due_on").asc(nulls_last=True), "scheduled_at", "moved_at", "pk")
    )


def awaited(now: datetime) -> Q:
    """What IN_QUEUE says, found by the indexes of what is open and of what is scheduled."""
    open_ = Inquiry.objects.open().order_by().values("pk")
    return Q(pk__in=open_.union(Message.objects.scheduled(now).order_by().values("inquiry")))


# What is still awaited from somebody, scheduled answers included; of rows from `in_order`.
IN_QUEUE = Q(status__in=having(open=True)) | Q(scheduled_at__isnull=False)


def in_queue(inquiries: InquiryQuerySet) -> InquiryQuerySet:
    """Only what is still awaited; `inquiries` come from `in_order`."""
    return inquiries.filter(IN_QUEUE)


def _rank() -> Case:
    unanswered = Q(promise__mail=None) | Q(promise__mail__state=Mail.State.WITHDRAWN)
    owed = Q(promise__state__in=[Promise.State.OWED, Promise.State.BROKEN])
    ours = Q(status__in=having(open=True, ours=True))
    return Case(
        When(Q(scheduled_at__isnull=False), then=Value(_RANK["scheduled"])),
        When(ours & owed & unanswered, then=Value(_RANK["promised"])),
        When(ours, then=Value(_RANK["undated"])),
        When(status=Status.WAITING_CUSTOMER, then=Value(_RANK["paused"])),
        default=Value(_RANK["done"]),
        output_field=IntegerField(),
    )


def row_of(inquiry: Inquiry, *, now: datetime, calendar: BusinessCalendar) -> Row:
    """The computed part of one row; `inquiry` comes from `in_order` with its promise. No query."""
    kind = next(kind for kind, rank in _RANK.items() if rank == vars(inquiry)["rank"])
    if kind == "promised" and inquiry.promise is not None:
        since = inquiry.promise.clock_started_at
        left = time_left(inquiry.promise.promised_on, since=since, now=now, calendar=calendar)
        return Row(kind, left=left)
    idle = business_days_since(min(inquiry.moved_at, now), now=now, calendar=calendar)
    return Row(kind, idle_days=idle)


def queue(now: datetime) -> list[tuple[Inquiry, Row]]:
    """The whole queue in its order, each with its computed row; a fixed number of queries."""
    calendar = load_calendar()
    waiting = Inquiry.objects.filter(awaited(now))
    inquiries = in_queue(in_order(with_people(waiting), now=now))
    return [(inquiry, row_of(inquiry, now=now, calendar=calendar)) for inquiry in inquiries]


def scheduled_at(inquiry: Inquiry) -> datetime | None:
    """When its approved answer will go out; `inquiry` comes from `in_order`."""
    at: datetime | None = vars(inquiry)["scheduled_at"]
    return at


def strip(now: datetime) -> Strip:
    """What the head of the queue says at `now`: one query beside the calendar's."""
    calendar, today = load_calendar(), clock.today(now)
    next_on = calendar.next_business_day(today)
    cutoff = calendar.cutoff(today) if calendar.is_business_day(today) else None
    is_open = calendar.is_open(now)
    turns_at = calendar.next_close(now) if is_open else calendar.next_open(now)
    waiting = in_order(Inquiry.objects.filter(awaited(now)), now=now).order_by()
    owed = waiting.filter(Q(rank=_RANK["promised"]))
    return Strip(
        release_at=max(now, answer_release(now, calendar).release_at or now),
        cutoff=cutoff,
        past_cutoff=cutoff is not None and now > cutoff,
        next_on=next_on,
        next_left=time_left(next_on, since=now, now=now, calendar=calendar),
        is_open=is_open,
        turns_at=turns_at,
        turns_in=turns_at - now,
        **owed.aggregate(
            today_owed=Count("pk", filter=Q(due_on=today)),
            today_broken=Count("pk", filter=Q(due_on__lt=today)),
            next_owed=Count("pk", filter=Q(due_on=next_on)),
        ),
    )


def with_people(inquiries: InquiryQuerySet) -> InquiryQuerySet:
    """With all that a row prints, in two queries."""
    return inquiries.select_related(
        "customer", "contract__product", "assigned_to", "asked_by", "promise__mail"
    ).prefetch_related("answer_drafts")
