"""What happened to a move and to its keys, as customers and staff read it: newest first."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from licensing.key_words import class_word
from licensing.models import Application, Key, KeyDisplay, KeyResend
from licensing.services import MoveKeys
from licensing.words import Event, history_of
from supportdesk.accounts.models import User
from supportdesk.presenting.dates import day_text


def history_of_move(application: Application, keys: MoveKeys) -> list[Event]:
    """Steps of the application, looks at its keys since it was sent, resends, the old server."""
    events = [
        *reversed(history_of(application)),
        *key_events(keys.issued, since=application.sent_at),
        *_stop_events(application),
    ]
    return sorted(events, key=lambda event: event.at)[::-1]


def key_events(keys: Iterable[Key], *, since: datetime | None = None) -> Iterator[Event]:
    """Who was shown these keys, and to whom they were mailed again. Two queries."""
    known = [key.pk for key in keys]
    displays = KeyDisplay.objects.filter(key__in=known).select_related("key", "user")
    resends = KeyResend.objects.filter(key__in=known).select_related("key")
    for display in displays:
        if since is None or display.at >= since:
            yield Event(display.at, _display_words(display))
    for resend in resends:
        if since is None or resend.at >= since:
            yield Event(resend.at, _resend_words(resend))


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


def _stop_events(application: Application) -> Iterator[Event]:
    stop = getattr(application, "stop", None)
    if stop is None:
        return
    if stop.reminded_at:
        yield Event(stop.reminded_at, _("旧サーバーの停止をメールでお知らせしました"))
    if stop.reported_at:
        text = _("旧サーバーの停止のご報告を受け取りました（停止 %(day)s、%(name)s 様）")
        facts = {"day": day_text(stop.stopped_on), "name": _name(stop.reported_by)}
        yield Event(stop.reported_at, text % facts)


def _name(user: User) -> str:
    return user.name
