"""Which inquiries were received as covered by an order."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from contracts.models import Order
from contracts.services import certificates_of
from inquiries.models import Inquiry


def covered_under(orders: Sequence[Order]) -> list[str]:
    """A line for each inquiry that was judged covered by one of these orders, the newest first."""
    found = Inquiry.objects.filter(
        contract__in={order.contract_id for order in orders},
        coverage__period__certificate__in=certificates_of(orders),
    )
    return [
        _("お問い合わせ %(number)s %(subject)s") % {"number": one.number, "subject": one.subject}
        for one in found.order_by("-pk").only("number", "subject")
    ]
