"""Answers as a person reads them: every step, its clause, from when to when, and the answer."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from contracts import words as contract_words
from contracts.domain.periods import PeriodDecision
from supportdesk.management.explain.questions import Answer
from supportdesk.presenting.dates import (
    day_text,
    length_text,
    reading_on,
    span_text,
    time_text,
    tokyo_text,
)
from supportdesk.promises.domain.decision import Decision, Step
from supportdesk.promises.steps import flag_words, label_of, present_step

_GLYPHS = {"decided": "○", "passed": "▨", "promise": "◆"}


class _Shown(Protocol):
    @property
    def mark(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def clause_label(self) -> str: ...


def decision_lines(decision: Decision) -> Iterator[str]:
    """An inquiry's or a key's promise; the year is told where it is not the question's."""
    # Read on New Year's Day, a holiday: no cut-off is ever 本日's.
    with reading_on(decision.sent_at.date().replace(month=1, day=1)):
        asked = _("お問い合わせ") if decision.rule == "reception_target" else _("ライセンスキー")
        yield f"{asked}　{tokyo_text(decision.sent_at, year=True)}"
        yield ""
        for step in decision.steps:
            yield from _step_lines(present_step(step), _when(step))
        yield ""
        yield from _answer_lines(decision)


def _answer_lines(decision: Decision) -> Iterator[str]:
    promised = day_text(decision.promised_on, year=True)
    if decision.received_at:
        yield _("受付　　%(at)s") % {"at": tokyo_text(decision.received_at, year=True)}
        own = label_of("", own=True)
        yield _("答え　　%(day)sのうちに最初の回答（%(own)s）") % {"day": promised, "own": own}
    if decision.release_at:
        at = tokyo_text(decision.release_at, year=True)
        yield _("答え　　%(at)s に発行（お約束の日 %(day)s）") % {"at": at, "day": promised}
    for words in flag_words(decision.flags):
        yield _("注意　　%(words)s（%(day)s）") % {"words": words, "day": promised}


def period_lines(decision: PeriodDecision) -> Iterator[str]:
    """The period that an order buys."""
    accepted = day_text(decision.accepted_on, year=True)
    yield _("ご注文の受付　%(day)s") % {"day": accepted}
    yield ""
    for shown in contract_words.period_steps(decision):
        yield from _step_lines(shown, "")
    yield ""
    span = span_text(decision.starts_on, decision.ends_on)
    facts = {"kind": contract_words.kind_word(decision.kind), "span": span}
    yield _("答え　　%(kind)s　%(span)s") % facts
    if decision.entitled_from != decision.starts_on:
        first = day_text(decision.entitled_from, year=True)
        yield _("　　　　サポートは %(first)s から使えます") % {"first": first}
    for words in contract_words.flag_words(decision.flags):
        yield _("注意　　%(words)s") % {"words": words}


def hours_lines(rule: str, answer: Answer) -> Iterator[str]:
    """An answer about hours or days, in one line."""
    match rule:
        case "between":
            yield _length(answer["seconds"])
        case "is_open":
            yield _("受付中") if answer["open"] else _("受付時間外")
        case "is_business_day":
            reason = f"（{answer['reason']}）" if answer["reason"] else ""
            yield (_("営業日") if answer["business_day"] else _("休み")) + reason
        case _:
            yield _wall(datetime.fromisoformat(answer["at"]))


def _step_lines(shown: _Shown, when: str) -> Iterator[str]:
    clause = f"{shown.clause_label} [{shown.clause}]" if shown.clause else shown.clause_label
    yield f" {_GLYPHS[shown.mark]} {shown.title}"
    yield f"     {clause}　{when}" if when else f"     {clause}"
    yield f"     {shown.detail}"


def _when(step: Step) -> str:
    """From when to when; the midnight that ends a day is its 24:00."""
    start = tokyo_text(step.starts_at)
    if step.ends_at is None:
        return start
    last = step.ends_at - timedelta(days=1) if step.ends_at.time() == time() else step.ends_at
    clock = "24:00" if last != step.ends_at else time_text(last)
    same_day = last.date() == step.starts_at.date()
    return f"{start}〜{clock}" if same_day else f"{start}〜{day_text(last)} {clock}"


def _wall(at: datetime) -> str:
    """An instant on the calendar's own clock, whichever zone that is in."""
    clock = time_text(at.hour * 60 + at.minute)
    exact = f"{clock}:{at:%S.%f}".rstrip("0").rstrip(".") if at.second or at.microsecond else clock
    return f"{day_text(at.date(), year=True)} {exact} ({at:%:z})"


def _length(seconds: float) -> str:
    length = length_text(timedelta(seconds=seconds))
    return _("%(length)s（%(seconds)s秒）") % {"length": length, "seconds": seconds}
