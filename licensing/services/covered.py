"""Which applications were received as covered by an order."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from contracts.models import Order
from contracts.services import certificates_of
from licensing.models import Application


def covered_under(orders: Sequence[Order]) -> list[str]:
    """A line for each application that was judged covered by one of these orders, newest first."""
    found = Application.objects.filter(
        license__contract__in={order.contract_id for order in orders},
        coverage__period__certificate__in=certificates_of(orders),
    )
    return [
        _("再発行の申請 %(number)s（%(server)s）")
        % {"number": one.number, "server": one.new_server_name}
        for one in found.order_by("-pk").only("number", "new_server_name")
    ]
