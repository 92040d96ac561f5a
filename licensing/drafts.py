"""What is typed and not sent yet, kept in the session: going back, or a reload, loses nothing."""

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

_KEY = "license_drafts"
_AT_MOST = 8

type Typed = dict[str, str]


def keep(session: SessionBase, token: UUID, data: dict[str, Any], names: list[str]) -> None:
    """Keep the typed text of these fields under the form's token; the oldest make room."""
    drafts: dict[str, Typed] = session.get(_KEY, {})
    drafts.pop(str(token), None)
    drafts[str(token)] = {name: str(data.get(name, "")) for name in names}
    while len(drafts) > _AT_MOST:
        drafts.pop(next(iter(drafts)))
    session[_KEY] = drafts


def kept(session: SessionBase, token: UUID) -> Typed | None:
    """What was typed under this token, or None."""
    drafts: dict[str, Typed] = session.get(_KEY, {})
    return drafts.get(str(token))


def drop(session: SessionBase, token: UUID) -> None:
    drafts: dict[str, Typed] = session.get(_KEY, {})
    if drafts.pop(str(token), None) is not None:
        session[_KEY] = drafts
