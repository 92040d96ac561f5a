"""Inviting people as they are invited: the token is in their mail and nowhere else."""

import re
from datetime import datetime

from contracts.models import Contact, Invitation
from contracts.services import Invited, invite
from supportdesk.outbox.models import Mail
from tests.accounts.doors import words_of
from tests.clock import tokyo

SENT = tokyo("2026-11-20 16:00")
ADDRESS = "suzuki@customer.example"


def someone(email: str = ADDRESS, name: str = "鈴木 一郎", language: str = "ja") -> Invited:
    return Invited(email=email, name=name, is_technical=True, language=language)


def an_invitation(
    by: Contact,
    who: Invited | None = None,
    *,
    now: datetime = SENT,
    replaces: Contact | None = None,
) -> Invitation:
    """Sent by a contract contact to somebody who is to be a technical contact."""
    return invite(by.customer, who or someone(), replaces=replaces, by=by.user, now=now)


def mail_of(invitation: Invitation) -> Mail:
    return Mail.objects.get(kind="invitation", subject_key=f"invitation:{invitation.pk}")


def token_in(invitation: Invitation) -> str:
    found = re.search(r"/contracts/invitation/([\w-]+)/", words_of(mail_of(invitation)))
    assert found is not None
    return found.group(1)
