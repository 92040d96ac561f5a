"""What is typed and not sent yet, kept in the session: going back, or a reload, loses nothing.

A confirmation carries it too, signed: where the sign-in ran out before it was sent, the
session it was kept in is gone.
"""

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.http import HttpRequest

_KEY = "license_drafts"
_AT_MOST = 8

_SALT = "licensing.draft"
CARRIED = "typed"

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


def carried(token: UUID, typed: Typed) -> str:
    """For a hidden field of the confirmation."""
    return signing.dumps({"token": str(token), "typed": typed}, salt=_SALT, compress=True)


def carried_by(request: HttpRequest, token: UUID) -> Typed | None:
    """The draft that a confirmation brings back, kept again; None where it brings none."""
    try:
        brought = signing.loads(request.POST.get(CARRIED, ""), salt=_SALT)
    except signing.BadSignature:
        return None
    if brought["token"] != str(token):
        return None
    found: Typed = brought["typed"]
    keep(request.session, token, found, list(found))
    return found


def drop(session: SessionBase, token: UUID) -> None:
    drafts: dict[str, Typed] = session.get(_KEY, {})
    if drafts.pop(str(token), None) is not None:
        session[_KEY] = drafts
