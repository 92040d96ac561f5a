"""The move of a licence as a picture: two lanes, one column an event; and in words, step by step.

Places are in per cent, words stand in the reader's language; the templates only draw them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from licensing.domain.plan import Bar, Column, EventKind, Move, Plan, plan_of
from licensing.models import Application
from licensing.services import MoveKeys, MoveNumber
from supportdesk.clock import TOKYO
from supportdesk.presenting.dates import day_text, time_text

# A bar of a smaller share of the picture has no room for its last day.
_ROOM_FOR_DAY = 30.0


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One event in words. `old` and `new` tell what runs on the two servers from then on."""

    on: date
    at: datetime | None
    x: str
    lines: tuple[str, ...]
    note: str
    promised: bool
    planned: bool
    past: bool
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ShownBar:
    lane: str
    kind: str
    x: str
    width: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    old_server: str
    new_server: str
    columns: tuple[ShownColumn, ...]
    bars: tuple[ShownBar, ...]
    old_instead: str  # what stands in the old server's lane where it has no bar
    sentence: str


@dataclass(frozen=True, slots=True)
class Part:
    """One of as many equal parts as there may be moves."""

    x: str
    width: str
    used: bool


def picture_of(move: Move, application: Application, keys: MoveKeys, *, now: datetime) -> Picture:
    """Draw the move of an application for somebody who reads it at `now`."""
    old_server = keys.old.server_name if keys.old else application.old_server_name
    new_server = application.new_server_name
    drawing = _Drawing(move, plan_of(move), issued=keys.regular is not None, now=now)
    return Picture(
        old_server=old_server,
        new_server=new_server,
        columns=tuple(drawing.column(index) for index in range(len(drawing.plan.columns))),
        bars=tuple(drawing.bar(bar) for bar in drawing.plan.bars),
        old_instead=drawing.old_instead(),
        sentence=drawing.sentence(old_server, new_server),
    )


def meter(number: MoveNumber) -> list[Part]:
    """The count as a row of parts, those up to this move filled."""
    whole = max(number.limit, number.number)
    width = 100 / whole
    return [
        Part(_percent(width * part), _percent(width - 2), used=part < number.number)
        for part in range(whole)
    ]


@dataclass(frozen=True, slots=True)
class _Drawing:
    move: Move
    plan: Plan
    issued: bool
    now: datetime

    def column(self, index: int) -> ShownColumn:
        column = self.plan.columns[index]
        return ShownColumn(
            on=column.on,
            at=column.at,
            x=_percent(self.plan.edge(index)),
            lines=tuple(self._event(kind) for kind in _told(column.kinds)),
            note=self._note(column.kinds),
            promised="issue" in column.kinds and not self.issued,
            planned="planned" in column.kinds,
            past=self._past(column),
            old=self._old(index),
            new=self._new(index),
        )

    def _past(self, column: Column) -> bool:
        if "issue" in column.kinds:
            return self.issued
        if column.at is not None:
            return column.at <= self.now
        return column.on < self.now.astimezone(TOKYO).date() or "stopped" in column.kinds

    def _event(self, kind: EventKind) -> str:
        return {
            "accepted": _("申請を受理"),
            "provisional": _("暫定キーを発行"),
            "issue": _("正式キーに交代") if self.move.provisional_at else _("正式キーを発行"),
            "planned": _("切り替えの予定日"),
            "overlap_end": _("並行稼働の終わり"),
            "report_by": _("停止のご報告"),
            "stopped": _("旧サーバーを停止"),
        }[kind]

    def _note(self, kinds: tuple[EventKind, ...]) -> str:
        if "overlap_end" in kinds:
            days = self.move.overlap_days
            return ngettext("%(n)d日目", "%(n)d日目", days) % {"n": days}
        if "report_by" in kinds:
            return _("この日まで")
        return _("ご報告をいただきました") if "stopped" in kinds else ""

    # What runs where

    def _old(self, index: int) -> str:
        bar = self.plan.running("old", index)
        if bar is not None:
            return self._bar_words(bar, told_day=True)
        return _("キーは失効") if self.move.old_until is not None else _("記録なし")

    def old_instead(self) -> str:
        if any(bar.lane == "old" for bar in self.plan.bars):
            return ""
        if self.move.old_until is None:
            return _("キーの記録なし")
        return _("正式キーの発行と同時に失効")

    def _new(self, index: int) -> str:
        bar = self.plan.running("new", index)
        return self._bar_words(bar, told_day=True) if bar else _("キーの発行前")

    def bar(self, bar: Bar) -> ShownBar:
        left, right = self.plan.edge(bar.first), self.plan.edge(bar.last)
        return ShownBar(
            lane=bar.lane,
            kind=bar.kind,
            x=_percent(left),
            width=_percent(right - left),
            words=self._bar_words(bar, told_day=right - left >= _ROOM_FOR_DAY),
        )

    def _bar_words(self, bar: Bar, *, told_day: bool) -> str:
        if bar.kind == "overlap":
            return self._overlap_words(told_day=told_day)
        if bar.kind == "provisional":
            return _("暫定キー")
        if bar.kind == "regular":
            return _("正式キー　期限なし") if told_day else _("正式キー")
        name = _("前のキー") if self.issued else _("現行キー")
        if not told_day or bar.until is None:
            return name
        return _("%(key)s　%(day)s まで") % {"key": name, "day": day_text(bar.until)}

    def _overlap_words(self, *, told_day: bool) -> str:
        days = self.move.overlap_days
        short = ngettext("並行稼働 %(n)d日", "並行稼働 %(n)d日", days) % {"n": days}
        return short + _("　新旧どちらでも使えます") if told_day else short

    def sentence(self, old_server: str, new_server: str) -> str:
        move, at = self.move, self.move.issue_at
        facts = {
            "old": old_server,
            "new": new_server,
            "at": f"{day_text(at)} {time_text(at)}",
            "until": day_text(move.old_until) if move.old_until else "",
        }
        if not move.overlap_days:
            return (
                _("%(old)s から %(new)s への移設。正式キーの発行は %(at)s。くわしくは下の一覧。")
                % facts
            )
        return (
            _(
                "%(old)s から %(new)s への移設。正式キーの発行は %(at)s。"
                "%(until)s まで新旧どちらでも使えます。くわしくは下の一覧。"
            )
            % facts
        )


def _told(kinds: tuple[EventKind, ...]) -> tuple[EventKind, ...]:
    """What is accepted and at once issued is told by the key alone."""
    later = tuple(kind for kind in kinds if kind != "accepted")
    return later or kinds


def _percent(place: float) -> str:
    return f"{place:.2f}%"
