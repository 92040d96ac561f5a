"""Drafts: what was typed survives errors, going back and another day. `now` is an aware instant."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from inquiries.models import Draft, Inquiry
from inquiries.services.files import path_of, remove
from supportdesk.accounts.models import User

ABANDONED_AFTER = timedelta(days=60)


class NotYoursError(Exception):
    """The token belongs to somebody else's form."""


def save_draft(
    token: UUID,
    *,
    by: User,
    typed: Mapping[str, str],
    now: datetime,
    inquiry: Inquiry | None = None,
) -> Draft:
    """Keep a form as typed under its token; `inquiry` where it is a reply.

    Raises NotYoursError for the token of another person's form.
    """
    with transaction.atomic(durable=True):
        draft = _own_or_new(token, by, now, inquiry)
        draft.typed, draft.saved_at = dict(typed), now
        draft.save(update_fields=["typed", "saved_at"])
    return draft


def _own_or_new(token: UUID, by: User, now: datetime, inquiry: Inquiry | None) -> Draft:
    draft, _ = Draft.objects.select_for_update().get_or_create(
        pk=token, defaults={"user": by, "saved_at": now, "inquiry": inquiry}
    )
    if draft.user_id != by.pk or draft.inquiry_id != (inquiry.pk if inquiry else None):
        raise NotYoursError
    return draft


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
