"""The rows of the customer's home."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Customer
from licensing.models import Application
from licensing.services.applying import URL_NAME
from licensing.words import Badge, badge_of
from supportdesk.presenting.dates import day_text


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeRow:
    """One line of 進行中; `asked` names what the customer has to do, "" for nothing."""

    title: str
    url: str
    label: str
    number: str
    badge: Badge
    sent_at: datetime
    asked: str = ""

    @property
    def meta(self) -> str:
        """Kind, number and date in one line."""
        facts = {"label": self.label, "number": self.number, "day": day_text(self.sent_at)}
        return _("%(label)s %(number)s ・ 申請 %(day)s") % facts


def home_rows(customer: Customer, now: datetime) -> list[HomeRow]:
    """The applications under way of a customer, the newest first; one query."""
    rows = Application.objects.for_pages().open().filter(license__contract__customer=customer)
    return [
        HomeRow(
            title=application.title,
            url=reverse(URL_NAME, args=[application.number]),
            label=_("サーバー移設"),
            number=application.number,
            badge=badge_of(application, now=now),
            sent_at=application.sent_at,
        )
        for application in rows
    ]
