"""What every change of an inquiry has in common: its row is held, its move and event are kept."""

from datetime import datetime
from typing import Any

from inquiries.models import FINAL, Inquiry, Message
from supportdesk.accounts.models import User


class OutdatedError(Exception):
    """Somebody else changed the inquiry since this page was read: look again, nothing was done."""


class NotPossibleError(Exception):
    """The inquiry is not in a state that allows this (any more): nothing was done."""


def hold(inquiry_pk: int, *, seen_version: int | None = None) -> Inquiry:
    """The inquiry, locked until the transaction ends.

    Raises OutdatedError where `seen_version` is given and no longer the current one.
    """
    inquiry = (
        Inquiry.objects.select_for_update(of=("self",), no_key=True)
        .select_related("customer", "contract__product", "asked_by", "assigned_to", "promise__mail")
        .get(pk=inquiry_pk)
    )
    if seen_version is not None and inquiry.version != seen_version:
        raise OutdatedError
    return inquiry


def move(inquiry: Inquiry, *, now: datetime, **changes: Any) -> None:
    """Change a held inquiry; open pages of others become outdated by it."""
    changes |= {"moved_at": now, "version": inquiry.version + 1}
    for name, value in changes.items():
        setattr(inquiry, name, value)
    inquiry.save(update_fields=list(changes))


def to_status(inquiry: Inquiry, status: str, *, now: datetime, **changes: Any) -> None:
    """Move a held inquiry into a state, with the columns that its constraints tie to it."""
    changes.setdefault("waiting_for", "")
    closed_at = now if status in FINAL else None
    move(inquiry, now=now, status=status, closed_at=closed_at, **changes)


def record_event(
    inquiry: Inquiry, event: Message.Event, *, now: datetime, by: User | None = None, body: str = ""
) -> Message:
    """Note in the thread what happened, by whom, with the words that go with it."""
    return inquiry.messages.create(
        kind=Message.Kind.EVENT, event=event, author=by, body=body, posted_at=now
    )
