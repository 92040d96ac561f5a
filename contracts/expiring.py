"""The clerk's lists of what ends and what has ended: all that a row tells, for a page at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.domain.periods import recontinuation_from
from contracts.models import Contact, LastOrder, Nonrenewal, Reminder, RenewalRequest
from contracts.models.renewals import LastOrderQuerySet
from contracts.words import plain_day
from supportdesk.presenting.dates import day_text, month_text

MONTHS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A contract's last period, seen on the Tokyo date `on`."""

    order: LastOrder
    on: date
    people: tuple[Contact, ...]
    reminder: Reminder | None
    request: RenewalRequest | None
    nonrenewal: Nonrenewal | None

    @property
    def left(self) -> int:
        """Days to the expiry; below zero, since it."""
        return (self.order.ends_on - self.on).days

    @property
    def left_words(self) -> str:
        if self.left == 0:
            return _("本日")
        if self.left > 0:
            return ngettext("あと %(n)d日", "あと %(n)d日", self.left) % {"n": self.left}
        return ngettext("%(n)d日前", "%(n)d日前", -self.left) % {"n": -self.left}

    @property
    def boundary(self) -> date:
        """From this day on the re-continuation product is needed (3-3)."""
        return recontinuation_from(self.order.ends_on)

    @property
    def product(self) -> str:
        """What has to be bought today (3-3)."""
        again = self.on >= self.boundary
        return self.order.contract.product.sold_as("recontinuation" if again else "renewal")

    @property
    def people_words(self) -> str:
        return _("、").join(one.name for one in self.people) or _("宛先がありません")

    @property
    def reminder_words(self) -> str:
        """When somebody was last reminded, and of which stage."""
        if self.reminder is None:
            return _("まだ")
        stage = self.reminder.stage
        words = (
            ngettext("%(n)d日前", "%(n)d日前", stage)
            if stage >= 0
            else ngettext("満了の%(n)d日後", "満了の%(n)d日後", -stage)
        )
        to = _("担当へ") if self.reminder.told_staff else ""
        return f"{day_text(self.reminder.reminded_at)}（{words % {'n': abs(stage)}}）{to}"

    @property
    def standing_words(self) -> str:
        if self.request:
            return _("ご注文 %(number)s が受付待ち") % {"number": self.request.number}
        if self.nonrenewal:
            by = self.nonrenewal.marked_by.name
            return _("更新しない（%(by)s）") % {"by": by}
        return ""


def rows_of(orders: Sequence[LastOrder], on: date) -> list[Row]:
    """The rows of these orders, which come with contract, customer and product: four queries."""
    people = _people(order.contract.customer_id for order in orders)
    own = [order.pk for order in orders]
    reminders = {
        one.order_id: one
        for one in Reminder.objects.filter(order__in=own).order_by("reminded_at", "pk")
    }
    contracts = [order.contract_id for order in orders]
    requests = {
        one.contract_id: one for one in RenewalRequest.objects.open().filter(contract__in=contracts)
    }
    wishes = Nonrenewal.objects.filter(order__in=own, undone_at=None).select_related("marked_by")
    nonrenewals = {one.order_id: one for one in wishes}
    return [
        Row(
            order,
            on,
            people[order.contract.customer_id],
            reminders.get(order.pk),
            requests.get(order.contract_id),
            nonrenewals.get(order.pk),
        )
        for order in orders
    ]


def _people(customers: Iterable[int]) -> dict[int, tuple[Contact, ...]]:
    """Whom a renewal concerns, by customer: the renewal contacts, else the contract's."""
    found: dict[int, list[Contact]] = defaultdict(list)
    concerned = Contact.objects.active().filter(Q(is_renewal=True) | Q(is_contract=True))
    everybody = concerned.filter(customer__in=set(customers)).select_related("user").order_by("pk")
    for one in everybody:
        found[one.customer_id].append(one)
    chosen: dict[int, tuple[Contact, ...]] = defaultdict(tuple)
    for customer, people in found.items():
        chosen[customer] = tuple([one for one in people if one.is_renewal] or people)
    return chosen


@dataclass(frozen=True, slots=True)
class Month:
    key: str  # 2026-11
    name: str
    count: int


def months(orders: LastOrderQuerySet, on: date) -> list[Month]:
    """How many periods end in each of the coming months, today's included."""
    first = on.replace(day=1)
    last = (first + timedelta(days=31 * MONTHS_AHEAD)).replace(day=1)
    counted = dict(
        orders.filter(ends_on__gte=on, ends_on__lt=last)
        .order_by()
        .annotate(month=TruncMonth("ends_on"))
        .values_list("month")
        .annotate(n=Count("pk"))
    )
    shown = []
    while first < last:
        shown.append(Month(f"{first:%Y-%m}", month_text(first), counted.get(first, 0)))
        first = (first + timedelta(days=32)).replace(day=1)
    return shown


HEADER = (
    "お客さま番号",
    "会社名",
    "契約番号",
    "製品",
    "設置先",
    "数量",
    "種類",
    "満了日",
    "残り日数",
    "再継続が必要になる日",
    "必要な商品",
    "更新の担当",
    "メールアドレス",
    "最後のご案内",
    "状況",
)


def table_row(row: Row) -> list[str]:
    """A row of the saved table, under `HEADER`; whoever writes it makes its cells safe."""
    contract = row.order.contract
    return [
        contract.customer.number,
        contract.customer.name,
        contract.number,
        contract.product.name,
        contract.site,
        str(contract.quantity),
        row.order.get_kind_display(),
        row.order.ends_on.isoformat(),
        str(row.left),
        row.boundary.isoformat(),
        row.product,
        row.people_words,
        " ".join(one.email for one in row.people),
        row.reminder_words,
        row.standing_words,
    ]


def boundary_words(row: Row) -> str:
    """Which product is needed today, and from when another (3-3)."""
    if row.on >= row.boundary:
        return _("再継続（%(day)sから）") % {"day": plain_day(row.boundary)}
    return _("年間サポート（%(day)sから再継続）") % {"day": plain_day(row.boundary)}
