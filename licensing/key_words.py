"""Keys in the reader's words: their state on a day, and why a text is not shown."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from licensing.domain.plan import Move
from licensing.domain.standing import Standing
from licensing.models import Application, Key, License
from licensing.services import MoveKeys, not_shown_because, standing_of
from licensing.words import Badge, badge_of
from supportdesk import clock
from supportdesk.presenting.dates import day_text, tokyo_text


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One line of a list of keys; `key` is None while it is only promised."""

    key: Key | None
    name: str
    badge: Badge
    facts: tuple[str, ...]
    shown: bool
    instead: str  # what stands where the button would be


def state_badge(standing: Standing) -> Badge:
    """A check while products take it, a dot once they do not."""
    return Badge("ok" if standing.in_force else "done", state_word(standing))


def state_word(standing: Standing) -> str:
    return {
        "current": _("いま使えます"),
        "provisional": _("いま使えます"),
        "overlap": _("いま使えます"),
        "superseded": _("失効"),
        "expired": _("期限切れ"),
        "revoked": _("取り消し"),
    }[standing.state]


def class_word(key: Key) -> str:
    """正式キー, 暫定キー …; one from before the desk kept them is told by whether it rules."""
    if key.klass != Key.Class.FOREIGN:
        return key.get_klass_display()
    return _("前のキー（移行前に発行）") if key.superseded_at else _("現行キー（移行前に発行）")


def validity_words(key: Key, standing: Standing) -> str:
    """Until when it works or why it has ended, in one phrase."""
    until = day_text(standing.until) if standing.until else ""
    if standing.state == "current":
        return _("%(day)s まで") % {"day": until} if until else _("期限なし")
    if standing.state == "superseded":
        return _superseded_words(key, until)
    words = {
        "provisional": _("%(day)s まで。正式キーの発行で交代します"),
        "overlap": _("正式キーに交代済み。%(day)s まで")
        if key.klass == Key.Class.PROVISIONAL
        else _("並行稼働中。%(day)s まで"),
        "expired": _("%(day)s に終わりました"),
        "revoked": _("%(day)s に取り消しました"),
    }
    return words[standing.state] % {"day": until}


def _superseded_words(key: Key, until: str) -> str:
    ran_on = bool(
        key.superseded_at
        and key.tolerated_until
        and key.tolerated_until > clock.today(key.superseded_at)
    )
    if ran_on or key.superseded_at is None:
        return _("並行稼働は %(day)s に終わりました") % {"day": until}
    return _("%(at)s に新しいキーへ交代") % {"at": tokyo_text(key.superseded_at)}


def not_shown_words(why: str) -> str:
    """Why there is no button, in a few words."""
    return {
        "foreign": _("本文の記録なし"),
        "ended": _("終わったキーのため表示しません"),
        "role": _("表示できるのは、契約または技術のご担当者です"),
    }[why]


def rows_of_move(
    application: Application, keys: MoveKeys, move: Move | None, *, now: datetime
) -> list[KeyRow]:
    """The keys of a move in the order in which they matter: new server first, then the old one."""
    rows = []
    if keys.provisional:
        rows.append(row_of(keys.provisional, now=now))
    if keys.regular:
        rows.append(row_of(keys.regular, now=now))
    elif application.is_open:
        rows.append(_promised(application, now=now))
    if keys.overlap:
        rows.append(row_of(keys.overlap, now=now))
    if keys.old:
        name = _("前のキー") if keys.old.superseded_at else _("現行キー")
        rows.append(row_of(keys.old, now=now, name=name, move=move))
    return rows


def row_of(key: Key, *, now: datetime, name: str = "", move: Move | None = None) -> KeyRow:
    """A key that was issued; `move`, where given, is the one that will end it."""
    standing = standing_of(key, clock.today(now))
    why = not_shown_because(key, now=now)
    valid = validity_words(key, standing)
    if standing.state == "current" and move is not None and move.old_until is not None:
        valid = _until_words(move.old_until, at_once=not move.overlap_days)
    return KeyRow(
        key=key,
        name=name or class_word(key),
        badge=state_badge(standing),
        facts=(key.server_name, valid),
        shown=why is None,
        instead=not_shown_words(why) if why else "",
    )


def _until_words(day: date, *, at_once: bool) -> str:
    """How the old server's key will end."""
    if at_once:
        return _("正式キーの発行と同時に失効します")
    return _("正式キーの発行後は %(day)s まで") % {"day": day_text(day)}


def _promised(application: Application, *, now: datetime) -> KeyRow:
    code = _("ホストコード %(code)s（形式を確認済み）") % {"code": application.shown_new_host_code}
    return KeyRow(
        key=None,
        name=_("正式キー"),
        badge=badge_of(application, now=now),
        facts=(application.new_server_name, code),
        shown=False,
        instead=_("未発行"),
    )


def rows_in_force(license_: License, *, now: datetime) -> list[KeyRow]:
    """What a licence may run by today: its current key first, then those for a while."""
    rows = [row_of(key, now=now) for key in license_.keys.all()]
    in_force = [row for row in rows if row.badge.kind == "ok"]
    return sorted(in_force, key=lambda row: row.key != license_.current_key)
