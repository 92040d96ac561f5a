"""When people are reminded that a period ends, and what an order brings by which day.

The days are the desk's own custom; what an order brings is article 3.
A stage is a number of days before the expiry; below zero, after it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.domain.dates import ONE_DAY, day_after, month_first_from
from contracts.domain.periods import PeriodDecision, decide_period, recontinuation_from
from supportdesk.business_calendar.domain.calendar import BusinessCalendar

# What was missed for longer (a desk that stood still, a contract imported late) is no reminder.
LATE_AT_MOST = timedelta(days=14)
_MONTHS_TOLD = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Expiries:
    """The expiries, both ends inclusive, for which a stage is the one due."""

    stage: int
    first: date
    last: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Orders accepted from `first` to `last` (None: and later) have the same consequence.

    Of an outcome without `last` only its kind and its product hold for every day.
    """

    first: date
    last: date | None
    decision: PeriodDecision


def sent_from(*, expiry: date, stage: int, calendar: BusinessCalendar) -> date:
    """The business day from which the reminder of this stage is sent.

    Before the expiry a closed day moves it to the business day before: nobody has fewer days left
    than the stage says, however long the New Year closure. After the expiry, to the next one.
    """
    due_on = expiry - timedelta(days=stage)
    if stage < 0:
        return calendar.business_day_on_or_after(due_on)
    return calendar.business_day_on_or_before(due_on)


def due_stage(
    *, expiry: date, on: date, stages: Sequence[int], calendar: BusinessCalendar
) -> int | None:
    """The one stage that is due on the Tokyo date `on` for this expiry; None if none is.

    Only on business days. Of several begun it is the latest: what was missed is never made up
    for. A stage before the expiry holds until that day, one after it for `LATE_AT_MOST`.
    """
    if not calendar.is_business_day(on):
        return None
    begun = [s for s in stages if sent_from(expiry=expiry, stage=s, calendar=calendar) <= on]
    stage = min(begun, default=None)
    if stage is None or on > _last_day(expiry, stage):
        return None
    return stage


def _last_day(expiry: date, stage: int) -> date:
    return expiry if stage >= 0 else expiry - timedelta(days=stage) + LATE_AT_MOST


def expiries_due(*, on: date, stages: Sequence[int], calendar: BusinessCalendar) -> list[Expiries]:
    """`due_stage` turned round: for each stage the expiries for which it is due on `on`."""
    if not calendar.is_business_day(on):
        return []
    spans = []
    begun_until = date.min
    for stage in sorted(set(stages)):
        last = _last_begun(on, stage, calendar)
        first = max(day_after(begun_until), _first_valid(on, stage))
        if first <= last:
            spans.append(Expiries(stage=stage, first=first, last=last))
        begun_until = last
    return spans


def _last_begun(on: date, stage: int, calendar: BusinessCalendar) -> date:
    """The latest expiry whose reminder of this stage has begun on the business day `on`."""
    last_due = on if stage < 0 else calendar.next_business_day(on) - ONE_DAY
    return last_due + timedelta(days=stage)


def _first_valid(on: date, stage: int) -> date:
    return on if stage >= 0 else on + timedelta(days=stage) - LATE_AT_MOST


def outcomes(*, expiry: date, on: date) -> list[Outcome]:
    """What an order brings after a period that ends on `expiry`, accepted from `on` onwards.

    In term it continues (3-2a); later it starts at a month's first with a gap (3-2b), told for two
    such months; from the one-year boundary on it is another product (3-3).
    """
    boundary = recontinuation_from(expiry)
    told = [_outcome(on, expiry, expiry)] if on <= expiry else []
    late = [_outcome(first, last, expiry) for first, last in _late_spans(expiry, on, boundary)]
    again_from = max(on, boundary)
    again = Outcome(
        first=again_from,
        last=None,
        decision=decide_period(accepted_on=again_from, previous_expiry=expiry),
    )
    return [*told, *late[:_MONTHS_TOLD], again]


def _late_spans(expiry: date, on: date, boundary: date) -> Iterator[tuple[date, date]]:
    """Accepted after the expiry and before the boundary: the spans with one start each."""
    first = max(on, day_after(expiry))
    while first < boundary:
        last = min(month_first_from(first), boundary - ONE_DAY)
        yield first, last
        first = day_after(last)


def _outcome(first: date, last: date, expiry: date) -> Outcome:
    return Outcome(
        first=first,
        last=last,
        decision=decide_period(accepted_on=first, previous_expiry=expiry),
    )
