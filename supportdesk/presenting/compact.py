"""The steps of a decision where there is no room for explanations: a bold fact, a few words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from supportdesk.presenting.dates import day_text, length_text, time_text, tokyo_text
from supportdesk.promises.domain.decision import Decision, Step
from supportdesk.promises.steps import ShownStep, present_step


def present_compact(decision: Decision) -> list[ShownStep]:
    """The same steps as `present`, each short enough for a line of an aside."""
    return [_shortened(step) for step in decision.steps]


def _shortened(step: Step) -> ShownStep:
    shown = present_step(step)
    if step.kind not in _BRIEF:
        return shown
    title, short = _BRIEF[step.kind](step)
    return replace(shown, title=title, short=short or shown.short)


def _at(word: Callable[[], str]) -> Callable[[Step], tuple[str, str]]:
    return lambda step: (word(), tokyo_text(step.starts_at))


def _by(word: Callable[[], str]) -> Callable[[Step], tuple[str, str]]:
    return lambda step: (_("%(day)sのうちに") % {"day": day_text(step.starts_at)}, word())


def _release(word: Callable[[], str]) -> Callable[[Step], tuple[str, str]]:
    return lambda step: (tokyo_text(step.starts_at), word())


def _late(step: Step) -> tuple[str, str]:
    facts = {"time": time_text(step.starts_at)}
    late = timedelta(seconds=int(step.facts["late_seconds"]))  # type: ignore[arg-type]
    if late < timedelta(minutes=1):
        return _("締切 %(time)s を過ぎています") % facts, ""
    facts["length"] = length_text(late)
    return _("締切 %(time)s を %(length)s 過ぎています") % facts, ""


def _in_time(step: Step) -> tuple[str, str]:
    return _("締切 %(time)s に間に合います") % {"time": time_text(step.starts_at)}, ""


def _passed(step: Step) -> tuple[str, str]:
    days = int(step.facts["days"])  # type: ignore[arg-type]
    return ngettext("%(n)d日 休み", "%(n)d日 休み", days) % {"n": days}, ""


_BRIEF: Mapping[str, Callable[[Step], tuple[str, str]]] = {
    "sent": _at(lambda: _("送信")),
    "held": _at(lambda: _("送信")),
    "accepted": _at(lambda: _("受理")),
    "approved": _at(lambda: _("承認")),
    "received_at_once": lambda _step: (_("すぐ受付"), ""),
    "late": _late,
    "in_time": _in_time,
    "passed": _passed,
    "first_reply_by": _by(lambda: _("最初の回答")),
    "review_by": _by(lambda: _("確認")),
    "key_release": _release(lambda: _("キーを発行")),
    "answer_release": _release(lambda: _("回答を送信")),
}
