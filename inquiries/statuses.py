"""The states of an inquiry, each described once: badge, filter and help text all read this."""

from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

# The look of a badge: a class of the shared style sheet and the glyph that goes with it.
Tone = Literal["working", "scheduled", "waiting", "done", "broken", "outside", "ok"]


class Status(models.TextChoices):
    RECEIVED = "received", _("受付済み")
    IN_PROGRESS = "in_progress", _("調査中")
    WAITING_CUSTOMER = "waiting_customer", _("お客さまの返信待ち")
    ANSWERED = "answered", _("回答済み")
    CLOSED = "closed", _("完了")
    HELD = "held", _("確認中")
    REFUSED = "refused", _("対象外")
    WITHDRAWN = "withdrawn", _("取り下げ")


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What there is to know of a state.

    `open`: something is still awaited. `ours`: it is the desk's turn, else the customer's.
    `customer_may_write`: a reply (or reopening) is taken.
    """

    tone: Tone
    open: bool
    ours: bool
    customer_may_write: bool
    help: LazyText | str


FACTS: dict[str, StatusFacts] = {
    Status.RECEIVED: StatusFacts(
        "working", True, True, True, _("担当を決めて、調査を始めるところです。")
    ),
    Status.IN_PROGRESS: StatusFacts("working", True, True, True, _("担当者が調べています。")),
    Status.WAITING_CUSTOMER: StatusFacts(
        "waiting",
        True,
        False,
        True,
        _("お客さまの返信をお待ちしています。この間、当社の時間は数えません。"),
    ),
    Status.ANSWERED: StatusFacts(
        "done",
        False,
        False,
        True,
        _("回答をお送りしました。解決していないときは、返信してください。"),
    ),
    Status.CLOSED: StatusFacts("done", False, False, True, _("解決したお問い合わせです。")),
    Status.HELD: StatusFacts(
        "working", True, True, True, _("サポートの対象かどうかを、担当者が確認しています。")
    ),
    Status.REFUSED: StatusFacts(
        "done", False, False, False, _("サポートの対象外としてお返事しました。")
    ),
    Status.WITHDRAWN: StatusFacts(
        "done", False, False, False, _("お客さまが取り下げたお問い合わせです。")
    ),
}


def having(**wanted: bool) -> list[str]:
    """The states whose facts are as wanted: `having(open=True, ours=True)`."""
    return [
        status
        for status, facts in FACTS.items()
        if all(getattr(facts, name) == value for name, value in wanted.items())
    ]
