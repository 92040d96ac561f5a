"""A story told in the order of its moments, with the desk's clock standing at each of them."""

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count

from django.db.models import Min

from contracts import services as contracts
from licensing import services as licensing
from licensing.models import Application
from supportdesk import clock
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox.delivery import Courier
from supportdesk.outbox.models import Mail
from supportdesk.promises import services as promises
from supportdesk.promises.models import Promise

type Act = Callable[[datetime], object]

# Requests "of today" need a working day that has got this far; before it, they came last evening.
DAY_HAS_COME_TO = time(15, 30)


class Story:
    """Acts by their moments; between them, what workers and the issuer do when something is due."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.calendar = load_calendar()
        self._acts: list[tuple[datetime, int, Act]] = []
        self._serial = count()
        self._courier = Courier()
        today = clock.today(now)
        self.is_late_in_the_day = (
            self.calendar.is_business_day(today)
            and now.astimezone(clock.TOKYO).time() >= DAY_HAS_COME_TO
        )
        # Day 0, from which the story counts backwards in business days.
        self.day_zero = (
            today if self.is_late_in_the_day else self.calendar.previous_business_day(today)
        )

    def day(self, back: int) -> date:
        """The business day that lies `back` before day 0."""
        on = self.day_zero
        for _step in range(back):
            on = self.calendar.previous_business_day(on)
        return on

    def moment(self, back: int, wall: str) -> datetime:
        """ "13:40" of a business day, in Tokyo."""
        return datetime.combine(self.day(back), time.fromisoformat(wall), clock.TOKYO)

    def fresh(self, wall: str, number: int) -> datetime:
        """Of today, if today has got so far; otherwise after the last cut-off: promised today."""
        return self.moment(0, wall if self.is_late_in_the_day else f"17:{5 + number:02d}")

    def add(self, moment: datetime, act: Act) -> None:
        """Let `act` happen at `moment`; what would lie in the future is left out."""
        if moment < self.now:
            heapq.heappush(self._acts, (moment, next(self._serial), act))

    def tell(self) -> None:
        while self._acts:
            moment, _, act = heapq.heappop(self._acts)
            self._live_until(moment)
            act(moment)
            contracts.sign_certificates(now=moment)
        self._live_until(self.now)

    def _live_until(self, moment: datetime) -> None:
        """Let happen by itself what is due up to `moment`, each thing at its own time."""
        swept = None
        while (due := _next_due()) and due <= moment and due != swept:
            self._sweep(due)
            swept = due
        clock.shift_to(moment, ticking=False)

    def _sweep(self, moment: datetime) -> None:
        clock.shift_to(moment, ticking=False)
        licensing.issue_due(now=moment)
        while self._courier.drain():
            pass
        promises.settle(now=moment)


def _next_due() -> datetime | None:
    """When the next mail goes, the next key is issued, or the next promise is broken."""
    queued = Mail.objects.filter(state=Mail.State.QUEUED)
    accepted = Application.objects.filter(state=Application.State.ACCEPTED)
    last_day = Promise.objects.owed().aggregate(on=Min("promised_on"))["on"]
    found = (
        queued.aggregate(at=Min("due_at"))["at"],
        accepted.aggregate(at=Min("promise__release_at"))["at"],
        accepted.aggregate(at=Min("provisional_due_at"))["at"],
        last_day and datetime.combine(last_day + timedelta(days=1), time(), clock.TOKYO),
    )
    return min((at for at in found if at), default=None)
