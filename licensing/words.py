"""Applications and keys in the reader's words: for pages, mails and the admin."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from contracts.domain.coverage import CoverageDecision
from contracts.received import received_words
from contracts.words import coverage_reason
from licensing.domain.admission import Admission, Finding, Kind
from licensing.domain.ending import OldKeyEnd
from licensing.domain.moves import MoveCount
from licensing.models import Application
from licensing.models import Event as Step
from supportdesk.presenting.dates import day_text, due_text, tokyo_text
from supportdesk.promises.domain.decision import Decision
from supportdesk.promises.models import Promise
from supportdesk.promises.steps import ShownStep, present, present_step

type BadgeKind = Literal["working", "scheduled", "waiting", "done", "ok", "broken", "outside"]


@dataclass(frozen=True, slots=True)
class Badge:
    """What `{% state %}` prints: the kind decides glyph and colour, the word says it."""

    kind: BadgeKind
    word: str


@dataclass(frozen=True, slots=True)
class FindingWords:
    """Why an application is held: a short title, and what it means to the customer."""

    title: str
    detail: str
    clause: str


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """Old, new, and why: the promise is no longer the one that the confirmation showed."""

    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an application."""

    at: datetime
    what: str


# --- State ------------------------------------------------------------------------


def badge_of(application: Application, *, now: datetime) -> Badge:
    """The state of an application in the customer's words."""
    match application.state:
        case Application.State.ACCEPTED:
            return _badge_of_promise(application.promise, now=now)
        case Application.State.HELD:
            return Badge("working", _("確認中"))
        case Application.State.RETURNED:
            return Badge("waiting", _("訂正のお願い"))
        case Application.State.ISSUED:
            return Badge("done", _("発行済み"))
        case Application.State.REFUSED:
            return Badge("done", _("発行できません"))
    return Badge("done", _("取り下げ"))


def _badge_of_promise(promise: Promise | None, *, now: datetime) -> Badge:
    if promise is not None and promise.state == Promise.State.BROKEN:
        return Badge("broken", _("お約束を過ぎました"))
    if promise is None or promise.release_at is None or promise.release_at <= now:
        return Badge("working", _("発行中"))
    return Badge("scheduled", _("%(at)s に発行") % {"at": tokyo_text(promise.release_at)})


# --- Why it is held ---------------------------------------------------------------


def finding_words(
    admission: Admission, coverage: CoverageDecision, moves: MoveCount | None = None
) -> list[FindingWords]:
    """Every reason for holding, in the order in which it was found."""
    return [_finding_words(finding, coverage, moves) for finding in admission.findings]


def findings_of(application: Application) -> list[FindingWords]:
    """Every reason for which an application is or was held."""
    return finding_words(
        application.admission, application.coverage_decision, application.move_count
    )


def _finding_words(
    finding: Finding, coverage: CoverageDecision | None, moves: MoveCount | None = None
) -> FindingWords:
    if finding.kind == "not_covered":
        why = coverage_reason(coverage) if coverage else ""
        return FindingWords(_("サポート期間外"), why, finding.clause)
    if finding.kind == "too_many_moves" and moves:
        return FindingWords(_("移設の回数"), moves_words(moves), finding.clause)
    title, detail = _FINDINGS[finding.kind]
    return FindingWords(title(), detail() % {"detail": finding.detail}, finding.clause)


def moves_words(moves: MoveCount) -> str:
    """How often the licence moved, how often it may, and from when it may again."""
    limit = _("移設は、最初の移設から %(months)dか月のあいだに %(moves)d回までです。") % {
        "months": moves.limit.months,
        "moves": moves.limit.moves,
    }
    if moves.opened_on is None or moves.free_on is None:
        return limit
    used = _("%(first)sから %(used)d回の移設があります。") % {
        "first": day_text(moves.opened_on),
        "used": moves.used,
    }
    if not moves.beyond:
        return limit + used
    return limit + used + _("次は %(day)sから数え直します。") % {"day": day_text(moves.free_on)}


_FINDINGS: dict[Kind, tuple[Callable[[], str], Callable[[], str]]] = {
    "same_server": (
        lambda: _("いまのサーバーと同じ"),
        lambda: _(
            "サーバー名もホストコードも、いまのサーバーと同じです。"
            "同じサーバーへの入れ直しなら、いまのキーをそのままお使いいただけます。"
        ),
    ),
    "old_code_typed": (
        lambda: _("いまのサーバーのホストコード"),
        lambda: _(
            "ホストコードが、いまのサーバーのものと同じです。"
            "新しいサーバーの製品の画面に表示されるコードを入力してください。"
        ),
    ),
    "in_use_elsewhere": (
        lambda: _("ホストコードが使用中"),
        lambda: _(
            "このホストコードは、ライセンス %(detail)s ですでに使われています。"
            "同じサーバーで使うライセンスかどうかを確認します。"
        ),
    ),
    # Somebody else's server is nobody's business: the same words as for any doubt.
    "code_in_doubt": (
        lambda: _("ホストコードの確認"),
        lambda: _("入力されたホストコードが新しいサーバーのものかどうかを確認します。"),
    ),
    "too_many_moves": (
        lambda: _("移設の回数"),
        lambda: _("移設の回数が上限を超えています。"),
    ),
    "no_recipient": (
        lambda: _("キーの宛先なし"),
        lambda: _("キーをお送りする契約または技術のご担当者が登録されていません。"),
    ),
}


# --- What becomes of the old key ----------------------------------------------------


def ending_words(ending: OldKeyEnd, *, dated: bool = False) -> list[str]:
    """What becomes of the old server's key once the new one is issued, sentence by sentence."""
    until = day_text(ending.tolerated_until)
    if ending.why == "correction":
        return [_("前のキーは打ち間違えたホストコードのものなので、発行と同時に失効します。")]
    if ending.why == "dead":
        return [
            _("いまのサーバーは故障のため、現行キーは発行と同時に失効します（並行稼働なし）。"),
            _("失効したキーは、発行の翌日に失効リストに載ります。"),
        ]
    said = [_("現行キーは %(day)sまで、新しいキーと並行して使えます。") % {"day": until}]
    if ending.overlap_until:
        said.append(_("いまのサーバーには、その日で終わる期限付きのキーもお送りします。"))
    elif not dated:
        said.append(
            _(
                "期限のないキーは自動では止まりません。"
                "その日までにいまのサーバーを停止してください。翌日に失効リストに載ります。"
            )
        )
    return said


# --- Why it is promised -----------------------------------------------------------


def reasons(decision: Decision, coverage: CoverageDecision) -> list[ShownStep]:
    """The steps of the promise, and after the first of them why the server's change is covered."""
    first, *others = present(decision)
    detail = coverage_reason(coverage)
    if coverage.period and coverage.period.certificate:
        number = coverage.period.certificate
        detail += _("年間サポート証書 %(number)s によります。") % {"number": number}
    return [first, ShownStep("decided", _("サポートの対象"), detail, clause="1-2"), *others]


def deciding_reason(decision: Decision) -> ShownStep:
    """The one sentence that stands for all of them: the cut-off, or the closed days."""
    steps = {step.kind: step for step in decision.steps}
    kinds = [kind for kind in ("late", "in_time", "passed") if kind in steps]
    return present_step(steps[kinds[0]] if kinds else decision.steps[0])


# --- What changed, what happened --------------------------------------------------


def change_words(application: Application) -> ChangeWords | None:
    """What to tell first of all where the promise moved between 確認 and sending, else None."""
    change = application.change
    if change is None:
        return None
    return ChangeWords(
        before=due_text(change.shown.release_at, change.shown.promised_on),
        after=due_text(change.made.release_at, change.made.promised_on),
        reason={
            "cutoff": _("送信が、本日分の締切を過ぎて届いたためです。"),
            "calendar": _("確認画面を表示した後に、営業日の予定が変わったためです。"),
            "day": _("確認画面を表示した後に、日が変わったためです。"),
        }[change.cause],
    )


def history_of(application: Application, *, for_staff: bool = False) -> list[Event]:
    """What happened to an application, by whom and why, the newest first.

    Why staff let something pass is theirs: told with `for_staff` only.
    """
    events = [*_steps(application, for_staff=for_staff), *_promise_moves(application)]
    return sorted(events, key=lambda event: event.at)[::-1]


def _steps(application: Application, *, for_staff: bool) -> Iterator[Event]:
    log = application.log.exclude(kind=Step.Kind.STOPPED)  # told with the old server
    for step in log.select_related("by", "key", "promise"):
        yield Event(step.at, _step_words(step, for_staff=for_staff))
        if step.kind == Step.Kind.SENT and (change := change_words(application)):
            changed = _("確認画面でお知らせした %(before)s から変わりました")
            yield Event(step.at, changed % {"before": change.before})


def _step_words(step: Step, *, for_staff: bool) -> str:
    who, key = _who(step), step.key.serial if step.key else ""
    text = _STEPS[Step.Kind(step.kind)]() % {"key": key}
    if beside := [words for words in (who, _promised(step)) if words]:
        text += _("（%(beside)s）") % {"beside": _("、").join(beside)}
    if step.kind == Step.Kind.SENT and (how := received_by(step.application)):
        text += f"　{how}"
    return text + _why(step, for_staff=for_staff)


def _why(step: Step, *, for_staff: bool) -> str:
    """The reason of a step, in the words of whoever gave it; of a hold, what is looked at."""
    if step.kind == Step.Kind.HELD:
        titles = [_finding_words(each, None).title for each in _found_at(step).findings]
        return _("　理由　%(why)s") % {"why": _("、").join(titles)} if titles else ""
    if not step.note or step.kind == Step.Kind.SENT or (step.kind in _OURS and not for_staff):
        return ""
    if step.kind == Step.Kind.SENT_AGAIN:
        return _("　ご連絡事項　%(note)s") % {"note": step.note}
    return _("　理由　%(why)s") % {"why": step.note}


def _found_at(step: Step) -> Admission:
    """What the checks had found when this step was taken: of the version that stood then."""
    later = step.application.attempts.filter(ended_at__gt=step.at).first()
    return Admission.from_json(later.findings if later else step.application.findings)


def received_by(application: Application) -> str:
    """FAX で受け付け、担当 中村が入力; empty where the customer sent it on the web."""
    return received_words(application.channel, application.entered_by)


# What staff write there is for staff.
_OURS = frozenset({Step.Kind.ACCEPTED.value})

_STEPS: dict[Step.Kind, Callable[[], str]] = {
    Step.Kind.SENT: lambda: _("申請を受け取りました"),
    Step.Kind.HELD: lambda: _("担当が確認しています"),
    Step.Kind.ACCEPTED: lambda: _("申請を受理しました"),
    Step.Kind.RETURNED: lambda: _("訂正をお願いしました"),
    Step.Kind.SENT_AGAIN: lambda: _("訂正した申請を受け取りました"),
    Step.Kind.CORRECTED: lambda: _("申請の内容が訂正されました"),
    Step.Kind.REFUSED: lambda: _("キーを発行できないとお知らせしました"),
    Step.Kind.WITHDRAWN: lambda: _("申請が取り下げられました"),
    Step.Kind.PROVISIONAL_ASKED: lambda: _("暫定キーの希望を受け取りました"),
    Step.Kind.PROVISIONAL_ISSUED: lambda: _("暫定キー %(key)s を発行しました"),
    Step.Kind.ISSUED: lambda: _("正式キー %(key)s を発行しました"),
    Step.Kind.OVERLAP_ISSUED: lambda: _("並行稼働キー %(key)s を発行しました"),
    Step.Kind.SUPERSEDED: lambda: _("前のキー %(key)s が新しいキーに交代しました"),
    Step.Kind.STOPPED: lambda: _("旧サーバーの停止のご報告を受け取りました"),
    Step.Kind.RESIGNED: lambda: _("署名し直したキー %(key)s を発行し、前のキーを取り消しました"),
}


def _who(step: Step) -> str:
    """A customer's people by name, staff as the desk's, the desk's own work as automatic."""
    if step.kind == Step.Kind.HELD:
        return ""  # it says who looks
    if step.by is None:
        return _("自動")
    if step.by.is_staff:
        return _("担当 %(name)s") % {"name": step.by.name}
    return _("%(name)s 様") % {"name": step.by.name}


def _promised(step: Step) -> str:
    promise = step.promise
    if promise is None or step.kind in {Step.Kind.ISSUED, Step.Kind.CORRECTED}:
        return ""
    made = Decision.from_json(promise.first_decision)
    if step.kind == Step.Kind.HELD:
        return _("確認の目安 %(due)s") % {"due": due_text(made.release_at, made.promised_on)}
    return _("発行 %(due)s") % {"due": due_text(made.release_at, made.promised_on)}


def _promise_moves(application: Application) -> Iterator[Event]:
    if application.promise:
        for move in application.promise.moves.select_related("closure"):
            what = _("お約束の日時が変わりました（%(why)s）") % {"why": move.closure.name}
            yield Event(move.moved_at, what)
