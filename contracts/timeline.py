"""Periods as a picture: places in per cent and words; the templates only draw them.

Linear in days. The table beside each picture tells the same facts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from django.utils.translation import gettext as _

from contracts.domain.coverage import Period, Provided
from contracts.domain.dates import ONE_DAY
from contracts.domain.periods import Gap, PeriodDecision
from contracts.words import days_word, kind_word, plain_day
from supportdesk.presenting.dates import day_text

BarKind = Literal["before", "period", "gap", "whatif", "provided"]

# Shares of the picture, in per cent: what is narrower would cover its neighbours.
_ROOM_FOR_NUMBER, _ROOM_FOR_WORDS = 3.0, 15.0
_ROOM_BETWEEN_LABELS = 10.0
_EDGE = 8.0
_PURCHASE_LABEL = 5.0  # where the day of purchase, at the left edge, has its middle
_MARGIN_SHARE = 1 / 25
_MOST_YEARS_NAMED = 7
_CIRCLED_NUMBERS = 20


@dataclass(frozen=True, slots=True)
class Bar:
    kind: BarKind
    left: float
    right: float
    number: str = ""
    words: str = ""
    above: str = ""  # how long a gap is …
    above_at: float = 0.0  # … where that stands, and which of its ends
    anchor: Literal["start", "middle", "end"] = "middle"

    @property
    def x(self) -> str:
        return _percent(self.left)

    @property
    def width(self) -> str:
        return _percent(self.right - self.left)

    @property
    def middle(self) -> str:
        return _percent((self.left + self.right) / 2)

    @property
    def above_x(self) -> str:
        return _percent(self.above_at)

    @property
    def share(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    year: str  # empty where there is no room for it


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a time line shows. `today_to_the_left` is where the flag has room."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    today: str
    today_to_the_left: bool
    marker: str | None  # the day of the order that the what-if asks about
    purchase: str
    sentence: str

    @property
    def shows_provided(self) -> bool:
        return any(bar.kind == "provided" for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Scale:
    """Days to per cent, from the start of `first` to the end of `last`."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """The place of a day's start; what lies outside stands at the edge."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return min(max(share, 0.0), 1.0) * 100

    def span(self, kind: BarKind, first: date, last: date) -> Bar:
        return Bar(kind, self.at(first), self.at(last + ONE_DAY))

    def ticks(self) -> tuple[Tick, ...]:
        years = range(self.first.year + 1, self.last.year + 1)
        every = -(-len(years) // _MOST_YEARS_NAMED)
        return tuple(self._tick(year, named=not index % every) for index, year in enumerate(years))

    def _tick(self, year: int, *, named: bool) -> Tick:
        place = self.at(date(year, 1, 1))
        room = place <= 100 - _EDGE
        return Tick(_percent(place), _("%(year)s年") % {"year": year} if named and room else "")


def circled(number: int) -> str:
    """① to ⑳, then plain figures."""
    return chr(ord("①") + number - 1) if number <= _CIRCLED_NUMBERS else str(number)


def gaps(periods: Sequence[Period]) -> list[Gap | None]:
    """The gap before each period, oldest first; None where it follows without one."""
    before = [Gap.between(earlier.ends_on, later.starts_on) for earlier, later in pairwise(periods)]
    return [None, *before][: len(periods)]


def picture(
    periods: Sequence[Period],
    today: date,
    what_if: PeriodDecision,
    provided: Sequence[Provided] = (),
) -> Picture:
    """The whole life of a contract, today, and what an order on some day would add.

    `provided` are the days that staff serve ahead of a certificate: not final, so dashed.
    """
    first = min(today, what_if.entitled_from, *(period.entitled_from for period in periods))
    last = max(today, what_if.ends_on, *(period.ends_on for period in periods))
    scale = Scale(first, last + (last - first) * _MARGIN_SHARE)
    bars = [
        *_bars(periods, scale),
        *_what_if_bars(periods, scale, what_if),
        *_provided_bars(provided, scale),
    ]
    place = scale.at(today)
    in_advance = bool(periods) and periods[0].entitled_from < periods[0].starts_on
    return Picture(
        bars=tuple(_with_room(bars, place, after=_PURCHASE_LABEL if in_advance else -_EDGE)),
        ticks=scale.ticks(),
        today=_percent(place),
        today_to_the_left=place > _EDGE * 2,
        marker=_percent(scale.at(what_if.accepted_on)) if what_if.accepted_on != today else None,
        purchase=plain_day(periods[0].entitled_from) if in_advance else "",
        sentence=_sentence(periods, today),
    )


def mini(
    periods: Sequence[Period], today: date, scale: Scale, provided: Sequence[Provided] = ()
) -> tuple[Bar, ...]:
    """Bars and gaps of one row, on the scale of its table; an expiry leaves a gap up to today."""
    bars = list(_bars(periods, scale))
    if periods and periods[-1].ends_on < today:
        bars.append(scale.span("gap", periods[-1].ends_on + ONE_DAY, today - ONE_DAY))
    bars += _provided_bars(provided, scale)
    return tuple(bar for bar in bars if bar.share > 0)


def table_scale(today: date, ends: Sequence[date]) -> Scale:
    """Two years back, and on to the last end of the table, a year ahead at least, three at most."""
    ahead = max(today + timedelta(days=365), *ends) if ends else today + timedelta(days=365)
    last = min(ahead, today + timedelta(days=3 * 365))
    return Scale(today - timedelta(days=2 * 365), last + timedelta(days=20))


def _bars(periods: Sequence[Period], scale: Scale) -> Iterator[Bar]:
    numbered = zip(periods, gaps(periods), strict=True)
    for number, (period, gap) in enumerate(numbered, start=1):
        if gap:
            yield _gap_bar(gap, scale)
        if period.entitled_from < period.starts_on:
            yield scale.span("before", period.entitled_from, period.starts_on - ONE_DAY)
        bar = scale.span("period", period.starts_on, period.ends_on)
        yield replace(bar, number=circled(number), words=kind_word(period.kind))


def _what_if_bars(
    periods: Sequence[Period], scale: Scale, what_if: PeriodDecision
) -> Iterator[Bar]:
    gap = Gap.between(periods[-1].ends_on, what_if.starts_on) if periods else None
    if gap:
        yield _gap_bar(gap, scale)
    bar = scale.span("whatif", what_if.starts_on, what_if.ends_on)
    yield replace(bar, words=_("もし注文したら") if not periods else _("もし更新したら"))


def _provided_bars(provided: Sequence[Provided], scale: Scale) -> Iterator[Bar]:
    """Above what they lie in: a gap, or what an order would buy."""
    return (scale.span("provided", one.starts_on, one.ends_on) for one in provided)


def _gap_bar(gap: Gap, scale: Scale) -> Bar:
    return replace(scale.span("gap", gap.starts_on, gap.ends_on), above=days_word(gap.days))


def _with_room(bars: Sequence[Bar], today: float, after: float) -> Iterator[Bar]:
    """Leave out words that would not fit their bar, or would run into the label before them."""
    labelled_to = after
    for bar in bars:
        middle = (bar.left + bar.right) / 2
        keeps_above = bool(bar.above) and middle - labelled_to >= _ROOM_BETWEEN_LABELS
        labelled_to = middle if keeps_above else labelled_to
        roomy = replace(
            bar,
            number=bar.number if bar.share >= _ROOM_FOR_NUMBER else "",
            words=bar.words if bar.share >= _ROOM_FOR_WORDS else "",
            above=bar.above if keeps_above else "",
            above_at=middle,
        )
        yield _beside(roomy, today)


def _beside(bar: Bar, today: float) -> Bar:
    """Move a label off the line of today, to the side where its gap lies."""
    if abs(bar.above_at - today) >= _ROOM_BETWEEN_LABELS / 2:
        return bar
    return replace(bar, above_at=today, anchor="start" if bar.above_at >= today else "end")


def _sentence(periods: Sequence[Period], today: date) -> str:
    """What a screen reader says instead of the picture; the table has the details."""
    if not periods:
        return _("サポート期間はまだありません。")
    text = _(
        "%(first)s から %(last)s までに %(count)s つの期間。今日は %(today)s。くわしくは下の表。"
    )
    return text % {
        "first": day_text(periods[0].entitled_from, year=True),
        "last": day_text(periods[-1].ends_on, year=True),
        "count": len(periods),
        "today": day_text(today, year=True),
    }


def _percent(place: float) -> str:
    return f"{place:.2f}%"
