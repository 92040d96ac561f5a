"""The steps of a decision in words, for pages, mails, the admin and the shell.

Dates are told as `presenting.dates` tells them; 本日 only to somebody who reads on that day.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from supportdesk.business_calendar.domain.days import Reason
from supportdesk.presenting.dates import (
    day_text,
    is_reading_day,
    length_text,
    span_text,
    time_text,
    tokyo_text,
)
from supportdesk.promises.domain.decision import Decision, Mark, Step


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as components/steps.html prints it; other apps make their own for what they decided.

    `short` stands beside the title where there is no room for the detail.
    """

    mark: Mark
    title: str
    detail: str = ""
    short: str = ""
    clause: str = ""
    own: bool = False

    @property
    def clause_label(self) -> str:
        """Whose rule it is, as customers read it: 約款 2(2), or the desk's own."""
        return label_of(self.clause, own=self.own)


def present(decision: Decision) -> list[ShownStep]:
    """The steps of a decision, in order."""
    return [present_step(step) for step in decision.steps]


def present_step(step: Step) -> ShownStep:
    """One step in words."""
    title, detail, short = _WORDS[step.kind](step)
    return ShownStep(step.mark, title, detail, short, step.clause, step.own)


def label_of(clause: str, *, own: bool = False) -> str:
    """The terms' own numbering of a clause: "2-2d" is 約款 2(2)."""
    if not clause:
        return _("当社の目安") if own else ""
    article, _dash, paragraph = clause.partition("-")
    number = f"{article}({paragraph[0]})" if paragraph else article
    return (_("約款 %(number)sの数え方") if own else _("約款 %(number)s")) % {"number": number}


def flag_words(flags: Iterable[str]) -> list[str]:
    """What is not announced yet for the promised day."""
    words = {"holidays_unannounced": _("祝日は未公表"), "closures_unannounced": _("休業日は未告知")}
    return [words[flag] for flag in flags if flag in words]


type _Words = tuple[str, str, str]  # title, detail, short


def _sent(step: Step) -> _Words:
    return _titled(_("送信"), step.starts_at), _("フォームはいつでも送信できます。"), ""


def _held(step: Step) -> _Words:
    detail = _("当社で確認が必要です。確認の目安は、送信した時刻から数えます。")
    return _titled(_("送信"), step.starts_at), detail, ""


def _accepted(step: Step) -> _Words:
    detail = _("申請を受理した時刻から数えます。")
    return _titled(_("受理"), step.starts_at), detail, ""


def _approved(step: Step) -> _Words:
    detail = _("回答を承認した時刻から数えます。")
    return _titled(_("承認"), step.starts_at), detail, ""


def _received_at_once(step: Step) -> _Words:
    opens, closes = (time_text(_int(step, name)) for name in ("opens", "closes"))
    detail = _("受付時間（%(opens)s〜%(closes)s）の中なので、そのまま受け付けます。")
    facts = {"opens": opens, "closes": closes}
    return _titled(_("受付"), step.starts_at), detail % facts, _("受付時間の中")


def _received_later(step: Step) -> _Words:
    detail = _("受付時間の外に送信されたものは、次に受付が始まる時刻に受け付けます。")
    return _titled(_("受付"), step.starts_at), detail, _("次の受付開始")


def _in_time(step: Step) -> _Words:
    title = _("%(day)s分の締切 %(time)s に間に合います") % _cutoff(step)
    return title, _count_words(step), _("当日分")


def _late(step: Step) -> _Words:
    late = timedelta(seconds=_int(step, "late_seconds"))
    title = _("%(day)s分の締切 %(time)s を過ぎています") % _cutoff(step)
    if late >= timedelta(minutes=1):
        facts = _cutoff(step) | {"length": length_text(late)}
        title = _("%(day)s分の締切 %(time)s を %(length)s 過ぎています") % facts
    return title, _count_words(step), _("翌営業日へ")


def _cutoff(step: Step) -> dict[str, str]:
    at = step.starts_at
    return {"day": _("本日") if is_reading_day(at) else day_text(at), "time": time_text(at)}


def _count_words(step: Step) -> str:
    words = {
        "received": _("%(time)s までの受付は当日、過ぎた受付は翌営業日として数えます。"),
        "accepted": _(
            "%(time)s までに受理した申請のキーは当日、過ぎた申請のキーは翌営業日に送ります。"
        ),
        "approved": _("%(time)s までに承認した回答は当日、過ぎたものは翌営業日に送ります。"),
        "held": _("%(time)s までの送信は当日、過ぎた送信は翌営業日として数えます。"),
    }
    return words[_text(step, "event")] % {"time": time_text(step.starts_at)}


def _reception_only(step: Step) -> _Words:
    title = _("%(day)s は受付のみの日") % {"day": day_text(step.starts_at)}
    reasons = _reasons(step)
    detail = _("%(reasons)s。回答とキーは営業日にお送りします。") % {"reasons": reasons}
    return title, detail, reasons


def _passed(step: Step) -> _Words:
    first, last = step.starts_at, (step.ends_at or step.starts_at) - timedelta(days=1)
    title = _("%(days)s はお休み") % {"days": span_text(first, last)}
    reasons = _reasons(step)
    if "next_at" in step.facts:
        next_at = datetime.fromisoformat(_text(step, "next_at"))
        facts = {"reasons": reasons, "next": tokyo_text(next_at)}
        return title, _("%(reasons)s。次の受付は %(next)s です。") % facts, reasons
    facts = {"reasons": reasons, "next": day_text(date.fromisoformat(_text(step, "next_on")))}
    return title, _("%(reasons)s。翌営業日は %(next)sです。") % facts, reasons


def _first_reply_by(step: Step) -> _Words:
    detail = _(
        "約款は回答までの時間を定めていません。"
        "当社が置いた目安としてお約束し、守れたかどうかを記録します。"
    )
    return _("%(day)sのうちに最初の回答") % {"day": day_text(step.starts_at)}, detail, ""


def _review_by(step: Step) -> _Words:
    detail = _("約款に定めのない、当社の目安です。結果はメールでお知らせします。")
    return _("%(day)sのうちに確認") % {"day": day_text(step.starts_at)}, detail, ""


def _key_release(step: Step) -> _Words:
    details = {
        "at_once": _("締切までに受理した申請のキーは、すぐにお送りします。"),
        "at_opening": _("受付開始の前に受理した申請のキーは、その日の受付開始にお送りします。"),
        "next_business_day": _("キーは翌営業日の受付開始にお送りします。"),
    }
    title = _("%(at)s に発行") % {"at": tokyo_text(step.starts_at)}
    return title, details[_text(step, "when")], ""


def _answer_release(step: Step) -> _Words:
    details = {
        "at_once": _("締切までに承認した回答は、すぐにお送りします。"),
        "at_opening": _("受付開始の前に承認した回答は、その日の受付開始にお送りします。"),
        "next_business_day": _("回答は翌営業日の受付開始にお送りします。"),
    }
    title = _("%(at)s に回答を送信") % {"at": tokyo_text(step.starts_at)}
    return title, details[_text(step, "when")], ""


_WORDS: Mapping[str, Callable[[Step], _Words]] = {
    "sent": _sent,
    "held": _held,
    "accepted": _accepted,
    "approved": _approved,
    "received_at_once": _received_at_once,
    "received_later": _received_later,
    "in_time": _in_time,
    "late": _late,
    "reception_only": _reception_only,
    "passed": _passed,
    "first_reply_by": _first_reply_by,
    "review_by": _review_by,
    "key_release": _key_release,
    "answer_release": _answer_release,
}


def reason_name(reason: Reason) -> str:
    """Why a day is closed or differs: the holiday's or closure's name, else 土曜, 当社休業日."""
    return reason.name or _REASON_WORDS[reason.kind]()


_REASON_WORDS: Mapping[str, Callable[[], str]] = {
    "saturday": lambda: _("土曜"),
    "sunday": lambda: _("日曜"),
    "weekday": lambda: _("定休日"),
    "holiday": lambda: _("祝日"),
    "closure": lambda: _("当社休業日"),
    "half_day": lambda: _("時間短縮"),
    "extra_opening": lambda: _("臨時営業"),
}


def _reasons(step: Step) -> str:
    """A step's reasons, each "sunday" or "holiday:元日" in its facts."""
    pairs = (reason.partition(":") for reason in step.facts["reasons"])  # type: ignore[union-attr]
    return _("、").join(name or _REASON_WORDS[kind]() for kind, _colon, name in pairs)


def _titled(word: str, at: datetime) -> str:
    return _("%(what)s　%(at)s") % {"what": word, "at": tokyo_text(at)}


def _int(step: Step, name: str) -> int:
    return int(step.facts[name])  # type: ignore[arg-type]


def _text(step: Step, name: str) -> str:
    return str(step.facts[name])
