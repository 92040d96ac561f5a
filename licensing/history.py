"""What happened to a move and to its keys, as customers and staff read it: newest first."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from contracts.received import received_words
from licensing.changes import FieldChange, changes_since, label_of
from licensing.key_words import class_word
from licensing.models import Application, Attempt, Key, KeyDisplay, KeyResend
from licensing.services import MoveKeys
from licensing.words import Event, history_of
from supportdesk.accounts.models import User
from supportdesk.presenting.dates import day_text


def history_of_move(
    application: Application, keys: MoveKeys, *, for_staff: bool = False
) -> list[Event]:
    """Steps of the application, looks at its keys since it was sent, resends, the old server."""
    events = [
        *_changes(application),
        *reversed(history_of(application, for_staff=for_staff)),
        *key_events(keys.issued, since=application.sent_at),
        *_stop_events(application),
    ]
    return sorted(events, key=lambda event: event.at)[::-1]


def _changes(application: Application) -> Iterator[Event]:
    """What each version said otherwise than the one before it, at the moment it came in."""
    attempts = list(application.attempts.all())
    for place, attempt in enumerate(attempts):
        later = attempts[place + 1] if place + 1 < len(attempts) else application
        corrected = attempt.ending == Attempt.Ending.CORRECTED
        if not corrected and later.sent_at <= attempt.ended_at:
            continue  # not sent again yet
        # A note that comes with what is sent again is told there.
        changes = [
            each for each in changes_since(attempt, later) if corrected or not _is_note(each)
        ]
        if changes:
            said = _("、").join(_change_words(each) for each in changes)
            at = attempt.ended_at if corrected else later.sent_at
            yield Event(at, _("訂正した項目　%(fields)s") % {"fields": said})


def _change_words(change: FieldChange) -> str:
    """One field with what it said and says; of a note that it changed."""
    if _is_note(change):
        return change.label
    facts = {"label": change.label, "before": change.before, "after": change.after}
    return _("%(label)s（%(before)s から %(after)s へ）") % facts


def _is_note(change: FieldChange) -> bool:
    return change.label == label_of("note")


def key_events(keys: Iterable[Key], *, since: datetime | None = None) -> Iterator[Event]:
    """Who was shown these keys, to whom they were mailed again, which were revoked. Two queries."""
    keys = list(keys)
    known = [key.pk for key in keys]
    displays = KeyDisplay.objects.filter(key__in=known).select_related("key", "user")
    resends = KeyResend.objects.filter(key__in=known).select_related("key")
    for display in displays:
        if since is None or display.at >= since:
            yield Event(display.at, _display_words(display))
    for resend in resends:
        if since is None or resend.at >= since:
            yield Event(resend.at, _resend_words(resend))
    for key in keys:
        if key.revoked_at and (since is None or key.revoked_at >= since):
            yield Event(key.revoked_at, _revoked_words(key))


def _display_words(display: KeyDisplay) -> str:
    text = {
        KeyDisplay.How.SHOWN.value: _("%(key)s %(serial)s を表示しました（%(name)s 様）"),
        KeyDisplay.How.DOWNLOADED.value: _(
            "%(key)s %(serial)s をファイルに保存しました（%(name)s 様）"
        ),
    }[display.how]
    return text % {
        "key": class_word(display.key),
        "serial": display.key.serial,
        "name": _name(display.user),
    }


def _resend_words(resend: KeyResend) -> str:
    text = _("%(key)s %(serial)s を %(names)s へ再送しました（理由　%(reason)s）")
    names = [_("%(name)s 様") % {"name": each["name"]} for each in resend.recipients]
    return text % {
        "key": class_word(resend.key),
        "serial": resend.key.serial,
        "names": _("、").join(names),
        "reason": resend.reason,
    }


def _revoked_words(key: Key) -> str:
    text = _("%(key)s %(serial)s を取り消しました（理由　%(reason)s）")
    return text % {
        "key": class_word(key),
        "serial": key.serial,
        "reason": key.revocation_reason,
    }


def _stop_events(application: Application) -> Iterator[Event]:
    stop = getattr(application, "stop", None)
    if stop is None:
        return
    if stop.reminded_at:
        yield Event(stop.reminded_at, _("旧サーバーの停止をメールでお知らせしました"))
    if stop.reported_at:
        text = _("旧サーバーの停止のご報告を受け取りました（停止 %(day)s、%(name)s 様）")
        facts = {"day": day_text(stop.stopped_on), "name": _name(stop.reported_by)}
        received = received_words(stop.channel, stop.entered_by)
        yield Event(stop.reported_at, text % facts + (f"　{received}" if received else ""))


def _name(user: User) -> str:
    return user.name
