"""Asking for a page as a person does, and reading it as one."""

from datetime import date, time
from html.parser import HTMLParser

from django.test import Client

from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import CalendarVersion, Closure
from tests.clock import set_desk_clock, tokyo

PICTURED_AT = "2026-11-20 17:05"


def page(path: str, *, at: str = PICTURED_AT, user: User | None = None, **query: str) -> str:
    """The page's HTML at that moment in Tokyo; the page must be there."""
    set_desk_clock(at)
    client = Client(headers={"accept-language": "ja"})
    if user:
        client.force_login(user)
    response = client.get(path, query)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


class _Reader(HTMLParser):
    """Reads as a screen reader does: not what is hidden from it; blocks stand apart."""

    INLINE = frozenset({"span", "b", "a", "time", "small", "s"})
    SILENT = frozenset({"script", "style", "title"})
    VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent: list[bool] = [False]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            hidden = tag in self.SILENT or ("aria-hidden", "true") in attrs
            self.silent.append(self.silent[-1] or hidden)
        if tag not in self.INLINE or any("month-" in (value or "") for _name, value in attrs):
            self.said.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent[-1]:
            self.said.append(data)


def words(html: str) -> str:
    """What stands on the page, in one line."""
    reader = _Reader()
    reader.feed(html)
    return " ".join("".join(reader.said).split())


def announce(
    name: str,
    first: date,
    last: date | None = None,
    *,
    kind: str = "closure",
    hours: tuple[int, int] | None = None,
) -> Closure:
    """An announced closure, as if by staff on 1 October 2026."""
    opens, closes = (time(hours[0]), time(hours[1])) if hours else (None, None)
    closure = Closure.objects.create(
        name=name,
        kind=kind,
        starts_on=first,
        ends_on=last or first,
        opens_at=opens,
        closes_at=closes,
        announced_at=tokyo("2026-10-01 09:00"),
    )
    CalendarVersion.objects.update(number=closure.pk + 1, closures_known_until=date(2027, 3, 31))
    return closure


def announce_the_pictured() -> None:
    announce("全社研修", date(2026, 11, 27), kind="half_day", hours=(9, 12))
    announce("年末年始休業", date(2026, 12, 29), date(2027, 1, 4))
