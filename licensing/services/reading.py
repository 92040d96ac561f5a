"""The rows of the customer's home."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Customer
from licensing.models import Application, ServerStop
from licensing.services.applying import URL_NAME
from licensing.words import Badge, badge_of
from supportdesk.presenting.dates import day_text
from supportdesk.promises.services import new_aim


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
    aim: date | None = None  # the new one, once the promise was broken

    @property
    def meta(self) -> str:
        """Kind, number and date in one line; after a broken promise what is aimed at now."""
        facts = {"label": self.label, "number": self.number, "day": day_text(self.sent_at)}
        line = _("%(label)s %(number)s ・ 申請 %(day)s") % facts
        if self.aim is not None:
            line += _(" ・ 新しい目安 %(day)s") % {"day": day_text(self.aim)}
        return line


def home_rows(customer: Customer, now: datetime) -> list[HomeRow]:
    """What is under way of a customer's moves, the newest first, and servers to be reported."""
    rows = Application.objects.for_pages().open().filter(license__contract__customer=customer)
    # Nothing to do while both servers may run: from the reminder on it is the customer's turn.
    stops = ServerStop.objects.unreported().filter(
        application__license__contract__customer=customer, reminded_at__isnull=False
    )
    return [
        *(_row(application, now=now) for application in rows),
        *(_stop_row(stop) for stop in stops.select_related("application__license")),
    ]


def _row(application: Application, *, now: datetime) -> HomeRow:
    returned = application.state == Application.State.RETURNED
    return HomeRow(
        title=application.title,
        url=reverse(URL_NAME, args=[application.number]),
        label=_("サーバー移設"),
        number=application.number,
        badge=badge_of(application, now=now),
        sent_at=application.sent_at,
        asked=_("内容を訂正して、送り直してください") if returned else "",
        aim=new_aim(application.promise),
    )


def _stop_row(stop: ServerStop) -> HomeRow:
    application = stop.application
    until = day_text(stop.report_by)
    return HomeRow(
        title=application.title,
        url=reverse(URL_NAME, args=[application.number]) + "#stop",
        label=_("サーバー移設"),
        number=application.number,
        badge=Badge("waiting", _("停止のご報告待ち")),
        sent_at=application.sent_at,
        asked=_("旧サーバーの停止を %(day)s までにご報告ください") % {"day": until},
    )
