"""This year's closures, and one announced at short notice, which moved a promise."""

from datetime import date, datetime, time, timedelta

from inquiries.models import Category
from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import Closure
from supportdesk.demo.data.inquiries import Thread, tell
from supportdesk.demo.data.story import Story
from supportdesk.demo.people import OTHER_STAFF
from supportdesk.promises.closures import (
    announce_closures,
    announce_horizon,
    preview_announcement,
)

APRIL = 4
FRIDAY = 4
SHORT_NOTICE_DAYS_BACK = 24


def announce_the_years_closures(now: datetime) -> None:
    """Summer, training and New Year of last and this business year, announced each March."""
    today = clock.today(now)
    first = today.year if today.month >= APRIL else today.year - 1
    for year in (first - 1, first):
        announced_at = datetime.combine(date(year, 3, 10), time(10), clock.TOKYO)
        _announce(_closures_of(year), now=announced_at)
    announce_horizon(date(first + 1, 3, 31))


def _closures_of(year: int) -> list[Closure]:
    last_of_november = date(year, 11, 30)
    training = last_of_november - timedelta((last_of_november.weekday() - FRIDAY) % 7)
    return [
        Closure(name="夏季休業", starts_on=date(year, 8, 13), ends_on=date(year, 8, 17)),
        Closure(
            name="全社研修",
            kind=Closure.Kind.HALF_DAY,
            starts_on=training,
            ends_on=training,
            opens_at=time(9),
            closes_at=time(12),
        ),
        Closure(name="年末年始休業", starts_on=date(year, 12, 29), ends_on=date(year + 1, 1, 4)),
    ]


def _announce(closures: list[Closure], *, now: datetime) -> None:
    for closure in closures:
        closure.save()
    announce_closures(
        closures,
        preview_version=preview_announcement(closures, now=now).version,
        by=User.objects.get(email=OTHER_STAFF.email),
        now=now,
    )


def tell_of_a_moved_promise(story: Story) -> None:
    """The evening after a request came in, the next day was closed: its promise moved by a day."""
    closed_on = story.day(SHORT_NOTICE_DAYS_BACK)
    thread = Thread(
        contract="S-10611",
        category=Category.OPERATION,
        subject="会議室予約の重複を防ぐ設定",
        text="会議室の予約が重なって登録されることがあります。重複を防ぐ設定があれば教えてください。",
        acts=[
            (SHORT_NOTICE_DAYS_BACK + 1, "17:12", "ask", ""),
            (
                SHORT_NOTICE_DAYS_BACK - 1,
                "10:30",
                "answer",
                "設備の「重複予約を禁止する」を有効にしてください。",
            ),
        ],
    )
    tell(story, thread)
    closure = Closure(name="設備点検による臨時休業", starts_on=closed_on, ends_on=closed_on)
    story.add(
        story.moment(SHORT_NOTICE_DAYS_BACK + 1, "17:25"),
        lambda now: _announce([closure], now=now),
    )
