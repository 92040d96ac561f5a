"""Which kind of file this is, told by its first line."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from supportdesk.imports.kinds import ERRORS_HEADER, Column, Kind
from supportdesk.tables import UnreadableTableError, folded

_SHOWN = 5


def kind_of(header: Sequence[str], kinds: Iterable[Kind[Any, Any]]) -> Kind[Any, Any]:
    """The one kind that has all these columns and whose required ones are here.

    Raises UnreadableTableError where none or several fit.
    """
    fitting = [kind for kind in kinds if not _wrong(header, kind)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = "・".join(str(kind.title) for kind in fitting)
        text = _("見出しからは種類が決まりません（%(names)s）。種類を選んでください。")
        raise UnreadableTableError(text % {"names": names})
    raise UnreadableTableError(
        _("見出しから種類がわかりません。種類を選ぶと、足りない列と余分な列を表示します。")
    )


def places(header: Sequence[str], kind: Kind[Any, Any]) -> dict[int, Column]:
    """Where the kind's columns stand. Raises UnreadableTableError that tells all that is wrong."""
    wrong = _wrong(header, kind)
    if wrong:
        raise UnreadableTableError(" ".join(wrong))
    return kind.recognised(header)


def _wrong(header: Sequence[str], kind: Kind[Any, Any]) -> list[str]:
    found = kind.recognised(header)
    codes = [column.code for column in found.values()]
    unknown = [
        cell.strip() or _("（%(place)d列目の空欄）") % {"place": place + 1}
        for place, cell in enumerate(header)
        if place not in found and folded(cell) != folded(ERRORS_HEADER)
    ]
    missing = [one.header for one in kind.columns if one.required and one.code not in codes]
    twice = [one.header for one in kind.columns if codes.count(one.code) > 1]
    said = (
        (_("1行目の見出しに、必要な列がありません：%(columns)s。"), missing),
        (_("同じ列が2つ以上あります：%(columns)s。"), twice),
        (
            _("使えない見出しがあります：%(columns)s。列を削除するか、見出しを直してください。"),
            unknown,
        ),
    )
    return [text % {"columns": _listed(columns)} for text, columns in said if columns]


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(f"「{name[:40]}」" for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    if more <= 0:
        return shown
    return shown + ngettext("ほか%(count)d列", "ほか%(count)d列", more) % {"count": more}
