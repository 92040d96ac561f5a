"""The signed text of a key on demand: who may see it, and that each look is recorded."""

from datetime import datetime
from typing import Literal

from django.db import transaction

from contracts.models import Contact
from licensing.models import Key, KeyDisplay
from licensing.services.standing import standing_of
from supportdesk import clock
from supportdesk.outbox import sealing

type Refusal = Literal["role", "foreign", "ended"]


class NotShownError(Exception):
    """The text is not shown: `why` is the contact's role, no text kept, or an ended key."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


def may_open(contact: Contact) -> bool:
    """Whether keys may be shown to this contact: whoever receives them by mail (2-2b)."""
    return Contact.objects.receiving_keys().filter(pk=contact.pk).exists()


def not_shown_because(key: Key, *, now: datetime) -> Refusal | None:
    """Why nobody is shown this key's text at `now` (aware); None where it may be."""
    if not key.has_text:
        return "foreign"
    return None if standing_of(key, clock.today(now)).in_force else "ended"


@transaction.atomic(durable=True)
def display_key(key: Key, *, to: Contact, how: KeyDisplay.How, now: datetime) -> str:
    """Give a key's signed text to a contact of its customer, and record that it was given.

    The record and the text come together: without the one there is not the
    other. Raises NotShownError for a contact without the role, for a key whose
    text the desk never had, and for one that no longer works.
    """
    locked = Key.objects.select_for_update(no_key=True, of=("self",)).get(pk=key.pk)
    if not may_open(to):
        raise NotShownError("role")
    if why := not_shown_because(locked, now=now):
        raise NotShownError(why)
    KeyDisplay.objects.create(key=locked, user=to.user, how=how, at=now)
    return text_of(locked)


def text_of(key: Key) -> str:
    """The signed text as it was issued, byte for byte."""
    return sealing.unseal(bytes(key.sealed_text)).decode()
