"""What customers are told when a promise moves or is broken."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from supportdesk import clock
from supportdesk.accounts.models import User
from supportdesk.business_calendar.models import Closure
from supportdesk.outbox import services as outbox
from supportdesk.outbox.models import Mail
from supportdesk.presenting.dates import day_text, due_text, reading_on
from supportdesk.presenting.language import in_the_language_of, speaks_as_the_desk
from supportdesk.presenting.letters import letter, page
from supportdesk.promises.domain.replan import Replan
from supportdesk.promises.models import Promise

MOVED, BROKEN = "promise_moved", "promise_broken"


def _reader(promise: Promise, *_args: Any, **_options: Any) -> User:
    """Whoever the promise was given to; the ledger knows their address only."""
    found = User.objects.filter(email=promise.recipient).first()
    return found or User(email=promise.recipient)


@in_the_language_of(_reader)
def moved(promise: Promise, plan: Replan, closure: Closure, *, now: datetime) -> Mail:
    """Tell at once that a closure moved the promise, from when to when."""
    subject = _("【%(number)s】お約束の日が変わりました") % {"number": promise.subject_number}
    with reading_on(clock.today(now)):
        body = _body(
            "moved.txt",
            promise,
            before=due_text(plan.before.release_at, plan.before.promised_on),
            after=due_text(plan.after.release_at, plan.after.promised_on),
            later=plan.is_later,
            closure=closure,
        )
    key = f"{key_of(promise)}:{plan.after.calendar_version}"
    return _put(MOVED, key, promise, subject, body, due_at=now, now=now)


@in_the_language_of(_reader)
def broken(promise: Promise, *, aim: date, due_at: datetime, now: datetime) -> Mail:
    """Tell that the promised day has passed, with an apology and the day aimed at now."""
    subject = _("【%(number)s】お約束の日を過ぎたお詫び") % {"number": promise.subject_number}
    with reading_on(clock.today(now)):
        body = _body("broken.txt", promise, due=day_text(promise.promised_on), aim=day_text(aim))
    return _put(BROKEN, key_of(promise), promise, subject, body, due_at=due_at, now=now)


def key_of(promise: Promise) -> str:
    """What the outbox knows the promise by."""
    return f"promise:{promise.pk}"


def _body(template: str, promise: Promise, **context: Any) -> str:
    return letter(
        f"mails/promises/{template}",
        {
            "promise": promise,
            "name": _reader(promise).name,
            "label": _label(promise),
            "url": page(promise.subject_url_name, promise.subject_number),
            **context,
        },
    )


def _label(promise: Promise) -> str:
    """What it is about, unless only the desk's own words for it were kept: the number says it."""
    is_theirs = promise.subject_kind == "inquiry"
    return promise.subject_label if is_theirs or speaks_as_the_desk() else ""


def _put(
    kind: str,
    key: str,
    promise: Promise,
    subject: str,
    body: str,
    *,
    due_at: datetime,
    now: datetime,
) -> Mail:
    return outbox.put(
        kind=kind,
        subject_key=key,
        recipient=promise.recipient,
        subject=subject,
        body=body,
        due_at=due_at,
        now=now,
    )
