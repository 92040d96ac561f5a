"""The table of a contract's periods, newest first, with its gaps: the picture in words."""

from dataclasses import dataclass
from datetime import date

from contracts.domain.periods import Gap
from contracts.models import Certificate, Contract, Order
from contracts.timeline import circled, gaps
from contracts.words import clause_label, kind_word, plain_day, start_reason


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period, or (with `gap`) the days before one that are not covered."""

    first: str
    last: str
    gap: Gap | None = None
    number: str = ""
    order: Order | None = None
    kind: str = ""
    reason: str = ""
    clause: str = ""
    clause_label: str = ""
    certificate: Certificate | None = None
    is_now: bool = False
    by_certificate: bool = False  # its dates are the certificate's, not the computed ones (3-4)


def period_rows(contract: Contract, today: date) -> list[PeriodRow]:
    orders = contract.standing()
    rows: list[PeriodRow] = []
    for number, (order, gap) in enumerate(zip(orders, gaps(contract.periods()), strict=True), 1):
        if gap:
            first, last = plain_day(gap.starts_on), plain_day(gap.ends_on)
            rows.append(PeriodRow(first, last, gap=gap))
        rows.append(_period_row(order, circled(number), today))
    return rows[::-1]


def _period_row(order: Order, number: str, today: date) -> PeriodRow:
    decided = order.decided
    by_certificate = (order.starts_on, order.ends_on) != (decided.starts_on, decided.ends_on)
    clause = "3-4" if by_certificate else decided.clause
    return PeriodRow(
        plain_day(order.starts_on),
        plain_day(order.ends_on),
        number=number,
        order=order,
        kind=kind_word(order.kind),
        reason="" if by_certificate else start_reason(decided),
        clause=clause,
        clause_label=clause_label(clause),
        certificate=order.certificate,
        is_now=order.entitled_from <= today <= order.ends_on,
        by_certificate=by_certificate,
    )
