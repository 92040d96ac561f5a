"""The ribbon: one column a day from sent to promised, as places in per cent and words.

Pure: a decision and the calendar in, a picture in numbers out; the template only draws it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from supportdesk.business_calendar.domain.calendar import BusinessCalendar
from supportdesk.business_calendar.domain.days import Day
from supportdesk.clock import TOKYO
from supportdesk.presenting.dates import (
    day_text,
    japanese,
    month_day_text,
    span_text,
    time_text,
    tokyo_day,
    tokyo_text,
    weekday,
)
from supportdesk.promises.domain.decision import Decision

MOST_COLUMNS = 6
# A column shows these hours; what lies outside stands at its edge.
FROM, TO = 8 * 60 + 30, 18 * 60
EDGE = 0.04
# Two marks closer than this share of the ribbon would cover each other.
TOGETHER = 4.0
# A name of no more characters than this fits its column even on a phone.
SHORT = 4


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or a folded run of closed days; `closed` is its hatch, `words` stand below it."""

    first: date
    last: date
    edge: str
    middle: str
    label: str
    bars: tuple[Bar, ...]
    closed: Bar | None
    words: tuple[str, ...]
    role: str  # "sent", "due", "both" or ""


@dataclass(frozen=True, slots=True)
class Ribbon:
    key: str
    columns: tuple[Column, ...]
    sent: str
    cut: str | None
    due: str | None  # the diamond; None when the promise is only "within this day", today
    day: Bar | None  # the amber bar of "within this day"
    together: bool
    crowded: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Words:
    """What stands under the two marks; `{time}` is the mark's time of day."""

    sent: str = ""
    due: str = ""


def ribbon_of(decision: Decision, calendar: BusinessCalendar, words: Words | None = None) -> Ribbon:
    """The ribbon of one decision on `calendar`, days and hours in Tokyo's time."""
    drawing = _Drawing(decision, calendar, words or Words())
    columns = tuple(drawing.column(index) for index in range(len(drawing.groups)))
    sent, due = drawing.at(decision.sent_at), drawing.due_at()
    return Ribbon(
        key=f"{decision.rule}-{decision.sent_at:%d%H%M%S}-{decision.promised_on:%m%d}",
        columns=columns,
        sent=_percent(sent),
        cut=drawing.cut(),
        due=None if due is None else _percent(due),
        day=drawing.day_bar(),
        together=due is not None and due - sent < TOGETHER,
        crowded=_crowded(columns),
        sentence=_sentence(decision, columns),
    )


def fold(days: list[Day], keep: set[date], most: int = MOST_COLUMNS) -> list[list[Day]]:
    """Days as columns: runs of closed days become one where there are more than `most`.

    The days in `keep` always have a column of their own.
    """
    if len(days) <= most:
        return [[day] for day in days]
    groups: list[list[Day]] = []
    for day in days:
        foldable = not day.windows and day.on not in keep
        if foldable and groups and _folds(groups[-1][-1], keep):
            groups[-1].append(day)
        else:
            groups.append([day])
    if len(groups) <= most:
        return groups
    return [[days[0]], days[1:-1], [days[-1]]]


def _folds(day: Day, keep: set[date]) -> bool:
    return not day.windows and day.on not in keep


class _Drawing:
    """The columns of one decision, and where in them a moment lies."""

    def __init__(self, decision: Decision, calendar: BusinessCalendar, words: Words) -> None:
        self.decision = decision
        self.calendar = calendar
        self.words = words
        self.sent_on = tokyo_day(decision.sent_at)
        self.groups = self._groups()
        self.width = 100 / len(self.groups)

    def _groups(self) -> list[list[Day]]:
        first, last = self.sent_on, max(self.sent_on, self.decision.promised_on)
        if first == last:  # one day alone tells nothing: its neighbours stand beside it
            first, last = first - timedelta(days=1), last + timedelta(days=1)
        days = [
            self.calendar.day(first + timedelta(days=n)) for n in range((last - first).days + 1)
        ]
        return fold(days, {self.sent_on, self.decision.promised_on})

    # Places, in per cent of the ribbon

    def at(self, moment: datetime) -> float:
        local = moment.astimezone(TOKYO)
        minutes = local.hour * 60 + local.minute + local.second / 60
        return self.place(local.date(), minutes)

    def place(self, on: date, minutes: float) -> float:
        share = (minutes - FROM) / (TO - FROM)
        return (self._index(on) + min(max(share, EDGE), 1 - EDGE)) * self.width

    def _index(self, on: date) -> int:
        return next(i for i, group in enumerate(self.groups) if on <= group[-1].on)

    def _bar(self, on: date, opens: float, closes: float) -> Bar:
        left, right = self.place(on, opens), self.place(on, closes)
        return Bar(_percent(left), _percent(right - left))

    def due_at(self) -> float | None:
        if self.decision.release_at is not None:
            return self.at(self.decision.release_at)
        if self.sent_on == self.decision.promised_on:
            return None
        day = self.calendar.day(self.decision.promised_on)
        return self.place(day.on, day.windows[0].opens if day.windows else FROM)

    def day_bar(self) -> Bar | None:
        day = self.calendar.day(self.decision.promised_on)
        if self.decision.release_at is not None or not day.windows:
            return None
        return self._bar(day.on, day.windows[0].opens, day.windows[-1].closes)

    def cut(self) -> str | None:
        if not self.calendar.is_business_day(self.sent_on):
            return None
        return _percent(self.at(self.calendar.cutoff(self.sent_on)))

    # Columns

    def column(self, index: int) -> Column:
        group = self.groups[index]
        first, last = group[0], group[-1]
        role = self._role(first.on) if first is last else ""
        left = index * self.width
        has_day_bar = role in ("due", "both") and self.decision.release_at is None
        bars = () if has_day_bar else first.windows
        return Column(
            first=first.on,
            last=last.on,
            edge=_percent(left),
            middle=_percent(left + self.width / 2),
            label=self._label(first.on, last.on),
            bars=tuple(self._bar(first.on, w.opens, w.closes) for w in bars),
            closed=self._hatch(index) if not first.windows or first is not last else None,
            words=self._words(group, role),
            role=role,
        )

    def _role(self, on: date) -> str:
        sent, due = on == self.sent_on, on == self.decision.promised_on
        return "both" if sent and due else "sent" if sent else "due" if due else ""

    def _hatch(self, index: int) -> Bar:
        inset = self.width * EDGE
        return Bar(_percent(index * self.width + inset), _percent(self.width - 2 * inset))

    def _label(self, first: date, last: date) -> str:
        if first != last:
            return f"{month_day_text(first)}{_('〜')}{month_day_text(last)}"
        if not japanese():
            return dateformat.format(first, "D j")
        month = f"{first.month}/" if first.month != self.groups[0][0].on.month else ""
        return f"{month}{first.day}({weekday(first)})"

    def _words(self, group: list[Day], role: str) -> tuple[str, ...]:
        if len(group) > 1:
            return _folded_words(group)
        day = group[0]
        if role == "sent":
            return (self._sent_word(), self._sent_why(day))
        if role == "due":
            return (self._due_word(), "")
        if role == "both":
            return (self._sent_word(), self._due_word())
        return day_words(day)

    def _sent_word(self) -> str:
        decision, time = self.decision, time_text(self.decision.sent_at)
        if self.words.sent:
            return self.words.sent.format(time=time)
        if decision.rule == "cutoff_release":
            return _("%(time)s 受理") % {"time": time}
        if decision.rule == "answer_release":
            return _("%(time)s 承認") % {"time": time}
        if decision.received_at == decision.sent_at:
            return _("%(time)s 受付") % {"time": time}
        return _("%(time)s 送信") % {"time": time}

    def _sent_why(self, day: Day) -> str:
        if not day.business:
            return day_words(day)[0]
        late = self.decision.sent_at > self.calendar.cutoff(day.on)
        return _("締切の後") if late else ""

    def _due_word(self) -> str:
        release = self.decision.release_at
        if release is None:
            return self.words.due or _("この日のうち")
        answers = self.decision.rule == "answer_release"
        if release <= self.decision.sent_at:
            return _("すぐに送信") if answers else _("すぐに発行")
        usual = _("{time} 送信") if answers else _("{time} 発行")
        return (self.words.due or usual).format(time=time_text(release))


def day_words(day: Day) -> tuple[str, str]:
    """Why a day is not an ordinary one: a word, and the name that goes with it."""
    kind, name = (day.reason.kind, day.reason.name) if day.reason else ("", "")
    if not day.windows:
        return (_("祝日"), name) if kind == "holiday" else (_("休み"), name)
    if kind == "half_day":
        return (_("%(time)s まで") % {"time": time_text(day.windows[-1].closes)}, name)
    return (_("営業日") if day.business else _("受付のみ"), name)


def _folded_words(group: list[Day]) -> tuple[str, str]:
    names = Counter(d.reason.name for d in group if d.reason and d.reason.kind == "closure")
    word = names.most_common(1)[0][0] if names else _("休み")
    return word, ngettext("（%(n)d日）", "（%(n)d日）", len(group)) % {"n": len(group)}


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _crowded(columns: tuple[Column, ...]) -> bool:
    """Two names side by side do not fit on a phone."""
    named = [len(column.words[1]) > SHORT for column in columns]
    return any(a and b for a, b in pairwise(named))


def _sentence(decision: Decision, columns: tuple[Column, ...]) -> str:
    facts = {
        "sent": tokyo_text(decision.sent_at),
        "due": tokyo_text(decision.release_at)
        if decision.release_at
        else _("%(day)sのうち") % {"day": day_text(decision.promised_on)},
    }
    closed = [column for column in columns if column.closed and not column.role]
    if not closed or decision.promised_on == tokyo_day(decision.sent_at):
        return _("%(sent)s から数えて %(due)s") % facts
    facts["closed"] = span_text(closed[0].first, closed[-1].last)
    return _("%(sent)s から数えて %(due)s。%(closed)sは休み") % facts
