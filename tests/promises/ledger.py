"""Builders of the ledger's rows: what was promised, and for what."""

from datetime import date

from django.db import transaction

from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import Closure
from supportdesk.business_calendar.services import load_calendar
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.promises import closures, services
from supportdesk.promises.domain.decision import Rule
from supportdesk.promises.domain.rules import decide
from supportdesk.promises.models import Promise
from tests.clock import tokyo


def a_promise(sent: str, *, rule: Rule = "reception_target", number: str = "26-12-0001") -> Promise:
    """A promise made for what was sent at that Tokyo wall time."""
    at = tokyo(sent)
    return services.make_promise(
        decide(rule, at, load_calendar()),
        subject_kind="inquiry",
        subject_number=number,
        subject_label="索引が作成されない",
        subject_url_name="contracts:detail",
        recipient="sasaki@aoba.example",
        now=at,
    )


def a_closure(first: str, last: str | None = None, *, name: str = "臨時休業") -> Closure:
    """A draft."""
    return Closure.objects.create(
        name=name, starts_on=date.fromisoformat(first), ends_on=date.fromisoformat(last or first)
    )


def a_staff_member() -> User:
    return User.objects.create_user("nakamura@desk.example", name="中村 沙織", is_staff=True)


def announce(*drafts: Closure, at: str, by: User | None = None) -> tuple[closures.Move, ...]:
    now = tokyo(at)
    preview = closures.preview_announcement(drafts, now=now)
    return closures.announce_closures(
        drafts, preview_version=preview.version, by=by or a_staff_member(), now=now
    )


def an_answer_mail(due: str, *, key: str = "answer:1") -> Mail:
    with transaction.atomic():
        return outbox.put(
            kind="answer",
            subject_key=key,
            recipient="sasaki@aoba.example",
            subject="回答",
            body="本文",
            due_at=tokyo(due),
            now=tokyo(due),
        )
