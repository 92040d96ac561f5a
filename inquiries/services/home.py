"""What a customer's home page says of their inquiries. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Customer
from inquiries.models import Inquiry
from inquiries.services.queue import in_order, in_queue, scheduled_at
from inquiries.statuses import Status
from inquiries.words import badge
from supportdesk.presenting.dates import day_text, tokyo_text
from supportdesk.promises.services import new_aim


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A hairline row: title and meta left, badge right; `waiting_for` is what the customer owes."""

    title: str
    url: str
    number: str
    kind: str
    badge: tuple[str, str]
    waiting_for: str | None


def home_rows(customer: Customer, now: datetime) -> list[HomeRow]:
    """The inquiries of a customer that are still open, what waits for the customer first."""
    inquiries = in_queue(in_order(customer.inquiries.all(), now=now))
    rows = [_row(inquiry) for inquiry in inquiries]
    return sorted(rows, key=lambda row: row.waiting_for is None)


def list_rows(inquiries: Iterable[Inquiry]) -> list[HomeRow]:
    """Rows of inquiries that come from `in_order`, as given, with all there is to tell."""
    return [replace(_row(inquiry), kind=_list_line(inquiry)) for inquiry in inquiries]


def _list_line(inquiry: Inquiry) -> str:
    """26-11-0458 ・ 障害 ・ 11月17日(火) 10:42 ・ 佐々木 亮 様."""
    return _(" ・ ").join(
        [
            inquiry.number,
            str(inquiry.get_category_display()),
            tokyo_text(inquiry.sent_at),
            _("%(name)s 様") % {"name": inquiry.asked_by.name},
        ]
    )


def _row(inquiry: Inquiry) -> HomeRow:
    waits = inquiry.status == Status.WAITING_CUSTOMER and scheduled_at(inquiry) is None
    return HomeRow(
        title=inquiry.subject,
        url=reverse("inquiries:thread", args=[inquiry.number]),
        number=inquiry.number,
        kind=_kind_line(inquiry, waits=waits),
        badge=badge(inquiry, scheduled_at(inquiry)),
        waiting_for=inquiry.waiting_for if waits else None,
    )


def _kind_line(inquiry: Inquiry, *, waits: bool) -> str:
    """お問い合わせ 26-11-0458, and since when it waits for the customer."""
    line = _("お問い合わせ %(number)s") % {"number": inquiry.number}
    if waits:
        line += _(" ・ %(day)sにお願いしました") % {"day": day_text(inquiry.moved_at)}
    elif aim := new_aim(inquiry.promise):
        line += _(" ・ お約束を過ぎました。新しい目安 %(day)s") % {"day": day_text(aim)}
    return line
