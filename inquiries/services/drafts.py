"""Drafts: what was typed survives errors, going back and another day. `now` is an aware instant."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from inquiries.models import Draft, Inquiry, Message
from inquiries.services.files import path_of, remove
from supportdesk.accounts.models import User

ABANDONED_AFTER = timedelta(days=60)
MOST_DRAFTS = 10  # of one person: nobody fills the disk with forms that are never sent


class NotYoursError(Exception):
    """The token belongs to somebody else's form."""


class SpentError(Exception):
    """The form with this token was sent before."""


def save_draft(
    token: UUID,
    *,
    by: User,
    typed: Mapping[str, str],
    now: datetime,
    inquiry: Inquiry | None = None,
) -> Draft:
    """Keep a form as typed under its token; `inquiry` where it is a reply.

    Raises NotYoursError for the token of another person's form, SpentError for one already sent.
    """
    with transaction.atomic(durable=True):
        draft = _own_or_new(token, by, now, inquiry)
        draft.typed, draft.saved_at = dict(typed), now
        draft.save(update_fields=["typed", "saved_at"])
    for older in Draft.objects.filter(user=by)[MOST_DRAFTS:]:
        discard_draft(older)
    return draft


def _own_or_new(token: UUID, by: User, now: datetime, inquiry: Inquiry | None) -> Draft:
    new = Draft(pk=token, user=by, saved_at=now, inquiry=inquiry)
    Draft.objects.bulk_create([new], ignore_conflicts=True)
    draft = Draft.objects.select_for_update().filter(pk=token).first()
    # Asked behind the lock: a sending that was under way has committed by now.
    if draft is None or Inquiry.objects.filter(form_token=token).exists() or _is_reply(token):
        raise SpentError
    if draft.user_id != by.pk or draft.inquiry_id != (inquiry.pk if inquiry else None):
        raise NotYoursError
    return draft


def _is_reply(token: UUID) -> bool:
    return Message.objects.filter(form_token=token).exists()


def latest_draft(by: User, inquiry: Inquiry | None = None) -> Draft | None:
    """The form that this person left unsent last."""
    return Draft.objects.filter(user=by, inquiry=inquiry).first()


def discard_draft(draft: Draft) -> None:
    """Throw away an unsent form with its files."""
    with transaction.atomic(durable=True):
        paths = [path_of(pk) for pk in draft.attachments.values_list("pk", flat=True)]
        draft.delete()
        transaction.on_commit(lambda: remove(paths))


def discard_abandoned(*, now: datetime) -> int:
    """Throw away forms that nobody touched for 60 days; give how many."""
    abandoned = list(Draft.objects.filter(saved_at__lt=now - ABANDONED_AFTER))
    for draft in abandoned:
        discard_draft(draft)
    return len(abandoned)
