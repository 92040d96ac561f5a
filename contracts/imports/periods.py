"""The orders that past certificates state: which belong together, and that none overlap (3-4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_noop

from contracts.domain.dates import ONE_DAY
from contracts.domain.periods import PeriodDecision, decide_period
from contracts.models import Certificate, Contract, Order
from contracts.services.certificates import printed_on
from contracts.services.reminding import take_back_reminders
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.imports.kinds import Planned
from supportdesk.imports.problems import Problem
from supportdesk.numbering import pass_over

# As files call them, whatever the language of the page.
KINDS = {
    "initial": "初年度",
    "renewal": "更新",
    "late_renewal": "満了後の更新",
    "recontinuation": "再継続",
}

_OVERLAPS = gettext_noop("%(what)sの期間（%(first)s 〜 %(last)s）と重なります。")
_NOT_HERE = gettext_noop("「%(number)s」は、このファイルの同じ契約の行にありません。")
_REGISTERED = gettext_noop(
    "「%(number)s」は登録済みです。"
    "その訂正は、証書のページの「訂正して差し替える」で行ってください。"
)
_REPLACED_TWICE = gettext_noop("「%(number)s」は、%(line)s行目でも差し替えられています。")
_CIRCLE = gettext_noop("差し替えがひと回りしています。元の証書の欄を空欄にしてください。")
_DIFFERS = gettext_noop("差し替え前の証書（%(line)s行目）と違います。同じ注文の訂正です。")
# What belongs to the order and not to one certificate of it.
_OF_THE_ORDER = (
    "kind",
    "accepted_on",
    "customer_order_number",
    "withdrawn_on",
    "withdrawal_reason",
)

type Row = Planned[Certificate]


@dataclass(slots=True)
class Chain:
    """An order's certificates: the original, then each correction of the one before."""

    rows: list[Row]

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def governing(self) -> Row:
        return self.rows[-1]

    @property
    def starts_on(self) -> date:
        return _day(self.governing, "starts_on")

    @property
    def ends_on(self) -> date:
        return _day(self.governing, "ends_on")

    @property
    def is_withdrawn(self) -> bool:
        return "withdrawn_on" in self.first.row.cells


@dataclass(slots=True)
class Past:
    """A contract, the orders that it has, and those that the file adds."""

    contract: Contract
    standing: Sequence[Order]
    registered: Mapping[str, Certificate]
    chains: list[Chain] = field(default_factory=list)

    def judge(self, rows: Sequence[Row]) -> None:
        """Mark what does not fit; keep the orders of the rows that do."""
        rows = sorted(rows, key=lambda one: one.row.line)
        self._link(rows)
        for chain in self.chains:
            for one in chain.rows[1:]:
                _compare(chain.first, one)
        self._find_overlaps()

    def _link(self, rows: Sequence[Row]) -> None:
        numbers = {one.value("number"): one for one in rows}
        corrections: dict[str, Row] = {}
        for one in rows:
            replaced = one.value("replaces")
            if not replaced:
                continue
            if replaced in self.registered:
                one.problems.append(Problem("replaces", _REGISTERED, {"number": replaced}))
            elif replaced not in numbers:
                one.problems.append(Problem("replaces", _NOT_HERE, {"number": replaced}))
            elif replaced in corrections:
                line = corrections[replaced].row.line
                facts: dict[str, str | int] = {"number": replaced, "line": line}
                one.problems.append(Problem("replaces", _REPLACED_TWICE, facts))
            else:
                corrections[replaced] = one
        self.chains = [
            Chain(list(_followed(one, corrections))) for one in rows if not one.value("replaces")
        ]
        linked = {id(one) for chain in self.chains for one in chain.rows}
        for one in rows:
            if id(one) not in linked and not one.problems:
                one.problems.append(Problem("replaces", _CIRCLE))

    def _find_overlaps(self) -> None:
        """One walk along the days: each period is compared with the one that reaches furthest."""
        spans: list[tuple[date, date, str, Row | None]] = [
            (order.starts_on, order.ends_on, _named(order), None) for order in self.standing
        ]
        spans += [
            (one.starts_on, one.ends_on, one.governing.value("number"), one.governing)
            for one in self.chains
            if not one.is_withdrawn
        ]
        spans.sort(key=lambda span: (span[0], span[1]))
        furthest = None
        for span in spans:
            if furthest and span[0] <= furthest[1]:
                _tell_overlap(furthest, span)
            if furthest is None or span[1] > furthest[1]:
                furthest = span


def _followed(one: Row, corrections: Mapping[str, Row]) -> Iterator[Row]:
    following: Row | None = one
    while following:
        yield following
        following = corrections.get(following.value("number"))


def _compare(first: Row, other: Row) -> None:
    for column in _OF_THE_ORDER:
        if other.value(column) != first.value(column):
            other.problems.append(Problem(column, _DIFFERS, {"line": first.row.line}))


def _tell_overlap(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    """The row of the file is wrong; of two, the one that stands further below."""
    if one[3] and (other[3] is None or one[3].row.line > other[3].row.line):
        one, other = other, one
    first, last, what, _row = one
    facts = {"what": what, "first": first.isoformat(), "last": last.isoformat()}
    other[3].problems.append(Problem("starts_on", _OVERLAPS, facts))


def _named(order: Order) -> str:
    certificate = order.certificate
    return certificate.number if certificate else order.contract.number


def _day(one: Row, column: str, default: str = "") -> date:
    return date.fromisoformat(one.value(column, default))


def entitled_from(one: Row, contract: Contract) -> date:
    """The first covered day: where the file is silent, that of a first year is 3-1's."""
    starts_on = _day(one, "starts_on")
    bought_on = contract.purchased_on if _kind(one) == Order.Kind.INITIAL else None
    silent = min(bought_on or starts_on, starts_on)
    return _day(one, "entitled_from", silent.isoformat())


# --- Writing ---------------------------------------------------------------------------


def write_past(pasts: Iterable[Past], *, by: User, now: datetime) -> None:
    """Write the orders and their certificates, oldest correction first; the contracts are held."""
    printed: dict[date, dict[str, str]] = {}
    orders: list[Order] = []
    certificates: list[list[Certificate]] = []
    for past in pasts:
        for chain in sorted(past.chains, key=lambda one: one.starts_on):
            order = _order(past, chain, by=by, now=now)
            orders.append(order)
            replaced = None
            for depth, one in enumerate(chain.rows):
                issued_on = _day(one, "issued_on", one.value("accepted_on"))
                if issued_on not in printed:
                    printed[issued_on] = printed_on(issued_on)
                certificate = _certificate(one, order, past.contract, printed[issued_on])
                certificate.issued_on, certificate.issued_by = issued_on, by
                certificate.replaces = replaced
                certificates += [[]] * (depth + 1 - len(certificates))
                certificates[depth] = [*certificates[depth], certificate]
                replaced = certificate
    Order.objects.bulk_create(orders)
    _take_back_reminders(orders, now)
    for same_depth in certificates:
        for certificate in same_depth:  # their keys are known only now
            certificate.order, certificate.replaces = certificate.order, certificate.replaces
        Certificate.objects.bulk_create(same_depth)
    pass_over("certificate", [one.number for depth in certificates for one in depth])


def _take_back_reminders(orders: Sequence[Order], now: datetime) -> None:
    """Nobody is reminded of the end of a period that another follows."""
    contracts = {order.contract_id for order in orders}
    reminded = Contract.objects.filter(pk__in=contracts, orders__reminders__isnull=False)
    for contract in reminded.distinct():
        take_back_reminders(contract, now=now)


def _order(past: Past, chain: Chain, *, by: User, now: datetime) -> Order:
    first = chain.first
    withdrawn_at = None
    if chain.is_withdrawn:
        withdrawn_at = datetime.combine(_day(first, "withdrawn_on"), time(), clock.TOKYO)
    return Order(
        contract=past.contract,
        kind=_kind(first),
        accepted_on=_day(first, "accepted_on"),
        customer_order_number=first.value("customer_order_number"),
        entitled_from=entitled_from(chain.governing, past.contract),
        starts_on=chain.starts_on,
        ends_on=chain.ends_on,
        decision=_decided(past, chain).as_json(),
        recorded_by=by,
        recorded_at=now,
        withdrawn_by=by if withdrawn_at else None,
        withdrawn_at=withdrawn_at,
        withdrawal_reason=first.value("withdrawal_reason"),
    )


def _decided(past: Past, chain: Chain) -> PeriodDecision:
    """What the terms would give: where the certificate differs, staff see both (3-4)."""
    known = [(one.starts_on, one.ends_on) for one in past.standing]
    known += [(one.starts_on, one.ends_on) for one in past.chains if not one.is_withdrawn]
    before = [span for span in known if span[0] < chain.starts_on]
    previous_starts_on, previous_expiry = max(before) if before else (None, None)
    if previous_expiry is None and _kind(chain.first) == Order.Kind.RENEWAL:
        # Of what came before only the end is known: a renewal in term follows it without a gap.
        previous_expiry = chain.starts_on - ONE_DAY
    return decide_period(
        accepted_on=_day(chain.first, "accepted_on"),
        purchased_on=past.contract.purchased_on,
        previous_expiry=previous_expiry,
        previous_starts_on=previous_starts_on,
    )


def _kind(one: Row) -> str:
    return next(code for code, name in KINDS.items() if name == one.value("kind"))


def _certificate(
    one: Row, order: Order, contract: Contract, printed: dict[str, str]
) -> Certificate:
    """As it was printed; what the file does not say, as it is registered today."""
    return Certificate(
        number=one.value("number"),
        order=order,
        entitled_from=entitled_from(one, contract),
        starts_on=_day(one, "starts_on"),
        ends_on=_day(one, "ends_on"),
        customer_name=one.value("customer_name", contract.customer.name),
        product_code=contract.product.code,
        product_name=one.value("product_name", contract.product.name),
        support_name=one.value("support_name", contract.product.sold_as(order.kind)),
        quantity=int(one.value("quantity", str(contract.quantity))),
        contract_number=contract.number,
        site=one.value("site", contract.site),
        kind=order.kind,
        support_service_number=one.value("support_service_number", contract.support_service_number),
        printed=printed,
        reason=one.value("reason"),
        announce=False,
    )
