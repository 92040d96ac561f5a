"""The promise panel: which of its states it is in, and its words where the page gives none.

Takes a Decision (not yet made: what would be promised) or a row of the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from supportdesk.presenting.dates import day_text, time_text, tokyo_day, tokyo_text
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.models import Promise, PromiseMove
from supportdesk.promises.steps import ShownStep, flag_words

# The badge's glyph where the panel is no longer an open promise.
GLYPHS = {"kept": "check", "broken": "triangle", "paused": "pause", "held": "half"}


@dataclass(frozen=True, slots=True)
class Panel:
    """What the template prints; `state` is owed, moved, kept, broken, paused, held or outside."""

    decision: Decision
    state: str
    what: str
    how: str
    beside: str = ""
    note: str = ""
    old: date | datetime | None = None
    because: str = ""
    sent: str = ""  # the ribbon's words under its two marks
    due: str = ""
    side: str = ""  # a template for the right column of the hero's body …
    side_facts: Any = None  # … and what it prints, as `panel.side_facts`
    steps: Sequence[ShownStep] = ()  # a page's own reasons, in place of the decision's
    why: ShownStep | None = None  # the one that decides; the others are folded behind it
    flags: tuple[str, ...] = field(default=())

    @property
    def when(self) -> date | datetime:
        """The figure: an instant for a key or an approved answer, a day for a first reply."""
        return self.decision.release_at or self.decision.promised_on

    @property
    def is_open(self) -> bool:
        return self.state in ("owed", "moved", "held")

    @property
    def glyph(self) -> str:
        return GLYPHS.get(self.state, "")


def of(promise: Decision | Promise, **words: Any) -> Panel:
    """The panel of a decision or of a ledger row; `words` replace what it would say by itself."""
    facts = _of_row(promise) if isinstance(promise, Promise) else _of_decision(promise)
    given = {name: value for name, value in words.items() if value not in ("", None)}
    return Panel(**{**facts, **given})


def _of_decision(decision: Decision) -> dict[str, Any]:
    state = "held" if decision.rule == "review_target" else "owed"
    return {
        "decision": decision,
        "state": state,
        "what": _what(decision),
        "how": _how(decision),
        "flags": tuple(flag_words(decision.flags)),
    }


def _of_row(promise: Promise) -> dict[str, Any]:
    decision = Decision.from_json(promise.decision)
    facts = _of_decision(decision)
    if promise.state == Promise.State.KEPT:
        return facts | {
            "state": "kept",
            "what": _("お約束を守りました"),
            "how": _kept(promise, decision),
        }
    if promise.state == Promise.State.BROKEN:
        how = _("お約束の日までにお届けできませんでした。申し訳ございません。")
        return facts | {"state": "broken", "what": _("お約束を過ぎました"), "how": how}
    move = promise.moves.select_related("closure").last()
    return facts | _moved(move) if move else facts


def _moved(move: PromiseMove) -> dict[str, Any]:
    return {
        "state": "moved",
        "old": move.from_release_at or move.from_on,
        "because": move.closure.name,
    }


def _kept(promise: Promise, decision: Decision) -> str:
    sent_at = promise.mail.sent_at if promise.mail else None
    if sent_at is None:
        return _what(decision)
    same_day = tokyo_day(sent_at) == decision.promised_on
    facts = {"what": _what(decision), "at": (time_text if same_day else tokyo_text)(sent_at)}
    return _("%(what)s。%(at)s にお送りしました") % facts


def _what(decision: Decision) -> str:
    return {
        "reception_target": _("最初の回答の目安"),
        "cutoff_release": _("ライセンスキーの発行"),
        "answer_release": _("回答の送信"),
        "review_target": _("確認中"),
    }[decision.rule]


def _how(decision: Decision) -> str:
    if decision.rule == "review_target":
        return _("%(day)sのうちに確認の結果をお知らせします") % {
            "day": day_text(decision.promised_on)
        }
    if decision.release_at is None:
        return _("この日のうちにメールでお送りします")
    if decision.rule == "answer_release":
        return _("この時刻にメールでお送りします")
    return _("契約にご登録の宛先へメールでお送りします")
